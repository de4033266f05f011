"""Where two records live: street, postcode and city, which go together and so do not count in full each."""

from collections.abc import Iterator
from math import log2
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from .frequencies import Frequencies
from .levels import Level
from .parts import Part
from .persons import Person

_AGREE: Final = {"street": (0.5, 14.0), "postcode": (0.7, 13.0), "city": (0.9, 8.0)}
"""How often it is the same with one person, and the most bits it may give."""

_BITS: Final = {
    Level.STREET_NEAR: 7.0,
    Level.STREET_DIFFERENT: -1.0,
    Level.POSTCODE_NEAR: 2.0,
    Level.POSTCODE_DIFFERENT: -1.2,
    Level.CITY_DIFFERENT: -1.2,
}
_FURTHER, _AGAINST = 0.35, 0.5
_ALIKE_STREET, _ALIKE_CITY = 85, 0.92


def compare_addresses(one: Person, other: Person, frequencies: Frequencies) -> list[Part]:
    """The strongest finding in full, others that speak for it in part, and half of what speaks against."""
    found = list(_findings(one, other, frequencies))
    gains = sorted((part for part in found if part.bits > 0), key=lambda part: -part.bits)
    losses = [part for part in found if part.bits <= 0]
    if not gains:
        return losses
    return [
        gains[0],
        *(part.times(_FURTHER) for part in gains[1:]),
        *(part.times(_AGAINST) for part in losses),
    ]


def _findings(one: Person, other: Person, frequencies: Frequencies) -> Iterator[Part]:
    if one.street and other.street:
        yield _part("street", _streets(one, other), one.street, other.street, frequencies)
    if one.postcode and other.postcode:
        level = _postcodes(one.postcode, other.postcode)
        yield _part("postcode", level, one.postcode, other.postcode, frequencies)
    if one.city and other.city:
        is_same = one.city == other.city or (JaroWinkler.similarity(one.city, other.city) >= _ALIKE_CITY)
        level = Level.CITY_SAME if is_same else Level.CITY_DIFFERENT
        yield _part("city", level, one.city, other.city, frequencies)


def _streets(one: Person, other: Person) -> Level:
    if one.street == other.street:
        return Level.STREET_SAME
    is_number = (
        one.number == other.number
        or not one.number
        or not other.number
        or DamerauLevenshtein.distance(one.number, other.number, score_cutoff=1) <= 1
    )
    is_near = is_number and fuzz.token_sort_ratio(one.street, other.street, score_cutoff=_ALIKE_STREET)
    return Level.STREET_NEAR if is_near else Level.STREET_DIFFERENT


def _postcodes(one: str, other: str) -> Level:
    if one == other:
        return Level.POSTCODE_SAME
    is_near = DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1
    return Level.POSTCODE_NEAR if is_near else Level.POSTCODE_DIFFERENT


def _part(kind: str, level: Level, one: str, other: str, frequencies: Frequencies) -> Part:
    if level in _BITS:
        return Part(level, _BITS[level], one, other)
    agree, most = _AGREE[kind]
    share = max(frequencies.of_place(kind, one), frequencies.of_place(kind, other))
    return Part(level, min(log2(agree / share), most), one, other)
