"""What one search gives: the first customers, sales and subscriptions, and what was meant where none is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.search.contacts import Contact, contacts_of
from atomicpay.search.hits import NOTHING_FOUND, SHOWN, Found, Source, by_surest, first_hits
from atomicpay.search.lines import Hit, customer_hit, sale_hit, subscription_hit
from atomicpay.search.said import messages_of
from atomicpay.search.slips import corrections
from atomicpay.workspaces.models import Membership
from customers.models import Customer
from customers.search import ways_to_customers
from customers.search_text import Kind, Part, read_search
from customers.search_ways import Wanted, Why
from sales.conditions import ways_to_sales
from sales.models import Sale
from sales.queries import Spend, spend_of_customers
from subscriptions.conditions import ways_to_subscriptions
from subscriptions.models import Subscription

SHORTEST: Final = 2
"""A single letter fits nearly everybody."""

SHORTEST_SAID: Final = 3
"""Two letters stand in nearly every message."""


@dataclass(frozen=True, slots=True)
class Section:
    """The hits of one kind, and the list that has all of them."""

    kind: str
    title: str | Promise
    open_words: str | Promise
    url: str
    hits: list[Hit]
    has_more: bool

    @property
    def count(self) -> str:
        """How many there are, as far as they were read."""
        return f"{len(self.hits)}+" if self.has_more else str(len(self.hits))


@dataclass(frozen=True, slots=True)
class Results:
    """What was looked for, and what was found. `meant` is the text that was searched instead, or ""."""

    text: str
    parts: tuple[Part, ...]
    sections: list[Section]
    meant: str = ""

    @property
    def shown(self) -> int:
        return sum(len(section.hits) for section in self.sections)

    @property
    def has_more(self) -> bool:
        return any(section.has_more for section in self.sections)

    @property
    def is_nowhere(self) -> bool:
        """Whether nothing is written as it was typed."""
        return bool(self.meant) or not self.sections

    @property
    def unread(self) -> list[Part]:
        """Parts that are not what their prefix word says."""
        return [part for part in self.parts if not part.is_read]


def search(text: str, member: Membership, *, most: int = SHOWN) -> Results:
    """Search everything that the member may see, for at most so many hits of a kind.

    A slip of the finger is forgiven where nothing fits.
    """
    parts = read_search(text)
    results = Results(text, parts, [])
    if not is_long_enough(parts):
        return results
    found = _Search(parts, text, member, most)
    if found.sections:
        return replace(results, sections=found.sections)
    if said := _Search(as_said(parts), f"{Kind.MESSAGE}:{text}", member, most).sections:
        return replace(results, sections=said)
    for meant, corrected in corrections(text, found.wanted):
        nearest = _Search(corrected, meant, member, most)
        if nearest.sections:
            return replace(results, sections=nearest.sections, meant=meant)
    return results


def as_said(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with their free words taken for those of a message."""
    return tuple(
        Part(Kind.MESSAGE, part.text) if part.kind is Kind.ANY and len(part.text) >= SHORTEST_SAID else part
        for part in parts
    )


def is_long_enough(parts: Sequence[Part]) -> bool:
    """Whether there is anything worth looking for."""
    return any(part.kind is not Kind.ANY or len(part.text) >= SHORTEST for part in parts)


def sees_anything(member: Membership) -> bool:
    """Whether there is any kind of record that the member may see."""
    return any(member.may(f"{source.kind}.view") for source in SOURCES)


