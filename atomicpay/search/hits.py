"""The first records of each kind that fit a text, each with the way in which it was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, IntegerField, QuerySet, Value

from customers.search_text import Kind
from customers.search_ways import Wanted, Way, Ways, Why, fits_all

SHOWN: Final = 8
"""How many of each kind a page shows; the list, a link away, has them all."""

SHOWN_WHILE_TYPING: Final = 5

# What leaves fewest comes first; the others are tested on what it finds.
_SUREST: Final = (
    Kind.DOCUMENT,
    Kind.REFERENCE,
    Kind.EMAIL,
    Kind.PHONE,
    Kind.CARD,
    Kind.DAY,
    Kind.MESSAGE,
    Kind.AMOUNT,
    Kind.NAME,
    Kind.ANY,
    Kind.PRODUCT,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Records of one kind in the order they are shown, why each was found, and whether there are more."""

    rows: list[Any]
    whys: dict[int, Why]
    has_more: bool


def by_surest(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The parts of a text, the one that leaves fewest first."""
    return sorted(wanted, key=lambda each: _SUREST.index(each.part.kind))


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of a kind are found: all of them, the column that orders them, the ways to them.

    `read` fetches what is shown of those chosen.
    """

    kind: str
    rows: Callable[[], QuerySet[Any]]
    newest: str
    ways: Ways
    read: Callable[[Any], QuerySet[Any]]


NOTHING_FOUND: Final = Found([], {}, has_more=False)


def first_hits(wanted: Sequence[Wanted], source: Source, most: int) -> Found:
    """At most so many hits: the surest first, among those found in the same way the newest."""
    first, *others = wanted
    rows = source.rows()
    if others:
        rows = rows.filter(fits_all(others, source.ways))
    ways = source.ways(first, False)
    if not ways:
        return NOTHING_FOUND
    ranks = _ranks([_first_of(way, rank, rows, source.newest)[: most + 1] for rank, way in enumerate(ways)])
    shown = list(ranks)[:most]
    by_pk = {row.pk: row for row in source.read(source.rows().filter(pk__in=shown))} if shown else {}
    return Found(
        [by_pk[pk] for pk in shown if pk in by_pk],
        {pk: ways[ranks[pk]].why for pk in shown},
        has_more=len(ranks) > most,
    )


def _ranks(queries: Sequence[QuerySet[Any, Any]]) -> dict[int, int]:
    """The best rank of each record found, by its pk, in the order in which they are shown."""
    found = sorted(
        queries[0].union(*queries[1:], all=True), key=lambda row: (row[0], -row[2].timestamp(), -row[1])
    )
    ranks: dict[int, int] = {}
    for rank, pk, _moment in found:
        ranks.setdefault(pk, rank)
    return ranks


def _first_of(way: Way, rank: int, rows: QuerySet[Any], newest: str) -> QuerySet[Any, Any]:
    ranked = rows.filter(way.condition).annotate(
        rank=Value(rank, output_field=IntegerField()), row=F("pk"), moment=F(newest)
    )
    return ranked.order_by(f"-{newest}", "-pk").values_list("rank", "row", "moment")
