"""Pausing schedules, by hand or because they cannot go on, and counting what failed."""

from typing import Any

from django.db.models import F

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership

from .. import letters
from .models import Schedule
from .states import MOST_FAILURES, Pause, ScheduleState


def pause(schedule_id: int, reason: Pause, *, by: Membership | None = None, **fence: Any) -> bool:
    """Pause a schedule that is on; whether it was. Who did not do it themselves is told by mail.

    `fence`: values that it must still have, so that nobody pauses what was changed meanwhile.
    """
    active = Schedule.objects.active().filter(pk=schedule_id, **fence)
    if not active.update(state=ScheduleState.PAUSED, pause=reason, next_at=None):
        return False
    schedule = Schedule.objects.get(pk=schedule_id)
    record(
        "schedule.paused",
        acting_member=by,
        target=schedule,
        detail={"cause": reason.value, "failures": schedule.failures},
    )
    if by is None or by.pk != schedule.owner_id:
        letters.tell_of_pause(schedule)
    return True


def count_failure(schedule_id: int) -> None:
    """Note that a run of a schedule has failed; the third in a row pauses it."""
    schedule = Schedule.objects.select_for_update(no_key=True).filter(pk=schedule_id).first()
    if schedule is None:
        return
    Schedule.objects.filter(pk=schedule_id).update(failures=F("failures") + 1)
    if schedule.failures + 1 >= MOST_FAILURES:
        pause(schedule_id, Pause.FAILED)
