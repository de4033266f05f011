"""A hit as it is shown: what it is, where it leads, why it was found, its worth or its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.search.contacts import Contacts
from atomicpay.search.why import why_customer, why_sale, why_subscription
from atomicpay.ui import html
from atomicpay.ui.moments import format_day
from customers.models import Customer
from customers.search_ways import Wanted, Why
from sales.models import Sale
from sales.queries import Spend
from sales.words import sale_badge
from subscriptions.models import Subscription
from subscriptions.words import subscription_badge, what_comes_next


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the results. `facts` stand under the title, `figure` at the right."""

    url: str
    title: str
    facts: list[str | SafeString]
    matched: SafeString
    figure: SafeString | str


def customer_hit(
    customer: Customer,
    contacts: Contacts,
    wanted: Sequence[Wanted],
    why: Why,
    spends: Sequence[Spend],
) -> Hit:
    """A customer; one that was merged leads to the one they live on in."""
    email = customer.email if customer.name else ""
    matched = why_customer(customer, contacts, wanted, why)
    if customer.merged_into_id is not None and customer.merged_into is not None:
        survivor = customer.merged_into
        return Hit(
            _url("customers", survivor.public_id),
            _name(customer),
            [gettext("merged into %(name)s") % {"name": _name(survivor)}],
            format_html(gettext("{matched}. Opens {name}"), matched=matched, name=_name(survivor)),
            html.status("off", gettext("Merged")),
        )
    states = [
        html.status("off", word)
        for word, holds in ((gettext("Archived"), customer.archived_at), (gettext("Test"), customer.is_test))
        if holds
    ]
    figure = html.money_cell(spends[0].net, spends[0].currency) if spends else ""
    return Hit(
        _url("customers", customer.public_id),
        _name(customer),
        [*filter(None, [email]), *states],
        matched,
        figure,
    )


def sale_hit(sale: Sale, contacts: Contacts | None, wanted: Sequence[Wanted], why: Why) -> Hit:
    """A sale, with its day, its buyer and its state."""
    buyer = sale.buyer_name or _name(sale.customer)
    test = [html.status("off", gettext("Test"))] if sale.is_test else []
    return Hit(
        _url("sales", sale.public_id),
        f"{sale.reference}, {sale.product.name}",
        [f"{format_day(sale.ordered_at)}, {buyer}", sale_badge(sale.status), *test],
        why_sale(sale, contacts, wanted, why),
        html.money_cell(sale.amount_charged, sale.currency),
    )


def subscription_hit(
    subscription: Subscription, contacts: Contacts | None, wanted: Sequence[Wanted], why: Why
) -> Hit:
    """A subscription, with its holder and what comes next."""
    return Hit(
        _url("subscriptions", subscription.public_id),
        f"{subscription.product.name}, {subscription.external_id}",
        [f"{_name(subscription.customer)}, {what_comes_next(subscription)}"],
        why_subscription(subscription, contacts, wanted, why),
        subscription_badge(subscription.status),
    )


def _name(customer: Customer) -> str:
    return customer.name or customer.email or gettext("No name")


def _url(kind: str, public_id: object) -> str:
    return reverse(f"{kind}:detail", args=[public_id])
