"""What can be asked of a sale, each as a condition named by a phrase."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from atomicpay.catalog.models import Plan
from atomicpay.ui.filters import Condition
from atomicpay.ui.ranges import Amounts, between
from atomicpay.ui.related import HasRow
from customers.search_ways import Wanted, Way, Why, found_by, on_day, people

from .models import Dispute, Refund, Sale
from .search import amounts_in, payments_by_card, reference_begins, sales_named
from .states import DisputeStatus, RefundStatus, SaleStatus

REAL: Final = Q(is_test=False)
TEST: Final = Q(is_test=True)
OF_SUBSCRIPTION: Final = Q(subscription__isnull=False)
ONE_OFF: Final = Q(subscription=None)

# Two letters begin half of the references there are.
_SHORTEST_BEGINNING: Final = 3


def test_sales_hidden_by(condition: Condition | None) -> QuerySet[Sale] | None:
    """What the list leaves out under this condition on being a test; None where that is nearly all."""
    if condition is None:
        return Sale.objects.none()
    return Sale.objects.filter(TEST) if condition == REAL else None


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


# Stands before the others in the index `sale_kind_i`: named, it lets PostgreSQL before 18 find rare products
# by it too. That there is no other status is a constraint of the table.
_ANY_STATUS: Final = Q(status__in=SaleStatus.values)


def paid_by(methods: list[str]) -> Q:
    return Q(method__in=methods) & _ANY_STATUS


def of_product(product_id: int) -> Q:
    return Q(product=product_id) & _ANY_STATUS


def on_plan(plan_id: int) -> Q:
    return Q(plan=plan_id) & _ANY_STATUS


def is_on_plan_of(payment_models: list[str]) -> Q:
    return Q(plan__in=Plan.objects.filter(payment_model__in=payment_models).order_by().values("pk"))


def charged(amounts: Amounts) -> Q:
    """The amount lies in the range, both ends included."""
    return amounts.condition("amount_charged") & Q(currency=amounts.currency)


def _succeeded_refunds() -> QuerySet[Refund]:
    return Refund.objects.filter(status=RefundStatus.SUCCEEDED, sale__isnull=False)


def was_refunded() -> HasRow:
    """In whole or in part."""
    return HasRow(_succeeded_refunds(), "sale")


def was_refunded_between(start: datetime | None, end: datetime | None) -> HasRow:
    return HasRow(_succeeded_refunds().filter(between("completed_at", start, end)), "sale")


def disputed(*statuses: DisputeStatus) -> HasRow:
    """Has a dispute that stands so."""
    return HasRow(Dispute.objects.filter(status__in=statuses), "sale")


def priced_in(currency: str) -> Q:
    """Has a place in the order of amounts, which are never compared across currencies."""
    return Q(currency=currency)


def was_approved(currency: str) -> Q:
    """Has a place in the order of approval."""
    return Q(approved_at__isnull=False)


def was_completed(currency: str) -> Q:
    """Has a place in the order of completion."""
    return Q(completed_at__isnull=False)


def in_order_of_completion(sales: QuerySet, currency: str) -> QuerySet:
    return sales.filter(was_completed(currency))


def in_order_of_amount(sales: QuerySet, currency: str) -> QuerySet:
    return sales.filter(priced_in(currency))


def in_order_of_approval(sales: QuerySet, currency: str) -> QuerySet:
    return sales.filter(was_approved(currency))


def ordered_between(start: datetime | None, end: datetime | None) -> Q:
    return between("ordered_at", start, end)


def approved_between(start: datetime | None, end: datetime | None) -> Q:
    return between("approved_at", start, end)


def completed_between(start: datetime | None, end: datetime | None) -> Q:
    return between("completed_at", start, end)
