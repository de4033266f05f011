"""How many rows each reason leaves out of a file: every filter by itself, and what a list never shows."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext

from atomicpay.ui.budget import read_in_time
from atomicpay.ui.filters import OptionFilter
from atomicpay.ui.listing import SORT, ListState
from atomicpay.workspaces.scope import is_limited_to_products

SECONDS: Final = 0.2
"""All counts together: the confirm step has 400 ms, and what is not counted by then it says is not."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reason and the rows that it alone leaves out; None where they were not counted."""

    label: str
    rows: int | None
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        """As in `Export.left_out`."""
        return asdict(self)


_Reason = tuple[str, str, Callable[[], int]]


def count_left_out(state: ListState) -> list[LeftOut]:
    """Every reason for which a record of the list is not in the file, in the order of the filters.

    What lies outside the member's products is named and never counted: the number would tell of records that
    are not theirs to know of (docs/decisions/0010-why-missing.md).
    """
    if not state.is_valid:
        return []
    reasons = [*_by_filters(state), *_by_order(state), *_by_the_list(state)]
    counted = read_in_time([count for _label, _value, count in reasons], SECONDS)
    found = [
        LeftOut(label, rows, value) for (label, value, _count), rows in zip(reasons, counted, strict=True)
    ]
    if is_limited_to_products():
        found.append(LeftOut(gettext("Outside your products"), None))
    return found


def _by_filters(state: ListState) -> Iterator[_Reason]:
    values = state.filterset.form.cleaned_data
    for name, filter_ in state.filterset.filters.items():
        if isinstance(filter_, OptionFilter) and filter_.left_out and not values[name]:
            # What a default leaves out is few and has an index of its own.
            yield str(filter_.label), "", state.changed({name: filter_.left_out}).count
        elif filter_.narrows(values[name]):
            without = state.changed(state.changes_without(name))
            yield filter_.heading(), filter_.words(values[name]), partial(_more, without, state)


def _by_order(state: ListState) -> Iterator[_Reason]:
    """An order in which not every record has a place."""
    if state.sorting.only is not None and state.sorting.token != state.usual_sort:
        without = state.changed({SORT: None})
        yield gettext("Order"), str(state.sorting.sentence), partial(_more, without, state)


def _by_the_list(state: ListState) -> Iterator[_Reason]:
    for label, rows in state.page.kept_out():
        yield str(label), "", rows.count


def _more(wider: ListState, state: ListState) -> int:
    return max(0, wider.count() - state.count())
