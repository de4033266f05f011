"""What is read of a sale that names no subscription: its plan, and the subscriptions that may be meant."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.urls import reverse

from atomicpay.catalog.models import PaymentModel
from atomicpay.workspaces.models import Membership
from customers.contacts import read_document, read_email
from sales.models import Sale
from subscriptions.models import Subscription

from . import people
from .causes import SaleFacts
from .facts import Held, How

HELD: Final = 3
"""So many subscriptions of a kind are named."""


def read_sale_facts(sale: Sale, member: Membership) -> SaleFacts:
    """Everything that the causes ask of a sale, within the member's scope; of subscriptions nothing for who
    may not see any."""
    plan = sale.plan
    facts = SaleFacts(
        payment_model=plan.payment_model if plan else "",
        plan_type=plan.plan_type if plan else "",
        status=sale.status,
    )
    if not member.may("subscriptions.view"):
        return facts
    others = _other_records(sale)
    own = _read({sale.customer_id: None}, member)
    return replace(
        facts,
        same_product=tuple(held for product, held in own if product == sale.product_id)[:HELD],
        other_products=tuple(held for product, held in own if product != sale.product_id)[:HELD],
        of_others=tuple(held for _product, held in _read(others, member) if _product == sale.product_id)[
            :HELD
        ],
    )


def latest_sale_that_renews(customers: Mapping[int, Any]) -> Sale | None:
    """The latest sale of these customers whose plan is charged again and that names no subscription; else
    their latest sale."""
    sales = Sale.objects.filter(customer__in=customers, subscription=None, is_test=False).newest_first()
    sales = sales.select_related("plan", "product", "customer").defer(
        "customer__haystack", "customer__contacts_text"
    )
    found: Sale | None = sales.exclude(plan__payment_model=PaymentModel.ONE_TIME).first() or sales.first()
    return found


def _other_records(sale: Sale) -> dict[int, How]:
    """Further customers who seem to be the buyer: by what both are known by, or by what was typed."""
    email, document = read_email(sale.buyer_email), read_document(sale.buyer_document)
    typed = people.people_known_by(
        email.normalised if email else "",
        document.normalised if document and document.is_valid else "",
    )
    others = people.who_share_with([sale.customer_id]) | typed
    return {customer: how for customer, how in others.items() if customer != sale.customer_id}


def _read(customers: Mapping[int, How | None], member: Membership) -> list[tuple[int, Held]]:
    """(product, subscription) of these customers, the latest first."""
    if not customers:
        return []
    latest = Subscription.objects.filter(customer__in=customers).order_by("-started_at", "-pk")
    rows = latest.select_related("customer", "product").only(
        "public_id", "external_id", "status", "product__name", "customer__name", "customer__email"
    )
    may_name = member.may("customers.view")
    return [
        (
            row.product_id,
            Held(
                title=f"{row.product.name}, {row.external_id}",
                status=row.status,
                customer=str(row.customer) if may_name else "",
                url=reverse("subscriptions:detail", args=[row.public_id]),
                how=customers[row.customer_id],
            ),
        )
        for row in rows[: HELD * 4]
    ]
