"""Lists of which it is known who is who: how well the suggestions do on them."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log2
from pathlib import Path

from customers.contacts import read_document, read_phone

from .frequencies import Frequencies, prior_of
from .keys import MOST_HOLDERS, keys_of
from .persons import Person, read_person
from .scoring import compare, probability_of

Pair = tuple[int, int]

COLUMNS = ("id", "cluster", "full_name", "email", "phone", "document", "street", "postcode", "city")
_NIGHTS = 10
"""After so many the prior has settled."""


class NotLabelled(Exception):
    """The file lacks a column that says who is who."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the pairs that were found how many are right, of all that are right how many were found."""

    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """The records of a list by their places, and the pairs that are of one person."""

    persons: list[Person]
    true: frozenset[Pair]

    def verdict(self, found: Iterable[Pair]) -> Verdict:
        """What is to be said of these pairs."""
        pairs = set(found)
        return Verdict(len(pairs), len(pairs & self.true), len(self.true))


def read_labelled(path: Path) -> Labelled:
    """A gzipped CSV with COLUMNS; rows of one cluster are one person. Raises NotLabelled."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if missing := set(COLUMNS).difference(rows.fieldnames or ()):
            raise NotLabelled(", ".join(sorted(missing)))
        records = list(rows)
    clusters = defaultdict(list)
    for place, row in enumerate(records):
        clusters[row["cluster"]].append(place)
    true = frozenset(pair for places in clusters.values() for pair in combinations(places, 2))
    return Labelled([_person(row) for row in records], true)


def _person(row: Mapping[str, str]) -> Person:
    phone, document = read_phone(row["phone"]), read_document(row["document"])
    return read_person(
        row["full_name"],
        emails=[row["email"]],
        phones=[phone.digits] if phone and phone.is_valid else [],
        documents=[document] if document else [],
        street=row["street"],
        postcode=row["postcode"],
        city=row["city"],
    )


def candidates(persons: list[Person]) -> set[Pair]:
    """The pairs that share a key of not too many."""
    holders = defaultdict(list)
    for place, person in enumerate(persons):
        for key in keys_of(person):
            holders[key].append(place)
    return {
        pair for places in holders.values() if len(places) <= MOST_HOLDERS for pair in combinations(places, 2)
    }


def scored(labelled: Labelled) -> Iterator[tuple[Pair, float]]:
    """Every candidate with its probability, at the prior that the list itself leads to night after night."""
    frequencies = Frequencies.of(labelled.persons)
    persons = labelled.persons
    bits = {
        (one, other): compare(persons[one], persons[other], frequencies).bits
        for one, other in candidates(persons)
    }
    prior = frequencies.prior
    for _night in range(_NIGHTS):
        gain = log2(prior / frequencies.prior)
        expected = sum(probability_of(each + gain) for each in bits.values())
        prior = prior_of(expected, len(persons))
    gain = log2(prior / frequencies.prior)
    for pair, each in bits.items():
        yield pair, probability_of(each + gain)


def by_exact_keys(persons: list[Person]) -> set[Pair]:
    """The floor: what a plain search for equal emails, phones and documents finds, shared ones left out."""
    holders = defaultdict(list)
    for place, person in enumerate(persons):
        values = (*person.emails, *person.phones, *person.valid_documents, *person.other_documents)
        for value in values:
            holders[value].append(place)
    crowd = Counter({value: len(places) for value, places in holders.items()})
    return {
        pair
        for value, places in holders.items()
        if crowd[value] <= MOST_HOLDERS
        for pair in combinations(places, 2)
    }
