"""Figures by month, and the coarser units in which a long history is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.months import Months, month_after

# So many columns can be told apart on a phone, and are small enough to be sent with the page.
MOST_COLUMNS: Final = 60


@dataclass(frozen=True)
class MonthFigures:
    """One month in one currency, in minor units; `month` is its first day."""

    month: date
    gross: int
    refunded: int = 0
    disputed: int = 0

    @property
    def back(self) -> int:
        """What does not stay with the seller."""
        return self.refunded + self.disputed

    @property
    def net(self) -> int:
        """What stays."""
        return self.gross - self.back


@dataclass(frozen=True)
class Unit:
    """How many months are told as one, and what a chart of such is called."""

    months: int
    title: str | Promise
    label: str | Promise
    unfold: str | Promise


_BY_MONTH: Final = Unit(
    1,
    _("Spend by month, %(currency)s"),
    _(
        "Spend by month in %(currency)s from %(first)s to %(last)s. Highest: %(highest)s, gross %(gross)s."
        " The figures are in the table below."
    ),
    _("Spend by month as a table"),
)
_BY_QUARTER: Final = Unit(
    3,
    _("Spend by quarter, %(currency)s"),
    _(
        "Spend by quarter in %(currency)s from %(first)s to %(last)s. Highest: %(highest)s, gross %(gross)s."
        " The figures are in the table below."
    ),
    _("Spend by quarter as a table"),
)
BY_YEAR: Final = Unit(
    12,
    _("Spend by year, %(currency)s"),
    _(
        "Spend by year in %(currency)s from %(first)s to %(last)s. Highest: %(highest)s, gross %(gross)s."
        " The figures are in the table below."
    ),
    _("Spend by year as a table"),
)


def number_of_months(figures: Sequence[MonthFigures]) -> int:
    """How many months there are from the first to the last one given."""
    months = [figure.month for figure in figures]
    return _place(max(months)) - _place(min(months)) + 1


def in_periods(figures: Sequence[MonthFigures], most: int) -> tuple[Unit, list[MonthFigures]]:
    """The finest unit in which there are at most so many columns, and the sums in it; years may be more."""
    first, last = min(f.month for f in figures), max(f.month for f in figures)
    number = number_of_months(figures)
    unit = next((u for u in (_BY_MONTH, _BY_QUARTER) if number <= most * u.months), BY_YEAR)
    month, end = _begin(first, unit), _begin(last, unit)
    periods = {}
    while month <= end:
        periods[month] = MonthFigures(month, 0)
        month = month_after(span_of(month, unit).last)
    for figure in figures:
        begin = _begin(figure.month, unit)
        sums = periods[begin]
        periods[begin] = MonthFigures(
            begin,
            sums.gross + figure.gross,
            sums.refunded + figure.refunded,
            sums.disputed + figure.disputed,
        )
    return unit, list(periods.values())


def _place(month: date) -> int:
    return month.year * 12 + month.month


def _begin(month: date, unit: Unit) -> date:
    return date(month.year, month.month - (month.month - 1) % unit.months, 1)


def span_of(begin: date, unit: Unit) -> Months:
    """The months of the one that begins then."""
    return Months(begin, date(begin.year, begin.month + unit.months - 1, 1))
