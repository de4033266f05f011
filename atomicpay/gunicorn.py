"""How gunicorn serves `atomicpay.wsgi`, in production, the demo and the bench alike: meant for two cores."""

# A process for each core. Threads only wait: for PostgreSQL, and for whoever downloads an export slowly.
workers = 2
threads = 4

# A worker takes no request that it has no thread for, and keeps no connection: the next request goes to
# whichever worker is free. With kept connections one of the two got all of a proxy's and the other idled.
worker_connections = threads
keepalive = 0

# The most that it allows: a list's address holds every filter, and a saved view may name many products.
limit_request_line = 8190

control_socket_disable = True
