"""Schedules in words: when they ask, where they stand."""

from typing import Any, Final

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.html import status
from atomicpay.ui.money import active_language

from .clock import Timing
from .errors import Problem
from .models import Schedule
from .states import Rhythm, ScheduleState

PROBLEMS: Final[dict[Problem, str | Promise]] = {
    Problem.NO_RIGHT: _("You may not export this list, or one of its columns."),
    Problem.NOT_UNDERSTOOD: _("The list has a filter or a column that is not known any more."),
    Problem.VIEW_GONE: _("The saved view is gone, or no longer shared with you."),
    Problem.TOO_MANY: _("You have 20 scheduled exports already. Delete one first."),
    Problem.RUNNING: _("Its file is being written already."),
    Problem.HAS_FAILED: _("It could not be asked for just now. Try again later."),
}


def weekday_words(weekday: int) -> str:
    """The name of a day of the week; 0 is Monday."""
    names = Locale.parse(active_language(), sep="-").days["format"]["wide"]
    return str(names[weekday])


def timing_words(timing: Timing) -> str:
    """When it asks: "every Monday at 06:00"."""
    hour = f"{timing.hour:02}:00"
    if timing.rhythm is Rhythm.WEEKLY:
        words = gettext("every %(weekday)s at %(hour)s")
        return words % {"weekday": weekday_words(timing.weekday), "hour": hour}
    if timing.rhythm is Rhythm.MONTHLY:
        words = gettext("on day %(day)s of every month at %(hour)s")
        return words % {"day": timing.day, "hour": hour}
    return gettext("every day at %(hour)s") % {"hour": hour}


def state_mark(schedule: Schedule) -> Any:
    """Its state, as a mark."""
    tone = "ok" if schedule.state == ScheduleState.ACTIVE else "off"
    return status(tone, schedule.get_state_display())
