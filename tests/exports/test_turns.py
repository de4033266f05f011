"""Many exports of one workspace do not keep the one of another waiting (T43)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import attempts
from exports.models import Export
from exports.states import ExportState
from tests.conftest import Beacon
from tests.exports.conftest import Ask, again, change, run
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

Told = list[tuple[int, int]]


def in_the_queue(*exports: Export) -> Told:
    return [(export.workspace_id, export.pk) for export in exports]


def be_written(export: Export) -> Export:
    lease = timezone.now() + timedelta(seconds=30)
    return change(export, state=ExportState.RUNNING, attempt=1, lease_until=lease)


def test_queue_is_told_of_one_export_of_a_workspace_at_a_time(
    beacon: Beacon, finance: Membership, ask: Ask, announced: Told
) -> None:
    """So the only one of another workspace stands second in it, and not two hundredth."""
    many = [ask(finance) for _ in range(20)]
    other = ask(beacon.owner)
    assert announced == in_the_queue(many[0], other)


def test_worker_that_serves_in_order_takes_workspaces_by_turns(
    aurora: Workspace, beacon: Beacon, finance: Membership, ask: Ask, announced: Told
) -> None:
    with enter(aurora.pk):
        SaleFactory()
    many = [ask(finance) for _ in range(5)]
    few = [ask(beacon.owner) for _ in range(2)]
    by_key = {export.pk: export for export in (*many, *few)}
    served = []
    # The queue, as one worker serves it: what is told while it works comes after what was told before.
    for _workspace_id, export_id in announced:
        served.append(by_key[export_id])
        assert run(by_key[export_id]).state == ExportState.READY
    assert served == [many[0], few[0], many[1], few[1], *many[2:]]


def test_second_export_of_a_workspace_waits_for_the_first(
    beacon: Beacon, finance: Membership, ask: Ask
) -> None:
    first, second, other = ask(finance), ask(finance), ask(beacon.owner)
    be_written(first)
    assert run(second).state == ExportState.QUEUED
    assert run(other).state == ExportState.READY
    change(first, state=ExportState.CANCELED, lease_until=None)
    assert run(second).state == ExportState.READY


def test_two_claims_at_once_take_one_turn(aurora: Workspace, finance: Membership, ask: Ask) -> None:
    """Neither sees the other's uncommitted claim, so the second waits until the first has its turn."""
    first, second = ask(finance), ask(finance)
    claimed: list[Export | None] = []

    def claim() -> None:
        with enter(aurora.pk):
            claimed.append(attempts.claim(second.pk))
        connection.close()

    other = threading.Thread(target=claim)
    with enter(aurora.pk):
        assert attempts.claim(first.pk) is not None
        other.start()
        other.join(0.7)
    other.join()
    assert claimed == [None]
    assert again(first).state == ExportState.RUNNING
    assert again(second).state == ExportState.QUEUED


def test_lost_worker_keeps_no_turn(finance: Membership, ask: Ask) -> None:
    first, second = ask(finance), ask(finance)
    change(be_written(first), lease_until=timezone.now() - timedelta(seconds=1))
    assert run(second).state == ExportState.READY


def test_as_many_as_the_setting_says_are_written_at_once(
    finance: Membership, ask: Ask, announced: Told, settings: Any
) -> None:
    settings.EXPORTS_AT_ONCE = 2
    exports = [ask(finance) for _ in range(4)]
    assert announced == in_the_queue(*exports[:2])
    be_written(exports[0])
    assert run(exports[1]).state == ExportState.READY
    assert announced[2:] == in_the_queue(exports[2])


def test_export_that_the_database_broke_off_lets_the_next_go_first(
    finance: Membership, ask: Ask, announced: Told
) -> None:
    broken, next_one = ask(finance), ask(finance)
    change(broken, attempt=1, queued_at=timezone.now())
    announced.clear()
    assert run(next_one).state == ExportState.READY
    assert announced == []
    change(broken, queued_at=timezone.now() - timedelta(minutes=2))
    assert run(ask(finance)).state == ExportState.READY
    assert announced[-1:] == in_the_queue(broken)
    assert again(broken).state == ExportState.QUEUED
