"""Reads of sales that return numbers: what customers spent, in which months, and what went back to them.

Every one is computed inside the active scope. For a member limited to products that means inside those
products; currencies are never added together.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncMonth

from atomicpay.workspaces.compiled import Given, IsAmong, compiled
from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.scope import is_limited_to_products
from subscriptions.models import Subscription

from .models import CustomerSpend, Dispute, Refund, Sale
from .refunding import sale_with_terms
from .states import DISPUTED, PAID, RefundStatus

SALE: Final = "sale"
TEST_SALE: Final = "test sale"
REFUND: Final = "refund"
DISPUTE: Final = "dispute"
SUBSCRIPTION: Final = "subscription"

_OF_CUSTOMERS = IsAmong("customer_id", Given("customers"))
_NEVER = Value(None, output_field=DateTimeField())
_NONE = Value(0, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Spend:
    """What a customer spent in one currency, in minor units; see `CustomerSpend` for what counts."""

    currency: str
    gross: int = 0
    refunded: int = 0
    disputed: int = 0
    paid_sales: int = 0
    renewals: int = 0
    refunds: int = 0
    first_paid_at: datetime | None = None
    last_paid_at: datetime | None = None

    @property
    def net(self) -> int:
        """Lifetime spend. Below zero where a cancellation names no sale."""
        return self.gross - self.refunded - self.disputed

    @property
    def purchases(self) -> int:
        """Paid sales without renewals."""
        return self.paid_sales - self.renewals


class Entry(NamedTuple):
    """A sum over the sales, refunds, disputes or active subscriptions of one customer that have one state and
    currency.

    With months, over those of one month: that of the sale's order, so that a month's net is what stayed of
    what was bought in it; a refund that names no sale stands in the month of its completion. When the first
    and the last were is read only where it is asked for.
    """

    customer_id: int
    kind: str
    status: str
    currency: str
    month: date | None
    amount: int
    number: int
    renewals: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def is_paid(self) -> bool:
        """Whether it counts in gross."""
        return self.kind == SALE and self.status in PAID

    @property
    def is_refunded(self) -> bool:
        """Whether it counts in refunded."""
        return self.kind == REFUND and self.status == RefundStatus.SUCCEEDED

    @property
    def is_disputed(self) -> bool:
        """Whether it counts in disputed."""
        return self.kind == DISPUTE and self.status in DISPUTED


def spend_of_customers(customer_ids: Collection[int]) -> dict[int, list[Spend]]:
    """Each customer's spend per currency, in the order of the currencies' codes; [] for nothing spent.

    From the totals that the database keeps, or for a member limited to products from the rows in scope.
    """
    if is_limited_to_products():
        entries = entries_of_customers(customer_ids, with_times=True)
        return {customer_id: spend_in(entries, customer_id) for customer_id in customer_ids}
    spends: dict[int, list[Spend]] = {customer_id: [] for customer_id in customer_ids}
    for customer_id, *values in _kept_spend(customers=list(customer_ids)):
        spends[customer_id].append(Spend(*values))
    return spends


@compiled
def _kept_spend() -> Any:
    """The customer and the columns of Spend from the totals that the database keeps."""
    kept = CustomerSpend.objects.filter(_OF_CUSTOMERS).order_by("currency")
    columns = ("gross", "refunded", "disputed", "paid_sales", "renewals", "refunds")
    return kept.values_list("customer_id", "currency", *columns, "first_paid_at", "last_paid_at")


def entries_of_customers(
    customer_ids: Collection[int],
    zone: tzinfo | None = None,
    *,
    with_times: bool = False,
    with_subscriptions: bool = False,
) -> list[Entry]:
    """What the customers' sales, refunds and disputes in scope add up to; by month too, if given a zone.

    Their active subscriptions are counted only where that is asked for.
    """
    rows = _entries(zone, with_times, with_subscriptions, customers=list(customer_ids))
    return [Entry(*row) for row in rows]


@compiled
def _entries(zone: tzinfo | None, with_times: bool, with_subscriptions: bool) -> Any:
    """The columns of Entry from sales, refunds, disputes and subscriptions."""
    of = Case(When(is_test=True, then=Value(TEST_SALE)), default=Value(SALE), output_field=CharField())
    renewals = Count("id", filter=Q(recurrence_number__gt=1))
    refunds, disputes = Refund.objects.filter(is_test=False), Dispute.objects.filter(is_test=False)
    sold_at = Coalesce("sale__ordered_at", "completed_at", "requested_at")
    sales = _sums(Sale.objects.all(), of, "amount_charged", F("ordered_at"), renewals, zone, with_times)
    active = Subscription.objects.active()
    counted = _sums(active, Value(SUBSCRIPTION), "amount", F("started_at"), _NONE, None, with_times)
    return sales.union(
        _sums(refunds, Value(REFUND), "amount", sold_at, _NONE, zone, with_times),
        _sums(disputes, Value(DISPUTE), "amount", F("sale__ordered_at"), _NONE, zone, with_times),
        *([counted] if with_subscriptions else []),
        all=True,
    )


def _sums(
    rows: QuerySet[Any], of: Any, amount: str, at: Any, renewals: Any, zone: tzinfo | None, with_times: bool
) -> QuerySet[Any, tuple[Any, ...]]:
    nothing = Value(None, output_field=DateField())
    # A date by PostgreSQL, and no times where nobody asks: reading a moment costs ten times a number.
    month = Cast(TruncMonth(at, tzinfo=zone), DateField()) if zone else nothing
    by = ("customer_id", "of", "status", "currency", "month")
    sums = {
        "sum": Sum(amount),
        "number": Count("id"),
        "renewals": renewals,
        "first_at": Min(at) if with_times else _NEVER,
        "last_at": Max(at) if with_times else _NEVER,
    }
    groups = rows.filter(_OF_CUSTOMERS).order_by().annotate(of=of, month=month).values(*by)
    return groups.annotate(**sums).values_list(*by, *sums)


def spend_in(entries: Iterable[Entry], customer_id: int) -> list[Spend]:
    """A customer's spend per currency, added up from entries."""
    counted = [e for e in entries if e.customer_id == customer_id]
    currencies = {e.currency for e in counted if e.is_paid or e.is_refunded or e.is_disputed}
    return [
        _spend([e for e in counted if e.currency == currency], currency) for currency in sorted(currencies)
    ]


