"""The score of a pair in bits, and what it is made of (Fellegi and Sunter 1969, with frequencies of values).

Each part is log2 of how much likelier a finding is between two records of one person than between two of any
others; missing on either side is 0. The weights were set by hand on labelled lists; `score_duplicates` tells
how well they do on any.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from math import log2, prod
from typing import Final

from .addresses import compare_addresses
from .contacts import compare_documents, compare_emails, compare_phones
from .frequencies import Frequencies
from .levels import Level
from .names import compare_names
from .parts import Part
from .persons import Person

_FIXED: Final = {
    Level.NAME_OTHER_FAMILY: -1.5,
    Level.NAME_FAMILY: -6.0,
    Level.NAME_DIFFERENT: -7.0,
    Level.SUFFIX_DIFFERENT: -6.0,
}
_SUFFIXED: Final = frozenset({Level.NAME_SAME, Level.NAME_CONTAINED, Level.NAME_NEAR, Level.NAME_PART})
_HOUSEHOLD: Final = frozenset({Level.NAME_OTHER_FAMILY, Level.NAME_FAMILY, Level.NAME_DIFFERENT})
_ADDRESS: Final = frozenset({"street", "postcode", "city"})
_REACHED: Final = frozenset({"email", "phone"})
_AT_HOME, _SECOND_CONTACT = 0.35, 0.2
_MOST_BITS: Final = 60.0
_OF_NOBODY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """What a pair weighs in bits, and the parts of it."""

    bits: float
    parts: tuple[Part, ...]

    @property
    def probability(self) -> float:
        """That both are one person."""
        return probability_of(self.bits)

    @property
    def digest(self) -> str:
        """Stands for the values that speak for one person: it changes when they do, and with nothing else.

        How common they are does not enter, so that no night's count brings back what was put aside.
        """
        lines = sorted(
            "|".join((part.level, *sorted((part.one, part.other)))) for part in self.parts if part.is_for
        )
        return sha256("\n".join(lines).encode()).hexdigest()


def probability_of(bits: float) -> float:
    """The probability that a score stands for."""
    return 1 / (1 + 2.0 ** -max(min(bits, _MOST_BITS), -_MOST_BITS))


def compare(one: Person, other: Person, frequencies: Frequencies) -> Score:
    """Score a pair; the order of the two does not matter."""
    parts = _name_parts(one, other, frequencies)
    household = bool(parts) and parts[0].level in _HOUSEHOLD
    for contact in (compare_emails, compare_phones, compare_documents):
        if part := contact(one, other, frequencies):
            parts.append(part)
    parts += compare_addresses(one, other, frequencies)
    if household:
        parts = _at_home(parts)
    if one.is_organisation or other.is_organisation:
        parts = _of_organisations(parts, one, other)
    base = log2(frequencies.prior / frequencies.at_least)
    return Score(base + sum(part.bits for part in parts), tuple(parts))


def _name_parts(one: Person, other: Person, frequencies: Frequencies) -> list[Part]:
    level = compare_names(one.name, other.name)
    if level is None:
        return []
    parts = [Part(level, _name_bits(level, one, other, frequencies), one.joined, other.joined)]
    if level in _SUFFIXED and one.name.suffixes != other.name.suffixes:
        parts.append(Part(Level.SUFFIX_DIFFERENT, _FIXED[Level.SUFFIX_DIFFERENT]))
    return parts


def _name_bits(level: Level, one: Person, other: Person, frequencies: Frequencies) -> float:
    if level in _FIXED:
        return _FIXED[level]
    if level in (Level.NAME_SAME, Level.NAME_CONTAINED):
        shared = set(one.name.words).intersection(other.name.words)
        rarest = sorted(map(frequencies.of_word, shared))[:3]
        agree = 0.5 if level == Level.NAME_SAME else 0.18
        return _between(4, log2(agree / max(prod(rarest), _OF_NOBODY)), 20)
    given = max(frequencies.of_word(one.name.given), frequencies.of_word(other.name.given))
    if level == Level.NAME_PART:
        return _between(-1, log2(1 / given), 8)
    if level == Level.NAME_GIVEN:
        return _between(-2, log2(0.05 / given), 5)
    family = max(frequencies.of_word(one.name.family), frequencies.of_word(other.name.family))
    if level == Level.NAME_INITIAL:
        return min(log2(0.4 / family), 8)
    return _between(3, log2(0.2 / max(10 * given * family, _OF_NOBODY)), 14)


def _at_home(parts: list[Part]) -> list[Part]:
    """A household shares an address, a phone, a mailbox: little of these counts beside another name."""
    contacts = [part for part in parts if part.level.kind in _REACHED and part.bits > 0]
    strongest = max(contacts, key=lambda part: part.bits, default=None)
    is_given = parts[0].level == Level.NAME_OTHER_FAMILY
    lives_together = sum(part.bits for part in parts if part.level.kind in _ADDRESS) > 0
    weighed = []
    for part in parts:
        if part.level.kind in _ADDRESS and lives_together:
            part = part.times(_AT_HOME)
        elif part in contacts and part is not strongest and not is_given:
            part = part.times(_SECOND_CONTACT)
        weighed.append(part)
    return weighed


def _of_organisations(parts: list[Part], one: Person, other: Person) -> list[Part]:
    """Of an organisation only its document or a domain of its own says which one it is."""
    levels = {part.level for part in parts}
    domains = sorted(one.own_domains & other.own_domains)
    if Level.DOCUMENT_SAME in levels or domains:
        return [*parts, Part(Level.EMAIL_DOMAIN, 0.0, domains[0], domains[0])] if domains else parts
    return [part if part.bits <= 0 else part.times(0) for part in parts]


def _between(least: float, bits: float, most: float) -> float:
    return max(min(bits, most), least)


def strongest_first(parts: Iterable[Part]) -> list[Part]:
    """The parts by what they weigh, either way."""
    return sorted(parts, key=lambda part: -abs(part.bits))
