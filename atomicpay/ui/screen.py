"""What a list page shows: everything templates/ui/list_page.html draws, made from a ListState."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext

from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.chosen import COLUMNS
from atomicpay.ui.columns import Cell, Column
from atomicpay.ui.explainers import EMPTY_LIST, Answer, explain
from atomicpay.ui.keyset import Cursor, Page
from atomicpay.ui.listing import AFTER, BEFORE, CHOICES, COUNT, SORT, ListState
from atomicpay.ui.widgets import count_id
from atomicpay.workspaces.scope import is_limited_to_products

_CELL_CSS = {"lead-figure": "figure lead-figure"}
_HEADING_CSS = {"lead-figure": "figure", "quiet": ""}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; `sort_direction` is "", "ascending" or "descending"."""

    label: str | Promise
    css: str
    sort_url: str | None
    sort_direction: str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell; `label` is printed before the value where the table is folded."""

    html: Any
    sub: Any
    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    cells: list[ShownCell]


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Filters under one heading; `on` where one of them is active or wrong, and so must be seen."""

    label: str | Promise
    on: bool
    fields: list[BoundField]


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where there are no rows."""

    title: str | Promise
    text: str | Promise
    actions: list[dict[str, str]] = field(default_factory=list)


class Listing:
    """The object `listing` of the templates.

    `count_now` reads the exact count with the page, `choices_now` those of the filters' choices; without
    `with_rows` nothing else is read.
    """

    def __init__(
        self, state: ListState, *, count_now: bool, choices_now: bool = False, with_rows: bool = True
    ) -> None:
        self.state, self.page, self.count_now, self.choices_now = state, state.page, count_now, choices_now
        self.name, self.title = self.page.name, self.page.title
        self.noun, self.noun_plural = self.page.noun, self.page.noun_plural
        self.path = reverse(self.page.list_url)
        # First of all: it may find that the row a page began at is gone, and say so.
        self._found = state.read_page() if with_rows else Page([], 1, None, None)

    # Rows ---------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> list[Row]:
        address = addresses_of(self.page.record_url)
        drawn = [_Drawn(column, column.cell) for column in self.state.columns if column.cell]
        return [Row(address(row.public_id), [column(row) for column in drawn]) for row in self._found.rows]

    @cached_property
    def columns(self) -> list[Heading]:
        return [self._heading(column) for column in self.state.columns]

    def _heading(self, column: Column) -> Heading:
        css = _HEADING_CSS.get(column.css, column.css)
        order = self.state.order_of(column)
        if order is None:
            return Heading(column.label, css, None, "")
        sorting = self.state.sorting
        is_current = sorting.order is order
        is_descending = not sorting.is_descending if is_current else order.starts_descending
        token = f"-{order.key}" if is_descending else order.key
        current = "descending" if sorting.is_descending else "ascending"
        return Heading(column.label, css, self._url({SORT: token}), current if is_current else "")

    @cached_property
    def range_text(self) -> str:
        if not self._found.rows:
            return ""
        first = self._found.first_row
        last = first + len(self._found.rows) - 1
        return gettext("Rows %(first)s to %(last)s") % {
            "first": number_format(first, force_grouping=True),
            "last": number_format(last, force_grouping=True),
        }

    @cached_property
    def previous_url(self) -> str | None:
        return self._page_url(BEFORE, self._found.previous)

    @cached_property
    def next_url(self) -> str | None:
        return self._page_url(AFTER, self._found.next)

    # How many -----------------------------------------------------------------------------------------------

    @cached_property
    def count(self) -> int | None:
        """The exact number, or None where it is to be asked for once the rows are there."""
        if not self.count_now and self.state.is_valid:
            is_whole = self._found.previous is None and self._found.next is None
            return len(self._found.rows) if is_whole else None
        return self.state.count()

    @cached_property
    def count_url(self) -> str:
        return self._url({COUNT: "exact"})

    # Filters ------------------------------------------------------------------------------------------------

    @cached_property
    def choices_url(self) -> str | None:
        """Where the counts of the choices are asked for after the rows; None where none are to come."""
        is_counted = any(filter_.is_counted for filter_ in self.state.filterset.filters.values())
        return self._url({CHOICES: "counted"}) if is_counted and self._counts_choices_later else None

    @property
    def _counts_choices_later(self) -> bool:
        return self.state.is_valid and not self.choices_now

    @property
    def keeps_choices(self) -> bool:
        """Whether the form that is there stays, with its counts: another page of the rows changes neither."""
        return self.state.cursor is not None

    @cached_property
    def choice_counts(self) -> list[tuple[str, int]]:
        """The number of each choice, by the id of the element that shows it."""
        return [
            (count_id(name, choice), number)
            for name, counts in self.state.count_choices().items()
            for choice, number in counts.items()
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(words.label, words.value, self._url(self.state.changes_without(words.name)))
            for words in self.state.chips
        ]

    @cached_property
    def clear_url(self) -> str:
        token = self.state.sorting.token
        query = f"{SORT}={token}" if token != self.page.default_sort else self.state.bare
        return f"{self.path}?{query}" if query else self.path

    @cached_property
    def query_hidden(self) -> list[tuple[str, str]]:
        state, token = self.state, self.state.sorting.token
        sort = [(SORT, token)] if state.view or token != state.usual_sort else []
        return [*sort, *state.shown_as(), *state.filterset.carried()]

    @cached_property
    def filters(self) -> list[FilterGroup]:
        form = self.state.filterset.form
        counts = self.state.count_choices() if self.choices_now else {}
        for name, filter_ in self.state.filterset.filters.items():
            if filter_.is_counted:
                widget: Any = form.fields[name].widget
                widget.is_counted, widget.counts = True, counts.get(name, {})
        on = {words.name for words in self.state.chips} | set(form.errors)
        groups, drawn = [], self.state.filterset.drawn()
        for label, names in self.page.filterset.groups:
            fields = [form[name] for name in names if name in drawn]
            if fields:
                groups.append(FilterGroup(label, not on.isdisjoint(names), fields))
        return groups

    @cached_property
    def sorted_by(self) -> str:
        sentence = self.state.sorting.sentence
        if not is_limited_to_products():
            return sentence
        return gettext("%(order)s, within your products") % {"order": sentence}

    @cached_property
    def notices(self) -> list[str]:
        return self.state.notices

    @cached_property
    def empty(self) -> Empty:
        if not self.state.is_valid:
            what_to_do = (
                gettext("Open another view, or All, above.")
                if self.state.is_as_saved
                else gettext("Correct the marked filter, or take it away.")
            )
            return Empty(gettext("Nothing is listed"), what_to_do)
        actions = [
            {
                "label": gettext("Without %(label)s: %(value)s") % {"label": chip.label, "value": chip.value},
                "url": chip.remove_url,
            }
            for chip in self.chips
        ]
        if self.state.narrows:
            title = gettext("No %(nouns)s match these filters") % {"nouns": self.noun_plural}
            return Empty(title, gettext("Take a filter away to see more."), actions)
        return Empty(self.page.empty_title, self.page.empty_text, actions)

    @cached_property
    def asks_why(self) -> bool:
        """Whether anything was asked for that could hide what is looked for."""
        return self.state.is_valid and self.state.narrows

    @cached_property
    def why(self) -> Answer | None:
        """What hides it; None where that is to be asked for once the page is there."""
        return explain(EMPTY_LIST, self.state) if self.asks_why and self.count_now else None

    # Elsewhere ----------------------------------------------------------------------------------------------

    @cached_property
    def missing_url(self) -> str:
        """Where one can ask why a record is not in this list."""
        query = self.state.canonical_query()
        return f"{reverse('missing:why')}?list={self.name}" + (f"&{query}" if query else "")

    @cached_property
    def export_url(self) -> str | None:
        """Where these very rows can be asked for as a file; None for who may not have one."""
        if not self.state.membership.may("exports.create") or not self.state.is_valid:
            return None
        chosen = "" if self.state.has_usual_columns else urlencode({COLUMNS: ",".join(self.column_keys)})
        parts = (f"list={self.name}", chosen, self.state.canonical_query())
        return f"{reverse('exports:new')}?{'&'.join(filter(None, parts))}"

    @cached_property
    def column_keys(self) -> list[str]:
        """The columns of the screen by key, in order."""
        return [column.key for column in self.state.columns]

    def _url(self, changes: dict[str, str | None]) -> str:
        query = self.state.address(changes)
        return f"{self.path}?{query}" if query else self.path

    def _page_url(self, parameter: str, cursor: Cursor | None) -> str | None:
        return self._url({parameter: str(cursor)}) if cursor else None


class _Drawn:
    """A column whose words have been looked up, once for all of its cells."""

    def __init__(self, column: Column, cell: Callable[[Any], Cell]) -> None:
        self._cell = cell
        self._css = _CELL_CSS.get(column.css, column.css)
        self._label = "" if column.is_self_explaining else str(column.label)

    def __call__(self, row: Any) -> ShownCell:
        cell = self._cell(row)
        return ShownCell(cell.html, cell.sub, self._css, self._label)