def _spend(entries: list[Entry], currency: str) -> Spend:
    paid = [entry for entry in entries if entry.is_paid]
    refunded = [entry for entry in entries if entry.is_refunded]
    return Spend(
        currency=currency,
        gross=sum(entry.amount for entry in paid),
        refunded=sum(entry.amount for entry in refunded),
        disputed=sum(entry.amount for entry in entries if entry.is_disputed),
        paid_sales=sum(entry.number for entry in paid),
        renewals=sum(entry.renewals for entry in paid),
        refunds=sum(entry.number for entry in refunded),
        first_paid_at=min((entry.first_at for entry in paid if entry.first_at), default=None),
        last_paid_at=max((entry.last_at for entry in paid if entry.last_at), default=None),
    )


@dataclass(slots=True)
class MonthSum:
    """One month in one currency, in minor units."""

    gross: int = 0
    refunded: int = 0
    disputed: int = 0


def months_in(entries: Iterable[Entry]) -> dict[str, dict[date, MonthSum]]:
    """For each currency the months with money in them, added up from entries that have months."""
    months: dict[str, dict[date, MonthSum]] = defaultdict(lambda: defaultdict(MonthSum))
    for entry in entries:
        if entry.month is None:
            continue
        if entry.is_paid:
            months[entry.currency][entry.month].gross += entry.amount
        elif entry.is_refunded:
            months[entry.currency][entry.month].refunded += entry.amount
        elif entry.is_disputed:
            months[entry.currency][entry.month].disputed += entry.amount
    return {currency: dict(sums) for currency, sums in months.items()}


def sales_by_status(entries: Iterable[Entry]) -> Counter[str]:
    """How many sales have each status; test sales are not among them."""
    numbers: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == SALE:
            numbers[entry.status] += entry.number
    return numbers


class MoneyBack(NamedTuple):
    """A refund or a dispute, as far as a list of both shows it; `kind` is REFUND or a DisputeKind.

    `sale` holds public_id, reference and product, and what is left of it and until when (`sales.refunding`);
    it is None for a cancellation that names no sale.
    """

    kind: str
    status: str
    currency: str
    amount: int
    reason: str
    failure: str
    began_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    sale: dict[str, Any] | None


def money_back(limit: int, **where: Any) -> list[MoneyBack]:
    """The latest refunds and disputes together, newest first: of one customer, or of one sale."""
    return [MoneyBack(*row) for row in _money_back(limit, *where, **where)]


@compiled
def _money_back(limit: int, *fields: str) -> Any:
    """The columns of MoneyBack from refunds and disputes that have the given values in some fields."""
    where = {field: Given(field) for field in fields}
    # A subquery and not a join: PostgreSQL then looks up only the sales of the rows that are kept.
    sale = Subquery(Sale.objects.filter(pk=OuterRef("sale_id")).values(named=sale_with_terms()))
    shared = ("status", "currency", "amount", "reason")
    refunds = (
        Refund.objects.filter(**where)
        .annotate(what=Value(REFUND, output_field=CodeField()), due_at=_NEVER, about=sale)
        .order_by("-requested_at")
    )
    disputes = Dispute.objects.filter(**where).annotate(
        failure=Value("", output_field=CodeField()), about=sale
    )
    of_refund = ("what", *shared, "failure_reason", "requested_at", "due_at", "completed_at", "about")
    of_dispute = ("kind", *shared, "failure", "opened_at", "evidence_due_at", "closed_at", "about")
    latest = disputes.order_by("-opened_at").values_list(*of_dispute)[:limit]
    both = refunds.values_list(*of_refund)[:limit].union(latest, all=True)
    return both.order_by("-requested_at")[:limit]
