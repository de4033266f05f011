"""How many rows each choice of a list's filters would leave, with all the other filters as they are."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, Sum

from atomicpay.ui.filters import ChoicesFilter, Condition, ListFilter, OptionFilter
from atomicpay.ui.filtersets import filtered
from atomicpay.ui.groups import Base, Having, count_groups
from atomicpay.ui.related import HasNoRow, HasRow

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListState

Counts = Mapping[str, int]
"""By the choice's value in the form; that of a default is ""."""


def count_choices(state: "ListState") -> dict[str, Counts]:
    """The counts of every filter that has them, by its name; nothing while a filter cannot be read.

    Each thing is read once for all filters that need it: the rows by all their dimensions, from which each
    filter's counts are summed without its own answer; and the rows of other tables, those of all filters that
    are off by one statement.
    """
    if not state.is_valid:
        return {}
    counted = [filter_ for filter_ in state.filterset.filters.values() if filter_.is_counted]
    counts: dict[str, Counts] = {}
    if by_dimension := [filter_ for filter_ in counted if filter_.dimension]:
        cube = _Cube(state, by_dimension)
        counts |= {filter_.name: cube.counts(filter_) for filter_ in by_dimension}
        state.counter.keep(state.counter.of_list, cube.total())
    others = [filter_ for filter_ in counted if not filter_.dimension]
    off = [filter_ for filter_ in others if filter_.name not in state.counter.conditions]
    for together in (off, *([filter_] for filter_ in others if filter_ not in off)):
        counts |= _counts_together(state, together)
    return counts


class _Cube:
    """The rows that the filters without a dimension leave, counted by every dimension that is asked about."""

    def __init__(self, state: "ListState", counted: list[ListFilter]) -> None:
        filters = state.filterset.filters
        self.state = state
        self.on = [f for name, f in filters.items() if f.dimension and name in state.counter.conditions]
        self.columns = list(dict.fromkeys(f.dimension for f in [*counted, *self.on]))
        self.rows = list(self._read())

    def _read(self) -> Iterator[tuple[dict[str, Any], int]]:
        others = [
            condition
            for name, condition in self.state.counter.of_list.items()
            if getattr(self.state.filterset.filters.get(name), "dimension", "") == ""
        ]
        page = self.state.page
        entries = page.tally() if not others else None
        if entries is None:
            rows = page.with_dimensions(filtered(self.state.filterset.queryset.all(), others)).order_by()
            grouped = rows.values(*self.columns).annotate(choice_count=Count("pk"))
        else:
            grouped = entries.order_by().values(*self.columns).annotate(choice_count=Sum(page.tally_number))
        for row in grouped:
            yield row, row.pop("choice_count")

    def counts(self, filter_: ListFilter) -> Counts:
        """What each choice of one filter would leave."""
        sums = self._sums(filter_)
        return {
            choice: sum(sums.values()) if values is None else sum(sums.get(value, 0) for value in values)
            for choice, values in _choices_in_dimension(filter_)
        }

    def total(self) -> int:
        """The rows that all filters leave."""
        return sum(self._sums(None).values())

    def _sums(self, without: ListFilter | None) -> dict[Any, int]:
        held = {f.dimension: f.in_dimension(self.state.value(f.name)) for f in self.on if f is not without}
        sums: dict[Any, int] = {}
        for row, number in self.rows:
            if all(values is None or row[column] in values for column, values in held.items()):
                value = row[without.dimension] if without else None
                sums[value] = sums.get(value, 0) + number
        return sums


def _choices_in_dimension(filter_: ListFilter) -> Iterator[tuple[str, Collection[Any] | None]]:
    if isinstance(filter_, OptionFilter):
        for choice in _conditions_of_options(filter_):
            yield choice, filter_.in_dimension(choice)
    else:
        for choice in cast(ChoicesFilter, filter_).labels:
            yield choice, filter_.in_dimension([choice])


def _conditions_of_options(filter_: OptionFilter) -> dict[str, Condition | None]:
    """The condition of each answer, by the value that the form has for it."""
    return {
        "" if value == filter_.default else value: option.condition() if option.condition else None
        for value, option in filter_.options.items()
    }


def _counts_together(state: "ListState", filters: list[ListFilter]) -> dict[str, Counts]:
    """The counts of filters for which the same rows are listed: one that is on, or all that are off."""
    if not filters:
        return {}
    names = {filter_.name for filter_ in filters}
    others = {name: c for name, c in state.counter.of_list.items() if name not in names}
    questions = {filter_.name: _questions(filter_) for filter_ in filters}
    base = Base.of(state, others)
    found = count_groups(base, {name: having for name, (having, _rest) in questions.items()})
    return {
        filter_.name: _answers(state, filter_, others, found[filter_.name], questions[filter_.name][1])
        for filter_ in filters
    }


def _questions(filter_: ListFilter) -> tuple[list[Having], dict[str, Condition | None]]:
    """What to ask of other tables, and the conditions that they do not answer."""
    if not isinstance(filter_, OptionFilter):
        related = filter_.related
        if related is None:
            raise ValueError(f"nothing says how the choices of {filter_.name!r} are counted")
        having = [Having("", related.rows(), related.key, related.column)]
        return having + ([Having(related.none, related.rows(), related.key)] if related.none else []), {}
    conditions = _conditions_of_options(filter_)
    rows = {choice: c for choice, c in conditions.items() if isinstance(c, HasRow)}
    return (
        [Having(choice, condition.rows, condition.key) for choice, condition in rows.items()],
        {choice: condition for choice, condition in conditions.items() if choice not in rows},
    )


def _answers(
    state: "ListState",
    filter_: ListFilter,
    others: Mapping[str, Condition],
    found: dict[str, int],
    rest: Mapping[str, Condition | None],
) -> Counts:
    count = state.counter.count
    if not isinstance(filter_, OptionFilter):
        none = filter_.related.none if filter_.related else ""
        if none:
            found[none] = count(others) - found.get(none, 0)
        field: Any = state.filterset.form.fields[filter_.name]
        choices = [value for value, _label in field.choices]
        return {choice: found.get(choice, 0) for choice in choices}
    has = {c.as_text: found[choice] for choice, c in _has_rows(filter_).items() if choice in found}
    for choice, condition in rest.items():
        if isinstance(condition, HasNoRow) and condition.has.as_text in has:
            found[choice] = count(others) - has[condition.has.as_text]
        elif condition is not None:
            found[choice] = count({**others, filter_.name: condition})
    for choice, condition in rest.items():
        if condition is None:
            # What holds by default and what it leaves out are all there is.
            found[choice] = found[""] + found[filter_.left_out] if filter_.left_out else count(others)
    return found


def _has_rows(filter_: OptionFilter) -> dict[str, HasRow]:
    conditions = _conditions_of_options(filter_)
    return {choice: c for choice, c in conditions.items() if isinstance(c, HasRow)}
