"""The figures of what a customer spent, each with the rows that make it: what counts, in which state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final

from django.db.models import F, Max, Min, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.ranges import between
from subscriptions.models import Subscription

from .models import Dispute, Refund, Sale
from .queries import DISPUTE, REFUND, SALE, SUBSCRIPTION
from .states import DISPUTED, DisputeStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class Of:
    """Whose figure it is, in which currency; `since` and `until` are of the order of the sales concerned."""

    customer_id: int
    currency: str
    since: datetime | None = None
    until: datetime | None = None


class Measure(Enum):
    """What is read of the rows."""

    SUM = auto()
    COUNT = auto()
    AVERAGE = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind. `at` is when each happened; their amounts are added, or subtracted."""

    kind: str
    rows: Callable[[Of], QuerySet[Any]]
    at: Any
    is_subtracted: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `key` stands in its address, `why` says which rows count."""

    key: str
    label: str | Promise
    why: str | Promise
    measure: Measure
    parts: tuple[Part, ...]

    @property
    def permission(self) -> str:
        """What a member needs, beside seeing what customers spent, to see the rows."""
        kinds = {part.kind for part in self.parts}
        return "subscriptions.view" if kinds == {SUBSCRIPTION} else "sales.view"


def _paid(of: Of) -> QuerySet[Any]:
    sales = Sale.objects.paid().filter(customer_id=of.customer_id, currency=of.currency)
    return sales.filter(between("ordered_at", of.since, of.until))


def _purchases(of: Of) -> QuerySet[Any]:
    # Not `exclude(recurrence_number__gt=1)`: it would ask each row twice whether it has a number.
    return _paid(of).filter(Q(recurrence_number=None) | Q(recurrence_number__lte=1))


def _repeat_purchases(of: Of) -> QuerySet[Any]:
    first = _purchases(of).order_by("ordered_at", "id").values("pk")[:1]
    return _purchases(of).exclude(pk__in=first)


def _renewals(of: Of) -> QuerySet[Any]:
    return _paid(of).filter(recurrence_number__gt=1)


def _first(of: Of) -> QuerySet[Any]:
    return _paid(of).filter(ordered_at=_extreme(of, Min))


def _last(of: Of) -> QuerySet[Any]:
    return _paid(of).filter(ordered_at=_extreme(of, Max))


def _extreme(of: Of, extreme: Any) -> Subquery:
    by_customer = _paid(of).order_by().values("customer_id")
    return Subquery(by_customer.annotate(extreme=extreme("ordered_at")).values("extreme"))


def _refunds(of: Of) -> QuerySet[Any]:
    succeeded = Refund.objects.filter(status=RefundStatus.SUCCEEDED, is_test=False)
    return _of_its_sale(succeeded, of, Coalesce("sale__ordered_at", "completed_at", "requested_at"))


def _disputes(*statuses: str) -> Callable[[Of], QuerySet[Any]]:
    def rows(of: Of) -> QuerySet[Any]:
        standing = Dispute.objects.filter(status__in=statuses, is_test=False)
        return _of_its_sale(standing, of, F("sale__ordered_at"))

    return rows


def _of_its_sale(rows: QuerySet[Any], of: Of, sold_at: Any) -> QuerySet[Any]:
    """A refund or dispute counts in the time of its sale."""
    rows = rows.filter(customer_id=of.customer_id, currency=of.currency)
    if of.since is None and of.until is None:
        return rows
    return rows.annotate(sold_at=sold_at).filter(between("sold_at", of.since, of.until))


def _subscriptions(of: Of) -> QuerySet[Any]:
    active = Subscription.objects.active()
    return active.filter(customer_id=of.customer_id, currency=of.currency)


def _sales(rows: Callable[[Of], QuerySet[Any]]) -> Part:
    return Part(SALE, rows, F("ordered_at"))


def _disputed(*statuses: str, is_subtracted: bool = False) -> Part:
    return Part(DISPUTE, _disputes(*statuses), F("opened_at"), is_subtracted)


_COMPLETED: Final = Coalesce("completed_at", "requested_at")

NET: Final = Figure(
    "net",
    _("Lifetime spend"),
    _("Gross less refunded less disputed. An open dispute is subtracted until it is won."),
    Measure.SUM,
    (
        _sales(_paid),
        Part(REFUND, _refunds, _COMPLETED, is_subtracted=True),
        _disputed(*DISPUTED, is_subtracted=True),
    ),
)
GROSS: Final = Figure(
    "gross",
    _("Gross"),
    _("What was charged for sales that were approved at some time, whatever became of them."),
    Measure.SUM,
    (_sales(_paid),),
)
PAID_SALES: Final = Figure(
    "paid-sales",
    _("Paid sales"),
    _("Sales that were approved at some time, renewals among them."),
    Measure.COUNT,
    (_sales(_paid),),
)
AVERAGE: Final = Figure(
    "average-order",
    _("Average order"),
    _("Gross divided by the number of paid sales, renewals among them."),
    Measure.AVERAGE,
    (_sales(_paid),),
)
PURCHASES: Final = Figure(
    "purchases",
    _("Purchases"),
    _("Paid sales without the later charges of a subscription."),
    Measure.COUNT,
    (_sales(_purchases),),
)
REPEAT: Final = Figure(
    "repeat-purchases",
    _("Repeat purchases"),
    _("Purchases after the first one. Renewals are not among them."),
    Measure.COUNT,
    (_sales(_repeat_purchases),),
)
RENEWALS: Final = Figure(
    "renewals",
    _("Renewals"),
    _("Paid charges of a subscription after its first."),
    Measure.COUNT,
    (_sales(_renewals),),
)
FIRST: Final = Figure(
    "first-purchase",
    _("First paid"),
    _("The first sale that was approved at some time."),
    Measure.DAY,
    (_sales(_first),),
)
LAST: Final = Figure(
    "last-purchase",
    _("Last paid"),
    _("The last sale that was approved at some time, renewals among them."),
    Measure.DAY,
    (_sales(_last),),
)
REFUNDED: Final = Figure(
    "refunded",
    _("Refunded"),
    _("Succeeded refunds. Others have given nothing back, or not yet."),
    Measure.SUM,
    (Part(REFUND, _refunds, _COMPLETED),),
)
DISPUTED_SUM: Final = Figure(
    "disputed",
    _("Disputed"),
    _("Open and lost disputes. An inquiry moves no money and is not among them."),
    Measure.SUM,
    (_disputed(*DISPUTED),),
)
OPEN: Final = Figure(
    "disputes-open",
    _("Disputes, open"),
    _("Disputes that are not decided. Their amounts are subtracted until they are won."),
    Measure.SUM,
    (_disputed(DisputeStatus.OPEN),),
)
LOST: Final = Figure(
    "disputes-lost",
    _("Disputes, lost"),
    _("Disputes that took the money back."),
    Measure.SUM,
    (_disputed(DisputeStatus.LOST),),
)
WON: Final = Figure(
    "disputes-won",
    _("Disputes, won"),
    _("Disputes that left the money with the seller. They are not subtracted."),
    Measure.SUM,
    (_disputed(DisputeStatus.WON),),
)
ACTIVE: Final = Figure(
    "active-subscriptions",
    _("Active subscriptions"),
    _("Subscriptions that are paid up or on trial."),
    Measure.COUNT,
    (Part(SUBSCRIPTION, _subscriptions, F("started_at")),),
)

FIGURES: Final[Mapping[str, Figure]] = {
    figure.key: figure
    for figure in (
        *(NET, GROSS, PAID_SALES, AVERAGE, PURCHASES, REPEAT, RENEWALS, FIRST, LAST),
        *(REFUNDED, DISPUTED_SUM, OPEN, LOST, WON, ACTIVE),
    )
}
"""Every figure, by its key."""
