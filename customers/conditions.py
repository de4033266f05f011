"""What can be asked of a customer, each as a condition named by a phrase.

All are EXISTS over one table in scope, so that the planner can make semi-joins of them, and a member limited
to products is answered from within those.
"""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q

from atomicpay.ui.filters import Condition
from atomicpay.ui.ranges import Amounts, between
from atomicpay.workspaces.scope import is_limited_to_products
from customers.models import CustomerTag
from sales.models import CustomerSpend, Dispute, Payment, Refund, Sale
from sales.querysets import SaleQuerySet
from sales.spend import customers_with_spend_in_scope
from sales.states import DisputeStatus, PaymentStatus, RefundStatus
from subscriptions.models import Subscription

LISTABLE: Final = Q(merged_into=None, is_test=False)
"""Every customer that a list may show: a merged one is shown as the one it became."""

NOT_ARCHIVED: Final = Q(archived_at=None)
ARCHIVED: Final = Q(archived_at__isnull=False)


def _paid_sales() -> SaleQuerySet:
    return Sale.objects.paid().filter(customer=OuterRef("pk"))


def bought(product_id: int) -> Exists:
    return Exists(_paid_sales().filter(product=product_id))


def has_not_bought(product_id: int) -> Condition:
    return ~bought(product_id)


def has_paid_sale() -> Exists:
    """By the totals, which are a sixth of the sales, for who may read them."""
    if is_limited_to_products():
        return Exists(_paid_sales())
    return Exists(CustomerSpend.objects.filter(customer=OuterRef("pk"), paid_sales__gt=0))


def first_bought(start: datetime | None, end: datetime | None) -> Q:
    """The first paid sale, in whatever currency, lies in the range."""
    condition = Q(_paid_at("first_paid_at", start, end))
    return condition & ~Q(_paid_at("first_paid_at", None, start)) if start else condition


def last_bought(start: datetime | None, end: datetime | None) -> Q:
    """The last paid sale, in whatever currency, lies in the range."""
    condition = Q(_paid_at("last_paid_at", start, end))
    return condition & ~Q(_paid_at("last_paid_at", end, None)) if end else condition


def _paid_at(column: str, start: datetime | None, end: datetime | None) -> Exists:
    if is_limited_to_products():
        return Exists(_paid_sales().filter(between("ordered_at", start, end)))
    return Exists(CustomerSpend.objects.filter(between(column, start, end), customer=OuterRef("pk")))


def spent_in(currency: str) -> Exists | Q:
    """Has paid something in a currency."""
    return spent(Amounts(currency, None, None))


def spent(amounts: Amounts) -> Exists | Q:
    """Lifetime spend lies in the range, both ends included."""
    if is_limited_to_products():
        return Q(pk__in=customers_with_spend_in_scope(amounts))
    kept = CustomerSpend.objects.filter(customer=OuterRef("pk"), currency=amounts.currency)
    return Exists(kept.filter(amounts.condition("net")))


def subscribes(statuses: list[str]) -> Exists:
    return Exists(Subscription.objects.filter(customer=OuterRef("pk"), status__in=statuses))


def paid_with(methods: list[str]) -> Exists:
    """By paid payments; where none is on record, no method is."""
    paid = Payment.objects.filter(customer=OuterRef("pk"), status=PaymentStatus.PAID)
    return Exists(paid.filter(method__in=methods))


def was_refunded() -> Exists:
    refunds = Refund.objects.filter(customer=OuterRef("pk"), status=RefundStatus.SUCCEEDED, is_test=False)
    return Exists(refunds)


def was_not_refunded() -> Condition:
    return ~was_refunded()


def disputed(*statuses: DisputeStatus) -> Exists:
    """Has a dispute that stands so; an inquiry, which moves no money, is asked for by name."""
    return Exists(Dispute.objects.filter(customer=OuterRef("pk"), status__in=statuses, is_test=False))


def is_tagged(tag_id: int) -> Exists:
    return Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag=tag_id))
