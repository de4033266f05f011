"""What the customer had been worth by a day: the figures of each currency, by the policy of the live page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from atomicpay.ui.money import format_amount, format_money
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
class Metric:
    """A figure of the day with its label. It opens nothing: the rows stand below, as they were."""

    label: str
    value: str


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

    metrics: list[Metric]
    lines: list[Line]


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


def numbers_of(entries: Iterable[Entry], first_currency: str) -> Numbers:
    """The panel, with one currency before the others."""
    figures = sorted(
        figures_of(entries), key=lambda each: (each.spend.currency != first_currency, each.spend.currency)
    )
    return Numbers(_metrics([each.spend for each in figures]), [_line(each) for each in figures])


def _metrics(spends: list[Spend]) -> list[Metric]:
    metrics = [
        Metric(
            gettext("Lifetime spend, %(currency)s") % {"currency": spend.currency},
            format_money(spend.net, spend.currency),
        )
        for spend in spends
    ]
    metrics.append(Metric(gettext("Purchases"), str(sum(spend.purchases for spend in spends))))
    renewals = sum(spend.renewals for spend in spends)
    if renewals:
        words = ngettext("Renewal", "Renewals", renewals)
        metrics.append(Metric(words, str(renewals)))
    return metrics


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
