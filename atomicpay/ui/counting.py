"""How many rows a list has under some conditions, exactly, by the cheapest of several ways."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.db.models import Sum

from atomicpay.ui.filters import Condition, OptionFilter
from atomicpay.ui.filtersets import filtered
from atomicpay.ui.ranges import AmountRangeFilter, DayRangeFilter
from atomicpay.ui.related import HasNoRow, HasRow

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListState

# Ranges of what the list can be sorted by: an index alone answers how many lie in one.
_BY_INDEX: Final = (DayRangeFilter, AmountRangeFilter)


class RowCounter:
    """Counts the rows of a list, each time under other conditions.

    By its own rows; or by a tally that is kept, where only dimensions are asked for; or by the rows of
    another table, less those of the few rows that the list hides; or as all less those of the opposite.
    """

    def __init__(self, state: "ListState") -> None:
        self.state, self.page, self.filterset = state, state.page, state.filterset
        self._known: dict[frozenset[tuple[str, int]], int] = {}
        self._kept: list[Condition] = []
        self._defaults = {
            name: filter_
            for name, filter_ in self.filterset.filters.items()
            if isinstance(filter_, OptionFilter) and filter_.default
        }

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """The conditions of the filters that are on, by their names, for reading all rows."""
        return self.filterset.conditions(reads_all=True)

    @cached_property
    def of_list(self) -> dict[str, Condition]:
        """The same, and that of having a place in the order."""
        only = self.state.sorting.only
        return self.conditions if only is None else {**self.conditions, "sort": only}

    def count(self, conditions: Mapping[str, Condition]) -> int:
        """How many rows fulfil all conditions, each by the name of its filter. Nothing is read twice."""
        known = self._known.get(_key(conditions))
        return self.keep(conditions, self._count(conditions)) if known is None else known

    def tallied(self) -> int | None:
        """How many rows the list has, where a tally says so; None where it would have to be counted."""
        return self._tallied(self.of_list)

    def keep(self, conditions: Mapping[str, Condition], number: int) -> int:
        """Remember a number that was counted."""
        # The key is made of identities, so the conditions must outlive it.
        self._kept += conditions.values()
        return self._known.setdefault(_key(conditions), number)

    def _count(self, conditions: Mapping[str, Condition]) -> int:
        if (tallied := self._tallied(conditions)) is not None:
            return tallied
        narrowing = self.narrowing(conditions)
        (only,) = narrowing.items() if len(narrowing) == 1 else ((None, None),)
        if isinstance(only[1], HasNoRow):
            rest = {name: c for name, c in conditions.items() if name != only[0]}
            return self.count(rest) - self.count({**rest, str(only[0]): only[1].has})
        hidden = self.page.hidden_rows(conditions)
        if isinstance(only[1], HasRow) and hidden is not None:
            return only[1].count_but(hidden)
        return self._counted_apart(conditions, narrowing)

    def narrowing(self, conditions: Mapping[str, Condition]) -> dict[str, Condition]:
        """Those of the conditions that do not come from a filter with a default."""
        return {name: condition for name, condition in conditions.items() if name not in self._defaults}

    def _tallied(self, conditions: Mapping[str, Condition]) -> int | None:
        """By the tally; None where there is none, or where it does not know what is asked for."""
        entries = self.page.tally()
        if entries is None:
            return None
        sorting = self.state.sorting
        for name, condition in conditions.items():
            if name == "sort" and sorting.order.only_in:
                entries = entries.filter(**{sorting.order.only_in: sorting.currency})
                continue
            filter_ = self.filterset.filters.get(name)
            if filter_ is None or not filter_.dimension:
                return None
            if condition is not self.conditions.get(name):
                return None
            held = filter_.in_dimension(self.state.value(name))
            if held is not None:
                entries = entries.filter(**{f"{filter_.dimension}__in": list(held)})
        return int(entries.aggregate(total=Sum(self.page.tally_number))["total"] or 0)

    def _counted_apart(self, conditions: Mapping[str, Condition], narrowing: Mapping[str, Condition]) -> int:
        """What a default leaves out is few and has an index of its own: everything less that."""
        apart = next((f for f in self._defaults.values() if f.is_counted_apart), None)
        by_index = all(
            name == "sort" or isinstance(self.filterset.filters.get(name), _BY_INDEX) for name in narrowing
        )
        if apart is None or not by_index or conditions.get(apart.name) is None:
            return self._plain(conditions)
        left_out = apart.options[apart.left_out].condition
        if left_out is None or conditions[apart.name] == left_out():
            return self._plain(conditions)
        everything = {name: c for name, c in conditions.items() if name != apart.name}
        return self._plain(everything) - self._plain({**everything, apart.name: left_out()})

    def _plain(self, conditions: Mapping[str, Condition]) -> int:
        # The filter set's rows, which a list may have narrowed to those that are the member's to see.
        return filtered(self.filterset.queryset.all(), conditions.values()).count()


def _key(conditions: Mapping[str, Condition]) -> frozenset[tuple[str, int]]:
    return frozenset((name, id(condition)) for name, condition in conditions.items())
