"""How a customer's sales, refunds and disputes stood at an earlier moment, told from what happened when.

A sale has the state that the last event before the moment tells of. Where none does, it is derived from the
dates on record, and marked as derived. Refunds and disputes have no events: their dates tell. Of what has
no date at all only the present state is known. Times are those of happening, not of recording.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
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
from django.db.models.functions import Cast, Coalesce, Concat

from atomicpay.workspaces.compiled import Given, compiled

from .models import Dispute, Refund, Sale, SaleEvent
from .queries import DISPUTE, REFUND, SALE, TEST_SALE, Entry, entries_of_customers
from .states import PAID, DisputeStatus, RefundStatus, SaleStatus

DERIVED: Final = "~"
"""Stands before a state that no event tells of."""

_S: Final = SaleStatus
_NO_MONTH = Value(None, output_field=DateField())
_NONE = Value(0, output_field=IntegerField())
_AFTER_APPROVAL: Final = tuple(status for status in PAID if status not in (_S.APPROVED, _S.COMPLETED))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sales, refunds and disputes added up to; `derived` of them have a state from dates alone."""

    entries: list[Entry]
    derived: Counter[str]


def standing_at(customer_id: int, moment: datetime, *, is_present: bool) -> Standing:
    """What a customer's sales, refunds and disputes in scope added up to just before a moment.

    `is_present` for a moment that has not come yet: then it is what they add up to now.
    """
    if is_present:
        return Standing(entries_of_customers([customer_id], with_times=True), Counter())
    derived: Counter[str] = Counter()
    entries = []
    for row in _entries(customer_id=customer_id, moment=moment):
        entry = Entry(*row)
        if entry.status.startswith(DERIVED):
            derived[entry.kind] += entry.number
            entry = entry._replace(status=entry.status.removeprefix(DERIVED))
        entries.append(entry)
    return Standing(entries, derived)


@compiled
def _entries() -> Any:
    """The columns of Entry, each state as it was at the moment that is given."""
    moment = Given("moment")
    of = Case(When(is_test=True, then=Value(TEST_SALE)), default=Value(SALE), output_field=CharField())
    renewals = Count("id", filter=Q(recurrence_number__gt=1))
    real: dict[str, Any] = {"is_test": False}
    refunds = begun_before(Refund.objects.filter(**real), moment)
    disputes = begun_before(Dispute.objects.filter(**real), moment)
    sales = Sale.objects.filter(ordered_at__lt=moment)
    return _sums(sales, of, sale_then(moment), "amount_charged", renewals).union(
        _sums(refunds, Value(REFUND), refund_then(moment), "amount", _NONE),
        _sums(disputes, Value(DISPUTE), dispute_then(moment), "amount", _NONE),
        all=True,
    )


def _sums(rows: QuerySet[Any], of: Any, then: Any, amount: str, renewals: Any) -> QuerySet[Any, Any]:
    when = {Sale: "ordered_at", Refund: "requested_at", Dispute: "opened_at"}[rows.model]
    by = ("customer_id", "of", "then", "currency", "month")
    sums = {
        "sum": Sum(amount),
        "number": Count("id"),
        "renewals": renewals,
        "first_at": Min(when),
        "last_at": Max(when),
    }
    theirs = rows.filter(customer_id=Given("customer_id")).order_by()
    groups = theirs.annotate(of=of, then=then, month=_NO_MONTH).values(*by)
    return groups.annotate(**sums).values_list(*by, *sums)


def begun_before(rows: QuerySet[Any], moment: Any) -> QuerySet[Any]:
    """The refunds or disputes that there were before a moment."""
    if rows.model is Dispute:
        return rows.filter(opened_at__lt=moment)
    return rows.filter(Q(requested_at__lt=moment) | Q(completed_at__lt=moment))


# The states, each as an expression over the row's own columns -------------------------------------


