"""People for tests of duplicates, with one contact of each kind."""

from typing import Any

from customers.duplicates.models import Suggestion
from customers.models import Customer
from tests import factories


def person(name: str, *, email: str = "", phone: str = "", cpf: str = "", **fields: Any) -> Customer:
    """A customer with one contact of each kind that is given."""
    customer = factories.CustomerFactory(name=name, email=email, **fields)
    if email:
        factories.CustomerEmailFactory(customer=customer, address=email)
    if phone:
        factories.CustomerPhoneFactory(customer=customer, number=phone)
    if cpf:
        factories.CustomerDocumentFactory(customer=customer, number=cpf)
    return customer


def twins(name: str = "Inês Carvalhão Pires", mailbox: str = "ines.carvalhao") -> tuple[Customer, Customer]:
    """Two records of one person: the same phone, the mailbox once with a tag."""
    phone = "+55 11 98765-4321"
    return (
        person(name, email=f"{mailbox}+loja@correio.example", phone=phone),
        person(name, email=f"{mailbox}@correio.example", phone=phone),
    )


def kept() -> set[tuple[Any, ...]]:
    """Everything about the open suggestions but when they were found."""
    return {
        (
            each.low_id,
            each.high_id,
            each.band,
            each.probability,
            each.digest,
            # One that is a case of its own is called by its id.
            max(each.case_id, 0),
            str(each.evidence),
        )
        for each in Suggestion.objects.filter(closed_at=None)
    }
