"""How subscriptions are said: their states with tones, what comes next or why they ended."""

from collections.abc import Collection
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext_lazy

from atomicpay.ui import html
from atomicpay.ui.moments import format_day

from .lifecycle import SubscriptionStatus
from .models import CanceledBy, Subscription

SUBSCRIPTION_TONES: Final[dict[str, str]] = {
    SubscriptionStatus.INCOMPLETE: "wait",
    SubscriptionStatus.TRIALING: "ok",
    SubscriptionStatus.ACTIVE: "ok",
    SubscriptionStatus.PAST_DUE: "warn",
    SubscriptionStatus.UNPAID: "bad",
    SubscriptionStatus.PAUSED: "warn",
    SubscriptionStatus.CANCELED: "off",
    SubscriptionStatus.EXPIRED: "off",
}

_CANCELED_BY: Final[dict[CanceledBy, Promise]] = {
    CanceledBy.CUSTOMER: _("Canceled by the customer"),
    CanceledBy.SELLER: _("Canceled by the seller"),
    CanceledBy.ADMIN: _("Canceled by the platform"),
    CanceledBy.PAYMENT_FAILURE: _("Canceled after failed payments"),
    CanceledBy.API: _("Canceled through the API"),
    CanceledBy.UNKNOWN: _("Canceled; by whom is not on record"),
}

# What needs a person comes first.
_SUBSCRIBERS: Final[dict[str, Promise]] = {
    SubscriptionStatus.UNPAID: _("Unpaid"),
    SubscriptionStatus.PAST_DUE: _("Past due"),
    SubscriptionStatus.ACTIVE: _("Active subscriber"),
    SubscriptionStatus.TRIALING: _("On trial"),
    SubscriptionStatus.PAUSED: pgettext_lazy("subscription", "Paused"),
}


def subscription_badge(status: str) -> SafeString:
    """A subscription's state, drawn."""
    return html.status(SUBSCRIPTION_TONES[status], SubscriptionStatus(status).label)


def what_comes_next(subscription: Subscription) -> str:
    """The next date of a living subscription, the last one of an ended one; "" when none is on record."""
    if subscription.status in (SubscriptionStatus.CANCELED, SubscriptionStatus.EXPIRED):
        return _how_it_ends(subscription)
    if subscription.cancel_at_period_end and subscription.current_period_end:
        return gettext("Ends on %(day)s") % {"day": format_day(subscription.current_period_end)}
    if subscription.status == SubscriptionStatus.TRIALING and subscription.trial_ends_at:
        return gettext("Trial ends on %(day)s") % {"day": format_day(subscription.trial_ends_at)}
    if not subscription.next_charge_at:
        return gettext("No next charge on record")
    words = (
        gettext("Next try on %(day)s")
        if subscription.status in (SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID)
        else gettext("Next charge on %(day)s")
    )
    return words % {"day": format_day(subscription.next_charge_at)}


def _how_it_ends(subscription: Subscription) -> str:
    ended = subscription.ended_at or subscription.canceled_at
    # A canceled one may be paid up for a while.
    if subscription.status == SubscriptionStatus.CANCELED and subscription.current_period_end:
        return gettext("Paid until %(day)s") % {"day": format_day(subscription.current_period_end)}
    return gettext("Ended on %(day)s") % {"day": format_day(ended)} if ended else gettext("Ended")


def who_canceled(subscription: Subscription) -> str:
    """Who ended it, in words; "" while it lives or when it ran to its end."""
    return words_of_canceling(subscription.canceled_by)


def words_of_canceling(by: str) -> str:
    """The same from what stands for who did it; "" for nobody."""
    return str(_CANCELED_BY[CanceledBy(by)]) if by else ""


def unpaid_words(number: int) -> str:
    """How many charges were not paid; "" for none."""
    return ngettext("%(number)d unpaid", "%(number)d unpaid", number) % {"number": number} if number else ""


def subscriber_badge(statuses: Collection[str]) -> SafeString | None:
    """What somebody with subscriptions in these states is, what needs a person first; None for nothing."""
    for status, label in _SUBSCRIBERS.items():
        if status in statuses:
            return html.status(SUBSCRIPTION_TONES[status], label)
    return None
