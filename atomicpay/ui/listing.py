"""A list page: one declaration from which the screen, the count, the chips and the file are made.

`page.parse(query, membership)` reads an address into a ListState; everything else asks the state. It must be
used inside the member's scope (a request is; a task enters with `enter_as`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext

from atomicpay.ui.addresses import filled, names_in_words
from atomicpay.ui.columns import Column, read_beside
from atomicpay.ui.counting import RowCounter
from atomicpay.ui.facets import Counts, count_choices
from atomicpay.ui.filters import Condition, OptionFilter
from atomicpay.ui.filtersets import ListFilterSet, Words
from atomicpay.ui.keyset import Cursor, CursorIsGone, Order, Page
from atomicpay.ui.opened import OpenView
from atomicpay.ui.ordering import Ordered
from atomicpay.ui.presentation import AFTER, BEFORE, CHOICES, COUNT, OWN_PARAMETERS, SORT, Presentation
from atomicpay.ui.ranges import AmountRangeFilter
from atomicpay.ui.reading import read_listed
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.scope import is_limited_to_products

__all__ = ["AFTER", "BEFORE", "CHOICES", "COUNT", "OWN_PARAMETERS", "SORT", "ListPage", "ListState"]


class ListPage:
    """What a list is. A registered subclass is all of a page; see docs/adding-a-list-page.md."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]
    noun: ClassVar[str | Promise]
    noun_plural: ClassVar[str | Promise]
    model: ClassVar[type[WorkspaceOwned]]
    permission: ClassVar[str]
    filterset: ClassVar[type[ListFilterSet]]
    columns: ClassVar[tuple[Column, ...]]
    # The keys of the columns that the screen shows, in their order there. Files have theirs as declared.
    on_screen: ClassVar[tuple[str, ...]]
    orders: ClassVar[tuple[Order, ...]]
    default_sort: ClassVar[str]
    empty_title: ClassVar[str | Promise]
    empty_text: ClassVar[str | Promise]
    list_url: ClassVar[str]
    record_url: ClassVar[str]
    page_size: ClassVar[int] = 50
    # Whether members can save views of it and choose its columns (`atomicpay.saved_views`).
    keeps_views: ClassVar[bool] = False
    tally_number: ClassVar[str] = ""
    # What tells a file's rows apart: the record's id, and a code where it makes several. Empty: not compared.
    row_key: ClassVar[tuple[str, ...]] = ("public_id",)
    # Rights that show their holder rows which others do not see; asked again of who takes a file.
    row_permissions: ClassVar[tuple[str, ...]] = ()

    @property
    def export_columns(self) -> tuple[Column, ...]:
        """The columns a file can have, in order; see `ListState.export_columns` for one member's."""
        return tuple(column for column in self.columns if column.expression is not None)

    def parse(
        self,
        query: QueryDict,
        membership: Membership,
        view: OpenView | None = None,
        bare: str = "",
        *,
        at: datetime | None = None,
    ) -> "ListState":
        """Read an address into a validated state. Never raises, whatever the address holds.

        `view` is the saved view that is open. `bare` is the query of the address that asks for nothing, where
        an empty one leads elsewhere. Periods are counted from `at`, or from now.
        """
        return ListState(self, query, membership, view, bare, at)

    # What a page may add to the rows ------------------------------------------------------------------------

    def all_rows(self) -> QuerySet:
        """Every row the page could show to this member."""
        return self.model.objects.all()

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        """Fetch what the cells of the columns that are shown read; see `columns.only_what_is_read`."""
        return queryset

    def rows_for_export(self, queryset: QuerySet) -> QuerySet:
        """Annotate what the columns' expressions name. May make several rows of one (one per currency)."""
        return queryset

    def hidden_rows(self, conditions: Mapping[str, Condition]) -> QuerySet | None:
        """The rows that the list leaves out by itself and by its defaults, where they are few and have an
        index; None where the conditions leave out others too. Counts then need not read the list's table."""
        return None

    def kept_out(self) -> list[tuple[str | Promise, QuerySet]]:
        """What the list shows under no filters at all, by the reason."""
        return []

    def row_of_export(self, export_id: int) -> Condition | None:
        """The row that asking for a file adds to this very list: not in that file, as it was on no screen."""
        return None

    def count_for_export(self, state: "ListState") -> int:
        """How many rows a file has: more than the list's where a record makes several."""
        return state.count()

    def changed_because(self, since: datetime) -> Mapping[str, Sequence[tuple[str, Condition]]]:
        """Why a row is "new", "changed" or "gone" in a file since a moment: codes of reasons, each
        with what is then true of the record; the first that holds is told (`exports.changes.words`)."""
        return {}

    def tally(self) -> QuerySet | None:
        """Entries that say how many rows there are of each kind (`tally_number`), where they are kept; they
        have the dimensions of the filters as columns."""
        return None

    def with_dimensions(self, queryset: QuerySet) -> QuerySet:
        """Annotate those dimensions of the filters that are no columns of the rows."""
        return queryset

    def currency(self, state: "ListState") -> str:
        """The currency that amounts are sorted by and shown in first."""
        return state.value("currency") or state.membership.workspace.default_currency


