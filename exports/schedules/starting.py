"""Asking for what is due: each day of a schedule once, however many beats and workers there are.

A day belongs to whoever moves `next_day` on, in one UPDATE that names the day it found, and in the very
transaction that asks for the export. So a worker that dies has taken nothing, and the next one finds it due.
"""

from datetime import date
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils import timezone

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter

from ..errors import CannotExport
from ..models import Export
from . import pausing
from .errors import CannotSchedule
from .models import Schedule
from .services import ask
from .sources import PAUSE_FOR, PROBLEM_OF
from .states import Pause

log = structlog.get_logger(__name__)


def due_schedules() -> list[tuple[int, int]]:
    """(workspace, schedule) of all that is due: hints only, each is looked at again when it is started."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspace_id FROM export_schedules_due()")
        workspaces = [workspace_id for (workspace_id,) in cursor.fetchall()]
    found: list[tuple[int, int]] = []
    for workspace_id in workspaces:
        try:
            with enter(workspace_id):
                due = Schedule.objects.due().without_open_export().order_by("next_at", "pk")
                found += [(workspace_id, pk) for pk in due.values_list("pk", flat=True)]
        except DatabaseError:
            log.warning("schedules_not_looked_for", workspace_id=workspace_id, exc_info=True)
    return found


def start(*, workspace_id: int, schedule_id: int) -> Export | None:
    """Ask for the file of a schedule if it is due; None where there is nothing to do, or it cannot be had."""
    with enter(workspace_id):
        due = Schedule.objects.due().without_open_export().select_related("workspace")
        schedule = due.filter(pk=schedule_id).first()
        if schedule is None or _is_of_another_zone(schedule):
            return None
    try:
        with enter_as(workspace_id, schedule.owner_id) as member:
            day = _claim(schedule)
            if day is None:
                return None
            return ask(schedule, member, at=schedule.timing.moment(day, schedule.zone_info), day=day)
    except Membership.DoesNotExist:
        _give_up(schedule, Pause.OWNER_GONE)
    except CannotSchedule as error:
        _give_up(schedule, PAUSE_FOR.get(error.problem))
    except CannotExport as error:
        problem = PROBLEM_OF.get(error.failure)
        _give_up(schedule, PAUSE_FOR[problem] if problem else None)
    return None


def _claim(schedule: Schedule) -> date | None:
    """Take the day that is due, and those missed before it; None where somebody else has it."""
    timing, zone = schedule.timing, schedule.zone_info
    day = timing.last_day_due(schedule.next_day, timezone.now(), zone)
    following = timing.day_after(day)
    # No condition on another table: the row is then judged as it is when the lock is had, not as it was.
    is_ours = (
        Schedule.objects.active()
        .filter(**_fence(schedule), next_at__lte=Now())
        .update(next_day=following, next_at=timing.moment(following, zone))
    )
    return day if is_ours else None


def _give_up(schedule: Schedule, reason: Pause | None) -> None:
    """Nothing was asked for: pause it for what no further run puts right, or count a failed run."""
    with enter(schedule.workspace_key):
        if reason is not None:
            pausing.pause(schedule.pk, reason, next_day=schedule.next_day)
        elif _claim(schedule) is not None:
            pausing.count_failure(schedule.pk)


def _is_of_another_zone(schedule: Schedule) -> bool:
    """Whether the workspace has changed its zone; the day then has another moment, which is set."""
    zone = schedule.workspace.zone
    if schedule.zone == str(zone):
        return False
    moment = schedule.timing.moment(schedule.next_day, zone)
    Schedule.objects.active().filter(**_fence(schedule)).update(zone=str(zone), next_at=moment)
    return True


def _fence(schedule: Schedule) -> dict[str, Any]:
    return {"pk": schedule.pk, "next_day": schedule.next_day, "zone": schedule.zone}
