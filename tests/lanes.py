"""Tests side by side, one process for each processor: what each process has to itself.

A plugin that pytest loads before the settings are read, because they take the environment once. Each process
has a database of its own (`database_suffix`), and a number of its own on the queue's server.
"""

import os
from urllib.parse import urlsplit

LANE = os.environ.get("PYTEST_XDIST_WORKER", "")
"""The name of this process; "" where there is only one."""

database_suffix = f"_{LANE}" if LANE else ""

if LANE and "REDIS_URL" in os.environ:
    number = int(LANE.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
