"""One record as it is compared: read from what the books hold, and kept as a short list of plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from customers.contacts import Document

from .names import Name, read_name
from .values import CONSUMER_DOMAINS, email_to_compare, fold, house_number, phone_to_compare

_NAMELESS: Final = Name()


@dataclass(frozen=True)
class Person:
    """A record in the form in which it is compared."""

    name: Name = _NAMELESS
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    valid_documents: tuple[str, ...] = ()
    other_documents: tuple[str, ...] = ()
    is_company: bool = False
    street: str = ""
    postcode: str = ""
    city: str = ""

    @cached_property
    def is_organisation(self) -> bool:
        """By a company's number, or by how its name ends."""
        return self.is_company or self.name.is_organisation

    @cached_property
    def own_domains(self) -> frozenset[str]:
        """Domains of its emails at which not everybody may have a mailbox."""
        domains = {email.rpartition("@")[2] for email in self.emails}
        return frozenset(domains.difference(CONSUMER_DOMAINS))

    @cached_property
    def number(self) -> str:
        """Of the house."""
        return house_number(self.street)

    @cached_property
    def joined(self) -> str:
        """Its name in one text."""
        return " ".join(self.name.words)

    def pack(self) -> list[Any]:
        """As plain values."""
        name = self.name
        return [
            *(name.words, name.suffixes, name.is_organisation, self.emails, self.phones),
            *(self.valid_documents, self.other_documents, self.is_company),
            *(self.street, self.postcode, self.city),
        ]

    @classmethod
    def unpack(cls, values: list[Any]) -> Self:
        """From what `pack` made."""
        words, suffixes, is_named_so, emails, phones, valid, others, is_company, *address = values
        name = Name(tuple(words), tuple(suffixes), is_named_so)
        street, postcode, city = address
        return cls(
            *(name, tuple(emails), tuple(phones), tuple(valid), tuple(others)),
            *(is_company, street, postcode, city),
        )


def read_person(
    name: str,
    *,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    documents: Iterable[Document] = (),
    street: str = "",
    postcode: str = "",
    city: str = "",
) -> Person:
    """A person of what was received: emails as written, phones as digits with the country code."""
    documents = list(documents)
    return Person(
        read_name(name),
        _each_once(map(email_to_compare, emails)),
        _each_once(map(phone_to_compare, phones)),
        _each_once(f"{each.kind}:{each.normalised}" for each in documents if each.is_valid),
        # What has check digits and fails them is a slip: it may name anybody.
        _each_once(
            each.normalised for each in documents if not each.is_valid and each.kind in ("passport", "other")
        ),
        any(each.is_valid and each.kind == "cnpj" for each in documents),
        fold(street),
        fold(postcode).replace(" ", ""),
        fold(city),
    )


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
