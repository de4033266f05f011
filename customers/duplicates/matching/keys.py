"""Under which keys a record is looked up: two records that share none are never compared."""

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from .names import skeleton
from .persons import Person
from .values import ROLES

MOST_HOLDERS: Final = 50
"""A key of more records than this tells nothing; comparing them all would take for ever."""

_SHORTEST_LOCAL: Final = 4
_STREET_WORDS: Final = frozenset({"rua", "avenida", "street", "ave", "the"})


@lru_cache(maxsize=262_144)
def key_of(kind: str, value: str) -> int:
    """A key as the signed eight bytes that are stored: nothing can be read from it."""
    digest = blake2b(f"{kind}:{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def keys_of(person: Person) -> list[int]:
    """Every key of a record, each once."""
    texts = dict.fromkeys(
        (*_contact_keys(person), *_name_keys(person), *_address_keys(person), *_house_keys(person))
    )
    return [key_of(kind, value) for kind, value in texts]


def _contact_keys(person: Person) -> Iterator[tuple[str, str]]:
    for email in person.emails:
        yield "e", email
        local = email.partition("@")[0]
        if len(local) >= _SHORTEST_LOCAL and local not in ROLES:
            yield "l", re.sub(r"[^a-z0-9]", "", local)
    for phone in person.phones:
        yield "p", phone[-8:]
    for document in (*person.valid_documents, *person.other_documents):
        yield "d", document
    if person.is_organisation:
        for domain in person.own_domains:
            yield "o", domain


def _name_keys(person: Person) -> Iterator[tuple[str, str]]:
    words = person.name.words
    sounds = sorted(map(skeleton, words))
    if len(words) > 1:
        yield "n", _both(person)
    elif words and person.city:
        yield "gc", words[0] + person.city
    if len(words) > 2:
        yield "m", "|".join(sounds)
    if len(words) > 1 and person.city:
        yield "c", f"{person.city[:6]}|{_both(person)}"


def _address_keys(person: Person) -> Iterator[tuple[str, str]]:
    if not person.postcode:
        return
    given, family = skeleton(person.name.given), skeleton(person.name.family)
    yield "z", person.postcode
    if family:
        yield "zp", person.postcode[:4] + family
        yield "zf", person.postcode + family
    if given:
        yield "zg", person.postcode + given


def _house_keys(person: Person) -> Iterator[tuple[str, str]]:
    if not person.number:
        return
    if person.postcode:
        yield "zn", f"{person.postcode}|{person.number}"
    words = [
        word
        for word in person.street.split()
        if len(word) > 2 and not word.isdigit() and word not in _STREET_WORDS
    ]
    if words:
        yield "s", person.number + skeleton(max(words, key=len))


def _both(person: Person) -> str:
    return "|".join(sorted((skeleton(person.name.given), skeleton(person.name.family))))
