"""Scheduled exports: each due moment once, as their owner with their rights of then, or paused."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.saved_views.services import delete_view, save_view, unshare_view
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports import letters, tasks
from exports.models import Export, Schedule
from exports.schedules import services, starting
from exports.schedules.clock import Timing
from exports.schedules.errors import CannotSchedule, NotAllowed, Problem
from exports.schedules.services import MOST_SCHEDULES
from exports.schedules.sources import Source
from exports.schedules.states import Pause, Rhythm, ScheduleState
from exports.states import ExportState, Failure
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient
from tests.exports.conftest import DAILY, as_it_is, change, exports_of, now_is, run, table_of
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[..., MemberClient]


@pytest.fixture(autouse=True)
def mails(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, int]]]:
    """What the queue would have been told to mail, sent at once."""
    sent: list[tuple[str, dict[str, int]]] = []

    def send(task: str, kwargs: dict[str, int], **options: Any) -> None:
        sent.append((task, kwargs))
        getattr(tasks, task.rpartition(".")[2])(**kwargs)

    monkeypatch.setattr(letters.current_app, "send_task", send)
    return sent


def make_due(schedule: Schedule, days: int = 0) -> Schedule:
    """Its moment came so many days ago, or today."""
    zone = schedule.zone_info
    day = timezone.now().astimezone(zone).date() - timedelta(days=days)
    if schedule.timing.moment(day, zone) > timezone.now():
        day -= timedelta(days=1)
    return now_is(schedule, next_day=day, next_at=schedule.timing.moment(day, zone))


def start(schedule: Schedule) -> Export | None:
    return starting.start(workspace_id=schedule.workspace_id, schedule_id=schedule.pk)


def actions(workspace: Workspace) -> list[str]:
    with enter(workspace.pk):
        entries = AuditEntry.objects.filter(action__startswith="schedule.").order_by("pk")
        return list(entries.values_list("action", flat=True))


# When -------------------------------------------------------------------------------------------------------


def test_schedule_waits_for_its_moment(make: Callable[..., Schedule]) -> None:
    schedule = make()
    assert schedule.next_at is not None
    assert schedule.next_at > timezone.now()
    assert schedule.next_at.astimezone(schedule.zone_info).hour == 6
    assert start(schedule) is None
    assert (starting.due_schedules(), exports_of(schedule)) == ([], [])


def test_due_schedule_asks_once_and_is_ready_for_its_next_day(
    aurora: Workspace, make: Callable[..., Schedule]
) -> None:
    with enter(aurora.pk):
        sale = SaleFactory()
    schedule = make_due(make())
    assert starting.due_schedules() == [(aurora.pk, schedule.pk)]
    export = start(schedule)
    assert export is not None
    assert start(schedule) is None
    assert (export.scheduled_day, export.requested_at) == (schedule.next_day, schedule.next_at)
    after = as_it_is(schedule)
    assert after.next_day == schedule.next_day + timedelta(days=1)
    assert after.next_at is not None
    assert after.next_at > timezone.now()
    assert [row["reference"] for row in table_of(run(export))] == [sale.reference]
    assert len(exports_of(schedule)) == 1


def test_days_that_nobody_ran_are_made_up_for_once(make: Callable[..., Schedule]) -> None:
    schedule = make_due(make(), days=40)
    export = start(schedule)
    assert export is not None
    assert timezone.now() - export.requested_at < timedelta(days=1)
    assert start(schedule) is None
    assert len(exports_of(schedule)) == 1


def test_two_workers_and_many_beats_run_a_moment_once(
    aurora: Workspace, make: Callable[..., Schedule]
) -> None:
    """Claimed by six at the same moment: one export."""
    schedule = make_due(make())
    gate, results = threading.Barrier(6), []

    def compete() -> None:
        try:
            gate.wait()
            results.append(start(schedule))
        finally:
            connection.close()

    threads = [threading.Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([result for result in results if result is not None]) == 1
    assert len(exports_of(schedule)) == 1


def test_claim_is_of_the_day_that_was_found(make: Callable[..., Schedule]) -> None:
    """The planted hole: a worker that comes back with the day it saw before another had it takes nothing."""
    seen = make_due(make())
    assert start(seen) is not None
    with enter(seen.workspace_id):
        assert starting._claim(seen) is None
        Schedule.objects.filter(pk=seen.pk).update(next_day=seen.next_day, next_at=seen.next_at)
        # Without the fence the database itself refuses a second export of the day.
    change(exports_of(seen)[0], state=ExportState.CANCELED)
    with pytest.raises(Exception, match="export_schedule_day_once"):
        start(seen)
    assert len(exports_of(seen)) == 1


def test_schedule_that_was_moved_to_a_later_hour_meanwhile_is_not_taken(
    make: Callable[..., Schedule],
) -> None:
    """Its owner changes the hour between the look and the claim: the day is the same, its moment to come."""
    seen = make_due(make())
    now_is(seen, next_at=timezone.now() + timedelta(hours=1))
    with enter(seen.workspace_id):
        assert starting._claim(seen) is None
    assert as_it_is(seen).next_day == seen.next_day


def test_worker_that_dies_while_asking_has_taken_nothing(
    make: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = make_due(make())

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(services, "request_export", die)
        start(schedule)
    assert as_it_is(schedule).next_day == schedule.next_day
    assert exports_of(schedule) == []
    assert start(schedule) is not None


def test_next_one_waits_until_the_last_is_written(make: Callable[..., Schedule]) -> None:
    schedule = make_due(make(), days=1)
    first = start(schedule)
    assert first is not None
    make_due(schedule)
    assert (starting.due_schedules(), start(schedule)) == ([], None)
    run(first)
    now_is(schedule, next_day=date(2026, 1, 5), next_at=datetime.fromisoformat("2026-01-05T09:00Z"))
    change(first, scheduled_day=date(2020, 1, 1))
    assert start(schedule) is not None


def test_change_of_the_workspaces_zone_moves_the_moment_and_runs_no_day_twice(
    aurora: Workspace, make: Callable[..., Schedule]
) -> None:
    schedule = make()
    aurora.timezone = "Asia/Tokyo"
    aurora.save()
    assert starting.due_schedules() == [(aurora.pk, schedule.pk)]
    assert start(schedule) is None
    moved = as_it_is(schedule)
    assert (moved.zone, moved.next_day) == ("Asia/Tokyo", schedule.next_day)
    assert moved.next_at == DAILY.moment(schedule.next_day, aurora.zone)
    assert exports_of(schedule) == []


def test_period_is_counted_from_the_moment_it_was_due(
    aurora: Workspace, make: Callable[..., Schedule]
) -> None:
    schedule = make_due(make(query="date=yesterday"))
    export = start(schedule)
    assert export is not None
    yesterday = schedule.next_day - timedelta(days=1)
    assert any(str(yesterday.day) in part["value"] for part in export.filters)


def test_day_that_was_run_does_not_come_again_at_another_hour(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    """Moved to a later hour of the same day, and to an earlier one, and resumed after a pause."""
    schedule = make_due(make())
    export = start(schedule)
    assert export is not None
    run(export)
    for hour in (0, 23):
        with enter_as(aurora.pk, finance.pk) as member:
            services.change_schedule(
                acting_member=member,
                schedule=schedule,
                name="Vendas",
                timing=Timing(Rhythm.DAILY, hour),
                is_delta_only=False,
            )
            services.pause_schedule(acting_member=member, schedule=schedule)
            services.resume_schedule(acting_member=member, schedule=schedule)
        assert as_it_is(schedule).next_day > export.scheduled_day


def test_closed_workspace_runs_nothing_and_pauses_nothing(
    aurora: Workspace, make: Callable[..., Schedule]
) -> None:
    make_due(make())
    aurora.status = Workspace.Status.SUSPENDED
    aurora.save()
    assert starting.due_schedules() == []


# As whom ----------------------------------------------------------------------------------------------------


def test_schedule_runs_with_the_rights_its_owner_has_then(
    aurora: Workspace, course: Product, finance: Membership, make: Callable[..., Schedule]
) -> None:
    with enter(aurora.pk):
        inside, _outside = SaleFactory(product=course), SaleFactory()
    schedule = make_due(make())
    with enter(aurora.pk):
        ProductGrant.objects.create(membership=finance, product=course)
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
    export = start(schedule)
    assert export is not None
    assert [row["reference"] for row in table_of(run(export))] == [inside.reference]


def test_owner_without_the_right_pauses_it_and_is_told(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make_due(make())
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(role=Role.SUPPORT_AGENT)
    assert start(schedule) is None
    paused = as_it_is(schedule)
    assert (paused.state, paused.pause, paused.next_at) == (ScheduleState.PAUSED, Pause.NO_RIGHT, None)
    assert exports_of(schedule) == []
    (message,) = mail.outbox
    assert message.to == [finance.user.email]
    assert f"exports/schedules/{schedule.public_id}/" in message.body
    assert actions(aurora) == ["schedule.made", "schedule.paused"]


def test_owner_who_left_pauses_it_and_overseers_are_told(
    aurora: Workspace, finance: Membership, owner: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make_due(make())
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(ended_at=timezone.now())
    assert start(schedule) is None
    assert as_it_is(schedule).pause == Pause.OWNER_GONE
    assert [message.to for message in mail.outbox] == [[owner.user.email]]


def test_view_that_is_gone_or_not_shared_any_more_pauses_what_follows_it(
    aurora: Workspace, support_manager: Membership, finance: Membership, make: Callable[..., Schedule]
) -> None:
    page = get_list_page("sales")
    with enter_as(aurora.pk, support_manager.pk) as lead:
        views = [
            save_view(acting_member=lead, page=page, name=name, query="status=pending", is_shared=True)
            for name in ("a", "b")
        ]
    schedules = [make(source=Source(page, "", view)) for view in views]
    with enter_as(aurora.pk, support_manager.pk) as lead:
        delete_view(acting_member=lead, view=views[0])
        unshare_view(acting_member=lead, view=views[1])
    for schedule in schedules:
        assert start(make_due(schedule)) is None
        assert as_it_is(schedule).pause == Pause.VIEW_GONE


def test_schedule_of_a_view_lists_what_the_view_lists_then(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    page = get_list_page("sales")
    with enter_as(aurora.pk, finance.pk) as member:
        view = save_view(acting_member=member, page=page, name="a", query="status=pending")
    schedule = make_due(make(source=Source(page, "", view)))
    with enter(aurora.pk):
        type(view).objects.filter(pk=view.pk).update(query="currency=USD")
    export = start(schedule)
    assert export is not None
    assert export.query == "currency=USD"


def test_filter_that_is_not_known_any_more_pauses(make: Callable[..., Schedule]) -> None:
    schedule = now_is(make_due(make()), query="gone=1")
    assert start(schedule) is None
    assert as_it_is(schedule).pause == Pause.NOT_UNDERSTOOD


# How it ends ------------------------------------------------------------------------------------------------


def test_owner_is_mailed_the_link_and_never_the_file(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    with enter(aurora.pk):
        sale = SaleFactory(buyer_name="Antônia Figueirêdo")
    schedule = make_due(make(query="q=Ant%C3%B4nia", name="Compras da Antônia"))
    export = start(schedule)
    assert export is not None
    run(export)
    (message,) = mail.outbox
    assert message.to == [finance.user.email]
    assert f"/w/aurora-cursos/exports/{export.public_id}/" in message.body
    assert message.attachments == []
    for word in ("Antônia", "Compras", sale.reference, sale.buyer_email or "@nobody"):
        assert word not in message.body + message.subject


def test_third_failure_in_a_row_pauses_with_a_mail(
    finance: Membership, make: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = make()

    def ask() -> Export:
        export = start(make_due(schedule))
        assert export is not None
        # As if it had been on another day.
        return change(export, scheduled_day=None)

    def fail_once() -> None:
        export = ask()
        with monkeypatch.context() as broken:
            broken.setattr("exports.storage._make_directory", _no_room)
            assert run(export).failure == Failure.NO_ROOM

    fail_once()
    assert as_it_is(schedule).failures == 1
    run(ask())
    assert as_it_is(schedule).failures == 0
    mail.outbox.clear()
    fail_once()
    fail_once()
    assert (as_it_is(schedule).state, mail.outbox) == (ScheduleState.ACTIVE, [])
    fail_once()
    paused = as_it_is(schedule)
    assert (paused.state, paused.pause, paused.failures) == (ScheduleState.PAUSED, Pause.FAILED, 3)
    assert [message.to for message in mail.outbox] == [[finance.user.email]]


def _no_room(place: Any) -> None:
    raise OSError(28, "No space left on device")


# By hand ----------------------------------------------------------------------------------------------------


def test_run_now_leaves_the_clock_as_it_is(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make()
    with enter_as(aurora.pk, finance.pk) as member:
        export = services.run_now(acting_member=member, schedule=schedule)
    assert (export.schedule_id, export.scheduled_day) == (schedule.pk, None)
    assert as_it_is(schedule).next_day == schedule.next_day
    with enter_as(aurora.pk, finance.pk) as member, pytest.raises(CannotSchedule) as refused:
        services.run_now(acting_member=member, schedule=schedule)
    assert refused.value.problem is Problem.RUNNING


def test_paused_schedule_is_resumed_only_with_the_right(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make()
    with enter_as(aurora.pk, finance.pk) as member:
        services.pause_schedule(acting_member=member, schedule=schedule)
    assert as_it_is(schedule).pause == Pause.BY_HAND
    assert mail.outbox == []
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(role=Role.SUPPORT_AGENT)
    with (
        assert_unchanged(aurora.pk),
        enter_as(aurora.pk, finance.pk) as member,
        pytest.raises(CannotSchedule),
    ):
        services.resume_schedule(acting_member=member, schedule=schedule)
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(role=Role.FINANCE)
    with enter_as(aurora.pk, finance.pk) as member:
        resumed = services.resume_schedule(acting_member=member, schedule=schedule)
    assert (resumed.state, resumed.next_at) == (ScheduleState.ACTIVE, schedule.next_at)


def test_overseer_pauses_and_deletes_but_neither_runs_nor_changes(
    aurora: Workspace, owner: Membership, finance: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make()
    with enter_as(aurora.pk, owner.pk) as overseer:
        for act in (services.run_now, services.resume_schedule):
            with pytest.raises(NotAllowed):
                act(acting_member=overseer, schedule=schedule)
        with pytest.raises(NotAllowed):
            services.change_schedule(
                acting_member=overseer, schedule=schedule, name="x", timing=DAILY, is_delta_only=False
            )
        services.pause_schedule(acting_member=overseer, schedule=schedule)
    assert [message.to for message in mail.outbox] == [[finance.user.email]]
    with enter_as(aurora.pk, owner.pk) as overseer:
        services.delete_schedule(acting_member=overseer, schedule=schedule)
        assert not Schedule.objects.exists()


def test_exports_of_a_deleted_schedule_stay(
    aurora: Workspace, finance: Membership, make: Callable[..., Schedule]
) -> None:
    schedule = make_due(make())
    export = start(schedule)
    assert export is not None
    with enter_as(aurora.pk, finance.pk) as member:
        services.delete_schedule(acting_member=member, schedule=schedule)
    assert run(export).state == ExportState.READY


def test_member_has_so_many_schedules_and_no_more(make: Callable[..., Schedule]) -> None:
    for _ in range(MOST_SCHEDULES):
        make()
    with pytest.raises(CannotSchedule) as refused:
        make()
    assert refused.value.problem is Problem.TOO_MANY
