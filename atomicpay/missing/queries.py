"""What is read of a list in which somebody misses a record. Every read is capped, and within the member's
scope.

A list at an address is a ListState; a filter "passes" a record that it alone would list.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db.models import CharField, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from atomicpay.ui.budget import read_in_time
from atomicpay.ui.filters import ListFilter, OptionFilter
from atomicpay.ui.listing import SORT, ListState
from atomicpay.ui.ranges import DayRangeFilter, WhichDateFilter

from .facts import MOST, Counted, Example, Hiding, Narrowing, OtherDate

EXAMPLES: Final = 2
"""So many of the rows that a filter leaves out are named."""

_Keys = list[Any] | None

_ORDER: Final = SORT
"""Stands among the names of filters for the order, which may leave rows out as well."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a list names it."""

    title: str
    sub: str
    url: str


# The list itself --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a list has, and what it would have without each of its filters. None: not counted in
    time."""

    listed: Counted | None
    narrowings: tuple[Narrowing, ...]


def read_counts(state: ListState, seconds: float, *, is_empty: bool = False) -> Counts:
    """For the list as it is, and without each filter that is on and the order in turn: up to `MOST` rows.

    `is_empty` spares the first count, of a list that was found to be empty just now. Where the list is empty,
    a few of the rows that it would have are named.
    """
    asked = _asked(state)
    reads = [partial(_first_keys, _more_without(state, name)) for name, _label, _words in asked]
    itself = [] if is_empty else [partial(_first_keys, state)]
    end = time.monotonic() + seconds
    counted = read_in_time([*reads, *itself], seconds)
    read, listed_keys = counted[: len(asked)], counted[-1] if itself else []
    examples = [[] for _ in asked] if listed_keys else _examples(state, asked, read, end - time.monotonic())
    rows = read_rows(state, [key for keys in examples for key in keys])
    return Counts(
        _counted(listed_keys),
        tuple(
            Narrowing(
                name=name,
                label=label,
                words=words,
                without=state.canonical_query(changes_without(state, name)),
                rows=_counted(_with_listed(state, name, keys, listed_keys)),
                examples=tuple(
                    Example(rows[key].title, rows[key].sub, rows[key].url) for key in named if key in rows
                ),
            )
            for (name, label, words), keys, named in zip(asked, read, examples, strict=True)
        ),
    )


def _more_without(state: ListState, name: str) -> ListState:
    """The list without a filter; for one that holds by default only what it leaves out, quickly found."""
    if left_out := _left_out_by_default(state, name):
        return state.changed({name: left_out})
    return state.changed(changes_without(state, name))


def _with_listed(state: ListState, name: str, keys: _Keys, listed: _Keys) -> _Keys:
    if not _left_out_by_default(state, name) or keys is None:
        return keys
    return None if listed is None else [*listed, *keys]


def _left_out_by_default(state: ListState, name: str) -> str:
    filter_ = state.filterset.filters.get(name)
    return filter_.left_out if isinstance(filter_, OptionFilter) and not state.value(name) else ""


def _first_keys(state: ListState) -> list[Any]:
    """The keys of the first rows that are found, in no order, and one more than is counted."""
    rows = _in_its_order(state, state.filterset.rows(reads_all=True)).order_by()
    return list(rows.values_list("pk", flat=True)[: MOST + 1])


def _examples(
    state: ListState, asked: Collection[tuple[str, str, str]], read: Iterable[_Keys], seconds: float
) -> list[list[Any]]:
    """The keys of the rows that would stand first without each filter; of any rows where time is over."""
    without = [_more_without(state, name) for name, _label, _words in asked]
    firsts = read_in_time([partial(_first_in_order, each) for each in without], seconds)
    return [(first or keys or [])[:EXAMPLES] for first, keys in zip(firsts, read, strict=True)]


def _first_in_order(state: ListState) -> list[Any]:
    return list(state.queryset().values_list("pk", flat=True)[:EXAMPLES])


def _counted(keys: _Keys) -> Counted | None:
    return None if keys is None else Counted(min(len(keys), MOST), len(keys) > MOST)


def changes_without(state: ListState, name: str) -> dict[str, str | None]:
    """What to change in the address so that a filter, or the order, leaves nothing out."""
    return {SORT: None} if name == _ORDER else state.changes_without(name)


def without_filters(state: ListState, text: str) -> QuerySet[Any]:
    """Every record in scope that the list's own search finds, also those the list never shows."""
    asked = QueryDict(mutable=True)
    asked["q"] = text
    for name, filter_ in state.filterset.filters.items():
        if isinstance(filter_, OptionFilter) and filter_.default:
            asked[name] = filter_.everything
    page = state.page
    filterset = page.filterset(asked, page.model.objects.all(), state.membership)
    return filterset.rows(reads_all=False) if "q" in filterset.filters else page.model.objects.none()


def _asked(state: ListState) -> list[tuple[str, str, str]]:
    """(name, label, words) of every filter that is on, and of the order where it leaves rows out."""
    asked = [(chip.name, chip.label, chip.value) for chip in state.chips]
    return [*asked, *([(_ORDER, gettext("Order"), state.sorting.sentence)] if _order_narrows(state) else [])]


def _order_narrows(state: ListState) -> bool:
    """Whether the order leaves rows out, beyond those that the range it follows by itself leaves out."""
    return state.sorting.only is not None and state.sorting.token != state.usual_sort


