"""What the customer was worth, as the page shows it: figures per currency that open, and the months."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.ui.charts import BarChart, month_bars
from atomicpay.ui.figures import Amount, LedgerLine, Metric, Number, draw_ledger, draw_metrics
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import active_language, format_amount, format_money
from atomicpay.ui.month_figures import MOST_COLUMNS, MonthFigures, number_of_months
from atomicpay.ui.months import Months
from sales import figures
from sales.figures import Figure
from sales.queries import DISPUTE, SUBSCRIPTION, Entry, MonthSum, Spend, months_in
from sales.states import DisputeStatus

Address = Callable[[str, str], str]
"""Where the rows behind a figure are, by its currency and key."""


@dataclass(frozen=True, slots=True)
class CurrencyFigures:
    """The figures in one currency.

    `active` is None for who may not see subscriptions; that there are none is said once, with the first.
    """

    spend: Spend
    disputes: Counter[str]
    active: int | None

    @property
    def repeat(self) -> int:
        """Purchases after the first."""
        return max(self.spend.purchases - 1, 0)

    @property
    def average_order(self) -> int:
        """Gross for each paid sale, in minor units; 0 without any."""
        return average(self.spend.gross, self.spend.paid_sales) if self.spend.paid_sales else 0


@dataclass(frozen=True, slots=True)
class SpendPanel:
    """Everything in the spend panel: the numbers of each currency, how each net is made, the months."""

    metrics: list[list[Metric]]
    lines: list[LedgerLine]
    charts: list[BarChart]

    @property
    def drawn_metrics(self) -> list[SafeString]:
        """The numbers, one list for each currency."""
        return [draw_metrics(metrics) for metrics in self.metrics]

    @property
    def drawn_head(self) -> SafeString:
        """The headings of the sums."""
        return _head(active_language())

    @property
    def drawn_lines(self) -> SafeString:
        """The sums, one row for each currency."""
        return draw_ledger(self.lines)


@cache
def _head(language: str) -> SafeString:
    """Looked up once in a language: they are the same for every customer."""
    cell = '<th role="columnheader" scope="col">{}</th>'
    sign = '<th role="columnheader" scope="col" class="op"><span class="vh">{}</span></th>'
    result = '<th role="columnheader" scope="col" class="result">{}</th>'
    minus, (paid, gross, refunded, disputed, net) = gettext("minus"), _labels(language)
    return format_html(
        cell * 3 + (sign + cell) * 2 + sign + result,
        *(gettext("Currency"), paid, gross, minus, refunded, minus, disputed, gettext("equals"), net),
    )


@cache
def _labels(language: str) -> tuple[str, ...]:
    """Of the cells after the currency."""
    return (
        *(gettext("Paid sales"), gettext("Gross"), gettext("Refunded")),
        *(gettext("Disputed"), gettext("Net")),
    )


def average(amount: int, number: int) -> int:
    """An amount for each of a number, to the nearest minor unit; half of one counts up."""
    return (2 * amount + number) // (2 * number)


def figures_in(
    spends: Iterable[Spend], entries: Iterable[Entry], first_currency: str, *, with_subscriptions: bool
) -> list[CurrencyFigures]:
    """The figures of each currency in which anything was spent or is subscribed to, one before the others."""
    by_currency = {spend.currency: spend for spend in spends}
    disputes: dict[str, Counter[str]] = {}
    active: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == DISPUTE:
            disputes.setdefault(entry.currency, Counter())[entry.status] += entry.amount
        elif entry.kind == SUBSCRIPTION:
            active[entry.currency] += entry.number
    currencies = sorted({*by_currency, *active}, key=lambda code: (code != first_currency, code))
    return [
        CurrencyFigures(
            by_currency.get(code) or Spend(code),
            disputes.get(code, Counter()),
            active[code] or (0 if code == currencies[0] else None) if with_subscriptions else None,
        )
        for code in currencies
    ]


def spend_panel(
    spends: Iterable[Spend],
    entries: Iterable[Entry],
    first_currency: str,
    *,
    address: Address | None = None,
    with_subscriptions: bool = False,
) -> SpendPanel:
    """The panel, with one currency before the others. Without an address no figure leads anywhere."""
    entries = list(entries)
    known = figures_in(spends, entries, first_currency, with_subscriptions=with_subscriptions)
    months = months_in(entries)
    with_months = [each.spend.currency for each in known if each.spend.currency in months]
    by_month = {code: _by_month(months[code]) for code in with_months}
    # Together the charts of all currencies are no larger than that of one may be.
    has_room = sum(map(number_of_months, by_month.values())) <= MOST_COLUMNS
    most = MOST_COLUMNS if has_room else MOST_COLUMNS // len(by_month)
    charts = [month_bars(each, code, _of_months(code, address), most) for code, each in by_month.items()]
    return SpendPanel(
        metrics=[list(metrics_of(each, address)) for each in known] or [[no_purchase()]],
        lines=[_line(each, address) for each in known if each.spend != Spend(each.spend.currency)],
        charts=[chart for chart in charts if chart],
    )


def _by_month(months: dict[date, MonthSum]) -> list[MonthFigures]:
    return [
        MonthFigures(month, sums.gross, sums.refunded, sums.disputed)
        for month, sums in sorted(months.items())
    ]


def _of_months(currency: str, address: Address | None) -> Callable[[Months], str] | None:
    if address is None:
        return None
    path = address(currency, figures.NET.key)
    return lambda months: f"{path}?{months.query}"


def no_purchase() -> Metric:
    """What is said of who bought nothing."""
    return Metric(str(figures.PURCHASES.label), Number("0"))


def metrics_of(known: CurrencyFigures, address: Address | None = None) -> Iterator[Metric]:
    """The figures of one currency; without an address none leads anywhere."""
    spend, currency = known.spend, known.spend.currency

    def number(figure: Figure, words: str) -> Number:
        return _opened(figure, words, currency, address)

    label = gettext("Lifetime spend, %(currency)s") % {"currency": currency}
    yield Metric(label, number(figures.NET, format_money(spend.net, currency)))
    purchases = number(figures.PURCHASES, str(spend.purchases)) if spend.purchases else Number("0")
    yield Metric(str(figures.PURCHASES.label), purchases, tuple(_repeat(known, number)))
    if spend.paid_sales:
        average_order = format_money(known.average_order, currency)
        yield Metric(str(figures.AVERAGE.label), number(figures.AVERAGE, average_order))
    for figure, at in ((figures.FIRST, spend.first_paid_at), (figures.LAST, spend.last_paid_at)):
        if at:
            yield Metric(str(figure.label), number(figure, format_day(at)))
    if known.active:
        yield Metric(str(figures.ACTIVE.label), number(figures.ACTIVE, str(known.active)))
    elif known.active is not None:
        yield Metric(str(figures.ACTIVE.label), Number("0"))


def _repeat(known: CurrencyFigures, number: Callable[[Figure, str], Number]) -> Iterator[Number]:
    if again := known.repeat:
        words = ngettext("%(number)d repeat", "%(number)d repeat", again)
        yield number(figures.REPEAT, words % {"number": again})
    if renewals := known.spend.renewals:
        words = ngettext("%(number)d renewal apart", "%(number)d renewals apart", renewals)
        yield number(figures.RENEWALS, words % {"number": renewals})


def _line(known: CurrencyFigures, address: Address | None) -> LedgerLine:
    spend, currency = known.spend, known.spend.currency

    def amount(figure: Figure, minor: int, *subs: Number) -> Amount:
        words = format_amount(minor, currency)
        value = _opened(figure, words, currency, address) if minor else Number(words)
        return Amount(value, is_zero=minor == 0, subs=subs)

    paid = _opened(figures.PAID_SALES, str(spend.paid_sales), currency, address)
    return LedgerLine(
        currency,
        before=[Amount(paid if spend.paid_sales else Number("0"), is_zero=not spend.paid_sales)],
        operands=[
            amount(figures.GROSS, spend.gross),
            amount(figures.REFUNDED, spend.refunded),
            amount(figures.DISPUTED_SUM, spend.disputed, *_decided(known, address)),
            Amount(_opened(figures.NET, format_amount(spend.net, currency), currency, address)),
        ],
        labels=_labels(active_language()),
    )


def _decided(known: CurrencyFigures, address: Address | None) -> Iterator[Number]:
    """How the disputes stand; what was won is named beside the sum and is not in it."""
    stand = (
        (figures.OPEN, DisputeStatus.OPEN, gettext("%(amount)s open")),
        (figures.LOST, DisputeStatus.LOST, gettext("%(amount)s lost")),
        (figures.WON, DisputeStatus.WON, gettext("%(amount)s won, not subtracted")),
    )
    currency = known.spend.currency
    for figure, status, words in stand:
        if minor := known.disputes[status]:
            said = words % {"amount": format_amount(minor, currency)}
            yield _opened(figure, said, currency, address)


def _opened(figure: Figure, words: str, currency: str, address: Address | None) -> Number:
    return Number(words, address(currency, figure.key) if address else "")
