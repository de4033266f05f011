"""The page as of a date, assembled: Books in, values that templates only print out. No query is made here."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from atomicpay.ui.screen import Row, ShownCell
from customers.access.cards import withheld_words
from customers.access.words import answer_words, rule_words, tone_of
from customers.history.page import name_of
from customers.models import Customer
from sales.as_of import plain
from sales.models import Sale
from sales.money_back import money_back_rows
from sales.purchases import FIRST, Pager, first_pager, purchase_rows
from sales.queries import SALE, TEST_SALE, MoneyBack
from subscriptions.as_of import SubscriptionThen
from subscriptions.running import SUBSCRIBED
from subscriptions.words import subscription_badge

from .access import FEW, AccessThen
from .certainty import derived_words, merged_later_words
from .numbers import Numbers, numbers_of
from .queries import MONEY_BACK, SUBSCRIPTIONS, Books, KnownBy

_KINDS: Final = ("CustomerEmail", "CustomerPhone", "Sale")


@dataclass(frozen=True, slots=True)
class Step:
    """A link to another day; without an address it is only said."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Known:
    """A name, email or phone, and when it was seen."""

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One subscription, with the state it had."""

    url: str
    title: str
    status: SafeString
    is_derived: bool
    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class AsOfPage:
    """What templates/customers/as_of.html prints. A part that the member may not see is None."""

    name: str
    day: str
    is_today: bool
    is_limited: bool
    is_known: bool
    since: Step
    steps: list[Step]
    was_archived: bool
    merged_later: str
    emails: list[Known]
    phones: list[Known]
    names: list[Known]
    derived: list[str]
    numbers: Numbers | None
    count_words: str
    access: list[Row] | None
    access_note: str
    access_withheld: str
    purchases: list[Row] | None
    pager: Pager | None
    money_back: list[Row] | None
    has_more_money_back: bool
    subscriptions: list[SubscriptionRow] | None
    has_more_subscriptions: bool


def as_of_page(books: Books, *, first_currency: str, may_see_spend: bool) -> AsOfPage:
    """The page of a customer's books, amounts in `first_currency` before the others."""
    known = {kind: _known(books.known_by, kind) for kind in _KINDS}
    subscriptions, money_back = books.subscriptions, books.money_back
    entries = books.entries or []
    day = books.day
    return AsOfPage(
        name=name_of(books.customer),
        day=format_day(day.on),
        is_today=day.is_today,
        is_limited=books.is_limited,
        is_known=books.customer.created_at < day.end or bool(entries),
        since=_first_day(books),
        steps=list(_steps(books)),
        was_archived=books.was_archived,
        merged_later=merged_later_words(books.merged_later),
        emails=known["CustomerEmail"],
        phones=known["CustomerPhone"],
        names=known["Sale"],
        derived=list(derived_words(books)),
        numbers=_numbers(books, first_currency) if may_see_spend else None,
        count_words=_count_words(books),
        access=None if books.access is None else access_rows(books.access.products),
        access_note=_access_note(books),
        access_withheld=withheld_words(books.access.withheld) if books.access else "",
        purchases=None if books.sales is None else purchases_then(books.sales[:FIRST]),
        pager=None if books.sales is None else _pager(books),
        money_back=None if money_back is None else _money_back(money_back),
        has_more_money_back=len(money_back or ()) > MONEY_BACK,
        subscriptions=None
        if subscriptions is None
        else [_subscription(each) for each in subscriptions[:SUBSCRIPTIONS]],
        has_more_subscriptions=len(subscriptions or ()) > SUBSCRIPTIONS,
    )


def _numbers(books: Books, first_currency: str) -> Numbers:
    """With the subscriptions that were active then, for who may see them."""
    active = None
    if books.subscriptions is not None:
        living = (each for each in books.subscriptions if each.status in SUBSCRIBED)
        active = Counter(each.subscription.currency for each in living)
    return numbers_of(books.entries or [], first_currency, books.paid_days, active)