class _Search:
    """One reading of the books."""

    def __init__(self, parts: Sequence[Part], text: str, member: Membership, most: int) -> None:
        self.wanted = by_surest([Wanted(part, knows_people=True) for part in parts])
        self.text, self.member, self.most = text, member, most

    @cached_property
    def sections(self) -> list[Section]:
        """The kinds of which anything was found, with their hits."""
        found = {
            source.kind: first_hits(self.wanted, source, self.most)
            for source in SOURCES
            if self.member.may(f"{source.kind}.view")
        }
        lines = self._lines(found)
        return [_section(kind, self.text, hits, lines[kind]) for kind, hits in found.items() if hits.rows]

    def _lines(self, found: dict[str, Found]) -> dict[str, Callable[[Any, Why], Hit]]:
        """What draws a hit of each kind, with all that it needs read for all of them at once."""
        wanted, contacts, spends = self.wanted, self._contacts(found), self._spends(found)
        return {
            "customers": lambda row, why: customer_hit(
                row, contacts[row.pk], wanted, why, spends.get(row.pk, [])
            ),
            "sales": lambda row, why: sale_hit(row, contacts.get(row.customer_id), wanted, why),
            "subscriptions": lambda row, why: subscription_hit(
                row, contacts.get(row.customer_id), wanted, why
            ),
        }

    def _contacts(self, found: dict[str, Found]) -> dict[int, list[Contact]]:
        if not self.member.may("customers.view"):
            return {}
        customers = {row.pk for row in found["customers"].rows}
        holders = {
            row.customer_id for kind, hits in found.items() if kind != "customers" for row in hits.rows
        }
        contacts = contacts_of(customers | holders)
        for each in self.wanted:
            if each.part.kind is Kind.MESSAGE and customers:
                for said in messages_of(customers, each):
                    contacts[said.customer_id].append(said)
        return contacts

    def _spends(self, found: dict[str, Found]) -> dict[int, list[Spend]]:
        customers = [row.pk for row in found.get("customers", NOTHING_FOUND).rows]
        if not customers or not self.member.may("spend.view"):
            return {}
        first = self.member.workspace.default_currency
        return {
            pk: sorted(spends, key=lambda spend: spend.currency != first)
            for pk, spends in spend_of_customers(customers).items()
        }


def _section(kind: str, text: str, found: Found, line: Callable[[Any, Why], Hit]) -> Section:
    title, open_words = _WORDS[kind]
    url = f"{reverse(f'{kind}:list')}?{urlencode({'q': text} | _EVERYTHING[kind])}"
    hits = [line(row, found.whys[row.pk]) for row in found.rows]
    return Section(kind, title, open_words, url, hits, found.has_more)


_CUSTOMER: Final = ("public_id", "name", "email", "archived_at", "is_test", "merged_into")
SOURCES: Final = (
    Source(
        "customers",
        Customer.objects.all,
        "created_at",
        ways_to_customers,
        lambda rows: rows.select_related("merged_into").only(
            *_CUSTOMER, "merged_into__public_id", "merged_into__name", "merged_into__email"
        ),
    ),
    Source(
        "sales",
        Sale.objects.all,
        "ordered_at",
        ways_to_sales,
        lambda rows: rows.select_related("customer", "product").only(
            *("public_id", "reference", "external_id", "status", "is_test", "currency", "amount_charged"),
            *(
                "ordered_at",
                "buyer_name",
                "buyer_email",
                "customer__name",
                "customer__email",
                "product__name",
            ),
        ),
    ),
    Source(
        "subscriptions",
        Subscription.objects.all,
        "started_at",
        ways_to_subscriptions,
        lambda rows: rows.select_related("customer", "product").only(
            *("public_id", "external_id", "status", "started_at", "trial_ends_at", "current_period_end"),
            *("next_charge_at", "cancel_at_period_end", "canceled_at", "ended_at", "amount", "currency"),
            *("customer__name", "customer__email", "product__name"),
        ),
    ),
)
_WORDS: Final = {
    "customers": (_("Customers"), _("Open in Customers")),
    "sales": (_("Sales"), _("Open in Sales")),
    "subscriptions": (_("Subscriptions"), _("Open in Subscriptions")),
}
# Search looks everywhere; the lists leave something out unless they are asked.
_EVERYTHING: Final[dict[str, dict[str, str]]] = {
    "customers": {"archived": "include"},
    "sales": {"test": "include"},
    "subscriptions": {},
}
