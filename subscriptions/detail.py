"""The subscription page: one subscription, its life and its charges, and the values that are printed."""

from dataclasses import dataclass
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
from sales.models import Sale
from sales.purchases import FIRST, Pager, first_pager, purchase_rows
from sales.querysets import SaleQuerySet

from .lifecycle import SubscriptionStatus
from .models import Subscription, SubscriptionEvent
from .words import subscription_badge, what_comes_next, who_canceled

_EVENTS = 200
"""The latest events that are shown."""


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
    events: list[Step]
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
    latest = SubscriptionEvent.objects.filter(subscription=subscription).order_by("-occurred_at", "-id")
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
        events=[_event(event) for event in reversed(latest[:_EVENTS])],
        charges=purchase_rows(sales[:FIRST]) if may_see_sales else None,
        charges_words=ngettext("%(number)d charge", "%(number)d charges", count) % {"number": count},
        pager=first_pager(path, sales, count) if may_see_sales else None,
    )


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
            Line(gettext("Next charge"), html.moment(subscription.next_charge_at)),
            Line(
                pgettext("subscription", "Canceled"),
                html.moment(subscription.canceled_at),
                who_canceled(subscription),
            ),
            Line(gettext("Ended"), html.moment(subscription.ended_at)),
            Line(gettext("Charges"), str(subscription.charges_count), _unpaid(subscription.unpaid_count)),
            Line(gettext("Status as received"), subscription.source_status),
            Line(gettext("Known to"), subscription.provider, subscription.external_id),
        ]
    )


def _unpaid(number: int) -> str:
    return ngettext("%(number)d unpaid", "%(number)d unpaid", number) % {"number": number} if number else ""


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


def _event(event: SubscriptionEvent) -> Step:
    before = SubscriptionStatus(event.from_status).label if event.from_status else ""
    after = SubscriptionStatus(event.to_status).label if event.to_status else ""
    return Step(
        html.moment(event.occurred_at),
        str(event.get_kind_display()),
        " → ".join(filter(None, (str(before), str(after)))),
        event.is_illegal,
    )
