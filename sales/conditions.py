"""What can be asked of a sale, each as a condition named by a phrase."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from atomicpay.catalog.models import Plan
from atomicpay.ui.ranges import Amounts, between
from customers.search import SearchPlan, plan_search

from .models import Dispute, Refund, Sale
from .search import sales_named, sales_whose_reference_begins
from .states import DisputeStatus, RefundStatus

REAL: Final = Q(is_test=False)
TEST: Final = Q(is_test=True)
OF_SUBSCRIPTION: Final = Q(subscription__isnull=False)
ONE_OFF: Final = Q(subscription=None)


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
