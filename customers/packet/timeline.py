"""Everything that the chosen parts tell, in one order, the oldest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext

from atomicpay.ui.moments import format_moment
from atomicpay.ui.money import format_money
from customers.access.facts import GrantFact, ProductFacts
from customers.models import Message
from sales.states import AccessStatus, DisputeKind, DisputeStatus, PaymentStatus, SaleStatus
from sales.words import method_words
from subscriptions.lifecycle import EventKind

from .queries import Material
from .redaction import Redactor


class _Entry(NamedTuple):
    at: datetime
    what: str
    detail: str


def timeline_rows(material: Material, redactor: Redactor) -> Iterator[tuple[str, str, str]]:
    """When, what, and the detail."""
    entries = [
        *_of_sales(material),
        *_of_payments(material),
        *_of_money_back(material),
        *_of_subscriptions(material),
        *(entry for facts in material.access.products for entry in _of_access(facts)),
        *_of_messages(material, redactor),
    ]
    # What happened at one moment stays in the order in which it follows from one another.
    for entry in sorted(entries, key=lambda each: each.at):
        yield format_moment(entry.at), entry.what, entry.detail


def _of_sales(material: Material) -> Iterator[_Entry]:
    for sale in material.sales:
        amount = format_money(sale.amount_charged, sale.currency)
        detail = ", ".join((sale.product.name, sale.reference, amount))
        yield _Entry(sale.ordered_at, gettext("Sale ordered"), detail)
    for event in material.sale_events:
        status = {"status": SaleStatus(event.to_status).label}
        yield _Entry(event.occurred_at, gettext("Sale: %(status)s") % status, event.sale.reference)


def _of_payments(material: Material) -> Iterator[_Entry]:
    for each in material.payments:
        way = method_words(each.method, f"{each.card_brand} {each.card_last4}", each.installments)
        status = {"status": PaymentStatus(each.status).label}
        detail = ", ".join(filter(None, (way, each.sale.reference, format_money(each.amount, each.currency))))
        yield _Entry(each.paid_at or each.attempted_at, gettext("Payment: %(status)s") % status, detail)


def _of_money_back(material: Material) -> Iterator[_Entry]:
    for refund in material.refunds:
        detail = format_money(refund.amount, refund.currency)
        yield _Entry(refund.requested_at, gettext("Refund asked for"), detail)
        if refund.completed_at:
            yield _Entry(refund.completed_at, gettext("Refund completed"), detail)
    for dispute in material.disputes:
        kind = str(DisputeKind(dispute.kind).label)
        detail = f"{kind}, {format_money(dispute.amount, dispute.currency)}"
        yield _Entry(dispute.opened_at, gettext("Dispute opened"), detail)
        if dispute.closed_at:
            status = {"status": DisputeStatus(dispute.status).label}
            yield _Entry(dispute.closed_at, gettext("Dispute ended: %(status)s") % status, detail)


def _of_subscriptions(material: Material) -> Iterator[_Entry]:
    product = {each.pk: each.product.name for each in material.subscriptions}
    for event in material.subscription_events:
        kind = {"event": EventKind(event.kind).label}
        words = gettext("Subscription: %(event)s") % kind
        yield _Entry(event.occurred_at, words, product.get(event.subscription_id, ""))


def _of_access(facts: ProductFacts) -> Iterator[_Entry]:
    for grant in facts.grants:
        yield from _of_grant(grant, facts.name)


def _of_grant(grant: GrantFact, product: str) -> Iterator[_Entry]:
    if grant.granted_at:
        yield _Entry(grant.granted_at, gettext("Access granted"), product)
    if grant.first_access_at:
        yield _Entry(grant.first_access_at, gettext("First seen inside"), product)
    if grant.revoked_at and grant.status == AccessStatus.REVOKED:
        yield _Entry(grant.revoked_at, gettext("Access revoked"), product)


def _of_messages(material: Material, redactor: Redactor) -> Iterator[_Entry]:
    for each in material.messages:
        is_in = each.direction == Message.Direction.IN
        words = gettext("Message of the buyer") if is_in else gettext("Message to the buyer")
        yield _Entry(each.sent_at, words, redactor.text(each.subject))
