"""One buyer under three records, with a row of every kind that points at a customer; and a bystander."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from atomicpay.workspaces.models import Membership, Workspace
from customers.duplicates.records import bring_up_to_date
from customers.models import WHO, Customer, CustomerTag
from tests import factories
from tests.assertions import owned_tables

RECORD_OF_THE_ACT = {"audit_entry", "merge", "merged_record", "merged_row"}
"""Tables that say that something was merged; every other one must be as it was after an undo."""

CPF = "529.982.247-25"
OTHER_CPF = "390.533.447-05"


@dataclass(frozen=True)
class Person:
    """Antônia's three records, and Bruno."""

    first: Customer
    second: Customer
    third: Customer
    bystander: Customer
    tag: Any

    @property
    def records(self) -> list[Customer]:
        return [self.first, self.second, self.third]


def tables() -> dict[str, list[str]]:
    """Every row of the active workspace in every table, but for the record of the act itself."""
    found = {}
    with connection.cursor() as cursor:
        for table in owned_tables():
            if table not in RECORD_OF_THE_ACT:
                cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def history_of(customer: Customer, number: int, **kwargs: Any) -> None:
    """Rows of every kind about a customer, told apart by the number."""
    plan = factories.PlanFactory()
    factories.CustomerEmailFactory(
        customer=customer, address=f"antonia{number}@correio.example", first_seen_at=_days(number)
    )
    factories.CustomerEmailFactory(
        customer=customer,
        address="antonia@familia.example",
        is_primary=False,
        first_seen_at=_days(-number),
        last_seen_at=_days(number),
    )
    factories.CustomerPhoneFactory(customer=customer, is_primary=True)
    factories.CustomerDocumentFactory(customer=customer, number=CPF, is_primary=True)
    factories.CustomerIdentityFactory(customer=customer, is_primary=True)
    factories.NoteFactory(customer=customer, body=f"Nota {number}")
    factories.MessageFactory(customer=customer, external_id=f"ticket-{number}")
    subscription = factories.SubscriptionFactory(customer=customer, product=plan.product, plan=plan, **kwargs)
    factories.SubscriptionEventFactory(subscription=subscription)
    for currency, amount in (("BRL", 1000 * number), ("USD", 77 * number)):
        sale = factories.SaleFactory(
            customer=customer,
            product=plan.product,
            currency=currency,
            amount_charged=amount,
            ordered_at=_days(number),
            subscription=subscription if currency == "BRL" else None,
        )
        factories.PaymentFactory(sale=sale)
        factories.RefundFactory(sale=sale, amount=10)
        factories.DisputeFactory(sale=sale, amount=20)
        factories.AccessGrantFactory(sale=sale)
        factories.FindingFactory(sale=sale)
    factories.RefundFactory(sale=None, customer=customer, currency="BRL", amount=5)


def _days(number: int) -> Any:
    return factories.NOON + timedelta(days=number)


@pytest.fixture
def person(in_aurora: Workspace) -> Person:
    first, second, third, bystander = (
        factories.CustomerFactory(name=name, **kwargs)
        for name, kwargs in (
            ("Antônia Figueirêdo", {"country": "BR"}),
            ("Antonia Figueiredo", {"phone": "+55 11 90000-0142", "city": "Olinda", "state": "PE"}),
            ("A. Figueiredo", {"locale": "pt-BR", "created_at": _days(-9)}),
            ("Bruno Sá", {}),
        )
    )
    tag = factories.TagFactory(name="embaixadora")
    for number, customer in enumerate((first, second, third, bystander), start=1):
        history_of(customer, number)
        CustomerTag.objects.create(customer=customer, tag=tag)
    bring_up_to_date([first.pk, second.pk, third.pk, bystander.pk])
    for low, high in ((first, second), (second, third), (first, bystander), (third, bystander)):
        factories.SuggestionFactory(low=low, high=high)
    for customer in (first, second, third, bystander):
        customer.refresh_from_db()
    return Person(first, second, third, bystander, tag)


def anonymised(customer: Customer) -> None:
    """Nobody any more, as far as the record itself goes."""
    blank: dict[str, Any] = dict.fromkeys((*WHO, "contacts_text"), "")
    found = Customer.objects.filter(pk=customer.pk)
    found.update(**blank, document_valid=None, anonymised_at=factories.NOON)


@pytest.fixture
def merger(owner: Membership) -> Membership:
    return owner
