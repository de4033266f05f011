"""A worker, a scheduler and a queue of a test's own, each of which may be killed and is started again."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import redis
from django.conf import settings
from django.db import DatabaseError, connection

from atomicpay.devstack.processes import free_port
from atomicpay.devstack.valkey import valkey_binary


@dataclass
class Service:
    """A process that a supervisor keeps running, with all its children in a process group of its own."""

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)
    is_wanted: bool = False
    # How often it ended by itself and was started again.
    revived: int = 0
    # The supervisor must not start what a test is about to start.
    _starting: threading.RLock = field(default_factory=threading.RLock)

    def start(self) -> None:
        with self._starting:
            self._start()
            self.is_wanted = True

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 of it and of its children; it stays down until it is started."""
        with self._starting:
            self.is_wanted = False
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def kill_a_child(self) -> None:
        """kill -9 of one of its children, if it has any yet."""
        if children := self.children():
            os.kill(random.choice(children), signal.SIGKILL)

    def children(self) -> list[int]:
        assert self.process is not None
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def end(self) -> None:
        """Ask it to end, as a deploy does; it stays down until it is started."""
        self.is_wanted = False
        self.send(signal.SIGTERM)

    def revive(self) -> None:
        """Start it again if it ended by itself."""
        with self._starting:
            if self.is_wanted and not self.is_running:
                self.revived += 1
                self._start()

    def send(self, signum: int) -> None:
        assert self.process is not None
        self.process.send_signal(signum)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Stack:
    """Everything that an export needs beside the database and the web."""

    queue: Service
    worker: Service
    beat: Service
    redis_url: str

    def wait_for_queue(self) -> None:
        server = redis.Redis.from_url(self.redis_url)
        wait_for(lambda: _answers(server), seconds=20)

    @property
    def words(self) -> str:
        """The end of what each of them wrote."""
        services = (self.queue, self.worker, self.beat)
        logs = {service.log.name: service.log.read_text(errors="replace")[-4000:] for service in services}
        return "\n".join(f"--- {name}, {text}" for name, text in logs.items())


def _answers(server: redis.Redis) -> bool:
    try:
        return bool(server.ping())
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        return False


@contextmanager
def stack(directory: Path, settings_module: str, *arguments: str) -> Iterator[Stack]:
    """Run a queue that keeps its messages, a worker of two processes and the scheduler."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    environment = _environment(url, settings_module)
    celery = [sys.executable, "-m", "celery", "--app=atomicpay"]
    running = Stack(
        queue=Service(_valkey(port, directory), {"LC_ALL": "C.UTF-8"}, directory / "queue.log"),
        worker=Service(
            [*celery, "worker", "--concurrency=2", "--loglevel=WARNING", *arguments],
            environment,
            directory / "worker.log",
        ),
        beat=Service(
            [*celery, "beat", "--loglevel=WARNING", f"--schedule={directory / 'schedule'}", "--pidfile="],
            environment,
            directory / "beat.log",
        ),
        redis_url=url,
    )
    services = (running.queue, running.worker, running.beat)
    is_over = threading.Event()
    supervisor = threading.Thread(target=_supervise, args=(services, is_over))
    try:
        running.queue.start()
        running.wait_for_queue()
        running.worker.start()
        running.beat.start()
        supervisor.start()
        yield running
    finally:
        is_over.set()
        supervisor.join()
        for service in services:
            if service.process is not None:
                service.kill()


def _supervise(services: Sequence[Service], is_over: threading.Event) -> None:
    """`restart: unless-stopped`, as docker-compose.yml has it."""
    while not is_over.wait(0.5):
        for service in services:
            service.revive()


def _valkey(port: int, directory: Path) -> list[str]:
    return [
        *(str(valkey_binary()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory)),
        *("--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"),
    ]


def _environment(redis_url: str, settings_module: str) -> dict[str, str]:
    name = connection.settings_dict["NAME"]
    urls = {
        variable: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if os.environ.get(variable)
    }
    return {
        **os.environ,
        **urls,
        "REDIS_URL": redis_url,
        "EXPORT_ROOT": str(settings.EXPORT_ROOT),
        "DJANGO_SETTINGS_MODULE": settings_module,
    }


def wait_for(happened: Callable[[], object], *, seconds: float, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen in {seconds} s"
        time.sleep(every)


def patiently(read: Callable[[], Any], *, seconds: float = 30) -> Any:
    """What a read gives, asked again while the database is away."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return read()
        except DatabaseError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
