"""What goes wrong one at a time: each ends in a clear state and reason, and other workspaces go on.

Poison (T38), a deploy (T35), a queue flushed or frozen (T33, T37), a database that restarts (T39), and one
workspace with two hundred exports beside another with one (T43).
"""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.models import Export
from exports.states import ExportState, Failure
from tests.conftest import Beacon
from tests.exports.conftest import Ask, again, files_of, run, write_customers
from tests.faults.conftest import AskCustomers
from tests.faults.processes import Stack, patiently, stack, wait_for
from tests.faults.test_kills import SHORT_TIMES, crash_the_database

pytestmark = pytest.mark.django_db(transaction=True)

SUITE_TIMES = "atomicpay.settings.test"


@pytest.fixture
def running(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with stack(workplace, SHORT_TIMES, "--include=tests.faults.poison") as running:
        monkeypatch.setattr(current_app.conf, "broker_write_url", running.redis_url)
        yield running


def state_of(export: Export) -> str:
    return str(patiently(lambda: again(export)).state)


def wait_for_end(*exports: Export, seconds: float = 60) -> list[Export]:
    wait_for(lambda: all(state_of(each) not in ("queued", "running") for each in exports), seconds=seconds)
    return [patiently(lambda each=each: again(each)) for each in exports]


def wait_until_running(export: Export) -> None:
    wait_for(lambda: state_of(export) == ExportState.RUNNING, seconds=30, every=0.01)


def test_export_that_kills_its_worker_fails_after_three_attempts_and_others_go_on(
    beacon: Beacon, finance: Membership, ask: Ask, running: Stack, sign_in: Any
) -> None:
    poison = ask(finance, columns=["reference"])
    wait_until_running(poison)
    (other,) = wait_for_end(ask(beacon.owner))
    (own,) = wait_for_end(ask(finance))
    assert (other.state, own.state) == (ExportState.READY, ExportState.READY)
    assert state_of(poison) != ExportState.READY
    (failed,) = wait_for_end(poison)
    assert (failed.state, failed.failure, failed.attempt) == (ExportState.FAILED, Failure.GIVEN_UP, 3)
    assert files_of(failed) == []
    client = sign_in(finance)
    page = client.get(client.at(f"exports/{failed.public_id}/")).content.decode()
    assert "Its worker was lost on each attempt." in page


def test_deploy_lets_a_run_end_and_the_next_worker_take_the_rest(
    crowd: None, ask_customers: AskCustomers, running: Stack
) -> None:
    exports = [ask_customers() for _ in range(6)]
    wait_until_running(exports[0])
    running.worker.end()
    wait_for(lambda: not running.worker.is_running, seconds=50)
    states = [state_of(export) for export in exports]
    assert ExportState.RUNNING not in states
    assert ExportState.READY in states
    assert ExportState.QUEUED in states
    running.worker.start()
    ended = wait_for_end(*exports)
    assert {(export.state, export.attempt) for export in ended} == {(ExportState.READY, 1)}


def test_flushed_queue_loses_nothing(finance: Membership, ask: Ask, running: Stack, kills: int) -> None:
    """T33: a hundred in full."""
    running.worker.kill()
    exports = [ask(finance) for _ in range(100 if kills > 20 else 20)]
    redis.Redis.from_url(running.redis_url).flushall()
    running.worker.start()
    ended = wait_for_end(*exports, seconds=120)
    assert {export.state for export in ended} == {ExportState.READY}


def test_queue_that_is_frozen_delays_a_page_by_a_moment_and_no_export_for_good(
    finance: Membership, ask: Ask, running: Stack, sign_in: Any
) -> None:
    client = sign_in(finance)
    running.queue.send(signal.SIGSTOP)
    began = time.monotonic()
    answer = client.post(client.at("exports/new/?list=sales"), {"column": ["reference", "status"]})
    assert (answer.status_code, time.monotonic() - began < 3) == (302, True)
    with enter(finance.workspace_id):
        export = Export.objects.get()
    assert state_of(export) == ExportState.QUEUED
    running.queue.send(signal.SIGCONT)
    (ended,) = wait_for_end(export)
    assert ended.state == ExportState.READY


def test_queue_that_restarts_while_all_are_busy_leaves_no_worker_standing(
    aurora: Workspace, ask_customers: AskCustomers, running: Stack
) -> None:
    """Twice, because the worker has two places that could be lost."""
    write_customers(aurora, 100_000)
    for _ in range(2):
        busy = [ask_customers(), ask_customers()]
        for export in busy:
            wait_until_running(export)
        running.queue.kill()
        running.queue.start()
        running.wait_for_queue()
        ended = wait_for_end(*busy, ask_customers(), seconds=90)
        assert {export.state for export in ended} == {ExportState.READY}
        assert [export.attempt for export in ended[:2]] == [1, 1]


def test_database_that_restarts_breaks_off_a_run_and_the_next_attempt_is_whole(
    aurora: Workspace, ask_customers: AskCustomers, running: Stack, finance: Membership, sign_in: Any
) -> None:
    write_customers(aurora, 200_000)
    export = ask_customers()
    wait_for(lambda: again(export).rows_expected, seconds=30)
    crash_the_database()
    client = patiently(lambda: sign_in(finance))
    # A page asks until the database is back, without a restart of its process; until then it says so.
    wait_for(lambda: patiently(lambda: client.get(client.at("exports/"))).status_code == 200, seconds=10)
    (ended,) = wait_for_end(export)
    assert (ended.state, ended.attempt, files_of(ended)) == (ExportState.READY, 2, ["2.csv"])
    assert run(ask_customers()).sha256 == ended.sha256


def test_two_hundred_exports_of_one_workspace_keep_the_one_of_another_waiting_for_seconds(
    aurora: Workspace,
    beacon: Beacon,
    finance: Membership,
    ask_customers: AskCustomers,
    ask: Ask,
    workplace: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_in_full: bool,
) -> None:
    """With the times and turns of a real installation."""
    write_customers(aurora, 400_000 if is_in_full else 30_000)
    with stack(workplace, SUITE_TIMES) as running:
        monkeypatch.setattr(current_app.conf, "broker_write_url", running.redis_url)
        many = [ask_customers() for _ in range(200 if is_in_full else 50)]
        wait_for(lambda: state_of(many[0]) != ExportState.QUEUED, seconds=60)
        asked = time.monotonic()
        (small,) = wait_for_end(ask(beacon.owner), seconds=30)
        waited = time.monotonic() - asked
    assert (small.state, waited < 30) == (ExportState.READY, True)
    assert state_of(many[-1]) == ExportState.QUEUED


@pytest.mark.parametrize("what", ["worker", "queue"])
def test_work_goes_on_within_two_minutes_with_the_times_of_a_real_installation(
    what: str,
    crowd: None,
    ask_customers: AskCustomers,
    workplace: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_in_full: bool,
) -> None:
    if not is_in_full:
        pytest.skip("takes a minute and a half; run by make test-faults")
    with stack(workplace, SUITE_TIMES) as running:
        monkeypatch.setattr(current_app.conf, "broker_write_url", running.redis_url)
        exports = [ask_customers(), ask_customers()]
        wait_until_running(exports[0])
        killed = time.monotonic()
        if what == "worker":
            running.worker.kill()
        running.queue.kill()
        running.queue.start()
        running.wait_for_queue()
        redis.Redis.from_url(running.redis_url).flushall()
        if what == "worker":
            running.worker.start()
        ended = wait_for_end(*exports, seconds=150)
        took = time.monotonic() - killed
    assert {export.state for export in ended} == {ExportState.READY}
    assert took < 120
