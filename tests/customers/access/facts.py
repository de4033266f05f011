"""Facts for the rules of access, as short as a case in a table; nothing here is stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from customers.access.facts import DisputeFact, GrantFact, ProductFacts, SaleFact, SubscriptionFact
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)


def days(number: float) -> datetime:
    """A moment some days from now; before it, where the number is negative."""
    return NOW + timedelta(days=number)


def sale(status: str = SaleStatus.APPROVED, **facts: Any) -> SaleFact:
    """Ten days old, 100.00, paid the minute it was ordered."""
    given: dict[str, Any] = {"public_id": "sale", "ordered_at": days(-10), "amount": 10000} | facts
    return SaleFact(status=status, **given)


def lost(at: datetime | None = None) -> DisputeFact:
    """Lost two days ago."""
    return DisputeFact(DisputeStatus.LOST, at or days(-2))


def dispute(status: str) -> DisputeFact:
    return DisputeFact(status, days(-3))


def subscription(status: str = SubscriptionStatus.ACTIVE, **facts: Any) -> SubscriptionFact:
    """Forty days old, paid until twenty days from now."""
    given: dict[str, Any] = {
        "public_id": "sub",
        "started_at": days(-40),
        "current_period_end": days(20),
    } | facts
    return SubscriptionFact(status=status, **given)


def charge(status: str = SaleStatus.APPROVED, **facts: Any) -> SaleFact:
    """A charge of that subscription."""
    return sale(
        status, **{"public_id": "charge", "subscription": "sub", "payment_model": "recurring"} | facts
    )


def grant(status: str = AccessStatus.GRANTED, **facts: Any) -> GrantFact:
    """Reported two minutes after the sale, for it."""
    at = days(-10) + timedelta(minutes=2)
    times: dict[str, Any] = {"granted_at": at} if status == AccessStatus.GRANTED else {}
    if status == AccessStatus.REVOKED:
        times = {"granted_at": at, "revoked_at": days(-1)}
    given: dict[str, Any] = {"recorded_at": at, "sale": "sale"} | times | facts
    return GrantFact(status, **given)


def by_hand(status: str = AccessStatus.GRANTED, **facts: Any) -> GrantFact:
    """The same by a person, about nothing that was bought."""
    given: dict[str, Any] = {"is_manual": True, "sale": ""} | facts
    return grant(status, **given)


def product(*rows: SaleFact | SubscriptionFact | GrantFact, **facts: Any) -> ProductFacts:
    """A course on a members area with these rows."""
    given: dict[str, Any] = {"public_id": "product", "name": "Luz e Cor", "usual_minutes": 15} | facts
    return replace(
        ProductFacts(**given),
        sales=tuple(row for row in rows if isinstance(row, SaleFact)),
        subscriptions=tuple(row for row in rows if isinstance(row, SubscriptionFact)),
        grants=tuple(row for row in rows if isinstance(row, GrantFact)),
    )