class ListState(Presentation, Ordered):
    """One address of a list page, read and validated, for one member.

    is_valid   False when a filter's value cannot be read: there are then no rows, no count and no file
    notices    what was not understood, in words
    chips      the filters that are on, in words
    sorting    the order in force
    columns    those of the screen, in order
    view       the saved view that is open; `is_as_saved` while the address adds no filter and no order to it
    """

    def __init__(
        self,
        page: ListPage,
        query: QueryDict,
        membership: Membership,
        view: OpenView | None = None,
        bare: str = "",
        at: datetime | None = None,
    ) -> None:
        self.page, self.query, self.membership = page, filled(query), membership
        self.view, self.bare, self.at = view, bare, at or timezone.now()
        self.filterset = page.filterset(self.query, page.all_rows(), membership)
        self.filterset.at = self.at
        self.notices: list[str] = []
        self.is_as_saved = self._read_view()
        self.is_valid = self.filterset.form.is_valid()
        self.sorting = self._read_sorting()
        self.cursor = self._read_cursor()
        self.columns = self._read_columns()
        self._note_unknown_names()
        if not self.is_valid and not self.is_as_saved:
            words = gettext("A filter cannot be read, so nothing is listed. See the marked filter.")
            self.notices.append(words)

    # Rows and columns ---------------------------------------------------------------------------------------

    def queryset(self) -> QuerySet:
        """The rows of the list, in scope, filtered and sorted; all of them, not a page."""
        return self.sorting.apply(self._prepared(reads_all=True))

    def count(self) -> int:
        """How many rows there are, exactly."""
        return self.counter.count(self.counter.of_list) if self.is_valid else 0

    def count_choices(self) -> dict[str, Counts]:
        """How many rows each choice of a filter would leave; see `facets`."""
        return count_choices(self)

    @cached_property
    def counter(self) -> RowCounter:
        """What counts the rows of this list."""
        return RowCounter(self)

    def read_page(self) -> Page:
        """The rows of the page the address names, ready for the cells."""
        try:
            found = read_listed(self, self.cursor)
        except CursorIsGone:
            self.notices.append(gettext("The row that this page began at is gone. This is the first page."))
            found = read_listed(self, None)
        read_beside(found.rows, self.columns, self.sorting.currency)
        return found

    def export_queryset(self) -> QuerySet:
        """The same rows in the same order, with what `Column.expression` names; no two rows sort alike."""
        return self.page.rows_for_export(self.queryset())

    @property
    def export_columns(self) -> tuple[Column, ...]:
        """The columns a file for this member can have, those to be asked for by name (`is_opt_in`) too."""
        return tuple(self._allowed(self.page.export_columns))

    # Words --------------------------------------------------------------------------------------------------

    @property
    def chips(self) -> list[Words]:
        """The filters that are on, those that hold by default among them."""
        return self.filterset.words()

    @property
    def narrows(self) -> bool:
        """Whether any filter is set beside those that hold by default."""
        return any(
            self._values(parameter, filter_.is_repeatable)
            for filter_ in self.filterset.filters.values()
            for parameter in filter_.parameters()
        )

    def describe(self) -> list[tuple[str, str]]:
        """The filters and the order in words: (label, value)."""
        words = [(chip.label, chip.value) for chip in self.chips]
        if is_limited_to_products():
            words.append((gettext("Products"), gettext("only those you may see")))
        return [*words, (gettext("Order"), self.sorting.sentence)]

    def value(self, name: str) -> Any:
        """The validated value of a filter; None where it is not set, not valid or not the member's to use."""
        return self.filterset.form.cleaned_data.get(name) if self.is_valid else None

    # Addresses ----------------------------------------------------------------------------------------------

    def canonical_query(self, changes: Mapping[str, str | None] = MappingProxyType({})) -> str:
        """The address with only what counts: the filters as declared, and the order where it is not the usual
        one; never a page. `changes` set a parameter or, with None, take it away."""
        pairs = [
            (parameter, value)
            for filter_ in self.filterset.filters.values()
            for parameter in filter_.parameters()
            if parameter not in changes
            for value in self._values(parameter, filter_.is_repeatable)
        ]
        if SORT not in changes and self.sorting.token != self.usual_sort:
            pairs.append((SORT, self.sorting.token))
        pairs += [(name, value) for name, value in changes.items() if value is not None]
        return urlencode(pairs)

    def changed(self, changes: Mapping[str, str | None]) -> "ListState":
        """The same list at another address."""
        return ListState(self.page, QueryDict(self.canonical_query(changes)), self.membership, at=self.at)

    def changes_without(self, name: str) -> dict[str, str | None]:
        """What to change in the address so that a filter leaves nothing out."""
        filter_ = self.filterset.filters[name]
        if isinstance(filter_, OptionFilter) and filter_.default:
            return {name: filter_.everything}
        unit = filter_.unit(self.sorting) if isinstance(filter_, AmountRangeFilter) else ()
        return dict.fromkeys((*filter_.parameters(), *unit))

    def left_out(self) -> list[tuple[str, int]]:
        """What the filters that hold by default leave out of this list: (label, rows)."""
        return [
            (str(filter_.label), self.changed({name: filter_.left_out}).count())
            for name, filter_ in self.filterset.filters.items()
            if isinstance(filter_, OptionFilter) and filter_.left_out and not self.value(name)
        ]

    def _prepared(self, *, reads_all: bool) -> QuerySet:
        return self.sorting.prepare(self.filterset.rows(reads_all=reads_all))

    def _allowed(self, columns: Iterable[Column]) -> Iterator[Column]:
        return (
            column for column in columns if not column.permission or self.membership.may(column.permission)
        )

    def _values(self, parameter: str, is_repeatable: bool) -> list[str]:
        values = self.query.getlist(parameter)
        return list(dict.fromkeys(values)) if is_repeatable else values[-1:]

    def _read_cursor(self) -> Cursor | None:
        for name in (AFTER, BEFORE):
            if text := self.query.get(name):
                cursor = Cursor.read(text, is_backward=name == BEFORE)
                if cursor is None:
                    words = gettext("The page in the address is not known. This is the first one.")
                    self.notices.append(words)
                return cursor
        return None

    def _note_unknown_names(self) -> None:
        of_view = QueryDict(self.view.query).keys() if self.view and self.is_as_saved else ()
        if unknown := set(self.query) - self.filterset.parameters() - OWN_PARAMETERS - {*of_view}:
            words = gettext("Not known here, and without effect on the list: %(names)s")
            self.notices.append(words % {"names": names_in_words(unknown)})
