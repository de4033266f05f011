"""What nobody has to look after: stuck exports run again, lost ones end, old files go (T33, T38, T63)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.privacy.erasing import start_again
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import attempts, storage, sweep as sweeping
from exports.models import Export
from exports.services import cancel_export
from exports.states import ExportState, Failure
from exports.sweep import sweep, workspaces_with_work
from exports.tasks import sweep_exports
from tests.conftest import Beacon
from tests.exports.conftest import Ask, again, change, files_of, run
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

Told = list[tuple[int, int]]


def ago(**kwargs: float) -> object:
    return timezone.now() - timedelta(**kwargs)


@pytest.fixture
def export(aurora: Workspace, finance: Membership, ask: Ask, announced: Told) -> Export:
    with enter(aurora.pk):
        SaleFactory()
    asked = ask(finance)
    announced.clear()
    return asked


def test_fresh_export_is_left_alone(export: Export, announced: Told) -> None:
    sweep()
    assert announced == []
    assert again(export).queued_at == export.queued_at


def test_export_that_no_worker_heard_of_is_announced_again(export: Export, announced: Told) -> None:
    change(export, queued_at=ago(seconds=61))
    sweep_exports()
    assert announced == [(export.workspace_id, export.pk)]
    sweep()
    assert len(announced) == 1


def test_flushed_queue_loses_no_export(
    finance: Membership, export: Export, ask: Ask, announced: Told
) -> None:
    exports = [export, *(ask(finance) for _ in range(9))]
    announced.clear()
    for waiting in exports:
        change(waiting, queued_at=ago(minutes=2))
    sweep()
    # One after the other: the end of each tells of the next, and the sweeper is not needed again.
    for place, waiting in enumerate(exports):
        assert announced[place:] == [(waiting.workspace_id, waiting.pk)]
        assert run(waiting).state == ExportState.READY
    assert len(announced) == len(exports)


def test_export_of_a_killed_worker_is_run_again(export: Export, announced: Told) -> None:
    change(export, state=ExportState.RUNNING, attempt=1, lease_until=ago(seconds=1), queued_at=ago(minutes=5))
    sweep()
    assert announced == [(export.workspace_id, export.pk)]
    done = run(export)
    assert (done.state, done.attempt, files_of(done)) == (ExportState.READY, 2, ["2.csv"])


def test_running_export_is_left_alone(export: Export, announced: Told) -> None:
    lease = timezone.now() + timedelta(seconds=30)
    running = change(
        export, state=ExportState.RUNNING, attempt=1, lease_until=lease, queued_at=ago(minutes=5)
    )
    sweep()
    assert announced == []
    assert run(export).attempt == running.attempt


def test_export_lost_three_times_has_failed(export: Export, announced: Told) -> None:
    """A poison export ends, with its reason, and others go on (T38)."""
    change(export, state=ExportState.RUNNING, attempt=3, lease_until=ago(seconds=1))
    sweep()
    failed = again(export)
    assert (failed.state, failed.failure) == (ExportState.FAILED, Failure.GIVEN_UP)
    assert announced == []
    assert run(export).state == ExportState.FAILED
    with enter(export.workspace_id):
        assert AuditEntry.objects.filter(action="export.failed").count() == 1


def test_expired_file_is_deleted_and_its_receipt_stays(export: Export) -> None:
    ready = run(export)
    assert files_of(ready) == ["1.csv"]
    sweep()
    assert again(export).state == ExportState.READY
    change(export, expires_at=ago(seconds=1))
    sweep()
    expired = again(export)
    assert (expired.state, expired.sha256, expired.sums) == (ExportState.EXPIRED, ready.sha256, ready.sums)
    assert files_of(expired) == []


def test_sweeper_finds_the_work_of_every_workspace(
    beacon: Beacon, stranger: Membership, export: Export, ask: Ask, announced: Told
) -> None:
    other = ask(stranger)
    announced.clear()
    assert workspaces_with_work() == []
    for stuck in (export, other):
        change(stuck, queued_at=ago(minutes=2))
    assert workspaces_with_work() == sorted([export.workspace_id, beacon.workspace.pk])
    sweep()
    assert sorted(announced) == sorted((stuck.workspace_id, stuck.pk) for stuck in (export, other))


def test_trouble_in_one_workspace_keeps_no_other_waiting(
    beacon: Beacon,
    stranger: Membership,
    export: Export,
    ask: Ask,
    announced: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = ask(stranger)
    announced.clear()
    for stuck in (export, other):
        change(stuck, queued_at=ago(minutes=2))
    sweep_workspace = sweeping.sweep_workspace
    first = min(export.workspace_id, beacon.workspace.pk)

    def break_in_the_first(workspace_id: int) -> None:
        if workspace_id == first:
            raise DatabaseError
        sweep_workspace(workspace_id)

    monkeypatch.setattr(sweeping, "sweep_workspace", break_in_the_first)
    sweep()
    assert [workspace_id for workspace_id, _ in announced] == [max(export.workspace_id, beacon.workspace.pk)]


def test_what_is_due_tells_ids_of_workspaces_only() -> None:
    """The function sees every workspace, so it is held to what it may say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_function_result(p.oid), prosecdef, proconfig,"
            " pg_get_userbyid(proowner) <> current_user, array_length(proacl, 1)"
            " FROM pg_proc p WHERE proname = 'exports_due'"
        )
        result, is_definer, config, is_not_ours, grants = cursor.fetchone()
    assert (result, is_definer, is_not_ours) == ("TABLE(workspace_id bigint)", True, True)
    assert config == ["search_path=pg_catalog, public, pg_temp"]
    assert grants == 2  # the owner's and the runtime role's


