"""Who the customer is, as the page shows it: contacts with their dates, documents masked, tags and notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from babel import Locale
from django.utils.translation import gettext

from atomicpay.ui.masks import mask_document
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import active_language
from customers.models import Customer, DocumentKind

from .queries import Fact

_BY_HAND: Final = "manual"


@dataclass(frozen=True, slots=True)
class Contact:
    """An email, phone or id: since when or when it was the customer's, and who told of it."""

    value: str
    note: str
    is_former: bool


@dataclass(frozen=True, slots=True)
class MaskedDocument:
    """A document with only the part that tells two people apart. The main one can be revealed."""

    kind: str
    masked: str
    note: str
    is_main: bool
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note, and who wrote it when."""

    body: str
    signature: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything in the identity, tags and notes panels."""

    emails: list[Contact]
    phones: list[Contact]
    documents: list[MaskedDocument]
    external_ids: list[Contact]
    tags: list[str]
    notes: list[SignedNote]
    country: str
    address: list[str]


def identity_of(customer: Customer, facts: Iterable[Fact]) -> Identity:
    """Sort what is known of a customer into the places where it stands."""
    known: dict[str, list[Fact]] = {}
    for fact in facts:
        known.setdefault(fact.kind, []).append(fact)
    return Identity(
        emails=_contacts(known.get("CustomerEmail", []), customer.email),
        phones=_contacts(known.get("CustomerPhone", []), customer.phone),
        documents=_documents(customer, known.get("CustomerDocument", [])),
        external_ids=[_known_as(each) for each in known.get("CustomerIdentity", [])],
        tags=sorted(each.text for each in known.get("CustomerTag", [])),
        notes=[_note(each) for each in known.get("Note", [])],
        country=country_words(customer.country),
        address=_address(customer),
    )


def place_of(customer: Customer) -> str:
    """City and country, as far as they are known."""
    return ", ".join(filter(None, (customer.city, country_words(customer.country))))


def country_words(code: str) -> str:
    """A country by its ISO 3166 code, in the reader's language; an unknown code as it is."""
    return _territories(active_language()).get(code, code)


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").territories)


def _contacts(facts: list[Fact], main: str) -> list[Contact]:
    """The main one first, then the former ones, the one seen last first."""
    contacts = [_contact(fact, fact.is_main or fact.text.casefold() == main.casefold()) for fact in facts]
    if main and all(contact.is_former for contact in contacts):
        contacts.append(Contact(main, gettext("Main"), is_former=False))
    return sorted(contacts, key=lambda contact: contact.is_former)


def _contact(fact: Fact, is_main: bool) -> Contact:
    first, last = _day(fact.first_at), _day(fact.last_at)
    if is_main:
        notes = [gettext("Main, since %(day)s") % {"day": first}, _last_seen(first, last)]
    elif first == last:
        notes = [gettext("Former, %(day)s") % {"day": first}]
    else:
        notes = [gettext("Former, %(first)s to %(last)s") % {"first": first, "last": last}]
    return Contact(fact.text, _joined(*notes, _told_by(fact)), is_former=not is_main)


def _last_seen(first: str, last: str) -> str:
    return gettext("last seen %(day)s") % {"day": last} if last != first else ""


def _told_by(fact: Fact) -> str:
    """Where it came from: a provider, or somebody of the team."""
    if fact.source == _BY_HAND:
        return gettext("entered by hand")
    return gettext("from %(source)s") % {"source": fact.source.capitalize()} if fact.source else ""


def _joined(*words: str) -> str:
    return ", ".join(filter(None, words))


def _documents(customer: Customer, facts: list[Fact]) -> list[MaskedDocument]:
    main = customer.document
    known = {fact.text: fact for fact in facts}
    kinds = {number: fact.detail for number, fact in known.items()}
    if main:
        kinds.setdefault(main, customer.document_kind)
    return [
        MaskedDocument(
            kind=str(DocumentKind(kind).label) if kind else gettext("Document"),
            masked=mask_document(number),
            note=_seen(known[number]) if number in known else "",
            is_main=number == main,
            is_doubtful=number == main and customer.document_valid is False,
        )
        for number, kind in sorted(kinds.items(), key=lambda item: item[0] != main)
    ]


def _known_as(fact: Fact) -> Contact:
    """An id, which names who gave it; where it came from is said where that is somebody else."""
    told_by = "" if fact.source == fact.detail else _told_by(fact)
    note = _joined(_seen(fact, with_source=False), told_by)
    return Contact(f"{fact.detail.capitalize()} {fact.text}", note, is_former=False)


def _seen(fact: Fact, *, with_source: bool = True) -> str:
    first, last = _day(fact.first_at), _day(fact.last_at)
    since = gettext("Since %(day)s") % {"day": first} if first else ""
    return _joined(since, _last_seen(first, last), _told_by(fact) if with_source else "")


def _note(fact: Fact) -> SignedNote:
    return SignedNote(fact.text, ", ".join(filter(None, (fact.source, _day(fact.first_at)))))


def _day(moment: datetime | None) -> str:
    return format_day(moment) if moment else ""


def _address(customer: Customer) -> list[str]:
    street = ", ".join(filter(None, (customer.street, customer.street_number, customer.complement)))
    city = ", ".join(filter(None, (customer.city, customer.state)))
    return [line for line in (street, customer.neighbourhood, city, customer.postal_code) if line]
