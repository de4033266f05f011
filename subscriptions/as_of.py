"""How a customer's subscriptions stood at an earlier moment, by their events, else by their dates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from atomicpay.workspaces.compiled import Given, compiled

from .lifecycle import EventKind, SubscriptionStatus
from .models import Subscription, SubscriptionEvent

_SHOWN: Final = (
    *("public_id", "status", "amount", "currency", "started_at", "trial_ends_at", "current_period_end"),
    *("cancel_at_period_end", "canceled_at", "ended_at", "canceled_by", "next_charge_at", "charges_count"),
    *("product__name", "product__public_id", "product__delivery", "product__delivery_platform"),
    *("product__access_within_minutes", "product__support_email"),
    *("plan__payment_model", "plan__plan_type", "plan__interval", "plan__interval_count"),
    *("plan__source_frequency", "plan__max_charges"),
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
    was_scheduled_later: bool


def subscriptions_at(customer_id: int, moment: datetime, limit: int) -> list[SubscriptionThen]:
    """The latest subscriptions that a customer had before a moment, at most so many, the newest first."""
    return [_then(each, moment) for each in _subscriptions(limit, customer_id=customer_id, moment=moment)]


@compiled
def _subscriptions(limit: int) -> Any:
    begun: QuerySet[Any] = Subscription.objects.filter(
        customer_id=Given("customer_id"), started_at__lt=Given("moment")
    )
    with_events = with_state_then(begun, Given("moment"))
    with_events = with_events.select_related("product", "plan").only(*_SHOWN)
    return with_events.order_by("-started_at", "-id")[:limit]


def with_state_then(subscriptions: QuerySet[Any], moment: Any) -> QuerySet[Any]:
    """With `told`, the state of the last event before the moment, `has_later`, whether there is one after it,
    `before_next`, the state that the first of those left, `scheduled_later`, whether one set its end, and
    `last_event`."""
    events = SubscriptionEvent.objects.filter(subscription=OuterRef("pk"))
    earlier = events.filter(occurred_at__lt=moment).order_by("-occurred_at", "-id")
    later = events.filter(occurred_at__gte=moment).order_by("occurred_at", "id")
    last_event = earlier.values(event=JSONObject(kind="kind", at="occurred_at"))
    return subscriptions.annotate(
        told=Subquery(earlier.exclude(to_status="").values("to_status")[:1]),
        has_later=Exists(later),
        before_next=Subquery(later.exclude(from_status="").values("from_status")[:1]),
        last_event=Subquery(last_event[:1]),
        scheduled_later=Exists(later.filter(kind=EventKind.CANCELLATION_SCHEDULED)),
    )


def _then(subscription: Any, moment: datetime) -> SubscriptionThen:
    event = subscription.last_event
    last_event = LastEvent(EventKind(event["kind"]), datetime.fromisoformat(event["at"])) if event else None
    if not subscription.has_later and not _has_ended_since(subscription, moment):
        return SubscriptionThen(subscription, subscription.status, False, last_event, False)
    status = subscription.told or derived_status(subscription, moment, subscription.before_next or "")
    return SubscriptionThen(
        subscription, status, not subscription.told, last_event, subscription.scheduled_later
    )


def _has_ended_since(subscription: Subscription, moment: datetime) -> bool:
    dates = subscription.canceled_at, subscription.ended_at
    return any(at is not None and at >= moment for at in dates)


def derived_status(subscription: Subscription, moment: datetime, before_next: str) -> str:
    """The state of a subscription that changed since, and of which no event before the moment tells.

    `before_next` is the state that the first event after the moment left, "" for none.
    """
    ended, canceled, trial = subscription.ended_at, subscription.canceled_at, subscription.trial_ends_at
    if before_next:
        return before_next
    if ended and ended < moment:
        return SubscriptionStatus.EXPIRED
    if canceled and canceled < moment:
        return SubscriptionStatus.CANCELED
    if trial and moment <= trial:
        return SubscriptionStatus.TRIALING
    return SubscriptionStatus.ACTIVE
