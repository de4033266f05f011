"""Days that a filter is about: as somebody writes them, or as a period that moves with time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Period(TextChoices):
    """Days counted from today. Months and years are whole: what is planned lies ahead of today."""

    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    LAST_7_DAYS = "last_7_days", _("Last 7 days")
    LAST_30_DAYS = "last_30_days", _("Last 30 days")
    LAST_90_DAYS = "last_90_days", _("Last 90 days")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_YEAR = "this_year", _("This year")
    NEXT_7_DAYS = "next_7_days", _("Next 7 days")
    NEXT_30_DAYS = "next_30_days", _("Next 30 days")

    def days(self, today: date) -> "Days":
        """The days that it means on a day: the last and the next ones have today among them."""
        start, end = _BOUNDS[self](today)
        return Days(start, end, self)


AHEAD: Final = (Period.NEXT_7_DAYS, Period.NEXT_30_DAYS)
PAST: Final = tuple(period for period in Period if period not in AHEAD)
"""What every date has; the others suit one that may lie ahead."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day and before the last; either may be open. `period` is what they were asked for as."""

    start: date | None
    end: date | None
    period: Period | None = None

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """When the range starts and ends: midnight in the zone, or the day's first moment where a change of
        the clocks leaves midnight out."""
        return self._midnight(self.start, zone), self._midnight(self.end, zone)

    @staticmethod
    def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
        return datetime.combine(day, time.min, tzinfo=zone) if day else None


_Bounds = Callable[[date], tuple[date, date]]


def _around(first: int, after: int) -> _Bounds:
    """From so many days after today, before so many."""
    return lambda today: (today + timedelta(days=first), today + timedelta(days=after))


def _month(day: date, later: int) -> date:
    """The first day of the month so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


_BOUNDS: Final[dict[Period, _Bounds]] = {
    Period.TODAY: _around(0, 1),
    Period.YESTERDAY: _around(-1, 0),
    Period.LAST_7_DAYS: _around(-6, 1),
    Period.LAST_30_DAYS: _around(-29, 1),
    Period.LAST_90_DAYS: _around(-89, 1),
    Period.THIS_MONTH: lambda today: (_month(today, 0), _month(today, 1)),
    Period.LAST_MONTH: lambda today: (_month(today, -1), _month(today, 0)),
    Period.THIS_YEAR: lambda today: (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
    Period.NEXT_7_DAYS: _around(0, 7),
    Period.NEXT_30_DAYS: _around(0, 30),
}
