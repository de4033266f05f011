"""What can be asked of a subscription, each as a condition named by a phrase."""

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.timezone import now

from atomicpay.workspaces.distinct import distinct_values
from customers.search import plan_search

from .lifecycle import SubscriptionStatus
from .models import Subscription

SOON: Final = timedelta(days=30)
"""How far ahead an end is near enough to do something about it."""

LATE: Final = Q(status__in=[SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID])


def named_or_held_by(text: str, reads_all: bool = False) -> Q:
    """The subscriptions with that code, whole, or whose customer the text finds."""
    by_code = Subscription.objects.filter(
        provider__in=distinct_values(Subscription, "provider"),
        external_id__in={text, text.upper(), text.lower()},
    ).order_by()
    plan = plan_search(text)
    if plan.is_rare(reads_all=reads_all):
        held = Subscription.objects.filter(customer__in=plan.customers_by_words()).order_by()
        return Q(pk__in=held.values("pk").union(by_code.values("pk"), all=True))
    return plan.condition("customer__haystack") | Q(pk__in=by_code.values("pk"))


def ends_soon() -> Q:
    """Lives, and will end with a period that is nearly over."""
    living = Q(status__in=[SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING])
    return living & Q(cancel_at_period_end=True, current_period_end__lt=now() + SOON)


def is_at_risk() -> Q:
    return LATE | ends_soon()