def sale_then(moment: Any) -> Any:
    """The state of a sale before a moment: as its last event told it, else derived."""
    events = SaleEvent.objects.filter(sale=OuterRef("pk"))
    told = events.filter(occurred_at__lt=moment).order_by("-occurred_at", "-id").values("to_status")
    return Coalesce(Subquery(told[:1]), _reversal_or_dates(moment, events), output_field=TextField())


def _reversal_or_dates(moment: Any, events: Any) -> Any:
    refunds = Refund.objects.filter(sale=OuterRef("pk"))
    disputes = Dispute.objects.filter(sale=OuterRef("pk"), opened_at__lt=moment)
    given_back = refunds.filter(_done_before(moment), status=RefundStatus.SUCCEEDED)
    lost = disputes.filter(Q(closed_at__lt=moment) | Q(closed_at=None), status=DisputeStatus.LOST)
    is_back = Q(status__in=(_S.REFUNDED, _S.PARTIALLY_REFUNDED)) & Q(Exists(given_back))
    is_asked = Q(status=_S.REFUND_REQUESTED) & Q(Exists(refunds.filter(requested_at__lt=moment)))
    is_lost = Q(status=_S.CHARGEBACK) & Q(Exists(lost))
    is_contested = Q(status__in=(_S.DISPUTED, _S.CHARGEBACK)) & Q(Exists(disputes))
    return Case(
        When(is_back | is_asked | is_lost, then=_present()),
        When(is_contested, then=_derived(_S.DISPUTED)),
        When(completed_at__lt=moment, then=_derived(_S.COMPLETED)),
        When(approved_at__lt=moment, then=_derived(_S.APPROVED)),
        When(approved_at__isnull=False, then=_derived(_S.PENDING)),
        default=Coalesce(_before_the_next(moment, events), _without_events(moment)),
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


def _without_events(moment: Any) -> Case:
    """The present state, unless the refund or dispute that led to it came later."""
    refunds = Refund.objects.filter(sale=OuterRef("pk"))
    disputes = Dispute.objects.filter(sale=OuterRef("pk"))
    later = (
        Q(status__in=(_S.REFUNDED, _S.PARTIALLY_REFUNDED, _S.REFUND_REQUESTED)) & Q(Exists(refunds))
        | Q(status__in=(_S.DISPUTED, _S.CHARGEBACK)) & Q(Exists(disputes))
        | Q(status=_S.COMPLETED, completed_at__gte=moment)
    )
    return Case(When(later, then=_derived(_S.APPROVED)), default=_present(), output_field=TextField())


def refund_then(moment: Any) -> Case:
    """The state of a refund before a moment. When one failed or was canceled is not on record."""
    return Case(
        When(_done_before(moment), status=RefundStatus.SUCCEEDED, then=F("status")),
        When(status=RefundStatus.SUCCEEDED, then=Value(RefundStatus.PENDING.value)),
        When(status__in=(RefundStatus.FAILED, RefundStatus.CANCELED), then=_present()),
        default=F("status"),
        output_field=TextField(),
    )


def _done_before(moment: Any) -> Q:
    return Q(completed_at__lt=moment) | Q(completed_at=None, requested_at__lt=moment)


def dispute_then(moment: Any) -> Case:
    """The state of a dispute before a moment: open until it was won or lost.

    One that was closed may have been an inquiry all the time; an event of its sale tells.
    """
    contested = SaleEvent.objects.filter(
        sale=OuterRef("sale_id"), to_status=_S.DISPUTED, occurred_at__lt=moment
    )
    return Case(
        When(closed_at__lt=moment, then=F("status")),
        When(status__in=(DisputeStatus.INQUIRY, DisputeStatus.OPEN), then=F("status")),
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


def is_derived(then: str) -> bool:
    """Whether a state that was read is derived from dates."""
    return then.startswith(DERIVED)


def plain(then: str) -> str:
    """A state that was read, without the mark."""
    return then.removeprefix(DERIVED)


def is_among(then: str, statuses: Iterable[str]) -> bool:
    """Whether a state that was read is one of these."""
    return plain(then) in statuses
