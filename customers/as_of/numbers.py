"""What the customer had been worth by a day: the figures of each currency, by the policy of the live page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from atomicpay.ui.figures import Metric, draw_metrics
from atomicpay.ui.money import format_amount
from customers.history.spend import CurrencyFigures as CurrencyMetrics, metrics_of, no_purchase
from sales.paid_days import PaidDays
from sales.queries import DISPUTE, Entry, Spend, spend_in
from sales.states import DisputeStatus


@dataclass(frozen=True, slots=True)
class CurrencyFigures:
    """One currency, in minor units: what was spent, and the disputed part by how its disputes stood.

    Net is gross less refunded, open and lost; what was won is beside it and takes nothing away.
    """

    spend: Spend
    open: int
    lost: int
    won: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the ledger; nothing is printed fainter."""

    text: str
    is_nothing: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One currency of the ledger: gross - refunded - open - lost = net; won apart."""

    currency: str
    paid_sales: int
    gross: Amount
    refunded: Amount
    open: Amount
    lost: Amount
    net: Amount
    won: Amount


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything in the panel of numbers."""

    metrics: list[list[Metric]]
    lines: list[Line]

    @property
    def drawn_metrics(self) -> list[SafeString]:
        """The figures, one list for each currency."""
        return [draw_metrics(metrics) for metrics in self.metrics]


def figures_of(entries: Iterable[Entry]) -> list[CurrencyFigures]:
    """The figures of one customer's entries, in the order of the currencies' codes."""
    entries = list(entries)
    customers = {entry.customer_id for entry in entries}
    spends = {spend.currency: spend for customer in customers for spend in spend_in(entries, customer)}
    disputed: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.kind == DISPUTE:
            disputed[entry.currency, entry.status] += entry.amount
    won = {currency for (currency, status) in disputed if status == DisputeStatus.WON}
    return [
        CurrencyFigures(
            spend=spends.get(currency, Spend(currency)),
            open=disputed[currency, DisputeStatus.OPEN],
            lost=disputed[currency, DisputeStatus.LOST],
            won=disputed[currency, DisputeStatus.WON],
        )
        for currency in sorted(spends.keys() | won)
    ]


def numbers_of(
    entries: Iterable[Entry],
    first_currency: str,
    paid_days: Mapping[str, PaidDays],
    active: Counter[str] | None = None,
) -> Numbers:
    """The panel, with one currency before the others.

    `active` is how many subscriptions were active in each, None for who may not see them.
    """
    figures = {each.spend.currency: each for each in figures_of(entries)}
    currencies = sorted({*figures, *(active or ())}, key=lambda code: (code != first_currency, code))
    metrics = [
        _metrics(
            figures[code].spend if code in figures else Spend(code),
            paid_days.get(code, PaidDays()),
            None if active is None else active[code] or (0 if code == currencies[0] else None),
        )
        for code in currencies
    ]
    return Numbers(
        metrics or [[no_purchase()]], [_line(figures[code]) for code in currencies if code in figures]
    )


def _metrics(spend: Spend, days: PaidDays, active: int | None) -> list[Metric]:
    """As on the page of today. They open nothing: the rows stand below, as they were."""
    dated = replace(spend, first_paid_at=days.first_at, last_paid_at=days.last_at)
    return list(metrics_of(CurrencyMetrics(dated, Counter(), active)))


def _line(figures: CurrencyFigures) -> Line:
    spend = figures.spend

    def amount(minor: int) -> Amount:
        return Amount(format_amount(minor, spend.currency), minor == 0)

    return Line(
        currency=spend.currency,
        paid_sales=spend.paid_sales,
        gross=amount(spend.gross),
        refunded=amount(spend.refunded),
        open=amount(figures.open),
        lost=amount(figures.lost),
        net=amount(spend.net),
        won=amount(figures.won),
    )
