"""Emails, phones and documents of two records: every one ever known counts, the strongest finding stands."""

import re
from math import log2
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from .frequencies import Frequencies
from .keys import MOST_HOLDERS
from .levels import Level
from .parts import Part
from .persons import Person
from .values import is_role

_LOCAL, _SLIP, _BASE = 5, 6, 0.92
# How often two people share one: a mailbox, a desk's mailbox, a phone, a document.
_SHARED_EMAIL, _SHARED_ROLE, _SHARED_PHONE, _SHARED_DOCUMENT = 0.02, 0.5, 0.05, 0.002
_BITS: Final = {
    Level.EMAIL_SLIP: 5.0,
    Level.EMAIL_BASE: 1.0,
    Level.EMAIL_DIFFERENT: -1.5,
    Level.PHONE_NEAR: 6.0,
    Level.PHONE_DIFFERENT: -1.2,
    Level.DOCUMENT_NEAR: 9.0,
    Level.DOCUMENT_UNLIKE: -3.5,
    Level.DOCUMENT_DIFFERENT: -8.0,
}
_LOCAL_OF_NAME, _LOCAL_OF_ITS_OWN = 4.0, 9.0
_LAST_DIGITS: Final = 8
_LONG_NUMBER: Final = 6


def compare_emails(one: Person, other: Person, frequencies: Frequencies) -> Part | None:
    """The strongest finding about their emails."""
    if not one.emails or not other.emails:
        return None
    if same := set(one.emails).intersection(other.emails):
        return max((_same_email(email, frequencies) for email in sorted(same)), key=_weight)
    found = (_emails(one, mine, theirs) for mine in one.emails for theirs in other.emails)
    return max(found, key=_weight)


def _same_email(email: str, frequencies: Frequencies) -> Part:
    shared = _SHARED_ROLE if is_role(email.partition("@")[0]) else _SHARED_EMAIL
    return Part(Level.EMAIL_SAME, _same("email", email, 0.6, shared, 2, frequencies), email, email)


def _emails(person: Person, mine: str, theirs: str) -> Part:
    one, other = mine.partition("@")[0], theirs.partition("@")[0]
    if one == other and len(one) >= _LOCAL and not is_role(one):
        is_name = sum(map(str.isdigit, one)) < 2 and any(
            len(word) > 3 and word in one for word in person.name.words
        )
        bits = _LOCAL_OF_NAME if is_name else _LOCAL_OF_ITS_OWN
        return Part(Level.EMAIL_LOCAL, bits, mine, theirs)
    level = _locals(one, other)
    return Part(level, _BITS[level], mine, theirs)


def _locals(one: str, other: str) -> Level:
    if min(len(one), len(other)) >= _SLIP and (
        DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1
        or re.sub(r"\W", "", one) == re.sub(r"\W", "", other)
    ):
        is_numbered = one.rstrip("0123456789") == other.rstrip("0123456789")
        return Level.EMAIL_BASE if is_numbered else Level.EMAIL_SLIP
    if len(one) >= _SLIP and JaroWinkler.similarity(one, other, score_cutoff=_BASE):
        return Level.EMAIL_BASE
    return Level.EMAIL_DIFFERENT


def compare_phones(one: Person, other: Person, frequencies: Frequencies) -> Part | None:
    """The strongest finding about their phones."""
    if not one.phones or not other.phones:
        return None
    if same := set(one.phones).intersection(other.phones):
        return max((_same_phone(phone, frequencies) for phone in sorted(same)), key=_weight)
    found = (_phones(mine, theirs) for mine in one.phones for theirs in other.phones)
    return max(found, key=_weight)


def _same_phone(phone: str, frequencies: Frequencies) -> Part:
    return Part(Level.PHONE_SAME, _same("phone", phone, 0.7, _SHARED_PHONE, 2, frequencies), phone, phone)


def _phones(mine: str, theirs: str) -> Part:
    is_near = mine[-_LAST_DIGITS:] == theirs[-_LAST_DIGITS:] or (
        len(mine) > _LONG_NUMBER and DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1
    )
    level = Level.PHONE_NEAR if is_near else Level.PHONE_DIFFERENT
    return Part(level, _BITS[level], mine, theirs)


def compare_documents(one: Person, other: Person, frequencies: Frequencies) -> Part | None:
    """The strongest finding about documents: two valid numbers of one kind that differ speak against."""
    mine = {*one.valid_documents, *one.other_documents}
    theirs = {*other.valid_documents, *other.other_documents}
    if same := mine & theirs:
        return max((_same_document(number, frequencies) for number in sorted(same)), key=_weight)
    found = [
        part
        for number in sorted(mine)
        for another in sorted(theirs)
        if (part := _documents(number, another, one, other))
    ]
    return max(found, key=_weight, default=None)


def _same_document(number: str, frequencies: Frequencies) -> Part:
    bits = _same("document", number, 0.9, _SHARED_DOCUMENT, 1, frequencies)
    return Part(Level.DOCUMENT_SAME, bits, number, number)


def _documents(mine: str, theirs: str, one: Person, other: Person) -> Part | None:
    are_valid = mine in one.valid_documents, theirs in other.valid_documents
    if all(are_valid):
        # A person may have a CPF and a passport, or buy for a company.
        is_one_kind = mine.partition(":")[0] == theirs.partition(":")[0]
        return _documented(Level.DOCUMENT_DIFFERENT, mine, theirs) if is_one_kind else None
    if any(are_valid):
        return None
    is_slip = DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1
    return _documented(Level.DOCUMENT_NEAR if is_slip else Level.DOCUMENT_UNLIKE, mine, theirs)


def _documented(level: Level, mine: str, theirs: str) -> Part:
    return Part(level, _BITS[level], mine, theirs)


def _same(kind: str, value: str, agree: float, shared: float, power: int, of: Frequencies) -> float:
    """Bits of a value that both have: the more others have it, the fewer; of a crowd's, none."""
    others = of.others(kind, value)
    if others >= MOST_HOLDERS:
        return 0.0
    return log2(agree * of.at_least / (shared * float(others) ** power))


def _weight(part: Part) -> float:
    return part.bits
