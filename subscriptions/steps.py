"""What happened to a subscription, told in order: what comes again and again is told once, with a number."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy

from atomicpay.ui import html
from atomicpay.ui.details import Step

from .life import Happened, Life
from .lifecycle import EventKind, SubscriptionStatus
from .models import CanceledBy, Subscription
from .words import who_canceled, words_of_canceling

MOST_STEPS: Final = 100
"""The latest steps that are shown."""

_TOLD_ONCE: Final[dict[str, Callable[[int], str] | Promise]] = {
    EventKind.RENEWED: ngettext_lazy("Renewed %(number)d time", "Renewed %(number)d times", "number"),
    EventKind.PAYMENT_FAILED: ngettext_lazy(
        "Payment failed %(number)d time", "Payment failed %(number)d times", "number"
    ),
}
_ENDINGS: Final = frozenset((EventKind.CANCELED, EventKind.CANCELLATION_SCHEDULED))


def steps_of(life: Life, subscription: Subscription) -> list[Step]:
    """The latest steps, first to last."""
    return list(_steps(life.events, subscription))[-MOST_STEPS:]


def _steps(events: Sequence[Happened], subscription: Subscription) -> Iterator[Step]:
    last_ending = next((event for event in reversed(events) if event.kind in _ENDINGS), None)
    for (kind, is_illegal), group in groupby(events, key=lambda event: (event.kind, event.is_illegal)):
        run = list(group)
        if kind in _TOLD_ONCE and len(run) > 1 and not is_illegal:
            yield _told_once(run)
        else:
            yield from (_step(event, subscription, event is last_ending) for event in run)


def _told_once(run: Sequence[Happened]) -> Step:
    first, last = run[0], run[-1]
    words = _TOLD_ONCE[first.kind] % {"number": len(run)}  # type: ignore[operator]  # a lazy plural
    between = gettext("%(first)s to %(last)s")
    at = SafeString(between % {"first": html.day(first.occurred_at), "last": html.day(last.occurred_at)})
    return Step(at, str(words), _change(first.from_status, last.to_status or first.to_status))


def _step(event: Happened, subscription: Subscription, is_last_ending: bool) -> Step:
    ending = _why(event, subscription, is_last_ending) if event.kind in _ENDINGS else ""
    parts = (_change(event.from_status, event.to_status), ending, _plans(event))
    return Step(
        html.moment(event.occurred_at),
        str(EventKind(event.kind).label),
        ". ".join(filter(None, parts)),
        event.is_illegal,
    )


def _change(before: str, after: str) -> str:
    labels = (str(SubscriptionStatus(status).label) for status in (before, after) if status)
    return " → ".join(labels)


def _why(event: Happened, subscription: Subscription, is_last: bool) -> str:
    """By whom and why it was canceled: as the event says, or for the last one as the record does."""
    by, reason = str(event.detail.get("by") or ""), str(event.detail.get("reason") or "")
    who = words_of_canceling(by) if by in CanceledBy.values else ""
    if is_last:
        who, reason = who or who_canceled(subscription), reason or subscription.cancel_reason
    return ": ".join(filter(None, (who, reason)))


def _plans(event: Happened) -> str:
    """From which plan to which, where the event names them."""
    if event.kind != EventKind.PLAN_CHANGED:
        return ""
    return " → ".join(str(event.detail[name]) for name in ("from", "to") if event.detail.get(name))
