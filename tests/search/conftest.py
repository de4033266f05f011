"""Books in which each way of finding somebody finds one, and what somebody else may not find."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Sale
from subscriptions.models import Subscription
from tests import factories

CPF, CNPJ = "11144477735", "12ABC34501DE35"


@dataclass(frozen=True)
class Books:
    """Mariana buys the course by card and subscribes to the club; Bruno buys only the club, in dollars."""

    mariana: Customer
    bruno: Customer
    course_sale: Sale
    club_sale: Sale
    subscription: Subscription
    club: Product


@pytest.fixture
def books(aurora: Workspace, course: Product) -> Books:
    with enter(aurora.pk):
        club = factories.ProductFactory(name="Clube Aurora")
        mariana = _mariana()
        bruno = _bruno()
        subscription = factories.SubscriptionFactory(
            customer=mariana, product=course, external_id="SUB-77X", amount=8900, started_at=_at("2026-03-05")
        )
        course_sale = factories.SaleFactory(
            customer=mariana,
            product=course,
            subscription=subscription,
            recurrence_number=1,
            reference="AC-1042",
            external_id="HP31337",
            amount_charged=9700,
            ordered_at=_at("2026-03-02"),
            buyer_email="mari.conceicao@antigo.example",
        )
        factories.PaymentFactory(sale=course_sale, card_brand="visa", card_last4="4242")
        club_sale = factories.SaleFactory(
            customer=bruno,
            product=club,
            reference="AC-2001",
            external_id="HP99",
            currency="USD",
            amount_charged=1000,
            ordered_at=_at("2026-02-01"),
        )
        factories.PaymentFactory(sale=club_sale, card_brand="visa", card_last4="5555")
    return Books(mariana, bruno, course_sale, club_sale, subscription, club)


def _mariana() -> Customer:
    mariana = factories.CustomerFactory(
        name="Mariana Conceição de Araújo",
        email="mariana.araujo@gmail.com",
        document=CPF,
        document_kind="cpf",
    )
    factories.CustomerEmailFactory(customer=mariana)
    factories.CustomerEmailFactory(
        customer=mariana,
        address="mari.conceicao@antigo.example",
        is_primary=False,
        last_seen_at=datetime(2024, 3, 14, 12, tzinfo=UTC),
    )
    factories.CustomerPhoneFactory(customer=mariana, number="+55 (11) 91234-5678", digits="5511912345678")
    factories.CustomerDocumentFactory(customer=mariana, number="111.444.777-35", normalised=CPF)
    factories.CustomerIdentityFactory(customer=mariana, external_id="buyer-77a")
    return mariana


def _bruno() -> Customer:
    bruno = factories.CustomerFactory(name="Bruno Sá", email="bruno@correio.example")
    factories.CustomerEmailFactory(customer=bruno)
    factories.CustomerDocumentFactory(customer=bruno, kind="cnpj", number=CNPJ, normalised=CNPJ)
    return bruno


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T15:00+00:00")


def hits_of(results: Any) -> dict[str, list[str]]:
    """The titles of the hits of each kind."""
    return {section.kind: [hit.title for hit in section.hits] for section in results.sections}
