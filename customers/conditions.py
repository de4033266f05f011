"""What can be asked of a customer, each as a condition named by a phrase.

All are EXISTS over one table in scope, so that the planner can make semi-joins of them, and a member limited
to products is answered from within those.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from atomicpay.ui.filters import Condition
from atomicpay.ui.ranges import Amounts, between
from atomicpay.ui.related import HasRow
from atomicpay.workspaces.scope import is_limited_to_products
from sales.models import CustomerMethod, CustomerSpend, Dispute, Payment, Refund, Sale
from sales.querysets import SaleQuerySet
from sales.spend import customers_with_spend_in_scope
from sales.states import DisputeStatus, PaymentStatus, RefundStatus
from subscriptions.models import Subscription

from .models import Customer, CustomerTag

LISTABLE: Final = Q(merged_into=None, is_test=False)
"""Every customer that a list may show: a merged one is shown as the one it became."""

NOT_ARCHIVED: Final = Q(archived_at=None)
ARCHIVED: Final = Q(archived_at__isnull=False)
NOT_LISTABLE: Final = Q(merged_into__isnull=False) | Q(is_test=True)

NO_SUBSCRIPTION: Final = "none"


def hidden_customers(archived: Condition | None) -> QuerySet[Customer] | None:
    """Whom the list leaves out under this condition on being archived; None where those are most of them.

    Written as the index `customer_hidden_i` has it, so that it can be used.
    """
    if archived is not None and archived != NOT_ARCHIVED:
        return None
    return Customer.objects.filter(NOT_LISTABLE if archived is None else ARCHIVED | NOT_LISTABLE)


def _paid_sales() -> SaleQuerySet:
    return Sale.objects.paid()


def bought(product_id: int) -> HasRow:
    return HasRow(_paid_sales().filter(product=product_id), "customer")


def bought_all(product_ids: Sequence[int]) -> Condition:
    """Has bought every one of them."""
    if len(product_ids) == 1:
        return bought(product_ids[0])
    return reduce(and_, (Q(bought(product_id)) for product_id in product_ids))


def bought_none(product_ids: Sequence[int]) -> Condition:
    """Has bought not one of them."""
    return ~HasRow(_paid_sales().filter(product__in=product_ids), "customer")


def has_paid_sale() -> HasRow:
    """By the totals, which are a sixth of the sales, for who may read them."""
    if is_limited_to_products():
        return HasRow(_paid_sales(), "customer")
    return HasRow(CustomerSpend.objects.filter(paid_sales__gt=0), "customer")


def first_bought(start: datetime | None, end: datetime | None) -> Condition:
    """The first paid sale, in whatever currency, lies in the range."""
    condition = _paid_at("first_paid_at", start, end)
    return Q(condition) & ~Q(_paid_at("first_paid_at", None, start)) if start else condition


def last_bought(start: datetime | None, end: datetime | None) -> Condition:
    """The last paid sale, in whatever currency, lies in the range."""
    condition = _paid_at("last_paid_at", start, end)
    return Q(condition) & ~Q(_paid_at("last_paid_at", end, None)) if end else condition


def _paid_at(column: str, start: datetime | None, end: datetime | None) -> HasRow:
    if is_limited_to_products():
        return HasRow(_paid_sales().filter(between("ordered_at", start, end)), "customer")
    return HasRow(CustomerSpend.objects.filter(between(column, start, end)), "customer")


def spent_in(currency: str) -> Condition:
    """Has paid something in a currency."""
    return spent(Amounts(currency, None, None))


def spent(amounts: Amounts) -> Condition:
    """Lifetime spend lies in the range, both ends included."""
    if is_limited_to_products():
        return Q(pk__in=customers_with_spend_in_scope(amounts))
    kept = CustomerSpend.objects.filter(currency=amounts.currency)
    return HasRow(kept.filter(amounts.condition("net")), "customer", is_single=True)


def subscribes(statuses: Sequence[str]) -> Condition:
    """Has a subscription in one of the states, or, where that is asked for too, none at all."""
    named = [status for status in statuses if status != NO_SUBSCRIPTION]
    has_one = HasRow(Subscription.objects.filter(status__in=named), "customer")
    if NO_SUBSCRIPTION not in statuses:
        return has_one
    has_none = ~HasRow(Subscription.objects.all(), "customer")
    return Q(has_one) | Q(has_none) if named else has_none


def methods_of_customers() -> QuerySet[Any]:
    """The methods with which customers have paid; inside some products, the payments themselves."""
    if is_limited_to_products():
        return Payment.objects.filter(status=PaymentStatus.PAID)
    return CustomerMethod.objects.all()


def paid_with(methods: Sequence[str]) -> HasRow:
    """By paid payments; where none is on record, no method is."""
    return HasRow(methods_of_customers().filter(method__in=methods), "customer")


def was_refunded() -> HasRow:
    return HasRow(Refund.objects.filter(status=RefundStatus.SUCCEEDED, is_test=False), "customer")


def was_not_refunded() -> Condition:
    return ~was_refunded()


def disputed(*statuses: DisputeStatus) -> HasRow:
    """Has a dispute that stands so; an inquiry, which moves no money, is asked for by name."""
    return HasRow(Dispute.objects.filter(status__in=statuses, is_test=False), "customer")


def is_tagged(tag_ids: Sequence[int]) -> HasRow:
    """Carries one of the tags."""
    return HasRow(CustomerTag.objects.filter(tag__in=tag_ids), "customer")


def has_money_in(currency: str) -> HasRow:
    """Has a place in the order of spend."""
    return HasRow(CustomerSpend.objects.filter(currency=currency), "customer", is_single=True)


def has_purchases_in(currency: str) -> HasRow:
    """Has a place in the order of purchases."""
    kept = CustomerSpend.objects.filter(currency=currency, paid_sales__gt=F("renewals"))
    return HasRow(kept, "customer", is_single=True)


def has_a_purchase(currency: str) -> HasRow:
    """Has a place in the orders of the first and the last purchase."""
    return HasRow(CustomerSpend.objects.filter(last_paid_at__isnull=False), "customer")
