"""The customer page, assembled: a History in, values that templates only print out. No query is made here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, ngettext_lazy

from atomicpay.ui import html
from atomicpay.ui.moments import format_day
from atomicpay.ui.screen import Row
from customers.access.cards import AccessPanel, access_panel
from customers.messages.panel import MessagesPanel, messages_panel
from customers.models import Customer
from sales.models import Sale
from sales.money_back import money_back_rows
from sales.purchases import FIRST, Pager, first_pager, purchase_rows
from sales.queries import DISPUTE, TEST_SALE, Entry, sales_by_status
from sales.states import PAID, DisputeStatus, SaleStatus
from subscriptions.words import subscriber_badge

from .figures import figure_address
from .identity import Identity, identity_of, place_of
from .queries import MONEY_BACK, SUBSCRIPTIONS, History
from .sections import MethodRow, SubscriptionRow, method_rows, subscription_rows
from .spend import SpendPanel, spend_panel
from .totals import Total, totals_of

# In the order in which the count beside "Purchases" names them, after the paid ones.
# Plurals of their own: other languages say "3 paid" in another form than "1 paid".
_COUNTED: Final = (
    (PAID, ngettext_lazy("%(number)d paid", "%(number)d paid", "number")),
    ((SaleStatus.PENDING,), ngettext_lazy("%(number)d pending", "%(number)d pending", "number")),
    ((SaleStatus.DECLINED,), ngettext_lazy("%(number)d declined", "%(number)d declined", "number")),
    ((SaleStatus.EXPIRED,), ngettext_lazy("%(number)d expired", "%(number)d expired", "number")),
    ((SaleStatus.CANCELED,), ngettext_lazy("%(number)d canceled", "%(number)d canceled", "number")),
)


@dataclass(frozen=True, slots=True)
class PurchasesPanel:
    """The latest purchases, how many there are, and where the older ones are."""

    rows: list[Row]
    pager: Pager
    count: int
    count_words: str
    test_words: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What templates/customers/detail.html prints. A part that the member may not see is None."""

    name: str
    badges: list[SafeString]
    email: str
    phone: str
    place: str
    since: str
    totals: list[Total]
    is_limited: bool
    anonymised: str
    archived: str
    archive_reason: str
    identity: Identity
    access: AccessPanel | None
    access_url: str
    messages: MessagesPanel
    spend: SpendPanel | None
    purchases: PurchasesPanel | None
    methods: list[MethodRow] | None
    money_back: list[Row] | None
    has_more_money_back: bool
    subscriptions: list[SubscriptionRow] | None
    has_more_subscriptions: bool


def customer_page(history: History, first_currency: str) -> CustomerPage:
    """The page of a history, amounts in `first_currency` before the others."""
    customer = history.customer
    money_back, subscriptions = history.money_back, history.subscriptions
    return CustomerPage(
        name=name_of(customer),
        badges=_badges(history),
        email=customer.email,
        phone=customer.phone,
        place=place_of(customer),
        since=format_day(customer.created_at),
        totals=totals_of(history, first_currency),
        is_limited=history.is_limited,
        anonymised=format_day(customer.anonymised_at) if customer.anonymised_at else "",
        archived=_archived(customer),
        archive_reason=customer.archive_reason,
        identity=identity_of(customer, history.facts),
        access=None if history.access is None else access_panel(history.access, customer, timezone.now()),
        access_url=reverse("customers:access", args=[customer.public_id]) if history.is_access_later else "",
        spend=_spend(history, first_currency),
        messages=messages_panel(customer, history.facts, history.sales),
        purchases=None if history.sales is None else _purchases(customer, history.sales, history.entries),
        methods=None if history.sales is None else method_rows(history.facts),
        money_back=None if money_back is None else money_back_rows(money_back[:MONEY_BACK]),
        has_more_money_back=len(money_back or ()) > MONEY_BACK,
        subscriptions=None if subscriptions is None else subscription_rows(subscriptions[:SUBSCRIPTIONS]),
        has_more_subscriptions=len(subscriptions or ()) > SUBSCRIPTIONS,
    )


def _spend(history: History, first_currency: str) -> SpendPanel | None:
    """The figures; they lead to their rows for who may see sales."""
    if history.spend is None:
        return None
    return spend_panel(
        history.spend,
        history.entries,
        first_currency,
        address=None if history.sales is None else figure_address(history.customer),
        with_subscriptions=history.subscriptions is not None,
    )


def name_of(customer: Customer) -> str:
    """What a customer is called; the email of one whose name is not known."""
    if customer.is_anonymised:
        return gettext("Anonymised customer")
    return customer.name or customer.email or gettext("No name")


def _badges(history: History) -> list[SafeString]:
    badges = []
    subscriber = subscriber_badge({each.status for each in history.subscriptions or ()})
    if subscriber:
        badges.append(subscriber)
    if history.money_back is not None and _has_open_dispute(history.entries):
        badges.append(html.status("bad", gettext("Open dispute")))
    if history.customer.archived_at:
        badges.append(html.status("off", gettext("Archived")))
    if history.customer.is_test:
        badges.append(html.status("off", gettext("Test")))
    return badges


def _has_open_dispute(entries: list[Entry]) -> bool:
    return any(entry.kind == DISPUTE and entry.status == DisputeStatus.OPEN for entry in entries)


def _archived(customer: Customer) -> str:
    """When and by whom it was archived, in words; "" when it is not."""
    if not customer.archived_at:
        return ""
    day = format_day(customer.archived_at)
    if customer.archived_by is None:
        return gettext("Archived on %(day)s.") % {"day": day}
    return gettext("Archived on %(day)s by %(name)s.") % {"day": day, "name": customer.archived_by.user.name}


def _purchases(customer: Customer, sales: list[Sale], entries: list[Entry]) -> PurchasesPanel:
    by_status = sales_by_status(entries)
    count = by_status.total()
    listed = ", ".join(_counted(by_status))
    words = ngettext("%(number)d sale", "%(number)d sales", count) % {"number": count}
    path = reverse("customers:purchases", args=[customer.public_id])
    tests = sum(entry.number for entry in entries if entry.kind == TEST_SALE)
    return PurchasesPanel(
        rows=purchase_rows(sales[:FIRST]),
        pager=first_pager(path, sales, count + tests),
        count=count,
        count_words=f"{words}: {listed}" if listed else words,
        test_words=_test_words(tests),
    )


def _counted(by_status: Counter[str]) -> Iterator[str]:
    for statuses, words in _COUNTED:
        number = sum(by_status[status] for status in statuses)
        if number:
            yield words % {"number": number}


def _test_words(number: int) -> str:
    if not number:
        return ""
    words = ngettext(
        "%(number)d test sale is listed and counts nowhere.",
        "%(number)d test sales are listed and count nowhere.",
        number,
    )
    return words % {"number": number}