@pytest.fixture
def undeletable(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No file can be deleted while it lasts: the disk is read-only, or the bucket away."""

    def refuse(place: storage.Place) -> None:
        raise PermissionError(place.directory)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "remove_all", refuse)
        yield patch


def test_file_that_cannot_be_deleted_stops_nothing_and_goes_later(
    finance: Membership, export: Export, ask: Ask, announced: Told, undeletable: pytest.MonkeyPatch
) -> None:
    past = run(export)
    lost, waiting = ask(finance), ask(finance)
    change(past, expires_at=ago(seconds=1))
    change(lost, state=ExportState.RUNNING, attempt=3, lease_until=ago(seconds=1))
    change(waiting, queued_at=ago(minutes=2))
    announced.clear()
    for _round in range(2):
        sweep()
        assert announced == [(waiting.workspace_id, waiting.pk)]
        assert again(past).state == ExportState.EXPIRED
        assert (again(lost).state, again(lost).failure) == (ExportState.FAILED, Failure.GIVEN_UP)
        assert files_of(past) == ["1.csv"]
    undeletable.undo()
    assert workspaces_with_work() == [export.workspace_id]
    sweep()
    assert (files_of(past), workspaces_with_work()) == ([], [])
    with enter(export.workspace_id):
        assert AuditEntry.objects.filter(action="export.expired").count() == 1


def test_files_of_a_canceled_export_that_could_not_be_deleted_go_later(
    finance: Membership, export: Export, undeletable: pytest.MonkeyPatch
) -> None:
    place = attempts.place_of(export)
    place.directory.mkdir(parents=True)
    place.part(1).write_bytes(b"name")
    with enter_as(finance.workspace_id, finance.pk) as member:
        cancel_export(acting_member=member, export=export)
    undeletable.undo()
    sweep()
    assert files_of(export) == []


def test_anonymising_somebody_costs_an_export_no_attempt(export: Export, announced: Told) -> None:
    """Its last attempt is taken from it; that is no loss of a worker (see `atomicpay.privacy`)."""
    lease = timezone.now() + timedelta(seconds=30)
    change(export, state=ExportState.RUNNING, attempt=3, lease_until=lease)
    with enter(export.workspace_id):
        start_again(Export.objects.filter(state=ExportState.RUNNING))
    sweep()
    assert again(export).state == ExportState.QUEUED
    done = run(export)
    assert (done.state, done.attempt, files_of(done)) == (ExportState.READY, 4, ["4.csv"])


def test_export_that_was_started_again_is_given_up_after_as_many_losses(export: Export) -> None:
    change(export, state=ExportState.RUNNING, attempt=4, tries=4, lease_until=ago(seconds=1))
    sweep()
    assert again(export).failure == Failure.GIVEN_UP
