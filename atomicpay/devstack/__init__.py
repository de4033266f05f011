"""One-command development: embedded servers, the processes of a whole stack, and data to look at.

Nothing here is imported by the application; production starts its processes itself.
"""
