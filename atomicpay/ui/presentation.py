"""How a list is shown, beside which rows it has: its columns, the saved view that is open, its own links."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from atomicpay.ui.addresses import names_in_words
from atomicpay.ui.chosen import COLUMNS, columns_on_offer, kept_choice, pick, read_names, without_main
from atomicpay.ui.columns import Column
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.keyset import Sorting
from atomicpay.ui.opened import VIEW, OpenView
from atomicpay.workspaces.models import Membership

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListPage

SORT, AFTER, BEFORE, COUNT, CHOICES = "sort", "after", "before", "count", "choices"
# What of an address says where in the list one is and what is shown of it, not which rows it has.
_PLACE: Final = frozenset((AFTER, BEFORE, COUNT, CHOICES, COLUMNS))
OWN_PARAMETERS: Final = _PLACE | {SORT}


class Presentation:
    """The part of a ListState that leaves its rows as they are."""

    page: "ListPage"
    query: QueryDict
    membership: Membership
    filterset: ListFilterSet
    sorting: Sorting
    notices: list[str]
    columns: tuple[Column, ...]
    view: OpenView | None
    is_as_saved: bool
    bare: str

    def canonical_query(self, changes: Mapping[str, str | None] = MappingProxyType({})) -> str:
        raise NotImplementedError

    # Columns ------------------------------------------------------------------------------------------------

    @property
    def columns_on_offer(self) -> dict[str, Column]:
        """The columns that the member can have on the screen, by key."""
        return columns_on_offer(self.page, self.membership)

    @property
    def usual_columns(self) -> tuple[Column, ...]:
        """The columns of the screen where nobody chose any."""
        return pick(self.columns_on_offer, self.page.on_screen)

    @property
    def has_usual_columns(self) -> bool:
        return self.columns == self.usual_columns

    # Addresses ----------------------------------------------------------------------------------------------

    def address(self, changes: Mapping[str, str | None] = MappingProxyType({})) -> str:
        """The query of the page's own links: the rows, the columns and view it is shown with, and its place.

        While a view is as it was saved its name stands for its rows. Where they depart from it the order is
        always there, so that an address without filters is not taken for the view.
        """
        place = {name: value for name, value in changes.items() if name in _PLACE}
        rows = {name: value for name, value in changes.items() if name not in _PLACE}
        if self.view and SORT not in rows:
            rows[SORT] = self.sorting.token
        query = "" if self.is_as_saved and changes.keys() <= _PLACE else self.canonical_query(rows)
        pairs = [
            *self.shown_as(place),
            *((name, value) for name, value in place.items() if value is not None),
        ]
        return "&".join(filter(None, (query, urlencode(pairs)))) or self.bare

    def shown_as(self, place: Mapping[str, str | None] = MappingProxyType({})) -> list[tuple[str, str]]:
        """The parameters for the columns that were asked for and the view that is open."""
        names = [] if COLUMNS in place else read_names(self.query.getlist(COLUMNS))
        known = without_main(pick(self.columns_on_offer, names))
        pairs = [(COLUMNS, ",".join(known))] if names and known else []
        return [*pairs, (VIEW, self.view.key)] if self.view else pairs

    @property
    def departs_from_view(self) -> bool:
        """Whether rows, order or columns are not those of the open view any more."""
        if self.view is None or self.view.is_gone:
            return False
        if not self.is_as_saved and not self.view.asks_for(self.canonical_query()):
            return True
        kept = pick(self.columns_on_offer, self.view.columns) or self.usual_columns
        return bool(self.query.get(COLUMNS)) and self.columns != kept

    # Reading ------------------------------------------------------------------------------------------------

    def _read_view(self) -> bool:
        """Take the rows from the open view unless the address says which; whether it was taken."""
        if self.view is None or not self.query.keys().isdisjoint({*self.filterset.parameters(), SORT}):
            return False
        self.query = self.filterset.data = self.view.under(self.query)
        self.filterset.form.is_valid()
        for words in list(self.view.problems(self.filterset, OWN_PARAMETERS)):
            self.notices.append(words)
            # Nothing rather than everything: see ListFilterSet.rows.
            self.filterset.form.add_error(None, words)
        return True

    def _read_columns(self) -> tuple[Column, ...]:
        offered = self.columns_on_offer
        names = read_names(self.query.getlist(COLUMNS))
        if unknown := [name for name in names if name not in offered]:
            self.notices.append(
                gettext("Not known as columns of this list: %(names)s") % {"names": names_in_words(unknown)}
            )
        of_view = self.view.columns if self.view else ()
        chosen = (pick(offered, names) for names in (names, of_view, kept_choice(self.page, self.membership)))
        return next(filter(None, chosen), self.usual_columns)
