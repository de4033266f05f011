"""Pages of a list by keyset: a page begins where the one before it ended, so that every page costs the same.

A position is named by the public id of the row it stands at. `(a, id) < (x, y)` is written as one row
comparison, which an index answers; the usual `a < x OR (a = x AND id < y)` is only a filter and took fifty
times as long at a depth of 500,000 rows.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.functional import Promise

_CURSOR: Final = re.compile(r"(?P<row>[1-9][0-9]{0,9})\.(?P<public_id>[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins (going back: ends): beside which row, and the number of the page's first row."""

    public_id: uuid.UUID
    row: int
    is_backward: bool = False

    @classmethod
    def read(cls, text: str, *, is_backward: bool) -> "Cursor | None":
        """The cursor that an address carries; None for anything that is not one."""
        match = _CURSOR.fullmatch(text)
        return cls(uuid.UUID(match["public_id"]), int(match["row"]), is_backward) if match else None

    def __str__(self) -> str:
        return f"{self.row}.{self.public_id.hex}"


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order that a list can be read in, backed by an index on (workspace, [...,] expression, tiebreak).

    key            in the address: "created", and "-created" the other way round
    expression     the field path or annotation that is sorted by
    tiebreak       what tells equal ones apart; a key of the row that the same index has
    is_nullable    rows without a value come last, whichever way round
    starts_descending  which way round its heading asks for first
    ascending, descending  the whole sentence that says it; `%(currency)s` is filled in by the page
    prepare        annotates or joins what is sorted by; it may leave rows out, which the sentence then says.
                   Called with the queryset and the currency that amounts are shown in.
    only           the condition that `prepare` leaves rows out by, for who counts them; gets the currency
    only_in        the dimension (see ListFilter) that must be the currency, where that is all of `only`
    permission     who lacks it cannot ask for the order
    follows_keys  rows that come later in it have mostly greater keys: a time at which rows are made
    needs_all_products  only kept totals have it, which a member limited to products may not see
    """

    key: str
    expression: str
    ascending: str | Promise
    descending: str | Promise
    tiebreak: str = "pk"
    is_nullable: bool = False
    starts_descending: bool = False
    prepare: Callable[[QuerySet, str], QuerySet] | None = None
    only: Callable[[str], Any] | None = None
    only_in: str = ""
    permission: str = ""
    needs_all_products: bool = False
    follows_keys: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order, one way round, and the currency that its amounts are in."""

    order: Order
    is_descending: bool
    currency: str

    @property
    def token(self) -> str:
        """As it stands in the address."""
        return f"-{self.order.key}" if self.is_descending else self.order.key

    @property
    def sentence(self) -> str:
        """As it is said."""
        words = self.order.descending if self.is_descending else self.order.ascending
        return str(words) % {"currency": self.currency}

    @property
    def is_in_currency(self) -> bool:
        """Whether the amounts of one currency are what it sorts by."""
        return "%(currency)s" in str(self.order.ascending)

    def prepare(self, queryset: QuerySet) -> QuerySet:
        """The rows that have a place in this order, with what it sorts by."""
        return self.order.prepare(queryset, self.currency) if self.order.prepare else queryset

    @property
    def only(self) -> Any:
        """The condition of the rows that have a place in this order; None for all of them."""
        return self.order.only(self.currency) if self.order.only else None

    def apply(self, queryset: QuerySet) -> QuerySet:
        """All of the rows in order, for a file; the queryset is prepared already."""
        by = F(self.order.expression)
        nulls_last = True if self.order.is_nullable else None
        first = by.desc(nulls_last=nulls_last) if self.is_descending else by.asc(nulls_last=nulls_last)
        return queryset.order_by(first, "-pk" if self.is_descending else "pk")


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, in order; `previous` and `next` are the cursors of its neighbours, if any."""

    rows: list[Any]
    first_row: int
    previous: Cursor | None
    next: Cursor | None


Boundary = tuple[Any, Any]
"""Where a page begins: what its order has there, and the key that tells equal ones apart."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order, from where a page begins to `condition`; the least and the greatest key in it."""

    condition: Any
    least: Any = None
    greatest: Any = None


class CursorIsGone(Exception):
    """The row at which the page stood is no longer in the list's order."""


