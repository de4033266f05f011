"""Random kills of the worker, of connections, of the database and of the queue, at random moments.

Nothing partial, nothing double, nothing lost, the same bytes for the same books, and soon at work again (T16,
T33, T35, T39).
"""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from exports.models import Export
from exports.states import OPEN, ExportState
from tests.exports.conftest import bytes_of, files_of, run
from tests.faults.conftest import AskCustomers
from tests.faults.processes import Stack, patiently, stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SHORT_TIMES = "tests.faults.worker_settings"
IN_HAND = 4
BACK_WITHIN = 120
LAST_ATTEMPT = 3


def in_aurora(aurora: Workspace, read: Callable[[], Any]) -> Any:
    def inside() -> Any:
        with enter(aurora.pk):
            return read()

    return patiently(inside)


def terminate_a_connection() -> bool:
    """pg_terminate_backend of one of the worker's connections."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            " ORDER BY random() LIMIT 1"
        )
        return bool(cursor.fetchall())


def crash_the_database() -> None:
    """kill -9 of one server process: PostgreSQL throws everybody out and recovers as after a crash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    os.kill(pid, signal.SIGKILL)
    connection.close()


class Killer:
    """Kills something at random, and starts it again as a supervisor would."""

    def __init__(self, running: Stack, seed: int, *, is_alone: bool) -> None:
        self.running, self.random, self.done = running, random.Random(seed), Counter[str]()
        self.struck: list[str] = []
        self.ways: dict[str, tuple[int, Callable[[], object]]] = {
            "worker": (8, self._worker),
            "child of the worker": (4, running.worker.kill_a_child),
            "connection": (8, lambda: patiently(terminate_a_connection)),
            "queue": (5, self._queue),
        }
        if is_alone:
            # Every database of the server goes with it, those of other tests as well.
            self.ways["database"] = (1, crash_the_database)

    def strike(self) -> None:
        names = list(self.ways)
        (name,) = self.random.choices(names, [self.ways[each][0] for each in names])
        self.ways[name][1]()
        self.done[name] += 1
        self.struck.append(name)

    def _worker(self) -> None:
        self.running.worker.kill()
        self.running.worker.start()

    def _queue(self) -> None:
        self.running.queue.kill()
        self.running.queue.start()
        self.running.wait_for_queue()


def test_random_kills_lose_double_and_shorten_nothing(
    aurora: Workspace,
    crowd: None,
    ask_customers: AskCustomers,
    workplace: Path,
    monkeypatch: pytest.MonkeyPatch,
    kills: int,
    is_in_full: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Not told to the queue, so that no worker but this process writes it.
    undisturbed = run(ask_customers())
    assert undisturbed.state == ExportState.READY
    seed = int(time.time())
    asked: list[Export] = []
    slowest = 0.0
    with stack(workplace, SHORT_TIMES) as running:
        monkeypatch.setattr(current_app.conf, "broker_write_url", running.redis_url)
        killer = Killer(running, seed, is_alone=is_in_full)
        began = time.monotonic()
        for _ in range(kills):
            keep_busy(aurora, asked, ask_customers)
            with told(aurora, asked, killer):
                wait_for_a_moment(aurora, asked, ask_customers, killer.random)
            before = ready_among(aurora, asked)
            killer.strike()
            struck = time.monotonic()
            # All that was in hand may have ended in the moment before.
            keep_busy(aurora, asked, ask_customers)
            with told(aurora, asked, killer):
                wait_for(lambda before=before: ready_among(aurora, asked) > before, seconds=BACK_WITHIN)
            slowest = max(slowest, time.monotonic() - struck)
        with told(aurora, asked, killer):
            wait_for(lambda: not open_among(aurora, asked), seconds=BACK_WITHIN)
        took = time.monotonic() - began
    assert_whole(aurora, asked, undisturbed)
    with capsys.disabled():
        print(  # noqa: T201 -- the figures of a run that takes minutes
            f"\n{kills} kills in {took:.0f} s (seed {seed}): {dict(killer.done)}; {len(asked)} exports,"
            f" attempts {dict(Counter(export.attempt for export in refreshed(aurora, asked)))};"
            f" the worker ended by itself {running.worker.revived} times;"
            f" at work again after {slowest:.1f} s at most"
        )


@contextmanager
def told(aurora: Workspace, asked: Sequence[Export], killer: Killer) -> Iterator[None]:
    """How everything stood, where something did not happen in time."""
    try:
        yield
    except AssertionError as error:
        stood = [
            (export.pk, export.state, export.attempt, export.failure)
            for export in refreshed(aurora, asked)
            if export.state != ExportState.READY
        ]
        error.add_note(f"after {dict(killer.done)}, {killer.struck[-5:]}: {stood}\n{killer.running.words}")
        raise


def keep_busy(aurora: Workspace, asked: list[Export], ask_customers: AskCustomers) -> None:
    """Have some exports waiting at all times."""
    for _ in range(IN_HAND - len(open_among(aurora, asked))):
        asked.append(patiently(ask_customers))


def wait_for_a_moment(
    aurora: Workspace, asked: list[Export], ask_customers: AskCustomers, chance: random.Random
) -> None:
    """A random moment of a run; but one on its last attempt is spared: lost again, it would rightly fail."""

    def is_fair() -> bool:
        # All that was in hand may end while it is waited for.
        keep_busy(aurora, asked, ask_customers)
        running = [export for export in open_among(aurora, asked) if export.state == ExportState.RUNNING]
        return bool(running) and all(export.attempt < LAST_ATTEMPT for export in running)

    wait_for(is_fair, seconds=BACK_WITHIN, every=0.01)
    time.sleep(chance.uniform(0, 1.2))
    wait_for(is_fair, seconds=BACK_WITHIN, every=0.01)


def refreshed(aurora: Workspace, asked: Sequence[Export]) -> list[Export]:
    keys = [export.pk for export in asked]
    return in_aurora(aurora, lambda: list(Export.objects.filter(pk__in=keys).order_by("pk")))


def open_among(aurora: Workspace, asked: Sequence[Export]) -> list[Export]:
    return [export for export in refreshed(aurora, asked) if export.state in OPEN]


def ready_among(aurora: Workspace, asked: Sequence[Export]) -> int:
    return sum(export.state == ExportState.READY for export in refreshed(aurora, asked))


def assert_whole(aurora: Workspace, asked: Sequence[Export], undisturbed: Export) -> None:
    for export in refreshed(aurora, asked):
        assert (export.state, export.failure) == (ExportState.READY, "")
        assert (export.sha256, export.size) == (undisturbed.sha256, undisturbed.size)
        assert hashlib.sha256(bytes_of(export)).hexdigest() == export.sha256
        # Its own file, and what changed since the one before it, of the attempt that was offered.
        assert f"{export.attempt}.csv" in files_of(export)
        assert {name.partition(".")[0] for name in files_of(export)} == {str(export.attempt)}
    keys = [export.pk for export in asked]
    ready = in_aurora(
        aurora, lambda: AuditEntry.objects.filter(action="export.ready", target_id__in=keys).count()
    )
    assert ready == len(asked)
