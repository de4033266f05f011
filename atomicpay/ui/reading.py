"""Reading a page of a list: along its order as far as that is quick, else by what the filters leave."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from atomicpay.ui.keyset import Cursor, Page, PageIsFarther, Walk, read_page
from atomicpay.ui.selective import fetched_first, walks

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListState


def read_listed(state: "ListState", cursor: Cursor | None) -> Page:
    """The page at a cursor. Raises CursorIsGone, as `keyset.read_page` does."""
    page, sorting, filterset = state.page, state.sorting, state.filterset
    rows, all_rows = filterset.rows(reads_all=False), page.all_rows()
    with_cells = partial(page.rows_for_screen, columns=state.columns)

    def read(found: QuerySet, walk: Walk | None = None) -> Page:
        prepared = sorting.prepare(found)
        return read_page(prepared, sorting, cursor, page.page_size, all_rows, with_cells, walk)

    if not filterset.narrows_untested(but=sorting.order.expression):
        return read(rows)
    # A range of what is sorted by says where to begin.
    begun = sorting.prepare(filterset.rows_in_range_of(sorting.order.expression))
    for number in walks(rows, state.counter.tallied()):
        with suppress(PageIsFarther):
            return read(rows, Walk(begun, number) if number else None)
    return read(fetched_first(rows, all_rows))
