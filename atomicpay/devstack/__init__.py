"""One-command development: embedded servers and the processes of a whole stack, for `make`.

Nothing here is imported by the application; production starts its processes itself.
"""
