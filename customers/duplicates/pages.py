"""Suggestions as the pages draw them: the panel of a customer, and the cases of the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from atomicpay.ui.moments import format_day, format_moment
from atomicpay.ui.money import format_money
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.models import Customer
from sales.queries import Spend

from .evidence import KINDS, Line, evidence_lines
from .matching.bands import WORDS, Band
from .models import Scan, Suggestion
from .queries import Case, Precision, suggestions_of
from .services import PERMISSION


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody who may be the customer of the page."""

    public_id: str
    name: str
    contact: str
    url: str
    band: str
    percent: int
    lines: list[Line]
    merge_url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What templates/customers/duplicates/panel.html draws."""

    suggestions: list[Suggested]
    may_decide: bool
    dismiss_url: str


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a case."""

    name: str
    url: str
    contacts: list[str]
    since: str
    spent: str


@dataclass(frozen=True, slots=True)
class ShownApart:
    """A pair that is kept apart: by name and address who they are, why they were suggested, who said so."""

    public_id: str
    customers: list[tuple[str, str]]
    lines: list[Line]
    said: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """What templates/admin/duplicates/case.html draws; `tone` goes with the band, `about`
    names the two of several that the evidence is about, `apart` those who are kept apart."""

    public_id: str
    title: str
    band: str
    tone: str
    percent: int
    stake: str
    members: list[Member]
    lines: list[Line]
    merge_url: str
    about: str
    apart: list[str]


KEPT_APART: Final = _("Kept as not the same person, until the evidence changes.")
GONE: Final = _("That suggestion is no longer open.")
TAKEN_BACK: Final = _("Taken back: they may be one person again.")
NOT_APART: Final = _("They are no longer kept apart.")
"""What is said after a decision, or instead of one."""

_TONES = {Band.CERTAIN: "ok", Band.LIKELY: "wait", Band.POSSIBLE: "off"}


def duplicates_of(customer: Customer, member: Membership) -> Panel | None:
    """The panel on a customer's page; None where nothing is suggested."""
    if customer.is_test or customer.merged_into_id is not None or customer.is_anonymised:
        return None
    suggestions = suggestions_of(customer)
    if not suggestions:
        return None
    may_merge = member.may("customers.merge") and member.may("admin.open")
    shown = [_suggested(each, customer, may_merge=may_merge) for each in suggestions]
    url = reverse("customers:dismiss_duplicate", args=[customer.public_id])
    return Panel(shown, member.may(PERMISSION), url)


def _suggested(suggestion: Suggestion, customer: Customer, *, may_merge: bool) -> Suggested:
    other = suggestion.high if suggestion.low_id == customer.pk else suggestion.low
    return Suggested(
        str(suggestion.public_id),
        other.name or other.email,
        " · ".join(filter(None, (other.email, other.phone))),
        _address(other),
        str(WORDS[Band(suggestion.band)]),
        suggestion.percent,
        evidence_lines(suggestion.evidence),
        preview_url([customer, other]) if may_merge else "",
    )


def preview_url(customers: Sequence[Customer]) -> str:
    """Where a merge of these is looked at before it is done; "" while there is no such page."""
    try:
        page = reverse("admin:merging_preview")
    except NoReverseMatch:
        return ""
    return f"{page}?{urlencode([('customers', customer.public_id) for customer in customers])}"


def shown_case(case: Case, spent: Mapping[int, list[Spend]], currency: str, *, may_spend: bool) -> ShownCase:
    """A case in words."""
    leading, customers = case.leading, case.customers
    called = _told_apart(customers)
    band = Band(leading.band)
    # It is summed over all products.
    tells_stake = may_spend and leading.stake and not is_limited_to_products()
    return ShownCase(
        str(leading.public_id),
        " / ".join(dict.fromkeys(each.name or each.email for each in customers)),
        str(WORDS[band]),
        _TONES[band],
        leading.percent,
        format_money(leading.stake, currency) if tells_stake else "",
        [_member(each, spent.get(each.pk, []), may_spend=may_spend) for each in customers],
        evidence_lines(leading.evidence, case.parts),
        # A merge of all would join two who are kept apart.
        preview_url([leading.low, leading.high] if case.apart else customers),
        _about(leading, called) if len(customers) > 2 else "",
        [_apart(pair, called) for pair in case.apart],
    )


def _about(pair: Suggestion, called: Mapping[int, str]) -> str:
    words = gettext("The evidence is about %(one)s and %(other)s.")
    return words % {"one": called[pair.low_id], "other": called[pair.high_id]}


def _apart(pair: Suggestion, called: Mapping[int, str]) -> str:
    words = gettext("%(one)s and %(other)s are kept apart: a merge of all is not offered.")
    return words % {"one": called[pair.low_id], "other": called[pair.high_id]}


def _address(customer: Customer) -> str:
    return reverse("customers:detail", args=[customer.public_id])


def _member(customer: Customer, spent: list[Spend], *, may_spend: bool) -> Member:
    place = ", ".join(filter(None, (customer.city, customer.state)))
    money = ", ".join(format_money(each.net, each.currency) for each in spent) if may_spend else ""
    return Member(
        customer.name or customer.email,
        _address(customer),
        [value for value in (customer.email, customer.phone, place) if value],
        format_day(customer.created_at),
        money,
    )


def shown_apart(pair: Suggestion) -> ShownApart:
    """A pair that is kept apart, in words."""
    at = format_moment(pair.dismissed_at) if pair.dismissed_at else ""
    return ShownApart(
        str(pair.public_id),
        [(each.name or each.email, _address(each)) for each in (pair.low, pair.high)],
        evidence_lines(pair.evidence),
        ", ".join(filter(None, (str(pair.dismissed_by or ""), at))),
    )


def _told_apart(customers: Sequence[Customer]) -> dict[int, str]:
    """What to call each in a sentence: by email or name where those differ, or else by their rows."""
    for column in ("email", "name"):
        values = [getattr(each, column) for each in customers]
        if all(values) and len(set(values)) == len(values):
            return {each.pk: value for each, value in zip(customers, values, strict=True)}
    return {each.pk: gettext("row %(row)d") % {"row": row} for row, each in enumerate(customers, start=1)}


def precision_words(rows: Sequence[Precision]) -> list[tuple[str, str]]:
    """Each band or kind of evidence with how often it was right: "9 of 10 were one person (90 %)"."""
    names = {**{str(band): words for band, words in WORDS.items()}, **KINDS}
    return [
        (
            str(names.get(each.code, each.code)),
            ngettext(
                "%(right)d of %(decided)d decided was one person (%(percent)d %%)",
                "%(right)d of %(decided)d decided were one person (%(percent)d %%)",
                each.decided,
            )
            % {
                "right": each.right,
                "decided": each.decided,
                "percent": round(100 * each.right / each.decided),
            },
        )
        for each in rows
    ]


def scan_words(scan: Scan | None) -> str:
    """How far the worker is with the whole workspace."""
    if scan is None or not (scan.ended_at or scan.phase):
        return gettext("The records have not been looked through yet: that happens within a minute.")
    if scan.phase or scan.ended_at is None:
        words = gettext("The records are being looked through: %(done)d of %(total)d, step %(step)d of 2.")
        step = 1 if scan.phase == "reading" else 2
        return words % {"done": scan.done, "total": scan.total, "step": step}
    words = gettext("All records were looked through on %(moment)s; changes are within a minute.")
    return words % {"moment": format_moment(scan.ended_at)}
