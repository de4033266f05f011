"""What can be asked of a subscription, each as a condition named by a phrase."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from customers.search_ways import Wanted, Way, Why, found_by, on_day, people
from sales.models import Sale
from sales.search import amounts_in, payments_by_card

from .lifecycle import SubscriptionStatus
from .models import Subscription
from .search import subscriptions_named

SOON: Final = timedelta(days=30)
"""How far ahead an end is near enough to do something about it."""

LATE: Final = Q(status__in=[SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID])


def named_or_held_by(text: str) -> Callable[[bool], Q]:
    """What makes the condition of the subscriptions a text finds: for reading all of them, or one page."""
    return found_by(text, ways_to_subscriptions)


def ways_to_subscriptions(wanted: Wanted, reads_all: bool) -> list[Way]:
    """Every way in which one part of a text finds subscriptions, the surest first."""
    part = wanted.part
    ways: list[Way] = []
    if part.is_reference:
        ways.append(Way(Why.SUBSCRIPTION, _ids(subscriptions_named(wanted.spellings))))
    if part.card:
        charges = Sale.objects.filter(pk__in=payments_by_card(part.card).order_by().values("sale_id"))
        charges = charges.filter(subscription__isnull=False)
        ways.append(Way(Why.CARD, charges.order_by().values("subscription_id")))
    if part.amounts:
        ways.append(_either(Why.AMOUNT, amounts_in(part.amounts, "amount")))
    if part.day:
        began_or_next = wanted.on_day("started_at") | wanted.on_day("next_charge_at")
        ids = _ids(Subscription.objects.filter(began_or_next))
        ways.append(on_day(wanted, ids, began_or_next))
    if wanted.may_be_product:
        ways.append(_either(Why.PRODUCT, Q(product__in=wanted.products)))
    return [*ways, *_held_by(people(wanted, reads_all, "customer__"))]


def _either(why: Why, each: Q) -> Way:
    return Way(why, _ids(Subscription.objects.filter(each)), each, is_many=None)


def _held_by(ways: list[Way]) -> list[Way]:
    return [replace(way, ids=_ids(Subscription.objects.filter(customer__in=way.ids))) for way in ways]


def _ids(subscriptions: QuerySet[Any]) -> QuerySet[Any, Any]:
    return subscriptions.order_by().values("pk")


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
