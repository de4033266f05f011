"""Facts out of the JSON that the database made of rows. No query is made here."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from atomicpay.catalog.models import PaymentModel, Plan
from sales.usual import is_told_of

from .facts import DisputeFact, GrantFact, ProductFacts, SaleFact, SubscriptionFact

Row = Mapping[str, Any]
Called = Mapping[str, Mapping[int, str]]
"""The public id of each sale and subscription that was read, by its key."""


def product_of(
    row: Row,
    sales: Iterable[SaleFact],
    subscriptions: Iterable[SubscriptionFact],
    grants: Iterable[GrantFact],
    told: Iterable[bool] = (),
) -> ProductFacts:
    """`told` is of each of the product's latest sales whether access to it was reported."""
    of_others = list(told)
    return ProductFacts(
        public_id=row["public_id"],
        name=row["name"],
        delivery=row["delivery"],
        platform=row["delivery_platform"],
        links=tuple(_links(row["delivery_links"])),
        usual_minutes=row["access_within_minutes"],
        support_email=row["support_email"],
        sales=tuple(sales),
        subscriptions=tuple(subscriptions),
        grants=tuple(grants),
        is_told_of_others=is_told_of(sum(of_others), len(of_others)),
    )


def sale_of(row: Row, called: Called) -> SaleFact:
    plan, paid_at = row["plan"], _moment(row["approved_at"] or row["ordered_at"])
    return SaleFact(
        public_id=row["public_id"],
        status=row["status"],
        ordered_at=datetime.fromisoformat(row["ordered_at"]),
        reference=row["reference"],
        amount=row["amount_charged"],
        currency=row["currency"],
        approved_at=_moment(row["approved_at"]),
        method=row["method"],
        is_test=row["is_test"],
        refunded=row["refunded"] or 0,
        refunding=row["refunding"] or 0,
        has_failed_refund=row["failed"] is not None,
        refunded_at=_moment(row["refunded_at"]),
        disputes=tuple(_dispute(each) for each in row["disputes"]),
        subscription=_called(called, "subscription", row["subscription_id"]),
        charge_number=row["recurrence_number"],
        payment_model=plan["payment_model"] or PaymentModel.ONE_TIME,
        plan_type=plan["plan_type"] or Plan.Type.STANDARD,
        pays_until=period_end(paid_at, plan["interval"], plan["interval_count"]) if paid_at else None,
    )


def subscription_of(row: Row) -> SubscriptionFact:
    plan = row["plan"]
    return SubscriptionFact(
        public_id=row["public_id"],
        status=row["status"],
        started_at=datetime.fromisoformat(row["started_at"]),
        trial_ends_at=_moment(row["trial_ends_at"]),
        current_period_end=_moment(row["current_period_end"]),
        next_charge_at=_moment(row["next_charge_at"]),
        cancel_at_period_end=row["cancel_at_period_end"],
        canceled_at=_moment(row["canceled_at"]),
        ended_at=_moment(row["ended_at"]),
        canceled_by=row["canceled_by"],
        charges_count=row["charges_count"],
        payment_model=plan["payment_model"] or PaymentModel.RECURRING,
        max_charges=plan["max_charges"],
    )


def grant_of(row: Row, called: Called) -> GrantFact:
    return GrantFact(
        status=row["status"],
        recorded_at=datetime.fromisoformat(row["created_at"]),
        is_manual=row["is_manual"],
        granted_at=_moment(row["granted_at"]),
        expires_at=_moment(row["expires_at"]),
        revoked_at=_moment(row["revoked_at"]),
        revoke_reason=row["revoke_reason"],
        first_access_at=_moment(row["first_access_at"]),
        sale=_called(called, "sale", row["sale_id"]),
        subscription=_called(called, "subscription", row["subscription_id"]),
    )


def period_end(start: datetime, interval: str | None, count: int | None) -> datetime | None:
    """The end of a period of a plan; the 31st becomes the last day of a short month. None for no interval."""
    number = count or 1
    if interval in (Plan.Interval.DAY, Plan.Interval.WEEK):
        return start + timedelta(days=number * (7 if interval == Plan.Interval.WEEK else 1))
    if interval not in (Plan.Interval.MONTH, Plan.Interval.YEAR):
        return None
    months = start.year * 12 + start.month - 1 + number * (12 if interval == Plan.Interval.YEAR else 1)
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def _dispute(row: Row) -> DisputeFact:
    return DisputeFact(row["status"], _moment(row["closed_at"] or row["opened_at"]), row["kind"])


def _links(links: Any) -> Iterable[tuple[str, str]]:
    """The links of a product that have an address; the column takes any JSON."""
    for each in links if isinstance(links, list) else ():
        url = each.get("url") if isinstance(each, dict) else None
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            yield str(each.get("label") or url), url


def _called(called: Called, kind: str, key: int | None) -> str:
    """The public id of what a row names; of what was not read, a name that is nothing else's."""
    return "" if key is None else called[kind].get(key, f"{kind} {key}")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
