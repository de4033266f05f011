"""Who had access as of a day: the rules of today over the facts of that day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from atomicpay.catalog.models import PaymentModel, Plan
from customers.access.facts import DisputeFact, GrantFact, ProductFacts, SaleFact, SubscriptionFact
from customers.access.reading import period_end
from customers.access.rules import Decision, decide
from sales.as_of import plain
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.as_of import SubscriptionThen

from .access_rows import ProductRow, SaleRow, reports_about, sales_of_each_product

ALL, FEW = 1_000, 3
MANY: Final = 300
"""Of a customer with more sales than this the last FEW of each product decide."""


class AccessThen(NamedTuple):
    """The decision about a product at the end of a day."""

    product: ProductFacts
    decision: Decision


class DecidedThen(NamedTuple):
    """The decisions, and how many products were left out because subscriptions decide them."""

    products: list[AccessThen]
    withheld: int


class _Report(NamedTuple):
    """The columns of `reports_about`."""

    id: int
    product: Any
    sale_id: int | None
    subscription_id: int | None
    status: str
    is_manual: bool
    granted_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    revoke_reason: str
    first_access_at: datetime | None
    created_at: datetime


def access_at(
    customer_id: int, moment: datetime, subscriptions: Iterable[SubscriptionThen] | None, number_of_sales: int
) -> DecidedThen:
    """The decision about each product a customer had anything of before a moment, by name.

    `subscriptions` are None for a member who may not see them, who is then told nothing of what they decide.
    """
    per_product = ALL if number_of_sales <= MANY else FEW
    sales = sales_of_each_product(customer_id=customer_id, moment=moment, per_product=per_product)
    held = list(subscriptions or ())
    reports = reports_about(
        customer_id=customer_id,
        sales=[sale.pk for _product, sale in sales],
        subscriptions=[each.subscription.pk for each in held],
    )
    hidden: set[ProductRow] = set()
    if subscriptions is None:
        hidden = {product for product, sale in sales if sale.subscription_id}
        sales = [(product, sale) for product, sale in sales if product not in hidden]
    facts = _facts(sales, held, [_Report(*row) for row in reports], moment)
    # The last moment of the day: what ends at midnight was still there.
    last = moment - timedelta(microseconds=1)
    decided = [AccessThen(each, decide(each, last)) for each in facts]
    by_name = sorted(decided, key=lambda each: (each.product.name.casefold(), each.product.public_id))
    return DecidedThen(by_name, len(hidden))


def _facts(
    sales: list[tuple[ProductRow, SaleRow]],
    held: list[SubscriptionThen],
    reports: list[_Report],
    moment: datetime,
) -> Iterator[ProductFacts]:
    products: dict[Any, ProductRow] = {}
    of_sales: dict[Any, list[SaleFact]] = defaultdict(list)
    of_subscriptions: dict[Any, list[SubscriptionFact]] = defaultdict(list)
    of_reports: dict[Any, list[GrantFact]] = defaultdict(list)
    called = {each.subscription.pk: str(each.subscription.public_id) for each in held}
    for product, sale in sales:
        products[product.public_id] = product
        of_sales[product.public_id].append(_sale(sale, called, moment))
    for each in held:
        sold = each.subscription.product
        products[sold.public_id] = ProductRow(*(getattr(sold, name) for name in ProductRow._fields))
        of_subscriptions[sold.public_id].append(_subscription(each, moment))
    of_sale = {sale.pk: str(sale.public_id) for _product, sale in sales}
    for report in reports:
        if report.product in products and (fact := grant_then(report, of_sale, called, moment)):
            of_reports[report.product].append(fact)
    for key, product in products.items():
        yield ProductFacts(
            public_id=str(key),
            name=product.name,
            delivery=product.delivery,
            platform=product.delivery_platform,
            usual_minutes=product.access_within_minutes,
            support_email=product.support_email,
            sales=tuple(of_sales[key]),
            subscriptions=tuple(of_subscriptions[key]),
            grants=tuple(of_reports[key]),
            # What was told of other buyers by then is not looked up: a silence of long ago is not judged.
            is_told_of_others=False,
        )


def _sale(row: SaleRow, called: dict[int, str], moment: datetime) -> SaleFact:
    approved = _past(row.approved_at, moment)
    status = plain(row.then)
    paid_at, contested = approved or row.ordered_at, status == SaleStatus.DISPUTED
    charge_of = row.subscription_id
    return SaleFact(
        public_id=str(row.public_id),
        status=status,
        ordered_at=row.ordered_at,
        reference=row.reference,
        amount=row.amount,
        currency=row.currency,
        approved_at=approved,
        method=row.method,
        is_test=row.is_test,
        refunded=row.refunded or 0,
        refunding=row.refunding or 0,
        has_failed_refund=row.has_failed_refund,
        refunded_at=row.refunded_at,
        disputes=tuple(dispute_was(each, moment, is_contested=contested) for each in row.disputes),
        subscription=called.get(charge_of, f"subscription {charge_of}") if charge_of else "",
        charge_number=row.recurrence_number,
        payment_model=row.payment_model or PaymentModel.ONE_TIME,
        plan_type=row.plan_type or Plan.Type.STANDARD,
        pays_until=period_end(paid_at, row.interval, row.interval_count),
    )


def dispute_was(row: dict[str, str], moment: datetime, *, is_contested: bool) -> DisputeFact:
    """A dispute before a moment; one that was closed later had been open where its sale was disputed."""
    opened = datetime.fromisoformat(row["opened_at"])
    closed = datetime.fromisoformat(row["closed_at"]) if row["closed_at"] else None
    status = row["status"]
    if closed is None or closed < moment or status in (DisputeStatus.OPEN, DisputeStatus.INQUIRY):
        return DisputeFact(status, _past(closed, moment) or opened, row["kind"])
    was_open = is_contested or status in (DisputeStatus.WON, DisputeStatus.LOST)
    return DisputeFact(DisputeStatus.OPEN if was_open else DisputeStatus.INQUIRY, opened, row["kind"])


def _subscription(then: SubscriptionThen, moment: datetime) -> SubscriptionFact:
    """The end of the paid period is not on record as it was: an earlier one has been overwritten."""
    row = then.subscription
    canceled = _past(row.canceled_at, moment)
    return SubscriptionFact(
        public_id=str(row.public_id),
        status=then.status,
        started_at=row.started_at,
        trial_ends_at=row.trial_ends_at,
        current_period_end=row.current_period_end,
        next_charge_at=row.next_charge_at,
        cancel_at_period_end=row.cancel_at_period_end and not then.was_scheduled_later,
        canceled_at=canceled,
        ended_at=_past(row.ended_at, moment),
        canceled_by=row.canceled_by if canceled else "",
        charges_count=row.charges_count,
        payment_model=row.plan.payment_model if row.plan else PaymentModel.RECURRING,
        max_charges=row.plan.max_charges if row.plan else None,
    )


def grant_then(
    report: _Report, of_sale: dict[int, str], called: dict[int, str], moment: datetime
) -> GrantFact | None:
    """What had been reported before a moment; None where nothing had. An end that came later is undone."""
    begun = report.granted_at or report.created_at
    if min(begun, report.created_at) >= moment:
        return None
    fact = GrantFact(
        status=report.status,
        recorded_at=report.created_at,
        is_manual=report.is_manual,
        granted_at=_past(report.granted_at, moment),
        expires_at=report.expires_at,
        revoked_at=_past(report.revoked_at, moment),
        revoke_reason=report.revoke_reason,
        first_access_at=_past(report.first_access_at, moment),
        sale=of_sale.get(report.sale_id, f"sale {report.sale_id}") if report.sale_id else "",
        subscription=called.get(report.subscription_id, f"subscription {report.subscription_id}")
        if report.subscription_id
        else "",
    )
    if begun >= moment:
        return replace(fact, status=AccessStatus.PENDING, revoke_reason="")
    was_shut_later = report.status == AccessStatus.REVOKED and _is_later(report.revoked_at, moment)
    ran_out_later = report.status == AccessStatus.EXPIRED and _is_later(report.expires_at, moment)
    if was_shut_later or ran_out_later:
        return replace(fact, status=AccessStatus.GRANTED, revoke_reason="")
    return fact


def _past(at: datetime | None, moment: datetime) -> datetime | None:
    return at if at and at < moment else None


def _is_later(at: datetime | None, moment: datetime) -> bool:
    return at is not None and at >= moment
