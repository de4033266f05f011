"""How a customer's sales, refunds and disputes stood at an earlier moment, told from what happened when.

A sale of which nothing is on record from the moment on had the state it has now. Of the others the last
event before it tells; where none does, the state is derived from the dates on record, and marked as derived.
Refunds and disputes have no events: their dates tell. Times are those of happening, not of recording.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from atomicpay.workspaces.compiled import Given, compiled

from .models import Dispute, Refund, Sale, SaleEvent
from .queries import DISPUTE, REFUND, SALE, TEST_SALE, Entry
from .states import PAID, DisputeStatus, RefundStatus, SaleStatus

DERIVED: Final = "~"
"""Stands before a state that no event tells of."""

_S: Final = SaleStatus
_CUSTOMER: Final = Given("customer_id")
_MOMENT: Final = Given("moment")
_NONE = Value(0, output_field=IntegerField())
_NOW = Value("", output_field=TextField())
_AFTER_APPROVAL: Final = tuple(status for status in PAID if status not in (_S.APPROVED, _S.COMPLETED))


class _Sum(NamedTuple):
    """A sum over sales, refunds or disputes that have one state now and one then.

    The sales that changed since are among all sales, whose `then` is "", and again by themselves.
    """

    kind: str
    status: str
    then: str
    currency: str
    amount: int
    number: int
    renewals: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sales, refunds and disputes added up to; of each kind so many had a state that is derived."""

    entries: list[Entry]
    derived: Counter[str]


def standing_at(customer_id: int, moment: datetime) -> Standing:
    """What a customer's sales, refunds and disputes in scope added up to just before a moment.

    When the first and the last were is in none of the entries.
    """
    derived: Counter[str] = Counter()
    amounts: Counter[tuple[str, str, str]] = Counter()
    numbers: Counter[tuple[str, str, str]] = Counter()
    renewals: Counter[tuple[str, str, str]] = Counter()
    for row in (_Sum(*row) for row in _sums(customer_id=customer_id, moment=moment)):
        for status, sign in _moves(row):
            key = row.kind, status, row.currency
            amounts[key] += sign * row.amount
            numbers[key] += sign * row.number
            renewals[key] += sign * row.renewals
        if row.then.startswith(DERIVED):
            derived[row.kind] += row.number
    entries = [
        Entry(
            *(customer_id, kind, status, currency, None),
            *(amounts[kind, status, currency], number, renewals[kind, status, currency]),
            *(None, None),
        )
        for (kind, status, currency), number in numbers.items()
        if number
    ]
    return Standing(entries, derived)


def _moves(row: _Sum) -> list[tuple[str, int]]:
    """In which states a sum counts; a sale that changed since has to leave its present one."""
    if not row.then:
        return [(row.status, 1)]
    is_sale = row.kind in (SALE, TEST_SALE)
    return [(row.status, -1), (plain(row.then), 1)] if is_sale else [(plain(row.then), 1)]


@compiled
def _sums() -> Any:
    """The columns of _Sum: sales by their present state, those that changed since, refunds and disputes.

    Apart, because the first part is answered by an index alone and the second has few rows, as a rule.
    """
    sales = Sale.objects.filter(ordered_at__lt=_MOMENT)
    real: dict[str, Any] = {"is_test": False}
    refunds, disputes = Refund.objects.filter(**real), Dispute.objects.filter(**real)
    return _sum(sales, _NOW).union(
        _sum(sales.filter(has_changed_since(_MOMENT, _CUSTOMER)), earlier_state(_MOMENT, _CUSTOMER)),
        _sum(begun_before(refunds, _MOMENT), refund_then(_MOMENT)),
        _sum(begun_before(disputes, _MOMENT), dispute_then(_MOMENT)),
        all=True,
    )


def _sum(rows: QuerySet[Any], then: Any) -> QuerySet[Any, Any]:
    kinds: dict[Any, Any] = {Refund: Value(REFUND), Dispute: Value(DISPUTE)}
    of_sale = Case(When(is_test=True, then=Value(TEST_SALE)), default=Value(SALE), output_field=CharField())
    by = ("of", "status", "then", "currency")
    sums = {
        "sum": Sum("amount_charged" if rows.model is Sale else "amount"),
        "number": Count("id"),
        "renewals": Count("id", filter=Q(recurrence_number__gt=1)) if rows.model is Sale else _NONE,
    }
    theirs = rows.filter(customer_id=_CUSTOMER).order_by()
    groups = theirs.annotate(of=kinds.get(rows.model, of_sale), then=then).values(*by)
    return groups.annotate(**sums).values_list(*by, *sums)


def begun_before(rows: QuerySet[Any], moment: Any) -> QuerySet[Any]:
    """The refunds or disputes that there were before a moment."""
    if rows.model is Dispute:
        return rows.filter(opened_at__lt=moment)
    return rows.filter(Q(requested_at__lt=moment) | Q(completed_at__lt=moment))


# The states, each as an expression over the row's own columns -------------------------------------------


def sale_then(moment: Any, customer_id: Any) -> Case:
    """The state of a sale of a customer before a moment."""
    return Case(
        When(has_changed_since(moment, customer_id), then=earlier_state(moment, customer_id)),
        default=Cast("status", TextField()),
        output_field=TextField(),
    )


