"""The day that is asked for: when it begins and ends in the workspace's zone, and the days around it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class BookDay:
    """A day of the books, from its first moment in the zone to before the first one of the next day.

    A day on which the clocks change has 23 or 25 hours; its bounds are right all the same.
    """

    on: date
    zone: ZoneInfo
    today: date

    @property
    def start(self) -> datetime:
        return _first_moment(self.on, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return _first_moment(self.on + timedelta(days=1), self.zone)

    @property
    def is_today(self) -> bool:
        """Then its end has not come, and the books stand as they do now."""
        return self.on == self.today

    @property
    def end_of_last_month(self) -> date:
        """The last day of the month before the one it is in."""
        return self.on.replace(day=1) - timedelta(days=1)

    def day_of(self, moment: datetime) -> date:
        """The day of a moment, in the same zone."""
        return moment.astimezone(self.zone).date()


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    """Midnight; where a change of the clocks leaves it out, the moment at which they are put forward."""
    return datetime.combine(day, time.min, tzinfo=zone)
