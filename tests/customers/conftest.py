"""A small business in which each filter of the list finds somebody; and one customer with everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerTag, Tag
from sales.states import DisputeStatus, PaymentMethod, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def at(text: str) -> datetime:
    """A moment of São Paulo: "2026-03-02 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


@dataclass(frozen=True)
class Books:
    """Who and what is in the books of Aurora Cursos."""

    people: dict[str, Customer]
    course: Product
    club: Product
    tag: Tag

    def ids(self, *names: str) -> set[int]:
        return {self.people[name].pk for name in names}


@pytest.fixture
def books(aurora: Workspace, course: Product) -> Books:
    """Antônia buys and subscribes, Bruno was refunded, Cecília never paid, Davi is archived, Elisa disputes
    one of two currencies, Fábio is a test, Gil was merged into Antônia, Heitor is late."""
    with enter(aurora.pk):
        club = factories.ProductFactory(name="Clube Aurora")
        people = {
            name: factories.CustomerFactory(name=name, country=country, created_at=at(created))
            for name, country, created in (
                ("Antônia Lima", "BR", "2026-03-02 10:00"),
                ("Bruno Sá", "US", "2026-03-03 10:00"),
                ("Cecília Mourão", "BR", "2026-03-04 10:00"),
                ("Davi Lima", "BR", "2026-03-05 10:00"),
                ("Elisa Pires", "PT", "2026-03-06 10:00"),
                ("Fábio Teste", "BR", "2026-03-07 10:00"),
                ("Gil Lima", "BR", "2026-03-08 10:00"),
                ("Heitor Reis", "", "2025-01-09 10:00"),
            )
        }
        _buy(people, course, club)
        tag = factories.TagFactory(name="embaixadora")
        CustomerTag.objects.create(customer=people["Elisa Pires"], tag=tag)
        _settle(people)
    return Books(people, course, club, tag)


def _buy(people: dict[str, Customer], course: Product, club: Product) -> None:
    antonia, bruno, cecilia, davi, elisa, fabio, _gil, heitor = people.values()
    for customer, product, amount, currency, ordered, method in (
        (antonia, course, 9700, "BRL", "2026-03-02 11:00", PaymentMethod.PIX),
        (bruno, course, 12900, "USD", "2026-03-03 11:00", PaymentMethod.CREDIT_CARD),
        (davi, club, 5000, "BRL", "2026-03-05 11:00", PaymentMethod.BOLETO),
        (elisa, club, 50000, "BRL", "2026-02-06 11:00", PaymentMethod.PIX),
        (elisa, course, 9900, "USD", "2026-03-06 11:00", PaymentMethod.PAYPAL),
        (heitor, club, 8900, "BRL", "2025-01-09 11:00", PaymentMethod.CREDIT_CARD),
        (heitor, club, 8900, "BRL", "2026-01-09 11:00", PaymentMethod.CREDIT_CARD),
    ):
        sale = factories.SaleFactory(
            customer=customer,
            product=product,
            amount_charged=amount,
            currency=currency,
            ordered_at=at(ordered),
            method=method,
        )
        factories.PaymentFactory(sale=sale, method=method)
    factories.SaleFactory(
        customer=cecilia, product=course, status=SaleStatus.DECLINED, reference="AC-900", external_id="X900"
    )
    factories.SaleFactory(customer=fabio, product=course, is_test=True)


def _settle(people: dict[str, Customer]) -> None:
    antonia, bruno, _cecilia, davi, elisa, fabio, gil, heitor = people.values()
    factories.RefundFactory(sale=bruno.sales.get(), amount=12900)
    factories.DisputeFactory(sale=elisa.sales.get(currency="BRL"), status=DisputeStatus.OPEN)
    factories.SubscriptionFactory(customer=antonia, status=SubscriptionStatus.ACTIVE)
    factories.SubscriptionFactory(customer=heitor, status=SubscriptionStatus.PAST_DUE)
    factories.CustomerEmailFactory(customer=antonia, address="antiga@correio.example", is_primary=False)
    factories.CustomerPhoneFactory(customer=bruno, number="+55 (11) 91234-5678", digits="5511912345678")
    factories.CustomerDocumentFactory(customer=heitor)
    factories.CustomerIdentityFactory(customer=elisa, external_id="cus_N5Q")
    Customer.objects.filter(pk=davi.pk).update(archived_at=factories.NOON)
    Customer.objects.filter(pk=fabio.pk).update(is_test=True)
    Customer.objects.filter(pk=gil.pk).update(merged_into=antonia, merged_at=factories.NOON)


@pytest.fixture
def antonia(aurora: Workspace, course: Product) -> Customer:
    """Somebody with a bit of everything, in `course` and in another product."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(
            name="Antônia Figueirêdo",
            email="antonia@correio.example",
            phone="+55 11 90000-0142",
            document="52998224725",
            document_kind="cpf",
            city="São Paulo",
            country="BR",
        )
        former = factories.NOON - timedelta(days=700)
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerEmailFactory(
            customer=customer,
            address="antiga@correio.example",
            is_primary=False,
            first_seen_at=former,
            last_seen_at=former + timedelta(days=30),
        )
        factories.CustomerDocumentFactory(customer=customer)
        factories.CustomerIdentityFactory(customer=customer, external_id="buyer-77")
        CustomerTag.objects.create(customer=customer, tag=factories.TagFactory(name="vip"))
        factories.NoteFactory(customer=customer, body="Prefere contato\npor e-mail.")
        plan = factories.PlanFactory(product=course)
        subscription = factories.SubscriptionFactory(
            customer=customer, product=course, plan=plan, status=SubscriptionStatus.PAST_DUE
        )
        charge = factories.SaleFactory(
            customer=customer,
            product=course,
            plan=plan,
            subscription=subscription,
            recurrence_number=2,
            amount_charged=8900,
            reference="AC-1",
        )
        factories.PaymentFactory(
            sale=charge, method=PaymentMethod.CREDIT_CARD, card_brand="mastercard", card_last4="4417"
        )
        club = factories.ProductFactory(name="Clube Aurora")
        bought = factories.SaleFactory(
            customer=customer,
            product=club,
            amount_charged=30000,
            reference="AC-2",
            status=SaleStatus.DISPUTED,
        )
        factories.PaymentFactory(sale=bought)
        factories.RefundFactory(sale=bought, amount=1000, reason="Pediu em 7 dias")
        factories.DisputeFactory(sale=bought, amount=20000, reason="unrecognized")
    return customer
