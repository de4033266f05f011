"""Which pairs come into question, and what they score: the same for one customer and for all of them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from atomicpay.workspaces.scope import active_workspace_id

from .counts import frequencies
from .matching.bands import LEAST, Band
from .matching.frequencies import Frequencies, counted_keys
from .matching.keys import MOST_HOLDERS
from .matching.persons import Person
from .matching.scoring import Score, compare
from .models import Scan
from .records import read_json

Pair = tuple[int, int]

_HOLDERS: Final = f"""
SELECT count(*) AS number
  FROM (SELECT FROM customer_key h WHERE h.workspace_id = %(workspace)s AND h.key = k.key
         LIMIT {MOST_HOLDERS + 1} + greatest(k.growth, 0)) held
"""
_CANDIDATES: Final = f"""
WITH mine AS MATERIALIZED (
    SELECT key, customer_id FROM customer_key
     WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(ids)s)
), usable AS MATERIALIZED (
    SELECT k.key FROM (SELECT DISTINCT key, 0 AS growth FROM mine) k CROSS JOIN LATERAL ({_HOLDERS}) holders
     WHERE holders.number BETWEEN 2 AND {MOST_HOLDERS}
)
SELECT DISTINCT least(m.customer_id, o.customer_id), greatest(m.customer_id, o.customer_id)
  FROM usable u
  JOIN mine m ON m.key = u.key
  JOIN customer_key o ON o.workspace_id = %(workspace)s AND o.key = u.key
"""
_WITH_ANY: Final = f"{_CANDIDATES} AND o.customer_id <> m.customer_id"
_WITH_HIGHER: Final = f"{_CANDIDATES} AND o.customer_id > m.customer_id"
_CROSSED: Final = f"""
SELECT DISTINCT h.customer_id
  FROM unnest(%(keys)s::bigint[], %(growth)s::int[]) k(key, growth)
 CROSS JOIN LATERAL ({_HOLDERS}) holders
 CROSS JOIN LATERAL (
    SELECT customer_id FROM customer_key h WHERE h.workspace_id = %(workspace)s AND h.key = k.key) h
 WHERE (holders.number > {MOST_HOLDERS}) <> (holders.number - k.growth > {MOST_HOLDERS})
"""
_RECORDS: Final = """
SELECT customer_id, "values" FROM customer_match WHERE workspace_id = %s AND customer_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The pairs that are suggested, and how many of one person are to be expected among all compared."""

    found: dict[Pair, tuple[Score, bool]]
    """With whether one of them is an organisation."""

    expected: float = 0.0


def candidates(customer_ids: Collection[int], *, only_higher: bool = False) -> list[Pair]:
    """Pairs of these customers with any other, or of a higher id, that share a key of not too many."""
    sql = _WITH_HIGHER if only_higher else _WITH_ANY
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": active_workspace_id(), "ids": list(customer_ids)})
        return sorted(cursor.fetchall())


def crossed(growth: dict[int, int]) -> set[int]:
    """The holders of keys that became too common to tell anything, or are so no longer."""
    keys = [key for key, number in growth.items() if number]
    values: dict[str, Any] = {
        "workspace": active_workspace_id(),
        "keys": keys,
        "growth": [growth[key] for key in keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CROSSED, values)
        return {customer_id for (customer_id,) in cursor.fetchall()}


def records(customer_ids: Collection[int]) -> dict[int, Person]:
    """The records as they are kept."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [active_workspace_id(), list(customer_ids)])
        return {customer_id: Person.unpack(read_json(values)) for customer_id, values in cursor.fetchall()}


def compare_pairs(pairs: list[Pair], scan: Scan, known: Frequencies | None = None) -> Compared:
    """Score these pairs with the counts of the last scan; `known` if they are at hand."""
    persons = records({customer_id for pair in pairs for customer_id in pair})
    if known is None:
        known = frequencies(scan, {key for person in persons.values() for key in counted_keys(person)})
    found, expected = {}, 0.0
    for low, high, score in _scores(pairs, persons, known):
        probability = score.probability
        expected += probability
        if probability >= LEAST[Band.POSSIBLE]:
            found[low, high] = score, persons[low].is_organisation or persons[high].is_organisation
    return Compared(found, expected)


def _scores(
    pairs: Iterable[Pair], persons: dict[int, Person], known: Frequencies
) -> Iterator[tuple[int, int, Score]]:
    for low, high in pairs:
        if low in persons and high in persons:
            yield low, high, compare(persons[low], persons[high], known)