def access_rows(decided: Iterable[AccessThen]) -> list[Row]:
    """A line for each product: the answer, and the rule that gives it."""
    return [
        Row(
            "",
            [
                ShownCell(facts.name, "", "main", ""),
                ShownCell(html.status(tone_of(decision), answer_words(decision)), "", "lead-figure", ""),
                ShownCell(rule_words(decision), "", "quiet", ""),
            ],
        )
        for facts, decision in decided
    ]


def _access_note(books: Books) -> str:
    if not books.is_access_of_few:
        return ""
    words = gettext("Decided by the last %(number)d purchases of each product.")
    return words % {"number": FEW}


def purchases_then(sales: Iterable[Sale]) -> list[Row]:
    """The rows of sales that were read with `as_purchases_then`, each with the state it had."""
    for sale in sales:
        refunded: int | None = sale.refunded_then  # type: ignore[attr-defined]
        then: str = sale.then  # type: ignore[attr-defined]
        sale.refunded = refunded  # type: ignore[attr-defined]
        sale.status = plain(then)
    return purchase_rows(sales)


def _money_back(rows: list[MoneyBack]) -> list[Row]:
    shown = [row._replace(status=plain(row.status)) for row in rows[:MONEY_BACK]]
    return money_back_rows(shown, with_terms=False)


def _subscription(then: SubscriptionThen) -> SubscriptionRow:
    subscription = then.subscription
    if then.last_event:
        at = {"event": then.last_event.kind.label, "day": format_day(then.last_event.at)}
        words = gettext("%(event)s on %(day)s") % at
    else:
        words = gettext("Started on %(day)s") % {"day": format_day(subscription.started_at)}
    return SubscriptionRow(
        url=reverse("subscriptions:detail", args=[subscription.public_id]),
        title=", ".join(filter(None, (subscription.product.name, frequency(subscription.plan)))),
        status=subscription_badge(then.status),
        is_derived=then.is_derived,
        words=words,
        amount=format_money(subscription.amount, subscription.currency),
    )


def _known(known: Iterable[KnownBy], kind: str) -> list[Known]:
    """The newest first. Which one was the main one is not on record, so nothing is said of it."""
    first: dict[str, datetime] = {}
    for each in known:
        if each.kind == kind and each.text:
            first[each.text] = min(each.first_at, first.get(each.text, each.first_at))
    return [
        Known(text, gettext("first seen on %(day)s") % {"day": format_day(at)})
        for text, at in sorted(first.items(), key=lambda item: item[1], reverse=True)
    ]


# The days around ----------------------------------------------------------------------------------


def as_of_address(customer: Customer, day: date, url_name: str = "customers:as_of") -> str:
    """Where a customer is shown as of a day."""
    return f"{reverse(url_name, args=[customer.public_id])}?date={day.isoformat()}"


def _steps(books: Books) -> Iterator[Step]:
    day, (before, after) = books.day, books.steps
    earlier = day.day_of(before) if before else None
    later = day.day_of(after) if after else None
    if earlier:
        words = gettext("Back to %(day)s, the last day before on which something happened")
        yield Step(words % {"day": format_day(earlier)}, as_of_address(books.customer, earlier), "arrow-left")
    if later and later <= day.today:
        words = gettext("On to %(day)s, the next day on which something happened")
        yield Step(words % {"day": format_day(later)}, as_of_address(books.customer, later), "arrow-right")
    month_end = day.end_of_last_month
    if day.end_of_last_month >= day.day_of(books.customer.created_at):
        words = gettext("End of the month before, %(day)s")
        yield Step(words % {"day": format_day(month_end)}, as_of_address(books.customer, month_end), "clock")


def _first_day(books: Books) -> Step:
    first = books.day.day_of(books.customer.created_at)
    return Step(format_day(first), as_of_address(books.customer, first), "clock")


def _count(books: Books) -> int:
    return sum(entry.number for entry in books.entries or () if entry.kind in (SALE, TEST_SALE))


def _pager(books: Books) -> Pager:
    path = as_of_address(books.customer, books.day.on, "customers:as_of_purchases")
    return first_pager(path, books.sales or [], _count(books))


def _count_words(books: Books) -> str:
    if books.sales is None:
        return ""
    number = _count(books)
    return ngettext("%(number)d sale", "%(number)d sales", number) % {"number": number}
