"""The subscription page: one subscription, its life and its charges, and the values that are printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.details import Line, Step, known
from atomicpay.ui.money import format_money
from atomicpay.ui.screen import Row
from atomicpay.workspaces.models import Membership
from customers.access.cards import AccessCard, card_of_product
from customers.access.queries import access_facts
from customers.messages.panel import MessagesPanel, messages_beside
from sales.models import Sale
from sales.purchases import FIRST, Pager, first_pager, purchase_rows
from sales.querysets import SaleQuerySet

from .life import events_of, life_of
from .models import Subscription
from .steps import MOST_STEPS, steps_of
from .strip import Strip, strip_of
from .words import subscription_badge, unpaid_words, what_comes_next, who_canceled


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """What templates/subscriptions/detail.html prints; who may not see sales gets no charges and no card."""

    title: str
    status: SafeString
    next: str
    why: str
    reason: str
    amount: str
    each: str
    access_card: AccessCard | None
    facts: list[Line]
    customer: list[Line]
    timeline_url: str
    messages: MessagesPanel | None
    strip: Strip
    events: list[Step]
    has_earlier_events: bool
    charges: list[Row] | None
    charges_words: str
    pager: Pager | None


def find_subscription(public_id: Any) -> Subscription:
    """The subscription of an address; raises Subscription.DoesNotExist for what is not in scope as well."""
    subscriptions = Subscription.objects.select_related("customer", "product", "plan")
    return subscriptions.defer("customer__haystack", "customer__contacts_text").get(public_id=public_id)


def charges_of(subscription: Subscription) -> SaleQuerySet:
    """The sales that a subscription made."""
    sales: SaleQuerySet = Sale.objects.filter(subscription=subscription)
    return sales


def title_of(subscription: Subscription) -> str:
    """Product and interval: "Clube Aurora, monthly"."""
    return ", ".join(filter(None, (subscription.product.name, frequency(subscription.plan))))


def subscription_page(subscription: Subscription, member: Membership) -> SubscriptionPage:
    """The page of a subscription, its links as far as the member may follow them."""
    now = timezone.now()
    life = life_of(subscription, events_of(subscription), now)
    steps = steps_of(life, subscription)
    may_see_sales = member.may("sales.view")
    charges = charges_of(subscription).newest_first().as_purchases() if may_see_sales else Sale.objects.none()
    sales, count = list(charges[: FIRST + 1]), charges_of(subscription).count() if may_see_sales else 0
    path = reverse("subscriptions:charges", args=[subscription.public_id])
    return SubscriptionPage(
        title=title_of(subscription),
        status=subscription_badge(subscription.status),
        next=what_comes_next(subscription),
        why=who_canceled(subscription),
        reason=subscription.cancel_reason,
        amount=format_money(subscription.amount, subscription.currency),
        each=frequency(subscription.plan),
        access_card=_access_card(subscription) if may_see_sales else None,
        facts=_facts(subscription),
        customer=_customer(subscription, member),
        timeline_url=reverse("timeline:of_customer", args=[subscription.customer.public_id]),
        messages=messages_beside(subscription.customer, _turns(subscription), member),
        strip=strip_of(life, now),
        events=steps,
        has_earlier_events=life.has_more or len(steps) == MOST_STEPS,
        charges=purchase_rows(sales[:FIRST]) if may_see_sales else None,
        charges_words=ngettext("%(number)d charge", "%(number)d charges", count) % {"number": count},
        pager=first_pager(path, sales, count) if may_see_sales else None,
    )


def _turns(subscription: Subscription) -> Iterator[datetime | None]:
    """The moments at which somebody may have written about it."""
    yield subscription.started_at
    yield subscription.trial_ends_at
    yield subscription.current_period_start
    yield subscription.current_period_end
    yield subscription.canceled_at
    yield subscription.ended_at


def _access_card(subscription: Subscription) -> AccessCard | None:
    """Whether the subscriber has access to the product, by everything they bought of it."""
    found = access_facts(subscription.customer_id, subscription.product_id)
    return card_of_product(found, subscription.customer.name, timezone.now())


def _facts(subscription: Subscription) -> list[Line]:
    plan = subscription.plan
    amount = format_money(subscription.amount, subscription.currency)
    return known(
        [
            Line(gettext("Product"), subscription.product.name),
            Line(
                gettext("Plan"), plan.name if plan else "", str(plan.get_plan_type_display()) if plan else ""
            ),
            Line(gettext("Amount"), amount, frequency(plan)),
            Line(gettext("Started"), html.moment(subscription.started_at)),
            Line(gettext("Trial ends"), html.moment(subscription.trial_ends_at)),
            Line(gettext("Period began"), html.moment(subscription.current_period_start)),
            Line(gettext("Period ends"), html.moment(subscription.current_period_end)),
            Line(
                gettext("Next charge"), html.moment(subscription.next_charge_at), _billing_day(subscription)
            ),
            Line(
                pgettext("subscription", "Canceled"),
                html.moment(subscription.canceled_at),
                who_canceled(subscription),
            ),
            Line(gettext("Ended"), html.moment(subscription.ended_at)),
            Line(
                gettext("Charges"), str(subscription.charges_count), unpaid_words(subscription.unpaid_count)
            ),
            Line(gettext("Status as received"), subscription.source_status),
            Line(gettext("Known to"), subscription.provider, subscription.external_id),
            Line(gettext("Changed at the source"), html.moment(subscription.source_updated_at)),
            Line(gettext("Recorded"), html.moment(subscription.created_at)),
        ]
    )


def _billing_day(subscription: Subscription) -> str:
    day = subscription.billing_day
    return gettext("charged on day %(day)d of the month") % {"day": day} if day else ""


def _customer(subscription: Subscription, member: Membership) -> list[Line]:
    """Whose subscription it is; nothing for a member who may not see customers."""
    if not member.may("customers.view"):
        return []
    customer = subscription.customer
    url = reverse("customers:detail", args=[customer.public_id])
    return known(
        [
            Line(gettext("Name"), str(customer) or gettext("No name"), url=url),
            Line(gettext("Email"), customer.email, is_wide=True),
            Line(gettext("Phone"), customer.phone),
        ]
    )
