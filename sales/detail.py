"""The sale page: everything about one sale in a fixed number of queries, and the values that are printed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.details import Line, Step, known
from atomicpay.ui.masks import mask_document
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from atomicpay.ui.screen import Row
from atomicpay.workspaces.models import Membership
from customers.access.cards import AccessCard, card_of_product
from customers.access.queries import AccessFacts, access_facts
from customers.messages.panel import MessagesPanel, messages_beside
from subscriptions.models import Subscription

from .buyer import buyer_lines
from .models import AccessGrant, Payment, Sale, SaleEvent
from .money_back import money_back_rows
from .purchases import purchase_rows, what_was_bought
from .queries import money_back
from .querysets import SaleQuerySet, given_back, held_by_disputes
from .refunding import left_to_refund, window_end, window_words
from .states import SaleStatus
from .words import access_badge, method_words, payment_badge, reason_words, sale_badge

_MANY = 100
"""Of one sale no more than this many rows of a kind are shown."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One attempt to pay."""

    words: str
    gateway_id: str
    status: SafeString
    reason: str
    amount: str
    attempted: SafeString
    paid: SafeString


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What the delivering platform reported."""

    status: SafeString
    granted: SafeString
    first_access: SafeString
    ends: str | SafeString
    why: str


@dataclass(frozen=True, slots=True)
class SalePage:
    """What templates/sales/detail.html prints."""

    reference: str
    product: str
    what: str
    status: SafeString
    amount: str
    ordered: SafeString
    is_test: bool
    facts: list[Line]
    buyer: list[Line]
    customer: list[Line]
    timeline_url: str
    messages: MessagesPanel | None
    amounts: list[Line]
    delivery: list[Line]
    events: list[Step]
    payments: list[PaymentRow]
    money_back: list[Row]
    access_card: AccessCard | None
    access_withheld: str
    access: list[AccessRow]
    access_none: str
    bought_with: list[Row]


def find_sale(public_id: Any) -> Sale:
    """The sale of an address; raises Sale.DoesNotExist for what is not in scope as well."""
    # A subquery, because a member limited to products may see a sale and not the subscription it names.
    named = JSONObject(public_id="public_id", external_id="external_id")
    subscriptions = Subscription.objects.filter(pk=OuterRef("subscription_id")).values(named=named)
    sales = Sale.objects.select_related("customer", "product", "plan")
    sales = sales.defer("customer__haystack", "customer__contacts_text")
    sums = {"refunded": given_back(), "held": held_by_disputes()}
    return sales.annotate(charge_of=Subquery(subscriptions), **sums).get(public_id=public_id)


def sale_page(sale: Sale, member: Membership) -> SalePage:
    """The page of a sale, its links as far as the member may follow them."""
    events = SaleEvent.objects.filter(sale=sale).order_by("occurred_at", "id")[:_MANY]
    payments = Payment.objects.filter(sale=sale).order_by("attempted_at", "id")[:_MANY]
    back = money_back(_MANY, sale_id=sale.pk)
    access = AccessGrant.objects.filter(sale=sale).order_by("created_at", "id")[:_MANY]
    found = _access_facts(sale, member)
    return SalePage(
        reference=sale.reference,
        product=sale.product.name,
        what=what_was_bought(sale),
        status=sale_badge(sale.status, sale.method),
        amount=format_money(sale.amount_charged, sale.currency),
        ordered=html.moment(sale.ordered_at),
        is_test=sale.is_test,
        facts=_facts(sale, member),
        buyer=buyer_lines(sale, member),
        customer=_customer(sale, member),
        timeline_url=reverse("timeline:of_customer", args=[sale.customer.public_id]),
        messages=messages_beside(sale.customer, [sale.ordered_at, *(row.began_at for row in back)], member),
        amounts=_amounts(sale),
        delivery=_delivery(sale),
        events=[_event(event) for event in events],
        payments=[_payment(payment) for payment in payments],
        money_back=money_back_rows(back, of_one_sale=True),
        access_card=card_of_product(found, sale.buyer_name, timezone.now()),
        access_withheld=_withheld(found),
        access_none=_none_reported(found),
        access=[_access(grant) for grant in access],
        bought_with=purchase_rows(_bought_with(sale).newest_first().as_purchases()[:_MANY]),
    )


def _bought_with(sale: Sale) -> SaleQuerySet:
    """What was added to it, or what it was added to and what else was."""
    together = Q(parent_sale=sale)
    if sale.parent_sale_id:
        together |= Q(pk=sale.parent_sale_id) | Q(parent_sale=sale.parent_sale_id)
    others: SaleQuerySet = Sale.objects.filter(together).exclude(pk=sale.pk)
    return others


def _facts(sale: Sale, member: Membership) -> list[Line]:
    lines = [
        Line(gettext("Product"), sale.product.name, str(sale.product.get_kind_display())),
        Line(gettext("Plan"), sale.plan.name if sale.plan else "", frequency(sale.plan)),
        Line(gettext("Payment model"), str(sale.plan.get_payment_model_display()) if sale.plan else ""),
        Line(gettext("Paid with"), method_words(sale.method, installments=sale.installments)),
        Line(gettext("Ordered"), html.moment(sale.ordered_at)),
        Line(gettext("Approved"), html.moment(sale.approved_at)),
        Line(gettext("Completed"), html.moment(sale.completed_at)),
        _refund_window(sale),
        _subscription(sale, member),
        Line(gettext("Status as received"), sale.source_status),
        Line(gettext("Known to"), sale.provider, sale.external_id),
        Line(gettext("Changed at the source"), html.moment(sale.source_updated_at)),
        Line(gettext("Recorded"), html.moment(sale.created_at)),
        Line(gettext("Coupon"), sale.coupon),
        Line(gettext("Campaign"), " ".join(filter(None, (sale.utm_source, sale.utm_campaign)))),
        Line(gettext("Affiliate"), sale.affiliate),
        Line(gettext("Agent"), sale.agent),
    ]
    return known(lines)


def _refund_window(sale: Sale) -> Line:
    """Until when its terms speak of refunds; whether one is due is not said."""
    end = window_end(sale.refundable_until, sale.approved_at, sale.product.refund_days)
    is_of_product = end is not None and sale.refundable_until is None
    days = sale.product.refund_days or 0
    counted = ngettext("%(number)d day after the approval", "%(number)d days after the approval", days)
    return Line(gettext("Refunds"), window_words(end), counted % {"number": days} if is_of_product else "")


def _subscription(sale: Sale, member: Membership) -> Line:
    subscription: dict[str, str] | None = sale.charge_of  # type: ignore[attr-defined]
    if subscription is None:
        return Line("", "")
    words = gettext("Charge %(number)d") % {"number": sale.recurrence_number or 1}
    may_follow = member.may("subscriptions.view")
    url = reverse("subscriptions:detail", args=[subscription["public_id"]]) if may_follow else ""
    return Line(gettext("Subscription"), subscription["external_id"], words, url)


def _customer(sale: Sale, member: Membership) -> list[Line]:
    """Whose sale it is; nothing for a member who may not see customers."""
    if not member.may("customers.view"):
        return []
    customer = sale.customer
    url = reverse("customers:detail", args=[customer.public_id])
    lines = [
        Line(gettext("Name"), str(customer) or gettext("No name"), url=url),
        Line(gettext("Email"), customer.email, is_wide=True),
        Line(gettext("Phone"), customer.phone),
        Line(gettext("Document"), mask_document(customer.document)),
    ]
    return known(lines)


def _amounts(sale: Sale) -> list[Line]:
    amounts: list[tuple[str, int | None, str]] = [
        (gettext("List price"), sale.amount_list, sale.currency),
        (gettext("Discount"), sale.amount_discount, sale.currency),
        (gettext("Tax"), sale.amount_tax, sale.currency),
        (gettext("Charged"), sale.amount_charged, sale.currency),
        (gettext("Fee"), sale.amount_fee, sale.currency),
        (gettext("Net of fees"), sale.amount_net, sale.currency),
        (gettext("Settled"), sale.settlement_amount, sale.settlement_currency or sale.currency),
    ]
    lines = [
        Line(label, format_money(minor, currency)) for label, minor, currency in amounts if minor is not None
    ]
    return lines + _given_back(sale)


def _given_back(sale: Sale) -> list[Line]:
    """What went back of the charge, and what is left of it; nothing where nothing did."""
    refunded: int | None = sale.refunded  # type: ignore[attr-defined]
    held: int | None = sale.held  # type: ignore[attr-defined]
    if not (refunded or held):
        return []
    left = left_to_refund(sale.status, sale.amount_charged, refunded, held)
    amounts = (
        (gettext("Refunded"), refunded),
        (gettext("Held by disputes"), held),
        (gettext("Left of the charge"), left),
    )
    return [Line(label, format_money(minor, sale.currency)) for label, minor in amounts if minor is not None]


def _delivery(sale: Sale) -> list[Line]:
    product = sale.product
    lines = [
        Line(gettext("Delivered by"), str(product.get_delivery_display()), product.delivery_platform),
        Line(gettext("Support"), product.support_email),
    ]
    return known(lines)


def _event(event: SaleEvent) -> Step:
    before = SaleStatus(event.from_status).label if event.from_status else ""
    words = gettext("From %(status)s") % {"status": before} if before else ""
    sub = ", ".join(filter(None, (words, event.source_status, event.source)))
    return Step(html.moment(event.occurred_at), sale_badge(event.to_status), sub, event.is_illegal)


def _payment(payment: Payment) -> PaymentRow:
    card = f"{payment.card_brand} {payment.card_last4}"
    return PaymentRow(
        words=method_words(payment.method, card, payment.installments),
        gateway_id=payment.external_id,
        status=payment_badge(payment.status),
        reason=reason_words(payment.decline_reason) or _due(payment.due_at, payment.paid_at),
        amount=format_money(payment.amount, payment.currency),
        attempted=html.moment(payment.attempted_at),
        paid=html.moment(payment.paid_at),
    )


def _due(due_at: datetime | None, paid_at: datetime | None) -> str:
    if due_at is None or paid_at is not None:
        return ""
    return gettext("Due %(day)s") % {"day": format_day(due_at)}


def _access_facts(sale: Sale, member: Membership) -> AccessFacts:
    """Everything the buyer has of the product, by which the access is decided."""
    may_see_subscriptions = member.may("subscriptions.view")
    return access_facts(sale.customer_id, sale.product_id, may_see_subscriptions=may_see_subscriptions)


def _withheld(found: AccessFacts) -> str:
    if not found.withheld:
        return ""
    return gettext("The access is left out: a subscription decides it, and you may not see subscriptions.")


def _none_reported(found: AccessFacts) -> str:
    """What is said where no report names the sale; above it may stand one of its subscription."""
    if any(facts.grants for facts in found.products):
        return gettext("No report names this sale by itself. The one above is of the product.")
    return gettext("No access was reported for this sale.")


def _access(grant: AccessGrant) -> AccessRow:
    return AccessRow(
        status=access_badge(grant.status),
        granted=html.moment(grant.granted_at),
        first_access=html.moment(grant.first_access_at),
        ends=html.moment(grant.revoked_at or grant.expires_at),
        why=", ".join(filter(None, (gettext("by hand") if grant.is_manual else "", grant.revoke_reason))),
    )
