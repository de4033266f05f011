"""How much a member may ask for: so many exports in one day of the workspace, so many rows in one of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from atomicpay.workspaces.models import Membership

from .errors import CannotExport
from .models import Export
from .states import Failure


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a member has asked for today, and when the next day of the workspace begins."""

    asked: int
    a_day: int
    next_day: datetime

    @property
    def left(self) -> int:
        return max(0, self.a_day - self.asked)

    @property
    def is_short(self) -> bool:
        """Whether it is time to say so."""
        return self.left <= self.a_day // 10


def allowance_of(member: Membership) -> Allowance:
    """How many exports the member may still ask for today, whatever has become of those they asked for."""
    zone = member.workspace.zone
    midnight = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Export.objects.filter(requested_by=member, requested_at__gte=midnight).count()
    # Of the wall clock, which may be 23 or 25 hours on.
    return Allowance(asked, settings.EXPORTS_A_DAY, midnight + timedelta(days=1))


def assert_within_limits(member: Membership, rows: int) -> None:
    """Raise CannotExport for a member who has asked for too many today, or for a file of too many rows."""
    assert_not_too_long(rows)
    allowance = allowance_of(member)
    if not allowance.left:
        raise CannotExport(Failure.TOO_MANY, {"a_day": allowance.a_day})


def assert_not_too_long(rows: int) -> None:
    """Raise CannotExport for a file of too many rows: it is refused, and never cut short."""
    if rows > settings.EXPORT_MAX_ROWS:
        raise CannotExport(Failure.TOO_MANY_ROWS, {"rows": rows, "most": settings.EXPORT_MAX_ROWS})
