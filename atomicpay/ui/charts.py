"""Charts as geometry for server-drawn SVG: pure functions from figures to the numbers a template prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui.moments import month_words
from atomicpay.ui.money import active_language, currency_exponent, format_amount, format_money

# The plot is 136 px high: 112 of bars above the base line, the rest for the years below it.
BASE: Final = 112.0
_SLOT_FILL: Final = 0.72
# In per cent of the plot, so that a few months do not look like a wall.
_WIDEST_BAR: Final = 6.0
_SHORTEST_BAR: Final = 1.0


@dataclass(frozen=True)
class MonthFigures:
    """One month in one currency, in minor units; `month` is its first day."""

    month: date
    net: int
    refunded: int = 0
    disputed: int = 0


@dataclass(frozen=True)
class Bar:
    """A rectangle: `kind` is net, refunded or disputed; x and width are per cent, y and height pixels."""

    kind: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Column:
    """One month: its bars from the base line up, and the figures as words for the title and the table."""

    month: str
    net: str
    refunded: str
    disputed: str
    words: str
    bars: tuple[Bar, ...]

    @property
    def picture(self) -> SafeString:
        """The bars as SVG, with the words for who points at them."""
        bars = "".join(
            f'<rect class="{bar.kind}" x="{bar.x}" width="{bar.width}" y="{bar.y}" height="{bar.height}"/>'
            for bar in self.bars
        )
        return SafeString(f"<g><title>{escape(self.words)}</title>{bars}</g>")

    @property
    def table_row(self) -> SafeString:
        """The figures as a row of a table."""
        figures = "".join(f"<td>{escape(each)}</td>" for each in (self.net, self.refunded, self.disputed))
        return SafeString(f'<tr><th scope="row">{escape(self.month)}</th>{figures}</tr>')


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, at its place in the plot."""

    label: str
    at: str


@dataclass(frozen=True)
class BarChart:
    """Everything templates/ui/bars.html prints."""

    currency: str
    columns: tuple[Column, ...]
    years: tuple[Tick, ...]
    rules: tuple[Tick, ...]
    first: str
    last: str
    highest: Column

    # A chart has hundreds of values: printing them one by one was a third of a page's rendering.
    @property
    def pictures(self) -> SafeString:
        """The bars of every month that has any."""
        return SafeString("".join(column.picture for column in self.columns if column.bars))

    @property
    def table_rows(self) -> SafeString:
        """The same months as rows of a table."""
        return SafeString("".join(column.table_row for column in self.columns if column.bars))


def month_bars(figures: Sequence[MonthFigures], currency: str) -> BarChart | None:
    """The months from the first to the last one given, empty ones between them included; None for none."""
    if not figures:
        return None
    months = _every_month(figures)
    tallest = max(_height(month) for month in months) or 1
    slot = 100 / len(months)
    words = _Words.in_active_language()
    columns = tuple(
        _column(month, currency, words, _bars(month, position * slot, slot, BASE / tallest))
        for position, month in enumerate(months)
    )
    highest = max(range(len(months)), key=lambda position: _height(months[position]))
    return BarChart(
        currency=currency,
        columns=columns,
        years=tuple(
            Tick(str(month.month.year), f"{position * slot:.2f}%")
            for position, month in enumerate(months)
            if position == 0 or month.month.month == 1
        ),
        rules=_rules(tallest, currency),
        first=columns[0].month,
        last=columns[-1].month,
        highest=columns[highest],
    )


def _every_month(figures: Sequence[MonthFigures]) -> list[MonthFigures]:
    known = {figure.month: figure for figure in figures}
    month, last = min(known), max(known)
    months = []
    while month <= last:
        months.append(known.get(month, MonthFigures(month, 0)))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months


def _height(figure: MonthFigures) -> int:
    return max(figure.net, 0) + figure.refunded + figure.disputed


@dataclass(frozen=True)
class _Words:
    """What is said of each month, looked up once for all of them."""

    language: str
    net: str
    refunded: str
    disputed: str

    @classmethod
    def in_active_language(cls) -> "_Words":
        return cls(
            language=active_language(),
            net=gettext("%(month)s: net %(amount)s"),
            refunded=gettext(", refunded %(amount)s"),
            disputed=gettext(", disputed %(amount)s"),
        )


def _bars(figure: MonthFigures, left: float, slot: float, scale: float) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    width = min(slot * _SLOT_FILL, _WIDEST_BAR)
    top = BASE
    for kind, minor in (("net", figure.net), ("refunded", figure.refunded), ("disputed", figure.disputed)):
        if minor <= 0:
            continue
        height = max(minor * scale, _SHORTEST_BAR)
        top -= height
        bars.append(
            Bar(
                kind=kind,
                x=f"{left + (slot - width) / 2:.2f}%",
                width=f"{width:.2f}%",
                y=f"{top:.1f}",
                height=f"{height:.1f}",
            )
        )
    return tuple(bars)


def _column(figure: MonthFigures, currency: str, words: _Words, bars: tuple[Bar, ...]) -> Column:
    def money(minor: int) -> str:
        return format_money(minor, currency, words.language)

    month, net = month_words(figure.month, words.language), money(figure.net)
    refunded = money(figure.refunded) if figure.refunded else ""
    disputed = money(figure.disputed) if figure.disputed else ""
    line = words.net % {"month": month, "amount": net}
    if refunded:
        line += words.refunded % {"amount": refunded}
    if disputed:
        line += words.disputed % {"amount": disputed}
    return Column(month, net, refunded, disputed, line, bars)


def _rules(tallest: int, currency: str) -> tuple[Tick, ...]:
    """Two or three lines at round amounts, and the base line."""
    step = 1
    while tallest // step > 3:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    heights = range(0, tallest + 1, step)
    return tuple(
        Tick(_short(height, currency), f"{BASE - height * BASE / tallest:.1f}") for height in heights
    )


def _short(minor: int, currency: str) -> str:
    """An axis label: decimals only where the amount has any."""
    exponent = currency_exponent(currency)
    text = format_amount(minor, currency)
    return text if exponent == 0 or minor % 10**exponent else text[: -exponent - 1]
