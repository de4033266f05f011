"""What the page as of a date reads: a fixed number of queries, however long the history is."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import (
    Case,
    DateTimeField,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, JSONObject, Least

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.compiled import Given, compiled
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.models import Customer, CustomerEmail, CustomerPhone
from sales.as_of import (
    begun_before,
    dispute_then,
    done_before,
    refund_then,
    sale_then,
    standing_at,
)
from sales.models import Dispute, Refund, Sale, SaleEvent
from sales.paid_days import PaidDays, paid_days_at
from sales.purchases import FIRST
from sales.queries import REFUND, Entry, MoneyBack
from sales.querysets import SaleQuerySet
from sales.states import RefundStatus
from subscriptions.as_of import SubscriptionThen, subscriptions_at
from subscriptions.models import Subscription, SubscriptionEvent

from .access import MANY, DecidedThen, access_at
from .days import BookDay

SUBSCRIPTIONS: Final = 20
DECIDING: Final = 200
"""So many subscriptions are looked at for the access they gave; SUBSCRIPTIONS of them are shown."""
MONEY_BACK: Final = 25
NAMED: Final = 200
"""The names typed at so many of the latest checkouts are shown."""
LOOKED_AT: Final = 300
"""Of so many of the latest sales it is looked up when something happened to them."""
ARCHIVED, RESTORED = "customer.archived", "customer.restored"

_CUSTOMER: Final = Given("customer_id")
_NEVER = Value(None, output_field=DateTimeField())


class KnownBy(NamedTuple):
    """A name, email or phone the customer was known by; `kind` is the name of its model."""

    kind: str
    text: str
    first_at: datetime
    last_at: datetime


class Steps(NamedTuple):
    """The last moment before a day and the first after it at which something happened."""

    before: datetime | None = None
    after: datetime | None = None


@dataclass(slots=True)
class Books:
    """A customer as the books stood at the end of a day. A part that the member may not see is None."""

    customer: Customer
    day: BookDay
    is_limited: bool
    was_archived: bool = False
    merged_later: int = 0
    known_by: list[KnownBy] = field(default_factory=list)
    steps: Steps = field(default_factory=Steps)
    entries: list[Entry] | None = None
    derived: Counter[str] = field(default_factory=Counter)
    paid_days: dict[str, PaidDays] = field(default_factory=dict)
    sales: list[Sale] | None = None
    money_back: list[MoneyBack] | None = None
    subscriptions: list[SubscriptionThen] | None = None
    access: DecidedThen | None = None
    is_access_of_few: bool = False


def read_books(customer: Customer, member: Membership, day: BookDay) -> Books:
    """The parts of a customer's history that a member may see, as they were at the end of a day."""
    books = Books(customer, day, is_limited_to_products())
    given = {"customer_id": customer.pk, "moment": day.end}
    may_see_sales, may_see_subscriptions = member.may("sales.view"), member.may("subscriptions.view")
    if member.may("spend.view") or may_see_sales:
        standing = standing_at(customer.pk, day.end)
        books.entries, books.derived = standing.entries, standing.derived
    if member.may("spend.view"):
        books.paid_days = paid_days_at(customer.pk, day.end, {entry.currency for entry in standing.entries})
    if may_see_sales:
        books.sales = _latest_purchases(**given)
        books.money_back = [MoneyBack(*row) for row in _money_back(**given)]
    if may_see_subscriptions:
        books.subscriptions = subscriptions_at(customer.pk, day.end, DECIDING)
    if may_see_sales:
        number = sum(entry.number for entry in books.entries or ())
        books.access = access_at(customer.pk, day.end, books.subscriptions, number)
        books.is_access_of_few = number > MANY
    books.known_by = [KnownBy(*row) for row in _known_by(may_see_sales, **given)]
    books.steps = _steps(may_see_sales, may_see_subscriptions, given | {"start": day.start})
    books.was_archived = _was_archived(customer, day)
    books.merged_later = Customer.objects.filter(merged_into=customer, merged_at__gte=day.end).count()
    return books


# Rows, as they were -------------------------------------------------------------------------------


@compiled
def _latest_purchases() -> Any:
    """One more than the page shows, so that it knows of older ones."""
    # Chosen first, so that PostgreSQL knows it is about few, and looks up the history of those alone.
    latest = _latest(FIRST + 1).values("pk")
    sales = Sale.objects.filter(customer_id=_CUSTOMER, pk__in=latest).newest_first()
    return as_purchases_then(sales, Given("moment"), _CUSTOMER)


def _latest(number: int) -> SaleQuerySet:
    """The sales that were ordered last before the moment."""
    sales = Sale.objects.filter(customer_id=_CUSTOMER, ordered_at__lt=Given("moment"))
    latest: SaleQuerySet = sales.newest_first()[:number]
    return latest


def purchases_until(customer: Customer, moment: datetime) -> SaleQuerySet:
    """A customer's sales in scope that were ordered before a moment."""
    sales: SaleQuerySet = Sale.objects.filter(customer=customer, ordered_at__lt=moment)
    return sales


def as_purchases_then(sales: SaleQuerySet, moment: Any, customer_id: Any) -> SaleQuerySet:
    """A customer's sales with everything a row of purchases shows, as it was; `then` is the state."""
    refunds = Refund.objects.filter(done_before(moment), sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)
    total = refunds.order_by().values("sale").annotate(total=Sum("amount")).values("total")
    purchases: SaleQuerySet = sales.as_purchases().annotate(
        then=sale_then(moment, customer_id), refunded_then=Subquery(total)
    )
    return purchases


