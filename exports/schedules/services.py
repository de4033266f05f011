"""What members do with schedules: make, change, pause, resume, delete, and run one now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership

from ..dialects import Dialect
from ..errors import CannotExport
from ..models import Export
from ..services import request_export
from ..states import OPEN
from . import pausing
from .clock import Timing
from .errors import CannotSchedule, NotAllowed, Problem
from .models import Schedule
from .querysets import OVERSEE
from .sources import PROBLEM_OF, Source, check, query_of, query_of_view
from .states import Pause, ScheduleState

MOST_SCHEDULES: Final = 20
"""Of one member in one workspace."""


@transaction.atomic
def make_schedule(
    *,
    acting_member: Membership,
    name: str,
    source: Source,
    columns: Sequence[str],
    timing: Timing,
    dialect: str = Dialect.STANDARD,
    is_delta_only: bool = False,
) -> Schedule:
    """Let a file be asked for by the clock, for the member. Raises CannotSchedule."""
    query = query_of_view(source.page, source.view, acting_member) if source.view else source.query
    check(source.page.name, query, columns, acting_member)
    # Two at once wait for each other here, so that both are counted.
    Membership.objects.select_for_update(no_key=True).get(pk=acting_member.pk)
    if Schedule.objects.filter(owner=acting_member).count() >= MOST_SCHEDULES:
        raise CannotSchedule(Problem.TOO_MANY)
    schedule = Schedule(
        name=" ".join(name.split()),
        owner=acting_member,
        page=source.page.name,
        query=source.query,
        is_of_view=source.view is not None,
        view=source.view,
        columns=list(columns),
        dialect=Dialect(dialect),
        is_delta_only=is_delta_only,
    )
    _set_timing(schedule, timing, acting_member)
    schedule.save()
    _log("schedule.made", acting_member, schedule)
    return schedule


@transaction.atomic
def change_schedule(
    *, acting_member: Membership, schedule: Schedule, name: str, timing: Timing, is_delta_only: bool
) -> Schedule:
    """Change its name, when it asks and what it mails. Raises NotAllowed."""
    schedule = _lock_own(acting_member, schedule)
    schedule.name, schedule.is_delta_only = " ".join(name.split()), is_delta_only
    if timing != schedule.timing:
        _set_timing(schedule, timing, acting_member)
    if schedule.state == ScheduleState.PAUSED:
        schedule.next_at = None
    schedule.save()
    _log("schedule.changed", acting_member, schedule)
    return schedule


@transaction.atomic
def pause_schedule(*, acting_member: Membership, schedule: Schedule) -> Schedule:
    """Let the clock ask no more until it is resumed; twice is once. Raises NotAllowed."""
    _require(acting_member, schedule)
    pausing.pause(schedule.pk, Pause.BY_HAND, by=acting_member)
    return Schedule.objects.get(pk=schedule.pk)


@transaction.atomic
def resume_schedule(*, acting_member: Membership, schedule: Schedule) -> Schedule:
    """Let the clock ask again from its next moment on; twice is once.

    Raises NotAllowed, and CannotSchedule where the reason of the pause still holds.
    """
    schedule = _lock_own(acting_member, schedule)
    if schedule.state == ScheduleState.ACTIVE:
        return schedule
    check(schedule.page, query_of(schedule, acting_member), schedule.columns, acting_member)
    schedule.state, schedule.pause, schedule.failures = ScheduleState.ACTIVE, "", 0
    _set_timing(schedule, schedule.timing, acting_member)
    schedule.save()
    _log("schedule.resumed", acting_member, schedule)
    return schedule


@transaction.atomic
def delete_schedule(*, acting_member: Membership, schedule: Schedule) -> None:
    """Delete it; the exports it asked for stay. Raises NotAllowed."""
    _require(acting_member, schedule)
    _log("schedule.deleted", acting_member, schedule)
    schedule.delete()


@transaction.atomic
def run_now(*, acting_member: Membership, schedule: Schedule) -> Export:
    """Ask for its file now, beside the clock. Raises NotAllowed and CannotSchedule."""
    schedule = _lock_own(acting_member, schedule)
    if Export.objects.filter(schedule=schedule, state__in=OPEN).exists():
        raise CannotSchedule(Problem.RUNNING)
    try:
        return ask(schedule, acting_member, at=timezone.now())
    except CannotExport as error:
        raise CannotSchedule(PROBLEM_OF.get(error.failure, Problem.HAS_FAILED)) from error


def ask(schedule: Schedule, member: Membership, *, at: datetime, day: date | None = None) -> Export:
    """Ask for the file of a schedule as its owner; raises CannotExport and CannotSchedule.

    Periods are counted from `at`: of what the clock asks for a `day`, the moment at which it was due, however
    late that is done.
    """
    query = query_of(schedule, member)
    # Asking anew would pass over a name that the list knows no more, and so list more than was meant.
    check(schedule.page, query, schedule.columns, member, at)
    return request_export(
        acting_member=member,
        page=schedule.page,
        query=query,
        columns=schedule.columns,
        dialect=schedule.dialect,
        at=at,
        schedule=schedule,
        scheduled_day=day,
    )


def may_handle(member: Membership, schedule: Schedule) -> bool:
    """Whether the member may pause and delete it."""
    return bool(schedule.owner_id == member.pk) or member.may(OVERSEE)


def _require(member: Membership, schedule: Schedule) -> None:
    if not may_handle(member, schedule):
        raise NotAllowed


def _lock_own(member: Membership, schedule: Schedule) -> Schedule:
    """The schedule as it is now, locked: only its owner changes or runs it, for it has the owner's rights."""
    if schedule.owner_id != member.pk:
        raise NotAllowed
    locked: Schedule = Schedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    return locked


def _set_timing(schedule: Schedule, timing: Timing, member: Membership) -> None:
    """When it asks next, in the zone that the workspace has now."""
    zone = member.workspace.zone
    schedule.rhythm, schedule.hour = timing.rhythm, timing.hour
    schedule.weekday, schedule.day = timing.weekday, timing.day
    schedule.zone = str(zone)
    schedule.next_day = timing.next_day(timezone.now(), zone)
    # A day that it has asked on is over, at whatever hour it would come again.
    asked = Export.objects.filter(schedule=schedule.pk, scheduled_day__gte=schedule.next_day)
    if last := asked.aggregate(day=Max("scheduled_day"))["day"]:
        schedule.next_day = timing.day_after(last)
    schedule.next_at = timing.moment(schedule.next_day, zone)


def _log(action: str, member: Membership, schedule: Schedule) -> None:
    """What is looked for in a schedule, and its name, may be a person's: the log says only of which list."""
    record(action, acting_member=member, target=schedule, detail={"page": schedule.page})
