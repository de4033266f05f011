"""The life of a subscription as a picture: server-drawn SVG from its spans and events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.ui.moments import format_day

from .life import Happened, Life, Span
from .lifecycle import EventKind, SubscriptionStatus
from .words import SUBSCRIPTION_TONES

# In per cent: three days of three years would not be seen.
_NARROWEST: Final = 0.8
_NEAR_THE_END: Final = 90
_SPANS_IN_WORDS: Final = 8
_YEARS_NAMED: Final = 6
_FEW_DAYS: Final = 60
_FEW_MONTHS: Final = 36
_DAYS_OF_MONTH: Final = 30.44
_FAILED: Final = frozenset((EventKind.PAYMENT_FAILED,))
_PAID: Final = frozenset((EventKind.RENEWED, EventKind.RECOVERED))


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything templates/subscriptions/detail/life.html prints."""

    label: str
    picture: SafeString
    key: SafeString
    has_renewals: bool
    has_failures: bool
    has_future: bool


def strip_of(life: Life, now: datetime) -> Strip:
    """The picture of a life: a bar for each state, ticks under it for renewals, over it for failures.

    Where it is paid for longer than now, a line through it says where the present is.
    """
    scale = _Scale(life.since, life.until)
    renewals, failures = _ticks(life.events, _PAID, scale), _ticks(life.events, _FAILED, scale)
    parts = (
        *_years(scale),
        *_bars(life.spans, scale),
        *_marks("failed", failures, 0, 8),
        *_marks("renewed", renewals, 26, 5),
        *_marks("now", [round(scale.at(now) * 10)] if life.until > now else [], 6, 22),
    )
    return Strip(
        label=_label(life),
        picture=SafeString("".join(parts)),
        key=SafeString("".join(_key(life.spans))),
        has_renewals=bool(renewals),
        has_failures=bool(failures),
        has_future=life.until > now,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a moment stands, in per cent of the picture."""

    since: datetime
    until: datetime

    def at(self, moment: datetime) -> float:
        whole = (self.until - self.since).total_seconds() or 1
        return min(max((moment - self.since).total_seconds() / whole, 0), 1) * 100


def _bars(spans: Iterable[Span], scale: _Scale) -> Iterator[str]:
    # Long ones first, so that a short one between them is seen.
    for span in sorted(spans, key=lambda span: span.since - span.until):
        left = scale.at(span.since)
        width = max(scale.at(span.until) - left, _NARROWEST)
        left = min(left, 100 - width)
        place = f'x="{left:.2f}%" width="{width:.2f}%"'
        yield f"{_bar(span.status, place, 10, 14)}<title>{escape(_span_words(span))}</title></rect>"


def _bar(status: str, place: str, top: float, height: int) -> str:
    tone = SUBSCRIPTION_TONES[status]
    return f'<rect class="life-{status}" data-tone="{tone}" {place} y="{top}" height="{height}">'


def _ticks(events: Iterable[Happened], kinds: frozenset[EventKind], scale: _Scale) -> list[int]:
    """Places in thousandths, each once: hundreds of renewals are one short path."""
    return sorted({round(scale.at(event.occurred_at) * 10) for event in events if event.kind in kinds})


def _marks(css: str, places: Iterable[int], top: int, height: int) -> Iterator[str]:
    path = "".join(f"M{place} 0v1" for place in places)
    if path:
        box = f'y="{top}" width="100%" height="{height}" viewBox="0 0 1000 1" preserveAspectRatio="none"'
        yield f'<svg {box}><path class="{css}" d="{path}"/></svg>'


def _years(scale: _Scale) -> Iterator[str]:
    """The turns of the year in it, of many only every second or third; its ends where there is none."""
    first, last = timezone.localtime(scale.since), timezone.localtime(scale.until)
    years = range(first.year + 1, last.year + 1)
    if not years:
        yield f'<text x="0" y="46">{escape(format_day(first))}</text>'
        yield f'<text x="100%" y="46" text-anchor="end">{escape(format_day(last))}</text>'
    step = max(-(-len(years) // _YEARS_NAMED), 1)
    for year in years[::step]:
        at = scale.at(datetime(year, 1, 1, tzinfo=first.tzinfo))
        anchor = ' text-anchor="end"' if at > _NEAR_THE_END else ""
        yield f'<text x="{at:.2f}%" y="46"{anchor}>{year}</text>'


def _key(spans: Iterable[Span]) -> Iterator[str]:
    for status in dict.fromkeys(span.status for span in spans):
        sample = _bar(status, 'x="1" width="10"', 1, 10) + "</rect>"
        label = escape(str(SubscriptionStatus(status).label))
        yield f'<span><svg aria-hidden="true">{sample}</svg>{label}</span>'


def _label(life: Life) -> str:
    """The picture in words: its states in order, and how long each lasted."""
    words = gettext("From %(first)s to %(last)s") % {
        "first": format_day(life.since),
        "last": format_day(life.until),
    }
    spans = life.spans[-_SPANS_IN_WORDS:]
    told = "; ".join(f"{SubscriptionStatus(span.status).label}, {_lasted(span)}" for span in spans)
    left_out = len(life.spans) - len(spans)
    if left_out:
        earlier = ngettext("after %(number)d earlier state", "after %(number)d earlier states", left_out)
        told = f"{earlier % {'number': left_out}}: {told}"
    return f"{words}. {told}."


def _span_words(span: Span) -> str:
    days = gettext("%(first)s to %(last)s") % {
        "first": format_day(span.since),
        "last": format_day(span.until),
    }
    return f"{SubscriptionStatus(span.status).label}, {days}, {_lasted(span)}"


def _lasted(span: Span) -> str:
    days = max((span.until - span.since).days, 0)
    if days < _FEW_DAYS:
        return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
    months = round(days / _DAYS_OF_MONTH)
    if months < _FEW_MONTHS:
        return ngettext("%(number)d month", "%(number)d months", months) % {"number": months}
    years = months // 12
    return ngettext("%(number)d year", "%(number)d years", years) % {"number": years}
