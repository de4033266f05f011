"""What can be asked of a sale, each as a condition named by a phrase."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import Q, QuerySet

from atomicpay.catalog.models import Plan
from atomicpay.ui.filters import Condition
from atomicpay.ui.ranges import Amounts, between
from atomicpay.ui.related import HasRow
from customers.search import SearchPlan, plan_search

from .models import Dispute, Refund, Sale
from .search import sales_named, sales_whose_reference_begins
from .states import DisputeStatus, RefundStatus, SaleStatus

REAL: Final = Q(is_test=False)
TEST: Final = Q(is_test=True)
OF_SUBSCRIPTION: Final = Q(subscription__isnull=False)
ONE_OFF: Final = Q(subscription=None)


def test_sales_hidden_by(condition: Condition | None) -> QuerySet[Sale] | None:
    """What the list leaves out under this condition on being a test; None where that is nearly all."""
    if condition is None:
        return Sale.objects.none()
    return Sale.objects.filter(TEST) if condition == REAL else None


def named_or_bought_by(text: str) -> Callable[[bool], Q]:
    """The sales whose reference begins so, of that very external id, or whose buyer the text finds."""
    _by_reference, by_external_id = sales_named(text)
    named = by_external_id.order_by().values("pk")
    named = named.union(sales_whose_reference_begins(text).order_by().values("pk"), all=True)
    return partial(_found, plan_search(text), named)


def _found(plan: SearchPlan, named: QuerySet[Any, Any], reads_all: bool) -> Q:
    if plan.is_rare(reads_all=reads_all):
        bought = Sale.objects.filter(customer__in=plan.customers_by_words()).order_by()
        return Q(pk__in=bought.values("pk").union(named, all=True))
    return plan.condition("customer__haystack") | Q(pk__in=named)


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
