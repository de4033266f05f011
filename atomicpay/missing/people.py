"""Customers by a whole key, by what they share with others, and what became of merged ones; all in scope."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import CharField, QuerySet, Value

from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity, CustomerPhone
from customers.search_text import Part, mailbox
from customers.search_ways import Wanted
from sales.search import sales_named
from subscriptions.search import subscriptions_named

from .facts import How

PEOPLE: Final = 5
"""So many customers are looked at for one text."""

_LONGEST_CHAIN: Final = 5

_Named = QuerySet[Any, tuple[Any, ...]]


def people_with(part: Part) -> dict[int, How]:
    """The ids of up to `PEOPLE` customers whom a whole key names, and which key it was."""
    email = part.text.lower() if part.email else ""
    return people_known_by(email, part.document, part.phones, spellings_of(part))


def people_known_by(
    email: str, document: str, phones: Collection[str] = (), spellings: Collection[str] = ()
) -> dict[int, How]:
    """The same by each key as it is stored, "" for none.

    Where the very email is known, others that reach the same mailbox do not count.
    """
    parts: list[_Named] = []
    if email:
        parts += _by_email(email)
    if document:
        parts.append(_by(How.DOCUMENT, CustomerDocument.objects.filter(normalised=document)))
    if phones:
        parts.append(_by(How.PHONE, CustomerPhone.objects.filter(digits__in=phones)))
    if spellings:
        parts.append(_by(How.CODE, CustomerIdentity.objects.filter(external_id__in=spellings)))
        named = (*sales_named(spellings), subscriptions_named(spellings))
        parts += [_by(How.CODE, records) for records in named]
    found = _first_of(parts)
    if {How.EMAIL, How.FORMER_EMAIL}.isdisjoint(found.values()):
        return found
    return {customer: how for customer, how in found.items() if how is not How.SAME_MAILBOX}


def spellings_of(part: Part) -> set[str]:
    """The ways to write it as a reference or a code; none for what cannot be one."""
    return Wanted(part).spellings if part.is_reference else set()


def who_share_with(customers: Collection[int]) -> dict[int, How]:
    """Other customers with an email, a valid document or a phone of these: what may be one person twice."""
    emails = CustomerEmail.objects.filter(customer__in=customers).order_by().values("normalised")
    documents = CustomerDocument.objects.filter(customer__in=customers, is_valid=True).order_by()
    phones = CustomerPhone.objects.filter(customer__in=customers).order_by().values("digits")
    documents_of_others = CustomerDocument.objects.filter(normalised__in=documents.values("normalised"))
    parts = [
        _by(How.SAME_DOCUMENT, documents_of_others.exclude(customer__in=customers)),
        _by(
            How.SAME_EMAIL,
            CustomerEmail.objects.filter(normalised__in=emails).exclude(customer__in=customers),
        ),
        _by(How.SAME_PHONE, CustomerPhone.objects.filter(digits__in=phones).exclude(customer__in=customers)),
    ]
    return _first_of(parts) if customers else {}


def survivors_of(customers: Iterable[int]) -> dict[int, int]:
    """For each customer that was merged, the id of the one it is part of now."""
    became = _merged_into(customers)
    for _step in range(_LONGEST_CHAIN):
        further = _merged_into(became.values())
        if not further:
            break
        became = {merged: further.get(into, into) for merged, into in became.items()}
    return became


def test_customers(customers: Collection[int]) -> set[int]:
    """Those that are test data, which the customer list never shows."""
    return set(Customer.objects.filter(pk__in=customers, is_test=True).values_list("pk", flat=True))


def _merged_into(customers: Iterable[int]) -> dict[int, int]:
    ids = list(customers)
    merged = Customer.objects.filter(pk__in=ids, merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into_id")) if ids else {}


def _by_email(email: str) -> list[_Named]:
    """The very email, now or formerly theirs; then any other that reaches the same mailbox."""
    emails = CustomerEmail.objects.filter(normalised=email)
    return [
        _by(How.EMAIL, emails.filter(is_primary=True)),
        _by(How.FORMER_EMAIL, emails.filter(is_primary=False)),
        _by(How.SAME_MAILBOX, CustomerEmail.objects.filter(mailbox=mailbox(email)).exclude(normalised=email)),
    ]


def _by(how: How, rows: QuerySet[Any, Any]) -> _Named:
    word = Value(how.value, output_field=CharField())
    return rows.order_by().annotate(how=word).values_list("customer_id", "how")[:PEOPLE]


def _first_of(parts: list[_Named]) -> dict[int, How]:
    """One query for all; a customer who is found twice by the first of the ways."""
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    ways = list(How)
    found: dict[int, How] = {}
    for customer, how in sorted(rows, key=lambda row: ways.index(How(row[1]))):
        found.setdefault(customer, How(how))
    return dict(list(found.items())[:PEOPLE])
