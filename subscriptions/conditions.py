"""What can be asked of a subscription, each as a condition named by a phrase."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from atomicpay.workspaces.distinct import distinct_values
from customers.search import SearchPlan, plan_search

from .lifecycle import SubscriptionStatus
from .models import Subscription

SOON: Final = timedelta(days=30)
"""How far ahead an end is near enough to do something about it."""

LATE: Final = Q(status__in=[SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID])


def named_or_held_by(text: str) -> Callable[[bool], Q]:
    """The subscriptions with that code, whole, or whose customer the text finds."""
    spellings = {text, text.upper(), text.lower()}
    by_code = Subscription.objects.filter(
        provider__in=distinct_values(Subscription, "provider"), external_id__in=spellings
    )
    return partial(_found, plan_search(text), by_code.order_by().values("pk"))


def _found(plan: SearchPlan, by_code: QuerySet[Any, Any], reads_all: bool) -> Q:
    if plan.is_rare(reads_all=reads_all):
        held = Subscription.objects.filter(customer__in=plan.customers_by_words()).order_by()
        return Q(pk__in=held.values("pk").union(by_code, all=True))
    return plan.condition("customer__haystack") | Q(pk__in=by_code)


def canceled_by(whom: list[str]) -> Q:
    """Written as the index `subscription_canceled_by_i` has it."""
    return Q(canceled_by__in=whom) & ~Q(canceled_by="")


def priced_in(currency: str) -> Q:
    """Has a place in the order of amounts, which are never compared across currencies."""
    return Q(currency=currency)


def in_order_of_amount(subscriptions: QuerySet, currency: str) -> QuerySet:
    return subscriptions.filter(priced_in(currency))


def ends_soon() -> Q:
    """Lives, and will end with a period that is nearly over."""
    living = Q(status__in=[SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING])
    return living & Q(cancel_at_period_end=True, current_period_end__lt=now() + SOON)


def is_at_risk() -> Q:
    return LATE | ends_soon()
