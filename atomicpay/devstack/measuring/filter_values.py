"""Addresses that try a list out: each filter by itself with some values, and each order both ways."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from atomicpay.ui.filters import (
    ChoicesFilter,
    CountryFilter,
    ListFilter,
    OptionFilter,
    RecordFilter,
)
from atomicpay.ui.listing import SORT, ListState
from atomicpay.ui.ranges import AmountRangeFilter, CurrencyFilter, DayRangeFilter, WhichDateFilter
from atomicpay.ui.records import RecordsFilter

Values = dict[str, str]

CURRENCY = "BRL"
# Much, little, and one amount alone. In the books of the bench 497.31 is one of 50,000 prices.
AMOUNTS = (("100", ""), ("505", ""), ("9", "10"), ("497.31", "497.31"))


class Address(NamedTuple):
    """One way to look at a list, called by what it tries."""

    name: str
    query: str


def single_filters(state: ListState) -> Iterator[Address]:
    """Each filter with each of its choices, or with values that leave many rows, few and none."""
    for name, filter_ in state.filterset.filters.items():
        for values in values_of(filter_):
            yield Address(name, urlencode(values))


def orders(state: ListState) -> Iterator[Address]:
    """Each order of the list, both ways round."""
    for order in state.page.orders:
        for sign in ("", "-"):
            yield Address(f"{SORT}={sign}{order.key}", urlencode({SORT: sign + order.key}))


def values_of(filter_: ListFilter) -> Iterator[Values]:
    """What to try one filter with; nothing for a search, which is measured by itself."""
    name = filter_.name
    match filter_:
        case OptionFilter():
            yield from ({name: choice} for choice in filter_.options if choice != filter_.default)
        case ChoicesFilter():
            yield from ({name: choice} for choice in filter_.labels)
        case RecordFilter() | RecordsFilter():
            known = filter_.parent.known_records(filter_.records)
            by_age = sorted(known, key=lambda value: known[value].pk)
            yield from ({name: value} for value in dict.fromkeys(by_age[:1] + by_age[-1:]))
        case CurrencyFilter():
            yield from ({name: code} for code in (CURRENCY, "EUR", "JPY"))
        case CountryFilter():
            yield from ({name: code} for code in ("BR", "PT", "JP"))
        case AmountRangeFilter():
            for lowest, highest in AMOUNTS:
                values = {f"{name}_min": lowest, f"{name}_max": highest, filter_.currency: CURRENCY}
                yield {key: value for key, value in values.items() if value}
        case DayRangeFilter():
            yield from _days(filter_)


def _days(filter_: DayRangeFilter) -> Iterator[Values]:
    """A period until today, and a day, a month and a year of long ago, of each date that may be meant."""
    name, long_ago = filter_.name, filter_.parent.today - timedelta(days=2 * 365)
    spans = (
        (long_ago, long_ago + timedelta(days=1)),
        (long_ago, long_ago + timedelta(days=31)),
        (date(long_ago.year, 1, 1), date(long_ago.year + 1, 1, 1)),
    )
    ranges: list[Values] = [
        {name: "last_30_days"},
        *({f"{name}_from": start.isoformat(), f"{name}_before": end.isoformat()} for start, end in spans),
    ]
    yield from ranges
    chooser: Any = filter_.parent.filters.get(filter_.which)
    for moment in list(chooser.moments)[1:] if isinstance(chooser, WhichDateFilter) else []:
        yield from ({filter_.which: moment, **values} for values in ranges)
