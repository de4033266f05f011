"""How a customer's subscriptions stood at an earlier moment, by their events, else by their dates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from atomicpay.workspaces.compiled import Given, compiled

from .lifecycle import EventKind, SubscriptionStatus
from .models import Subscription, SubscriptionEvent

_OVER: Final = (SubscriptionStatus.CANCELED, SubscriptionStatus.EXPIRED)

_SHOWN: Final = (
    *("public_id", "status", "amount", "currency", "started_at", "trial_ends_at", "current_period_end"),
    *("cancel_at_period_end", "canceled_at", "ended_at", "canceled_by", "cancel_reason"),
    *("product__name", "product__public_id"),
    *("plan__payment_model", "plan__plan_type", "plan__interval", "plan__interval_count"),
    "plan__source_frequency",
)


class LastEvent(NamedTuple):
    """What happened last before the moment."""

    kind: EventKind
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionThen:
    """A subscription with the state it had; `is_derived` where no event tells of it."""

    subscription: Subscription
    status: str
    is_derived: bool
    last_event: LastEvent | None


def subscriptions_at(
    customer_id: int, moment: datetime, limit: int, *, is_present: bool
) -> list[SubscriptionThen]:
    """The latest subscriptions that a customer had before a moment, at most so many, the newest first."""
    found = _subscriptions(limit, customer_id=customer_id, moment=moment)
    return [_then(each, moment, is_present=is_present) for each in found]


@compiled
def _subscriptions(limit: int) -> Any:
    begun: QuerySet[Any] = Subscription.objects.filter(
        customer_id=Given("customer_id"), started_at__lt=Given("moment")
    )
    with_events = with_state_then(begun, Given("moment"))
    with_events = with_events.select_related("product", "plan").only(*_SHOWN)
    return with_events.order_by("-started_at", "-id")[:limit]


def with_state_then(subscriptions: QuerySet[Any], moment: Any) -> QuerySet[Any]:
    """With `told`, the state of the last event before the moment, `before_next`, that from which the first
    one after it left, and `last_event`."""
    events = SubscriptionEvent.objects.filter(subscription=OuterRef("pk"))
    earlier = events.filter(occurred_at__lt=moment).order_by("-occurred_at", "-id")
    later = events.filter(occurred_at__gte=moment).order_by("occurred_at", "id")
    last_event = earlier.values(event=JSONObject(kind="kind", at="occurred_at"))
    return subscriptions.annotate(
        told=Subquery(earlier.exclude(to_status="").values("to_status")[:1]),
        before_next=Subquery(later.exclude(from_status="").values("from_status")[:1]),
        last_event=Subquery(last_event[:1]),
    )


def _then(subscription: Any, moment: datetime, *, is_present: bool) -> SubscriptionThen:
    event = subscription.last_event
    last_event = LastEvent(EventKind(event["kind"]), datetime.fromisoformat(event["at"])) if event else None
    if is_present:
        return SubscriptionThen(subscription, subscription.status, False, last_event)
    status = subscription.told or derived_status(subscription, moment, subscription.before_next or "")
    return SubscriptionThen(subscription, status, not subscription.told, last_event)


def derived_status(subscription: Subscription, moment: datetime, before_next: str) -> str:
    """The state of a subscription of which no event before the moment tells, from its dates.

    `before_next` is the state that the first event after the moment left, "" for none.
    """
    ended, canceled, trial = subscription.ended_at, subscription.canceled_at, subscription.trial_ends_at
    if before_next:
        return before_next
    if ended and ended < moment:
        return subscription.status if subscription.status in _OVER else SubscriptionStatus.EXPIRED
    if canceled and canceled < moment:
        return SubscriptionStatus.CANCELED
    if trial and moment <= trial:
        return SubscriptionStatus.TRIALING
    if subscription.status in _OVER and (ended or canceled):
        return SubscriptionStatus.ACTIVE
    return subscription.status
