"""Everything by which the customers of some hits were ever known, read for all of them at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from customers.models import CustomerContact, CustomerEmail, CustomerIdentity, CustomerPhone

EMAIL, PHONE, IDENTITY = "email", "phone", "identity"


class Contact(NamedTuple):
    """A value by which a customer was known.

    `shown` is the value as received, `compared` the form in which it is looked for; `more` is an email's
    mailbox, an external id's provider.
    """

    customer_id: int
    kind: str
    shown: str
    compared: str
    more: str
    is_primary: bool
    last_seen_at: datetime


Contacts = Sequence[Contact]
"""The contacts of one customer: the main ones first, then those seen last."""


def contacts_of(customers: Collection[int]) -> dict[int, list[Contact]]:
    """The contacts of the customers with these pks: the main ones first, then those seen last."""
    known: dict[int, list[Contact]] = {pk: [] for pk in customers}
    if known:
        emails = _rows(CustomerEmail, EMAIL, known, "address", "normalised", "mailbox")
        phones = _rows(CustomerPhone, PHONE, known, "number", "digits", "digits")
        identities = _rows(CustomerIdentity, IDENTITY, known, "external_id", "external_id", "provider")
        for contact in map(Contact._make, emails.union(phones, identities, all=True)):
            known[contact.customer_id].append(contact)
    for contacts in known.values():
        contacts.sort(key=lambda contact: (not contact.is_primary, -contact.last_seen_at.timestamp()))
    return known


def _rows(
    model: type[CustomerContact], kind: str, customers: Collection[int], *columns: str
) -> QuerySet[Any, Any]:
    shown, compared, more = (Cast(F(column), TextField()) for column in columns)
    contacts = model.objects.filter(customer__in=list(customers)).order_by()
    return contacts.annotate(
        kind=Value(kind, output_field=TextField()), shown=shown, compared=compared, more=more
    ).values_list("customer_id", "kind", "shown", "compared", "more", "is_primary", "last_seen_at")
