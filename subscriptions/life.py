"""The life of a subscription as its events tell it: how long each state lasted, and what marks it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from .lifecycle import SubscriptionStatus
from .models import Subscription, SubscriptionEvent

_S = SubscriptionStatus

MOST_EVENTS: Final = 1000
"""The latest events that are read."""

ENDED: Final = frozenset((_S.CANCELED, _S.EXPIRED))


class Happened(NamedTuple):
    """An event, as it is shown."""

    kind: str
    from_status: str
    to_status: str
    occurred_at: datetime
    is_illegal: bool
    source: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A state and how long it lasted; `until` is the present, or lies ahead, for the one that lasts."""

    status: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Life:
    """The spans in order, without gaps; `has_more` where earlier events were not read."""

    spans: tuple[Span, ...]
    events: tuple[Happened, ...]
    has_more: bool

    @property
    def since(self) -> datetime:
        """When it began."""
        return self.spans[0].since

    @property
    def until(self) -> datetime:
        """The end of what is known of it."""
        return self.spans[-1].until


def events_of(subscription: Subscription) -> list[Happened]:
    """The latest events, first to last, and one more than is shown."""
    events = SubscriptionEvent.objects.filter(subscription=subscription).order_by("-occurred_at", "-id")
    rows = events.values_list(*Happened._fields)[: MOST_EVENTS + 1]
    return [Happened(*row) for row in reversed(rows)]


def life_of(subscription: Subscription, events: Sequence[Happened], now: datetime) -> Life:
    """The life of a subscription from its events; where there are none, from its dates."""
    has_more = len(events) > MOST_EVENTS
    shown = tuple(events[-MOST_EVENTS:])
    spans = _joined(_spans(subscription, _changes(subscription, shown), now))
    return Life(tuple(spans), shown, has_more)


def _changes(subscription: Subscription, events: Iterable[Happened]) -> list[tuple[datetime, str]]:
    """From when on it had which state."""
    changes = [(event.occurred_at, event.to_status) for event in events if event.to_status]
    first = next((event for event in events if event.to_status), None)
    began = subscription.started_at
    if first is None:
        return _from_dates(subscription)
    if first.from_status and began < first.occurred_at:
        changes.insert(0, (began, first.from_status))
    if changes[-1][1] != subscription.status:
        # The record is newer than what happened: it is right of the present.
        changes.append((max(changes[-1][0], _turned(subscription)), subscription.status))
    return changes


def _from_dates(subscription: Subscription) -> list[tuple[datetime, str]]:
    """Without an event: the trial, and the end or how it stands; between them nothing is on record."""
    began, status = subscription.started_at, subscription.status
    changes = []
    trial_ends = subscription.trial_ends_at
    if trial_ends and trial_ends > began and status != _S.TRIALING:
        changes = [(began, str(_S.TRIALING))]
        began = trial_ends
    if status in ENDED:
        return [*changes, (began, str(_S.ACTIVE)), (max(_turned(subscription), began), status)]
    return [*changes, (began, status)]


def _turned(subscription: Subscription) -> datetime:
    """When it took the state it has, as far as its dates tell."""
    at = {_S.CANCELED: subscription.canceled_at, _S.EXPIRED: subscription.ended_at}.get(
        _S(subscription.status), subscription.source_updated_at
    )
    return at or subscription.canceled_at or subscription.started_at


def _spans(
    subscription: Subscription, changes: Sequence[tuple[datetime, str]], now: datetime
) -> Iterable[Span]:
    end = max(_end(subscription, now), changes[-1][0])
    for position, (since, status) in enumerate(changes):
        until = changes[position + 1][0] if position + 1 < len(changes) else end
        if until > since or position + 1 == len(changes):
            yield Span(status, since, until)


def _end(subscription: Subscription, now: datetime) -> datetime:
    """A canceled one lasts as long as it is paid for, an expired one has ended, any other lasts."""
    if subscription.status == _S.CANCELED:
        return subscription.current_period_end or subscription.ended_at or subscription.canceled_at or now
    if subscription.status == _S.EXPIRED:
        return subscription.ended_at or now
    return now


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans of one state that follow one another are one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].status == span.status:
            joined[-1] = Span(span.status, joined[-1].since, span.until)
        else:
            joined.append(span)
    return joined
