"""Whether a subscription pays for access at a moment, from its state and dates alone.

The rules of access and the checks ask this one, so that a card and a check cannot answer differently.
"""

from datetime import datetime
from typing import Final

from .lifecycle import SubscriptionStatus

_S = SubscriptionStatus

CHARGING: Final = (_S.TRIALING, _S.ACTIVE, _S.PAST_DUE)
"""What is charged again, or is tried to be."""

SUBSCRIBED: Final = (_S.TRIALING, _S.ACTIVE)
"""What is paid up, or on trial."""

OVER: Final = (_S.CANCELED, _S.EXPIRED)


def end_of(
    status: str,
    *,
    paid_until: datetime | None,
    ended_at: datetime | None,
    canceled_at: datetime | None,
    is_last_period: bool,
) -> datetime | None:
    """When it stops paying for access; None where that is not on record, or where it goes on.

    `paid_until` is the end of the paid period, or of the trial before there was one.
    """
    if status in OVER:
        # Ended at once, or at the end of what was paid: whichever came first.
        known = list(filter(None, (ended_at, paid_until)))
        if status == _S.EXPIRED and not known:
            return canceled_at
        return min(known, default=None)
    return paid_until if is_last_period and status in (_S.ACTIVE, _S.TRIALING) else None


def is_over(status: str, end: datetime | None, *, is_paid_in_full: bool, at: datetime) -> bool:
    """Whether its end has come. At the very moment of the period's end it has."""
    if is_paid_in_full:
        return False
    return status == _S.EXPIRED or (end is not None and end <= at)


def is_running(status: str, end: datetime | None, *, is_paid_in_full: bool, at: datetime) -> bool:
    """Whether it pays for access: charged and not over, canceled and paid until later, or paid in full."""
    if is_paid_in_full:
        return True
    if status in CHARGING:
        return not is_over(status, end, is_paid_in_full=False, at=at)
    return status == _S.CANCELED and end is not None and end > at
