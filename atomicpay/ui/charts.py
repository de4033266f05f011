"""Charts as server-drawn SVG: pure functions from figures to what a template prints."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui.axes import Tick, rules_at
from atomicpay.ui.money import active_language, format_amount, format_money
from atomicpay.ui.month_figures import BY_YEAR, MOST_COLUMNS, MonthFigures, Unit, in_periods, span_of
from atomicpay.ui.months import Months

# The plot is 136 px high: 112 of bars above and below the base line, the rest for the years under them.
PLOT: Final = 112.0
_SLOT_FILL: Final = 0.72
# In per cent of the plot, so that a few months do not look like a wall: they stand together at the left.
_WIDEST_BAR: Final = 6.0
_WIDEST_SLOT: Final = _WIDEST_BAR / _SLOT_FILL
_SHORTEST_BAR: Final = 1.0
_YEARS_NAMED: Final = 7
# What the name of a year takes on a phone, also in per cent.
_YEAR_WIDTH: Final = 12.0
_KINDS: Final = ("gross", "refunded", "disputed")


@dataclass(frozen=True)
class Bar:
    """A rectangle: `kind` is gross, refunded or disputed; x and width are per cent, y and height pixels."""

    kind: str
    x: str
    width: str
    y: str
    height: str

    @property
    def picture(self) -> str:
        """The rectangle as SVG."""
        place = f'x="{self.x}" width="{self.width}" y="{self.y}" height="{self.height}"'
        return f'<rect class="{self.kind}" {place}/>'


@dataclass(frozen=True)
class Column:
    """The months that one column stands for, their figures, and its bars from the base line up and down."""

    months: Months
    label: str
    figures: MonthFigures
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class BarChart:
    """Everything templates/ui/bars.html prints; `address` leads from some months to the rows behind them."""

    currency: str
    columns: tuple[Column, ...]
    years: tuple[Tick, ...]
    rules: tuple[Tick, ...]
    base: str
    unit: Unit
    address: Callable[[Months], str] | None = None

    @property
    def highest(self) -> Column:
        """The column with the most money in it."""
        return max(self.columns, key=lambda column: column.figures.gross)

    @property
    def title(self) -> str:
        """What the picture shows."""
        return str(self.unit.title) % {"currency": self.currency}

    @property
    def unfold(self) -> str:
        """What opens the table."""
        return str(self.unit.unfold)

    @property
    def label(self) -> str:
        """The picture in words."""
        return str(self.unit.label) % {
            "currency": self.currency,
            "first": self.columns[0].label,
            "last": self.columns[-1].label,
            "highest": self.highest.label,
            "gross": format_money(self.highest.figures.gross, self.currency),
        }

    # A chart has hundreds of values: printing them by template nodes was a third of a page's rendering.
    @property
    def axis(self) -> SafeString:
        """The amounts at the left."""
        texts = (
            f'<text x="32" y="{rule.at}" dy="4" text-anchor="end">{escape(rule.label)}</text>'
            for rule in self.rules
        )
        return SafeString("".join(texts))

    @property
    def key(self) -> SafeString:
        """What each kind of bar is that the picture has."""
        drawn = {bar.kind for column in self.columns for bar in column.bars}
        return _key(active_language(), *(kind in drawn for kind in _KINDS))

    @property
    def headings(self) -> SafeString:
        """The headings of the table."""
        return _headings(active_language())

    @property
    def plot(self) -> SafeString:
        """Lines, years, and the bars of every column that has any."""
        return SafeString("".join((*self._lines(), *self._years(), *self._pictures())))

    def _lines(self) -> Iterator[str]:
        for rule in self.rules:
            css = "base" if rule.at == self.base else "rule"
            yield f'<line class="{css}" x1="0" x2="100%" y1="{rule.at}" y2="{rule.at}"/>'

    def _years(self) -> Iterator[str]:
        for year in self.years:
            yield f'<text x="{year.at}" y="128">{year.label}</text>'

    def _pictures(self) -> Iterator[str]:
        words = _Words.in_active_language(self.currency)
        for column in filter(lambda column: column.bars, self.columns):
            bars = "".join(bar.picture for bar in column.bars)
            yield f"<g><title>{escape(words.of(column))}</title>{bars}</g>"

    @property
    def table_rows(self) -> SafeString:
        """The same figures as rows of a table; columns without money that follow one another are one row."""
        language = active_language()
        rows = []
        for is_empty, columns in groupby(self.columns, key=lambda column: not column.bars):
            if is_empty:
                rows.append(_empty_row(list(columns)))
            else:
                rows += [self._table_row(column, language) for column in columns]
        return SafeString("".join(rows))

    def _table_row(self, column: Column, language: str) -> str:
        label = escape(column.label)
        if self.address:
            label = f'<a href="{escape(self.address(column.months))}">{label}</a>'
        figures = column.figures
        amounts = (figures.gross, figures.refunded, figures.disputed, figures.net)
        cells = "".join(
            f"<td>{format_amount(minor, self.currency, language) if minor else ''}</td>" for minor in amounts
        )
        return f'<tr><th scope="row">{label}</th>{cells}</tr>'


# The same words for every chart, so they are looked up once in a language.


@cache
def _key(language: str, *is_drawn: bool) -> SafeString:
    samples = (
        (gettext("Gross"), '<rect class="gross" width="12" height="12"/>'),
        (gettext("Refunded"), '<rect class="refunded" x=".5" y=".5" width="11" height="11"/>'),
        (gettext("Disputed"), '<rect class="disputed" x="1" y="1" width="10" height="10"/>'),
    )
    spans = (
        f'<span><svg aria-hidden="true">{sample}</svg>{escape(words)}</span>'
        for (words, sample), is_shown in zip(samples, is_drawn, strict=True)
        if is_shown
    )
    return SafeString("".join(spans))


@cache
def _headings(language: str) -> SafeString:
    words = (gettext("When"), gettext("Gross"), gettext("Refunded"), gettext("Disputed"), gettext("Net"))
    return SafeString("".join(f'<th scope="col">{escape(each)}</th>' for each in words))


def _empty_row(columns: list[Column]) -> str:
    first, last = columns[0].label, columns[-1].label
    when = first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
    words = gettext("%(when)s: nothing") % {"when": when}
    return f'<tr><th scope="row" class="zero" colspan="5">{escape(words)}</th></tr>'


def month_bars(
    figures: Sequence[MonthFigures],
    currency: str,
    address: Callable[[Months], str] | None = None,
    most: int = MOST_COLUMNS,
) -> BarChart | None:
    """The months from the first to the last one given, empty ones between them included; None for none.

    A history of more months than `most` is drawn by quarter, one of more quarters by year.
    """
    if not figures:
        return None
    unit, periods = in_periods(figures, most)
    up = max(max(period.gross for period in periods), 0)
    down = max(max(period.back for period in periods), 0)
    scale = PLOT / ((up + down) or 1)
    base, slot = up * scale if up or down else PLOT, min(100 / len(periods), _WIDEST_SLOT)
    spans = [span_of(period.month, unit) for period in periods]
    language = active_language()
    columns = tuple(
        Column(
            span,
            _label(span, unit, language),
            period,
            _bars(period, position * slot, slot, base, scale),
        )
        for position, (span, period) in enumerate(zip(spans, periods, strict=True))
    )
    return BarChart(
        currency=currency,
        columns=columns,
        years=_years(columns, slot),
        rules=rules_at(up, down, base, scale, currency),
        base=f"{base:.1f}",
        unit=unit,
        address=address,
    )


def _label(span: Months, unit: Unit, language: str) -> str:
    return str(span.first.year) if unit is BY_YEAR else span.words_in(language)


@dataclass(frozen=True)
class _Words:
    """What is said of each column, looked up once for all of them."""

    currency: str
    language: str
    whole: str
    refunded: str
    disputed: str
    net: str

    @classmethod
    def in_active_language(cls, currency: str) -> "_Words":
        return cls(
            currency=currency,
            language=active_language(),
            whole=gettext("%(month)s: gross %(amount)s"),
            refunded=gettext(", refunded %(amount)s"),
            disputed=gettext(", disputed %(amount)s"),
            net=gettext(", net %(amount)s"),
        )

    def of(self, column: Column) -> str:
        figures = column.figures
        line = self.whole % {"month": column.label, "amount": self._money(figures.gross)}
        if figures.refunded:
            line += self.refunded % {"amount": self._money(figures.refunded)}
        if figures.disputed:
            line += self.disputed % {"amount": self._money(figures.disputed)}
        return line + self.net % {"amount": self._money(figures.net)} if figures.back else line

    def _money(self, minor: int) -> str:
        return format_money(minor, self.currency, self.language)


def _bars(figure: MonthFigures, left: float, slot: float, base: float, scale: float) -> tuple[Bar, ...]:
    """What was charged above the base line; under it what went back."""
    width = min(slot * _SLOT_FILL, _WIDEST_BAR)
    x, wide = f"{left + (slot - width) / 2:.2f}%", f"{width:.2f}%"
    bars: list[Bar] = []
    low = base
    for kind, minor in (
        ("gross", figure.gross),
        ("refunded", figure.refunded),
        ("disputed", figure.disputed),
    ):
        if minor <= 0:
            continue
        height = max(minor * scale, _SHORTEST_BAR)
        top = base - height if kind == "gross" else low
        low += 0 if kind == "gross" else height
        bars.append(Bar(kind=kind, x=x, width=wide, y=f"{top:.1f}", height=f"{height:.1f}"))
    return tuple(bars)


def _years(columns: Sequence[Column], slot: float) -> tuple[Tick, ...]:
    """The first column and where each year begins; of many years only every second or third."""
    begins = [
        (position, column.months.first.year)
        for position, column in enumerate(columns)
        if position == 0 or column.months.first.month == 1
    ]
    if len(begins) > 1 and (begins[1][0] - begins[0][0]) * slot < _YEAR_WIDTH:
        begins = begins[1:]  # the name of a year of a month or two would touch the next
    step = -(-len(begins) // _YEARS_NAMED)
    return tuple(Tick(str(year), f"{position * slot:.2f}%") for position, year in begins[::step])
