"""A real worker on the real queue: it writes the file, and may be killed in the middle of it (T16, T36)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from atomicpay.workspaces.models import Membership, Workspace
from exports import sweep
from exports.attempts import place_of
from exports.models import Export
from exports.states import ExportState
from tests.exports.conftest import Ask, again, bytes_of, change, files_of, run, write_customers

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = 30_000
COLUMNS = ["customer_id", "name", "email", "all_emails", "subscription_statuses", "payment_methods"]


@pytest.fixture
def announced() -> None:
    """Here the queue is told."""


@pytest.fixture
def crowd(aurora: Workspace) -> None:
    """Enough customers for a file that takes a while."""
    write_customers(aurora, CUSTOMERS)


@contextmanager
def worker(directory: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker of one process on the test database, in a process group of its own."""
    name = connection.settings_dict["NAME"]
    urls = {
        variable: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if os.environ.get(variable)
    }
    environment = {
        **os.environ,
        **urls,
        "EXPORT_ROOT": str(settings.EXPORT_ROOT),
        "DJANGO_SETTINGS_MODULE": "atomicpay.settings.test",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "atomicpay",
        "worker",
        "--concurrency=1",
        "--loglevel=WARNING",
    ]
    with open(directory / "worker.log", "ab") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def wait_for(happened: Callable[[], bool], *, seconds: float = 60, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


def has_ended(export: Export) -> bool:
    return not again(export).is_open


def test_worker_writes_what_was_asked(finance: Membership, crowd: None, ask: Ask, tmp_path: Any) -> None:
    with worker(tmp_path):
        export = ask(finance, page="customers", columns=COLUMNS)
        wait_for(lambda: has_ended(export))
    export = again(export)
    assert (export.state, export.rows_written, export.attempt) == (ExportState.READY, CUSTOMERS, 1)
    assert bytes_of(export).count(b"\n") == CUSTOMERS + 1
    in_this_process = run(ask(finance, page="customers", columns=COLUMNS))
    assert in_this_process.sha256 == export.sha256


def test_killed_worker_s_export_is_never_served_in_part_and_run_again(
    finance: Membership, crowd: None, ask: Ask, sign_in: Any, tmp_path: Any
) -> None:
    client = sign_in(finance)
    export = ask(finance, page="customers", columns=COLUMNS)
    part = place_of(export).part(1)
    with worker(tmp_path) as process:
        wait_for(part.exists, every=0.001)
        os.killpg(process.pid, signal.SIGKILL)
    killed = again(export)
    assert (killed.state, killed.attempt, killed.sha256) == (ExportState.RUNNING, 1, "")
    assert files_of(export) == ["1.part"]
    download = client.at(f"exports/{export.public_id}/download/")
    assert client.get(download).status_code == 409

    # What time would do: the lease runs out.
    change(export, lease_until=timezone.now())
    with worker(tmp_path):
        sweep.sweep()
        wait_for(lambda: has_ended(export))
    done = again(export)
    assert (done.state, done.attempt, done.rows_written) == (ExportState.READY, 2, CUSTOMERS)
    assert files_of(export) == ["2.csv"]
    undisturbed = run(ask(finance, page="customers", columns=COLUMNS))
    assert done.sha256 == undisturbed.sha256
    answer = client.get(download)
    assert b"".join(answer.streaming_content) == bytes_of(undisturbed)
