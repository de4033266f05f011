"""Reading a page of a list: along its order as far as that is quick, else by what the filters leave."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.functional import cached_property

from atomicpay.ui import selective
from atomicpay.ui.keyset import (
    Boundary,
    Cursor,
    Page,
    PageIsFarther,
    Sorting,
    Stretch,
    boundary_of,
    measured_stretch,
    read_page,
    stretch_of,
)
from atomicpay.ui.selective import fetched_first, is_dense, stretch_for, walks

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListState


_Measure = Callable[[QuerySet, Sorting, Boundary | None, bool, int], Stretch | None]


def read_listed(state: "ListState", cursor: Cursor | None) -> Page:
    """The page at a cursor. Raises CursorIsGone, as `keyset.read_page` does."""
    reading = _Reading(state, cursor)
    filters = state.filterset.untested(but=state.sorting.order.expression)
    if not filters:
        return reading.whole(reading.in_order)
    known = state.counter.tallied()
    return reading.under_several() if filters > 1 and known is None else reading.under_known(known)


class _Reading:
    """The reading of one page, in one try or more."""

    def __init__(self, state: "ListState", cursor: Cursor | None) -> None:
        self.state, self.cursor = state, cursor
        self.rows, self.all_rows = state.filterset.rows(reads_all=False), state.page.all_rows()
        self.in_order = state.filterset.rows_in_order(state.sorting)

    def under_known(self, known: int | None) -> Page:
        """A page under filters of which it is known, or the planner's to know, how many rows they leave."""
        for number in walks(self.rows, known):
            with suppress(PageIsFarther):
                return self.walked(number) if number else self.whole(self.in_order)
        return self.whole(self._fetched_first(self.rows))

    def under_several(self) -> Page:
        """A page under filters that may have to do with one another, so that the planner does not know: what
        they leave together is looked for near by, then farther off, and is fetched at last."""
        try:
            return self.walked(selective.NEAR)
        except PageIsFarther as page:
            number = stretch_for(self.state.page.page_size, page.found)
        with suppress(PageIsFarther):
            return self.fetched(number)
        return self.whole(self._fetched_first(self.rows))

    def whole(self, prepared: QuerySet, stretch: Stretch | None = None) -> Page:
        """The page of these rows, prepared for the order; with a stretch, of those in it."""
        state = self.state
        return read_page(
            prepared,
            state.sorting,
            self.cursor,
            state.page.page_size,
            self.all_rows,
            partial(state.page.rows_for_screen, columns=state.columns),
            stretch,
            self.boundary,
        )

    def walked(self, number: int) -> Page:
        """The page as far as it is in the next rows of the order."""
        return self.whole(self.in_order, self._next(stretch_of, number))

    def fetched(self, number: int) -> Page:
        """The same, by fetching what the filters leave of those rows, where their keys lie close together."""
        if not self.state.sorting.order.follows_keys:
            return self.walked(number)
        stretch = self._next(measured_stretch, number)
        if stretch is None:
            return self.whole(self.in_order)
        if not is_dense(number, stretch.least, stretch.greatest):
            return self.walked(number)
        rows = self.state.filterset.rows_of(stretch.least, stretch.greatest)
        found = self.state.sorting.prepare(rows).filter(stretch.condition)
        return self.whole(self._fetched_first(found), stretch)

    def _fetched_first(self, rows: QuerySet) -> QuerySet:
        return self.state.sorting.prepare(fetched_first(rows, self.all_rows))

    @cached_property
    def boundary(self) -> Boundary | None:
        return boundary_of(self.all_rows, self.state.sorting, self.cursor)

    def _next(self, measure: _Measure, number: int) -> Stretch | None:
        sorting = self.state.sorting
        # A range of what is sorted by says where to begin.
        begun = self.state.filterset.rows_in_order(sorting, ranges_only=True)
        is_backward = self.cursor is not None and self.cursor.is_backward
        return measure(begun, sorting, self.boundary, is_backward, number)