def _in_its_order(state: ListState, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that have a place in the list's order."""
    return rows.filter(state.sorting.only) if _order_narrows(state) else rows


# Records against the filters --------------------------------------------------------------------------------


def read_rows(state: ListState, keys: Collection[Any]) -> dict[Any, Row]:
    """The records of these keys as the first cell of the list has them, by key."""
    if not keys:
        return {}
    page = state.page
    main = next(column for column in page.columns if column.key == page.on_screen[0])
    named_by = main.cell
    assert named_by is not None  # noqa: S101 -- what is on the screen has a cell
    rows = page.rows_for_screen(page.model.objects.filter(pk__in=set(keys)), (main,))
    cells = {row.pk: (row, named_by(row)) for row in rows}
    return {
        key: Row(str(cell.html), str(cell.sub or ""), reverse(page.record_url, args=[row.public_id]))
        for key, (row, cell) in cells.items()
    }


def read_passed(state: ListState, keys: Collection[Any]) -> dict[str, set[Any]]:
    """For each filter that is on (and the order) the keys that it passes; for "" those the list has at all.

    One query: each filter is asked alone, by the very condition it has in the list.
    """
    page = state.page
    records = page.model.objects.filter(pk__in=keys)
    asked = {"": page.all_rows().filter(pk__in=keys)}
    values = state.filterset.form.cleaned_data
    for name, filter_ in _filters_on(state):
        asked[name] = filter_.filter(records, values[name])
    if _order_narrows(state):
        asked[_ORDER] = _in_its_order(state, records)
    for name, other in _other_readings(state):
        asked[name] = records.filter(other)
    passed: dict[str, set[Any]] = {name: set() for name in asked}
    parts = [
        rows.order_by().annotate(passes=Value(name, output_field=CharField())).values_list("passes", "pk")
        for name, rows in asked.items()
    ]
    for name, key in parts[0].union(*parts[1:], all=True):
        passed[name].add(key)
    return passed


def read_hiding(state: ListState, keys: Collection[Any]) -> dict[Any, tuple[Hiding, ...]]:
    """For each record the filters that hide it, in the order of the chips; () for one that is in the list."""
    if not keys:
        return {}
    passed = read_passed(state, keys)
    told = {name: (label, words) for name, label, words in _asked(state)}
    own = _read_own(state, keys, [name for name in told if name != _ORDER])
    return {
        key: tuple(
            _hiding(state, name, label, own[name].get(key, "") if name in own else "", key, passed)
            for name, (label, _words) in told.items()
            if key not in passed[name]
        )
        for key in keys
    }


def queries_that_show(state: ListState, hidden_by: Mapping[Any, Collection[str]]) -> dict[Any, str | None]:
    """For each record that filters hide, the query of the list that has it; None where no query has it."""
    together: dict[tuple[str, ...], list[Any]] = {}
    for key, names in hidden_by.items():
        together.setdefault(tuple(names), []).append(key)
    shown: dict[Any, str | None] = {}
    for names, keys in together.items():
        changed = state
        # The order first: it may need the currency that else goes with a range of amounts.
        for name in sorted(names, key=lambda name: name != _ORDER):
            changed = changed.changed(changes_without(changed, name))
        passed = read_passed(changed, keys)
        for key in keys:
            is_shown = all(key in ids for name, ids in passed.items() if ":" not in name)
            shown[key] = changed.canonical_query() if is_shown else None
    return shown


def _filters_on(state: ListState) -> list[tuple[str, ListFilter]]:
    values = state.filterset.form.cleaned_data
    return [(name, each) for name, each in state.filterset.filters.items() if each.is_on(values[name])]


def _other_readings(state: ListState) -> list[tuple[str, Any]]:
    """The conditions of the same days read as other dates, named "<filter>:<date>"."""
    values = state.filterset.form.cleaned_data
    return [
        (f"{name}:{moment.value}", moment.condition(*values[name].moments(state.filterset.zone)))
        for name, filter_ in _filters_on(state)
        if isinstance(filter_, DayRangeFilter)
        for moment in filter_.other_readings()
    ]


def _hiding(
    state: ListState, name: str, label: str, own: str, key: Any, passed: Mapping[str, set[Any]]
) -> Hiding:
    without = state.canonical_query(changes_without(state, name))
    if name == _ORDER:
        return Hiding(name, label, own, state.sorting.sentence, without)
    filter_ = state.filterset.filters[name]
    asks = filter_.asks(state.filterset.form.cleaned_data[name])
    return Hiding(name, label, own, asks, without, tuple(_other_dates(state, name, filter_, key, passed)))


def _other_dates(
    state: ListState, name: str, filter_: ListFilter, key: Any, passed: Mapping[str, set[Any]]
) -> Iterable[OtherDate]:
    if not isinstance(filter_, DayRangeFilter):
        return
    for moment in filter_.other_readings():
        if key in passed[f"{name}:{moment.value}"]:
            # The first of the dates is the one that is meant where none is named.
            chooser = state.filterset.filters[filter_.which]
            is_first = isinstance(chooser, WhichDateFilter) and moment == chooser.first
            query = state.canonical_query({filter_.which: None if is_first else moment.value})
            yield OtherDate(str(moment.label), query)


def _read_own(state: ListState, keys: Collection[Any], names: Iterable[str]) -> dict[str, dict[Any, str]]:
    """What each record has where the filters ask, in words; no entry for a filter that cannot say."""
    said = {}
    for name in names:
        own = state.filterset.filters[name].own()
        expression = own.expression() if own else None
        if own is not None and expression is not None:
            said[name] = (own, expression)
    if not said:
        return {}
    records = state.page.model.objects.filter(pk__in=keys).order_by()
    read = records.annotate(**{f"own_{name}": expression for name, (_own, expression) in said.items()})
    rows = list(read.values_list("pk", *(f"own_{name}" for name in said)))
    return {
        name: {row[0]: own.words(row[place]) for row in rows}
        for place, (name, (own, _expression)) in enumerate(said.items(), start=1)
    }
