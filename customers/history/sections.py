"""The smaller tables of the customer page, row by row: subscriptions and payment methods."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.catalog.words import frequency
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from sales.words import METHOD_ICONS, method_words
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from subscriptions.words import subscription_badge, unpaid_words, what_comes_next, who_canceled

from .queries import Fact

# What needs a person stands first, what is over last.
_ORDER: Final[dict[str, int]] = {
    status: place
    for place, status in enumerate(
        (
            SubscriptionStatus.UNPAID,
            SubscriptionStatus.PAST_DUE,
            SubscriptionStatus.ACTIVE,
            SubscriptionStatus.TRIALING,
            SubscriptionStatus.PAUSED,
            SubscriptionStatus.INCOMPLETE,
            SubscriptionStatus.CANCELED,
            SubscriptionStatus.EXPIRED,
        )
    )
}


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One subscription."""

    url: str
    title: str
    status: SafeString
    since: str
    next: str
    why: str
    reason: str
    amount: str
    charges: str


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One way the customer paid."""

    icon: str
    words: str
    payments: int
    when: str


def subscription_rows(subscriptions: Iterable[Subscription]) -> list[SubscriptionRow]:
    """The subscriptions, the ones that need a person first."""
    return [_subscription(each) for each in sorted(subscriptions, key=lambda each: _ORDER[each.status])]


def _subscription(subscription: Subscription) -> SubscriptionRow:
    each = frequency(subscription.plan)
    charges = subscription.charges_count
    counted = [ngettext("%(number)d charge", "%(number)d charges", charges) % {"number": charges}]
    if subscription.unpaid_count:
        counted.append(unpaid_words(subscription.unpaid_count))
    return SubscriptionRow(
        url=reverse("subscriptions:detail", args=[subscription.public_id]),
        title=", ".join(filter(None, (subscription.product.name, each))),
        status=subscription_badge(subscription.status),
        since=gettext("Since %(day)s") % {"day": format_day(subscription.started_at)},
        next=what_comes_next(subscription),
        why=who_canceled(subscription),
        reason=subscription.cancel_reason,
        amount=format_money(subscription.amount, subscription.currency),
        charges=", ".join(counted),
    )


def method_rows(facts: Iterable[Fact]) -> list[MethodRow]:
    """The ways the customer paid, the one used last first."""
    return [
        MethodRow(
            icon=METHOD_ICONS.get(fact.text, "credit-card"),
            words=method_words(fact.text, f"{fact.detail} {fact.source}"),
            payments=fact.number,
            when=_when(fact),
        )
        for fact in facts
        if fact.kind == "Payment"
    ]


def _when(fact: Fact) -> str:
    """The days of the first and the last payment made that way."""
    if not (fact.first_at and fact.last_at):
        return ""
    first, last = format_day(fact.first_at), format_day(fact.last_at)
    return first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
