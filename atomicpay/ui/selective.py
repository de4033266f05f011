"""Rows that a filter leaves few of: fetched first and then sorted, where walking an order would take long.

The planner takes it that what a filter leaves is spread evenly over the list's order, and walks the order
until a page is full. A filter on dates or amounts is anything but even: a page of 386 customers among 300,000
took 680 ms, and 15 when they were fetched first; one of 27,000 bought long ago, among a million, took 2 s.
So nothing is walked without an end, and what is not found near the beginning is fetched first after all.
"""

import json
from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

FEW: Final = 5_000
"""So many rows are fetched and sorted in well under the time that a page may take."""

# How far an order is walked: 20,000 rows in some 20 ms. Where more than so many are left, and fetching them
# would take longer, five times as far; and to the end where fetching would take half a second.
_WALK: Final = 20_000
_FAR: Final = 100_000
_MANY: Final = 100_000

# Under several filters, whose shares the planner multiplies as if they had nothing to do with one another, a
# look at what is near says more than it does, in less time.
NEAR: Final = 5_000
"""How many rows are walked first under several filters."""

# How much farther than the near rows let expect; and how far keys may lie apart for a part of the tables.
_MARGIN: Final = 2
_DENSE: Final = 4

# A LIMIT keeps the planner from merging the subquery into the walk. More rows than any table has.
_ALL: Final = 2**62


def fetched_first(filtered: QuerySet, all_rows: QuerySet) -> QuerySet:
    """The same rows, written so that they are fetched before they are sorted."""
    return all_rows.filter(pk__in=filtered.order_by().values("pk")[:_ALL])


def walks(filtered: QuerySet, known: int | None) -> Iterator[int]:
    """How many rows of the list are worth walking for a page of the filtered ones, try after try; 0 is all.

    When none of them was enough, fetching what is filtered first is. `known` is how many rows are filtered,
    where that is kept; otherwise the planner is asked.
    """
    expected = expected_rows(filtered.order_by().values("pk")) if known is None else known
    if expected > FEW:
        yield _WALK
    if expected > _WALK:
        yield _FAR
    if expected > _MANY:
        yield 0


def stretch_for(size: int, found: int) -> int:
    """How many rows of the list are worth a look for a page of which `found` rows are in the near ones."""
    return max(_WALK, min(_FAR, _MARGIN * NEAR * (size + 1) // found)) if found else _FAR


def is_dense(number: int, least: int, greatest: int) -> bool:
    """Whether so many rows have their keys close enough together to read other tables between them."""
    return greatest - least < _DENSE * number


def expected_rows(queryset: QuerySet) -> int:
    """How many rows the planner expects; nothing is read."""
    explained = queryset.explain(format="json")
    # What can have no rows (a product that nobody has) is not asked of the database at all.
    return int(json.loads(explained)[0]["Plan"]["Plan Rows"]) if explained else 0
