"""Chainable reads of subscriptions, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from atomicpay.workspaces.owned import OwnedQuerySet

from .running import SUBSCRIBED

if TYPE_CHECKING:
    from .models import Subscription  # noqa: F401 -- named in a string below


class SubscriptionQuerySet(OwnedQuerySet["Subscription"]):
    """Reads of subscriptions."""

    def active(self) -> Self:
        """Those that are paid up or on trial."""
        return self.filter(status__in=SUBSCRIBED)