@compiled
def _money_back() -> Any:
    """The columns of MoneyBack from the refunds and disputes that there were, one more than is shown."""
    moment = Given("moment")
    named = JSONObject(public_id="public_id", reference="reference", product="product__name")
    about = Subquery(Sale.objects.filter(pk=OuterRef("sale_id")).values(named=named))
    theirs: dict[str, Any] = {"customer_id": _CUSTOMER, "is_test": False}
    refunds = begun_before(Refund.objects.filter(**theirs), moment).annotate(
        what=Value(REFUND, output_field=TextField()),
        then=refund_then(moment),
        failed=F("failure_reason"),
        due_at=_NEVER,
        ended=_when_past("completed_at", moment),
        about=about,
    )
    disputes = begun_before(Dispute.objects.filter(**theirs), moment).annotate(
        what=Cast("kind", TextField()),
        then=dispute_then(moment),
        failed=Value("", output_field=TextField()),
        ended=_when_past("closed_at", moment),
        about=about,
    )
    shared = ("what", "then", "currency", "amount", "reason", "failed")
    of_refund = (*shared, "requested_at", "due_at", "ended", "about")
    of_dispute = (*shared, "opened_at", "evidence_due_at", "ended", "about")
    latest = disputes.order_by("-opened_at").values_list(*of_dispute)[: MONEY_BACK + 1]
    both = refunds.order_by("-requested_at").values_list(*of_refund)[: MONEY_BACK + 1]
    return both.union(latest, all=True).order_by("-requested_at")[: MONEY_BACK + 1]


def _when_past(column: str, moment: Any) -> Case:
    return Case(When(**{f"{column}__lt": moment}, then=F(column)), default=_NEVER)


# What the record was ------------------------------------------------------------------------------


@compiled
def _known_by(with_names: bool) -> Any:
    """The columns of KnownBy from emails, phones and the names typed at checkouts, seen before the moment."""
    moment = Given("moment")
    parts = [
        _contacts(CustomerEmail, F("address"), moment),
        _contacts(CustomerPhone, F("number"), moment),
    ]
    if with_names:
        typed = _latest(NAMED).annotate(of=Value("Sale"), what=F("buyer_name"), until=F("ordered_at"))
        parts.append(typed.values_list("of", "what", "ordered_at", "until"))
    return parts[0].union(*parts[1:], all=True)


def _contacts(model: Any, text: Any, moment: Any) -> Any:
    rows = model.objects.filter(customer_id=_CUSTOMER, first_seen_at__lt=moment).order_by()
    fixed = {"of": Value(model.__name__), "what": text}
    return rows.annotate(**fixed).values_list(*fixed, "first_seen_at", "last_seen_at")


def _was_archived(customer: Customer, day: BookDay) -> bool:
    """Whether the record was archived: as the log says, else by the date on the record."""
    acts = AuditEntry.objects.filter(
        target_type=Customer._meta.label_lower, target_id=customer.pk, action__in=(ARCHIVED, RESTORED)
    )
    last = acts.filter(at__lt=day.end).order_by("-at", "-id").values_list("action", flat=True).first()
    if last is not None and not day.is_today:
        return last == ARCHIVED
    return customer.archived_at is not None and customer.archived_at < day.end


# The days around ----------------------------------------------------------------------------------


def _steps(may_see_sales: bool, may_see_subscriptions: bool, given: dict[str, Any]) -> Steps:
    rows = _neighbours(may_see_sales, may_see_subscriptions, **given)
    return Steps(
        before=max((before for before, _after in rows if before), default=None),
        after=min((after for _before, after in rows if after), default=None),
    )


@compiled
def _neighbours(may_see_sales: bool, may_see_subscriptions: bool) -> Any:
    """The last moment before the day and the first after it, of each kind of thing that happens.

    Of many sales those ordered last are looked at: for somebody who buys daily the other days hardly matter.
    """
    theirs: dict[str, Any] = {"customer_id": _CUSTOMER}
    parts = [_around(CustomerEmail.objects.filter(**theirs), "first_seen_at")]
    if may_see_sales:
        latest = _latest(LOOKED_AT).values("pk")
        later = Sale.objects.filter(**theirs, ordered_at__gte=Given("moment")).order_by("ordered_at")
        parts += [
            _around(Sale.objects.filter(pk__in=latest), "ordered_at", "approved_at", "completed_at"),
            _around(SaleEvent.objects.filter(sale_id__in=latest), "occurred_at"),
            later.annotate(before=_NEVER).values_list("before", "ordered_at")[:1],
            _around(Refund.objects.filter(**theirs), "requested_at", "completed_at"),
            _around(Dispute.objects.filter(**theirs), "opened_at", "closed_at"),
        ]
    if may_see_subscriptions:
        events = SubscriptionEvent.objects.filter(subscription__customer_id=_CUSTOMER)
        parts += [
            _around(Subscription.objects.filter(**theirs), "started_at"),
            _around(events, "occurred_at"),
        ]
    return parts[0].union(*parts[1:], all=True)


def _around(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """The latest of these columns before the day, and the earliest after it."""
    # Grouped by a constant, because an aggregate() is run at once and has no queryset.
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    before = [Max(column, filter=Q(**{f"{column}__lt": Given("start")})) for column in columns]
    after = [Min(column, filter=Q(**{f"{column}__gte": Given("moment")})) for column in columns]
    return whole.annotate(before=_one_of(Greatest, before), after=_one_of(Least, after)).values_list(
        "before", "after"
    )


def _one_of(function: type[Func], values: list[Any]) -> Any:
    """Which of the values that are known comes last or first."""
    return function(*values) if len(values) > 1 else values[0]
