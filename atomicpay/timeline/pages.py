"""What a page of a timeline shows: entries by days of the workspace's zone, with their links."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui import html
from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.listing import SORT
from atomicpay.ui.moments import format_day
from atomicpay.ui.screen import Chip, FilterGroup, Listing
from atomicpay.workspaces.models import Membership
from sales.words import method_words

from . import words
from .filters import CUSTOMER
from .kinds import Kind
from .lists import TimelineState
from .models import TimelineEntry

_WEB: Final = ("https://", "http://")

FIRST: Final = 20
"""How many entries the page of a customer loads by itself; the others are a link away."""


class Link(NamedTuple):
    """Where something leads; no address where the member may not follow."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, ready to be printed."""

    icon: SafeString
    tone: str
    time: SafeString
    what: str
    about: str
    amount: SafeString
    state: SafeString | str
    sub: str
    links: list[Link]
    who: str
    why: str
    is_illegal: bool
    is_said: bool
    is_ours: bool
    body: str


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day."""

    label: str
    iso: str
    lines: list[Line] = field(default_factory=list)


def days_of(entries: Iterable[TimelineEntry], member: Membership) -> list[Day]:
    """The entries by the days on which they happened, in their order."""
    draw = _Drawing(member)
    return [
        Day(format_day(day), day.isoformat(), [draw.line(entry) for entry in of_day])
        for day, of_day in groupby(entries, key=_day)
    ]


def _day(entry: TimelineEntry) -> date:
    return timezone.localtime(entry.at).date()


def _why(entry: TimelineEntry) -> str:
    reason = words.why(entry)
    return gettext("Why: %(why)s") % {"why": reason} if reason else ""


class _Drawing:
    """How entries are drawn for one member."""

    def __init__(self, member: Membership) -> None:
        self.of_sale = addresses_of("sales:detail") if member.may("sales.view") else None
        self.of_subscription = (
            addresses_of("subscriptions:detail") if member.may("subscriptions.view") else None
        )

    def line(self, entry: TimelineEntry) -> Line:
        """One entry."""
        is_said = entry.kind == Kind.MESSAGE
        is_written = is_said or entry.kind == Kind.NOTE
        return Line(
            icon=html.icon(words.icon_of(entry), "s"),
            tone=words.tone_of(entry),
            time=html.minute(entry.at),
            what=words.what_happened(entry),
            about=words.what_about(entry) or (entry.title if is_said else ""),
            amount=html.money_cell(entry.amount, entry.currency),
            state=words.state_of(entry),
            sub=", ".join(filter(None, self._subs(entry))),
            links=list(self._links(entry)),
            who=words.who_did_it(entry),
            why=_why(entry),
            is_illegal=entry.is_illegal,
            is_said=is_said,
            is_ours=is_said and entry.step == "out",
            body=entry.body if is_written else "",
        )

    def _subs(self, entry: TimelineEntry) -> Iterable[str]:
        if entry.product is not None:
            yield entry.product.name
        if entry.kind == Kind.MESSAGE:
            yield words.channel_of(entry)
        elif entry.method:
            yield method_words(entry.method, entry.card)
        yield words.state_before(entry)
        if entry.kind == Kind.SALE_STATUS:
            yield entry.title
        if entry.is_test:
            yield gettext("test")

    def _links(self, entry: TimelineEntry) -> Iterable[Link]:
        # Only what is in the member's products was joined.
        if entry.sale is not None and self.of_sale:
            yield Link(entry.sale.reference, self.of_sale(entry.sale.public_id))
        if entry.subscription is not None and self.of_subscription:
            yield Link(entry.subscription.external_id, self.of_subscription(entry.subscription.public_id))
        # As it came from outside: only to the web, and never to what a browser would run.
        if entry.url.startswith(_WEB):
            yield Link(gettext("In the helpdesk"), entry.url)


class TimelineListing(Listing):
    """The object `listing` of a timeline's page: its address is the customer's, and so in no query of it."""

    state: TimelineState

    def __init__(
        self, state: TimelineState, *, count_now: bool, choices_now: bool = False, with_rows: bool = True
    ) -> None:
        super().__init__(state, count_now=count_now, choices_now=choices_now, with_rows=with_rows)
        if state.customer is not None:
            self.path = reverse("timeline:of_customer", args=[state.customer.public_id])

    @cached_property
    def days(self) -> list[Day]:
        return days_of(self._found.rows, self.state.membership)

    @cached_property
    def rows(self) -> Any:
        """What the shared parts of a list's page ask, to know whether there is anything."""
        return self.days

    @cached_property
    def turned_url(self) -> str:
        """The same entries the other way round."""
        key = self.state.sorting.order.key
        return self._url({SORT: key if self.state.sorting.is_descending else f"-{key}"})

    @cached_property
    def turned_words(self) -> str:
        return gettext("Oldest first") if self.state.sorting.is_descending else gettext("Newest first")

    @cached_property
    def chips(self) -> list[Chip]:
        told = zip(super().chips, self.state.chips, strict=True)
        return [chip for chip, of_filter in told if of_filter.name != CUSTOMER]

    @cached_property
    def filters(self) -> list[FilterGroup]:
        return [group for group in super().filters if group.fields[0].name != CUSTOMER]

    def _url(self, changes: dict[str, str | None]) -> str:
        query = self.state.address({**changes, CUSTOMER: None})
        return f"{self.path}?{query}" if query else self.path
