"""The states of a subscription, the events of its life, and the legal changes in one table.

The states are those that the public references of Stripe, Hotmart, Kiwify, Gumroad and Lemon Squeezy have in
common. A change from outside that the table does not know is stored and flagged, never dropped.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class SubscriptionStatus(TextChoices):
    """The eight states."""

    INCOMPLETE = "incomplete", _("Incomplete")
    TRIALING = "trialing", _("On trial")
    ACTIVE = "active", pgettext_lazy("subscription", "Active")
    PAST_DUE = "past_due", _("Past due")
    UNPAID = "unpaid", _("Unpaid")
    PAUSED = "paused", pgettext_lazy("subscription", "Paused")
    CANCELED = "canceled", pgettext_lazy("subscription", "Canceled")
    EXPIRED = "expired", pgettext_lazy("subscription", "Expired")


class EventKind(TextChoices):
    """What can happen to a subscription."""

    CREATED = "created", pgettext_lazy("subscription", "Created")
    TRIAL_STARTED = "trial_started", _("Trial started")
    ACTIVATED = "activated", _("Activated")
    RENEWED = "renewed", _("Renewed")
    PAYMENT_FAILED = "payment_failed", _("Payment failed")
    RECOVERED = "recovered", _("Recovered")
    PLAN_CHANGED = "plan_changed", _("Plan changed")
    BILLING_DATE_CHANGED = "billing_date_changed", _("Billing date changed")
    PAUSED = "paused", pgettext_lazy("subscription", "Paused")
    RESUMED = "resumed", _("Resumed")
    CANCELLATION_SCHEDULED = "cancellation_scheduled", _("Cancellation scheduled")
    CANCELED = "canceled", pgettext_lazy("subscription", "Canceled")
    REACTIVATED = "reactivated", _("Reactivated")
    EXPIRED = "expired", pgettext_lazy("subscription", "Expired")
    CUSTOMER_REASSIGNED = "customer_reassigned", _("Moved to another customer")
    IMPORTED = "imported", _("Imported")
    STATUS_CHANGED = "status_changed", _("Status changed")


_S = SubscriptionStatus

LEGAL_CHANGES: Final[dict[SubscriptionStatus, frozenset[SubscriptionStatus]]] = {
    _S.INCOMPLETE: frozenset((_S.ACTIVE, _S.TRIALING, _S.EXPIRED)),
    _S.TRIALING: frozenset((_S.ACTIVE, _S.PAST_DUE, _S.PAUSED, _S.CANCELED, _S.EXPIRED)),
    # Expired straight from active: the last charge of a plan with a fixed number of them.
    _S.ACTIVE: frozenset((_S.PAST_DUE, _S.PAUSED, _S.CANCELED, _S.EXPIRED)),
    _S.PAST_DUE: frozenset((_S.ACTIVE, _S.UNPAID, _S.CANCELED, _S.EXPIRED)),
    _S.UNPAID: frozenset((_S.ACTIVE, _S.CANCELED, _S.EXPIRED)),
    _S.PAUSED: frozenset((_S.ACTIVE, _S.CANCELED, _S.EXPIRED)),
    # Restarted, or over at the end of the period.
    _S.CANCELED: frozenset((_S.ACTIVE, _S.EXPIRED)),
    _S.EXPIRED: frozenset((_S.ACTIVE,)),
}


def is_legal_change(before: str, after: str) -> bool:
    """Whether the lifecycle knows the change; staying the same always is."""
    return before == after or _S(after) in LEGAL_CHANGES[_S(before)]
