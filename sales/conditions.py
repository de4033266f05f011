"""What can be asked of a sale, each as a condition named by a phrase."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from atomicpay.catalog.models import Plan
from atomicpay.ui.ranges import Amounts, between
from customers.search_ways import Wanted, Way, Why, found_by, on_day, people

from .models import Dispute, Refund, Sale
from .search import amounts_in, payments_by_card, reference_begins, sales_named
from .states import DisputeStatus, RefundStatus

REAL: Final = Q(is_test=False)
TEST: Final = Q(is_test=True)
OF_SUBSCRIPTION: Final = Q(subscription__isnull=False)
ONE_OFF: Final = Q(subscription=None)

# Two letters begin half of the references there are.
_SHORTEST_BEGINNING: Final = 3


def named_or_bought_by(text: str) -> Callable[[bool], Q]:
    """What makes the condition of the sales a text finds: for reading all of them, or one page."""
    return found_by(text, ways_to_sales)


def ways_to_sales(wanted: Wanted, reads_all: bool) -> list[Way]:
    """Every way in which one part of a text finds sales, the surest first: then those of whom it finds."""
    part = wanted.part
    ways: list[Way] = []
    if part.is_reference:
        by_reference, by_external_id = sales_named(wanted.spellings)
        ways += [Way(Why.SALE, _ids(by_reference)), Way(Why.EXTERNAL_ID, _ids(by_external_id))]
        if len(part.text) >= _SHORTEST_BEGINNING:
            ways.append(_either(Why.SALE, reference_begins(part.text)))
    if part.card:
        ways.append(Way(Why.CARD, payments_by_card(part.card).order_by().values("sale_id")))
    if part.amounts:
        ways.append(_either(Why.AMOUNT, amounts_in(part.amounts)))
    if part.day:
        ordered = wanted.on_day("ordered_at")
        ways.append(on_day(wanted, _ids(Sale.objects.filter(ordered)), ordered))
    if wanted.may_be_product:
        ways.append(_either(Why.PRODUCT, Q(product__in=wanted.products)))
    return [*ways, *_bought_by(people(wanted, reads_all, "customer__"))]


def _either(why: Why, each: Q) -> Way:
    return Way(why, _ids(Sale.objects.filter(each)), each, is_many=None)


def _bought_by(ways: list[Way]) -> list[Way]:
    return [replace(way, ids=_ids(Sale.objects.filter(customer__in=way.ids))) for way in ways]


def _ids(sales: QuerySet[Any]) -> QuerySet[Any, Any]:
    return sales.order_by().values("pk")


def is_on_plan_of(payment_models: list[str]) -> Q:
    return Q(plan__in=Plan.objects.filter(payment_model__in=payment_models).order_by().values("pk"))


def charged(amounts: Amounts) -> Q:
    """The amount lies in the range, both ends included."""
    return amounts.condition("amount_charged") & Q(currency=amounts.currency)


def _succeeded_refunds() -> Q:
    return Q(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)


def was_refunded() -> Exists:
    """In whole or in part."""
    return Exists(Refund.objects.filter(_succeeded_refunds()))


def was_refunded_between(start: datetime | None, end: datetime | None) -> Exists:
    return Exists(Refund.objects.filter(_succeeded_refunds(), between("completed_at", start, end)))


def disputed(*statuses: DisputeStatus) -> Exists:
    """Has a dispute that stands so."""
    return Exists(Dispute.objects.filter(sale=OuterRef("pk"), status__in=statuses))


def ordered_between(start: datetime | None, end: datetime | None) -> Q:
    return between("ordered_at", start, end)


def approved_between(start: datetime | None, end: datetime | None) -> Q:
    return between("approved_at", start, end)


def completed_between(start: datetime | None, end: datetime | None) -> Q:
    return between("completed_at", start, end)
