"""What a browser test talks to: the demo's books in the test database, a web server, a Celery worker."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from atomicpay.celery import app
from atomicpay.devstack.processes import running
from atomicpay.devstack.seeding.demo import seed_demo

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Site:
    """The running product: where it answers, and where its worker puts files and mails."""

    url: str
    directory: Path

    @property
    def mails(self) -> Path:
        return self.directory / "mails"

    def wait_for_mail(self, to: str) -> str:
        """The text of the last mail to an address, once the worker has sent it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for file in sorted(self.mails.glob("*"), reverse=True):
                mail = message_from_bytes(file.read_bytes(), policy=policy.default)
                if mail["To"] == to:
                    return str(mail.get_content())
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to}; the worker said: {worker_log(self.directory).read_text()}")


@contextmanager
def demo_books() -> Iterator[None]:
    """Both demo workspaces, committed, in an otherwise empty database."""
    _empty_database()
    seed_demo()
    yield
    _wait_until_alone()
    _empty_database()


def _wait_until_alone() -> None:
    """A thread of the web server may still be closing its connection, and the database is dropped next."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    others: list[tuple[str, ...]] = []
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT state, query FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            others = cursor.fetchall()
        if not others:
            return
        time.sleep(0.1)
    raise AssertionError(f"somebody still uses the test database: {others}")


def _empty_database() -> None:
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


@contextmanager
def web_server() -> Iterator[str]:
    """Django's own server on a free port of this machine; gives its address."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def worker_log(directory: Path) -> Path:
    return directory / "worker.log"


@contextmanager
def worker(site: Site) -> Iterator[None]:
    """A Celery worker as it runs in production, on the test database; it ends with us."""
    app.control.purge()  # what earlier tests left in the queue
    name = connection.settings_dict["NAME"]
    addresses = {
        variable: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if os.environ.get(variable)
    }
    environment = os.environ | addresses | directories(site.directory)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.browser.worker_settings",
        "EMAIL_URL": f"filemail:///{site.mails}",
        "SITE_URL": site.url,
    }
    command = [sys.executable, "-m", "celery", "-A", "atomicpay", "worker", "--concurrency=1", "-l", "INFO"]
    with running("worker", command, log=worker_log(site.directory), environment=environment):
        yield


def directories(directory: Path) -> dict[str, str]:
    """The settings that say where files lie, the same for the web server and the worker."""
    return {"EXPORT_ROOT": str(directory / "exports"), "UPLOAD_ROOT": str(directory / "uploads")}
