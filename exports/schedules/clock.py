"""When a schedule is due: days by the calendar, moments by the zone. Pure; no table, no clock of its own.

A schedule asks once on each of its days. Its moment is the first of the day at which the hour has come: where
the clocks leave the hour out, the moment after the gap; where it comes twice, the first of the two.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .states import Rhythm


@dataclass(frozen=True, slots=True)
class Timing:
    """Which days, and at which hour of them.

    `weekday` counts from Monday, 0, and is asked of a weekly one alone; `day` of a monthly one: 1 to 31, in a
    shorter month its last day.
    """

    rhythm: Rhythm
    hour: int
    weekday: int = 0
    day: int = 1

    def moment(self, on: date, zone: ZoneInfo) -> datetime:
        """When it is due on a day, in UTC. The zone's `fold` 0 is the first of two, and the end of a gap."""
        return datetime.combine(on, time(self.hour), tzinfo=zone).astimezone(UTC)

    def falls_on(self, day: date) -> bool:
        """Whether a day is one of its days."""
        if self.rhythm == Rhythm.WEEKLY:
            return day.weekday() == self.weekday
        if self.rhythm == Rhythm.MONTHLY:
            return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True

    def day_from(self, day: date) -> date:
        """The first of its days that is not before a day."""
        while not self.falls_on(day):
            day += timedelta(days=1)
        return day

    def day_after(self, day: date) -> date:
        """The first of its days after a day."""
        return self.day_from(day + timedelta(days=1))

    def next_day(self, now: datetime, zone: ZoneInfo) -> date:
        """The day of the first moment after `now`; one that is just now has been."""
        day = self.day_from(now.astimezone(zone).date() - timedelta(days=1))
        while self.moment(day, zone) <= now:
            day = self.day_after(day)
        return day

    def last_day_due(self, first: date, now: datetime, zone: ZoneInfo) -> date:
        """The latest of its days from `first` on that is due by `now`: those before it were missed.

        `first` must be due itself.
        """
        # Not from `first` day by day: a workspace may come back after years.
        day = self.day_from(max(first, now.astimezone(zone).date() - timedelta(days=32)))
        due = first
        while self.moment(day, zone) <= now:
            due, day = day, self.day_after(day)
        return due