def has_changed_since(moment: Any, customer_id: Any) -> Q:
    """Whether anything on record about a sale happened at a moment or later.

    `customer_id` is that of the sale: refunds and disputes are then read once by it, not once for each sale.
    """
    events = SaleEvent.objects.filter(sale=OuterRef("pk"), occurred_at__gte=moment)
    refunds, disputes = _money_back(customer_id)
    later_refunds = refunds.filter(Q(requested_at__gte=moment) | Q(completed_at__gte=moment))
    later_disputes = disputes.filter(Q(opened_at__gte=moment) | Q(closed_at__gte=moment))
    return (
        Q(approved_at__gte=moment)
        | Q(completed_at__gte=moment)
        | Q(Exists(later_refunds))
        | Q(Exists(later_disputes))
        | Q(Exists(events))
    )


def earlier_state(moment: Any, customer_id: Any) -> Coalesce:
    """The state before a moment of a sale that changed since: as its last event told it, else derived."""
    events = SaleEvent.objects.filter(sale=OuterRef("pk"))
    told = events.filter(occurred_at__lt=moment).order_by("-occurred_at", "-id").values("to_status")
    by_dates = _by_dates(moment, customer_id, events)
    return Coalesce(Subquery(told[:1]), by_dates, output_field=TextField())


def _by_dates(moment: Any, customer_id: Any, events: Any) -> Case:
    refunds, all_disputes = _money_back(customer_id)
    given_back = refunds.filter(done_before(moment), status=RefundStatus.SUCCEEDED)
    disputes = all_disputes.filter(opened_at__lt=moment)
    lost = disputes.filter(Q(closed_at__lt=moment) | Q(closed_at=None), status=DisputeStatus.LOST)
    is_back = Q(status__in=(_S.REFUNDED, _S.PARTIALLY_REFUNDED)) & Q(Exists(given_back))
    is_asked = Q(status=_S.REFUND_REQUESTED) & Q(Exists(refunds.filter(requested_at__lt=moment)))
    is_lost = Q(status=_S.CHARGEBACK) & Q(Exists(lost))
    # Also of a sale that is approved again: its dispute was won later.
    open_then = disputes.filter(closed_at__gte=moment, status__in=(DisputeStatus.WON, DisputeStatus.LOST))
    is_contested = Q(Exists(open_then)) | Q(status__in=(_S.DISPUTED, _S.CHARGEBACK)) & Q(Exists(disputes))
    return Case(
        When(is_back | is_asked | is_lost, then=_present()),
        When(is_contested, then=_derived(_S.DISPUTED)),
        When(completed_at__lt=moment, then=_derived(_S.COMPLETED)),
        When(approved_at__lt=moment, then=_derived(_S.APPROVED)),
        When(approved_at__isnull=False, then=_derived(_S.PENDING)),
        default=Coalesce(_before_the_next(moment, events), _without_events()),
        output_field=TextField(),
    )


def _before_the_next(moment: Any, events: Any) -> Subquery:
    """What the first event after the moment says of the state before it.

    Where that was refunded or disputed, the sale had been approved, on a day that is not on record.
    """
    before = Case(
        When(~Q(from_status=""), then=Concat(Value(DERIVED), Cast("from_status", TextField()))),
        When(to_status__in=_AFTER_APPROVAL, then=_derived(_S.APPROVED)),
        default=_derived(_S.PENDING),
        output_field=TextField(),
    )
    next_one = events.filter(occurred_at__gte=moment).order_by("occurred_at", "id")
    return Subquery(next_one.annotate(before=before).values("before")[:1])


def _without_events() -> Case:
    """What was paid had been approved before the refund, dispute or completion that came later."""
    return Case(When(status__in=PAID, then=_derived(_S.APPROVED)), default=_present())


def _money_back(customer_id: Any) -> tuple[QuerySet[Refund], QuerySet[Dispute]]:
    """The refunds and disputes of a sale."""
    of_sale: dict[str, Any] = {"sale_id": OuterRef("pk"), "customer_id": customer_id}
    return Refund.objects.filter(**of_sale), Dispute.objects.filter(**of_sale)


def refund_then(moment: Any) -> Case:
    """The state of a refund before a moment. When one failed or was canceled is not on record."""
    return Case(
        When(done_before(moment), status=RefundStatus.SUCCEEDED, then=Cast("status", TextField())),
        When(status=RefundStatus.SUCCEEDED, then=Value(RefundStatus.PENDING.value)),
        When(status__in=(RefundStatus.FAILED, RefundStatus.CANCELED), then=_present()),
        default=Cast("status", TextField()),
        output_field=TextField(),
    )


def done_before(moment: Any) -> Q:
    """Of a refund that succeeded: whether it had by then."""
    return Q(completed_at__lt=moment) | Q(completed_at=None, requested_at__lt=moment)


def dispute_then(moment: Any) -> Case:
    """The state of a dispute before a moment: open until it was won or lost.

    One that was closed may have been an inquiry all the time; an event of its sale tells.
    """
    contested = SaleEvent.objects.filter(
        sale=OuterRef("sale_id"), to_status=_S.DISPUTED, occurred_at__lt=moment
    )
    return Case(
        When(closed_at__lt=moment, then=Cast("status", TextField())),
        When(status__in=(DisputeStatus.INQUIRY, DisputeStatus.OPEN), then=Cast("status", TextField())),
        When(closed_at=None, then=_present()),
        When(status__in=(DisputeStatus.WON, DisputeStatus.LOST), then=Value(DisputeStatus.OPEN.value)),
        When(Q(Exists(contested)), then=_derived(DisputeStatus.OPEN)),
        default=_derived(DisputeStatus.INQUIRY),
        output_field=TextField(),
    )


def _derived(status: str) -> Value:
    return Value(f"{DERIVED}{status}", output_field=TextField())


def _present() -> Concat:
    return Concat(Value(DERIVED), Cast("status", TextField()), output_field=TextField())


def plain(then: str) -> str:
    """A state that was read, without the mark."""
    return then.removeprefix(DERIVED)
