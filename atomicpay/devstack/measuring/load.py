"""The customer page under load: gunicorn on this machine, asked by wrk over four connections."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.devstack.processes import free_port

CONNECTIONS, SECONDS, WARM_UP = 4, 15, 3
READY_TIMEOUT = 30.0


class NoWrk(Exception):
    """wrk is not installed."""

    def __init__(self) -> None:
        super().__init__("wrk is not installed (apt-get install wrk)")


def customer_page_rps(setting: Setting) -> Iterator[Figure]:
    """Requests a second of the page with sixty sales, signed in; the floor is the smallest page there is."""
    if shutil.which("wrk") is None:
        raise NoWrk
    path = setting.at(f"customers/{setting.sixty.public_id}/")
    client = setting.client()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    with _web_server() as address:
        _wrk(address + path, cookie, WARM_UP)
        ours, latency = _wrk(address + path, cookie, SECONDS)
        floor, _latency = _wrk(f"{address}/health/live/", cookie, SECONDS // 3)
    yield Figure(
        name="customer_page_rps",
        value=ours,
        unit="requests/s",
        floor=floor,
        n=int(ours * SECONDS),
        floor_is="health/live by the same server",
        more={"latency_p50": latency},
    )


@contextmanager
def _web_server() -> Iterator[str]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config=python:atomicpay.gunicorn", "--log-level=warning"),
        *(f"--bind=127.0.0.1:{port}", "atomicpay.wsgi"),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_AS"}
    with open(os.devnull, "wb") as nowhere:
        server = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=nowhere, stderr=nowhere
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/health/live/", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_TIMEOUT
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 -- our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def _wrk(address: str, cookie: str, seconds: int) -> tuple[float, str]:
    """Requests a second and the median latency, as wrk says them; raises ValueError when any was refused."""
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "-H",
        f"Cookie: {cookie}",
        address,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise ValueError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    median = re.search(r"50%\s+(\S+)", said)
    if rate is None or median is None:
        raise ValueError(said)
    return float(rate[1]), median[1]
