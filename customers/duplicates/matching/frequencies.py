"""How common values are in a workspace: a rare name that two records share says more than a common one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from .keys import key_of
from .persons import Person

FEWEST: Final = 1_000
"""A workspace of fewer customers is taken for one of so many: a handful tells nothing of names."""

FIRST_PRIOR: Final = 0.1
"""How many pairs there are for each customer before anything is known; then what the last scan found."""

LEAST_PRIOR, MOST_PRIOR = 0.05, 1.0


def prior_of(expected: float, number: int) -> float:
    """The prior that follows from how many pairs of one person are to be expected among so many records."""
    return min(max(2 * expected / max(number, FEWEST), LEAST_PRIOR), MOST_PRIOR)


@dataclass(frozen=True)
class Frequencies:
    """Counts of one moment. Values that one record alone has are not in `holders`.

    number    of records
    filled    how many have a street, postcode or city
    holders   of a value, by its key
    prior     pairs of one person for each record
    """

    number: int
    filled: Mapping[str, int] = field(default_factory=dict)
    holders: Mapping[int, int] = field(default_factory=dict)
    prior: float = FIRST_PRIOR

    @property
    def at_least(self) -> int:
        """The number that is reckoned with."""
        return max(self.number, FEWEST)

    def of_word(self, word: str) -> float:
        """The share of names that have a word."""
        return (self.holders.get(key_of("w", word), 1) + 1) / (self.at_least + 50)

    def of_place(self, kind: str, value: str) -> float:
        """The share of a street, postcode or city among all that have one."""
        among = max(self.filled.get(kind, 0), FEWEST)
        return self.holders.get(key_of(kind, value), 1) / among

    def others(self, kind: str, value: str) -> int:
        """How many more records than one have an email, phone or document; at least one."""
        return max(self.holders.get(key_of(kind, value), 2) - 1, 1)

    @classmethod
    def of(cls, persons: Iterable[Person], prior: float = FIRST_PRIOR) -> Self:
        """Counted from all records."""
        number, filled, holders = 0, Counter[str](), Counter[int]()
        for person in persons:
            number += 1
            filled.update(kind for kind, value in places_of(person) if value)
            holders.update(counted_keys(person))
        return cls(number, filled, {key: count for key, count in holders.items() if count > 1}, prior)


def places_of(person: Person) -> Iterator[tuple[str, str]]:
    """The parts of an address that are counted, under the names of their keys."""
    yield "street", person.street
    yield "postcode", person.postcode
    yield "city", person.city


def counted_keys(person: Person) -> list[int]:
    """Keys of every value of which it counts how common it is."""
    texts = dict.fromkeys(
        (
            *(("w", word) for word in person.name.words),
            *(("email", email) for email in person.emails),
            *(("phone", phone) for phone in person.phones),
            *(("document", number) for number in (*person.valid_documents, *person.other_documents)),
            *((kind, value) for kind, value in places_of(person) if value),
        )
    )
    return [key_of(kind, value) for kind, value in texts]