class PageIsFarther(Exception):
    """The page is not to be had from so few rows of the list; `found` of it are in them."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


def read_page(
    queryset: QuerySet,
    sorting: Sorting,
    cursor: Cursor | None,
    size: int,
    all_rows: QuerySet,
    with_cells: Callable[[QuerySet], QuerySet] | None = None,
    stretch: Stretch | None = None,
    boundary: Boundary | None = None,
) -> Page:
    """One page of a prepared queryset.

    `all_rows` is the unfiltered list: the row a cursor stands at may have left the filter meanwhile and still
    marks the place. Raises CursorIsGone when it does not exist any more. `with_cells` joins and annotates
    what the rows show: the page is then found by its ids, so that nothing of it can mislead the planner.
    With a `stretch` no other rows are looked at; raises PageIsFarther where they do not hold a whole page and
    more. `boundary` is where the cursor stands, where that was read before (`boundary_of`).
    """
    boundary = boundary or boundary_of(all_rows, sorting, cursor)
    is_backward = cursor is not None and cursor.is_backward
    rows: list[Any] = []
    segments = _segments(queryset, sorting, boundary, is_backward)
    if stretch:
        segments = (segment.filter(stretch.condition) for segment in islice(segments, 1))
    for ordered in segments:
        found = ordered[: size + 1 - len(rows)]
        rows += _whole(found, sorting, all_rows, with_cells) if with_cells else found
        if len(rows) > size:
            break
    has_more = len(rows) > size
    if stretch and not has_more:
        raise PageIsFarther(len(rows))
    rows = rows[:size]
    if is_backward:
        if not has_more:
            # The first page: filled from the start, in case rows came or went before it.
            return read_page(queryset, sorting, None, size, all_rows, with_cells)
        rows.reverse()
    first_row = cursor.row if cursor else 1
    has_previous = is_backward or cursor is not None
    has_next = is_backward or has_more
    return Page(
        rows,
        first_row,
        Cursor(rows[0].public_id, max(1, first_row - size), True) if rows and has_previous else None,
        Cursor(rows[-1].public_id, first_row + len(rows)) if rows and has_next else None,
    )


def stretch_of(
    rows: QuerySet, sorting: Sorting, boundary: Boundary | None, is_backward: bool, number: int
) -> Stretch | None:
    """The stretch of the next `number` of these rows; None where they end before."""
    walked = next(_segments(rows, sorting, boundary, is_backward))
    names = sorting.order.expression, sorting.order.tiebreak
    end = walked.values_list(*names)[number : number + 1].first()
    return Stretch(_beyond(names, sorting.is_descending == is_backward, end)) if end else None


def measured_stretch(
    rows: QuerySet, sorting: Sorting, boundary: Boundary | None, is_backward: bool, number: int
) -> Stretch | None:
    """The same, with the keys of its rows. It ends after all that are equal to the last of them."""
    walked = next(_segments(rows, sorting, boundary, is_backward))
    name, is_descending = sorting.order.expression, sorting.is_descending != is_backward
    found = walked[:number].aggregate(
        rows=Count("pk"), end=Min(name) if is_descending else Max(name), least=Min("pk"), greatest=Max("pk")
    )
    if found["rows"] < number or found["end"] is None:
        return None
    condition = Q(**{f"{name}__{'gte' if is_descending else 'lte'}": found["end"]})
    return Stretch(condition, found["least"], found["greatest"])


def _whole(
    found: QuerySet, sorting: Sorting, all_rows: QuerySet, with_cells: Callable[[QuerySet], QuerySet]
) -> QuerySet:
    """The rows of a page found by its ids, with everything they show, in the same order."""
    rows = sorting.prepare(all_rows.filter(pk__in=found.values("pk")))
    return with_cells(rows).order_by(*found.query.order_by)


def boundary_of(all_rows: QuerySet, sorting: Sorting, cursor: Cursor | None) -> Boundary | None:
    """Where a cursor stands; raises CursorIsGone when its row does not exist any more."""
    if cursor is None:
        return None
    place = sorting.prepare(all_rows).filter(public_id=cursor.public_id)
    found = place.values_list(sorting.order.expression, sorting.order.tiebreak).first()
    if found is None:
        raise CursorIsGone
    return found


def _segments(
    queryset: QuerySet, sorting: Sorting, boundary: Boundary | None, is_backward: bool
) -> Iterator[QuerySet]:
    """The rows beyond the boundary, nearest first.

    Those without a value are a queryset of their own, after (or before) the others: an OR of the two would be
    no condition of an index.
    """
    name, tiebreak = sorting.order.expression, sorting.order.tiebreak
    is_descending = sorting.is_descending != is_backward
    sign = "-" if is_descending else ""
    ordered = queryset.order_by(f"{sign}{name}", f"{sign}{tiebreak}")
    if not sorting.order.is_nullable:
        yield ordered.filter(_beyond((name, tiebreak), is_descending, boundary)) if boundary else ordered
        return

    has_value, has_none = Q(**{f"{name}__isnull": False}), Q(**{f"{name}__isnull": True})
    for segment in (has_none, has_value) if is_backward else (has_value, has_none):
        if boundary is None:
            yield ordered.filter(segment)
        elif (boundary[0] is None) is (segment is has_none):
            yield ordered.filter(segment, _beyond((name, tiebreak), is_descending, boundary))
        elif (segment is has_none) is not is_backward:
            yield ordered.filter(segment)


def _beyond(names: tuple[str, str], is_descending: bool, boundary: Boundary) -> Any:
    """What lies on the far side of the boundary, in the order that is read."""
    value, key = boundary
    if value is None:
        return Q(**{f"{names[1]}__{'lt' if is_descending else 'gt'}": key})
    comparison = TupleLessThan if is_descending else TupleGreaterThan
    return comparison(Tuple(*(F(name) for name in names)), (value, key))
