"""What the customer was worth, as the page shows it: figures per currency that add up, and the months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from atomicpay.ui.charts import BarChart, MonthFigures, month_bars
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_amount, format_money
from sales.queries import Entry, MonthSum, Spend, months_in


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with its label."""

    label: str
    value: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One currency: gross minus refunded minus disputed is net."""

    currency: str
    paid_sales: int
    gross: str
    refunded: str
    disputed: str
    net: str
    is_refunded: bool
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class SpendPanel:
    """Everything in the spend panel."""

    metrics: list[Metric]
    lines: list[LedgerLine]
    charts: list[BarChart]


def spend_panel(spends: Iterable[Spend], entries: Iterable[Entry], first_currency: str) -> SpendPanel:
    """The panel, with one currency before the others."""
    ordered = sorted(spends, key=lambda spend: (spend.currency != first_currency, spend.currency))
    months = months_in(entries)
    charts = [
        month_bars(_figures(months[spend.currency]), spend.currency)
        for spend in ordered
        if spend.currency in months
    ]
    return SpendPanel(
        metrics=_metrics(ordered),
        lines=[_line(spend) for spend in ordered],
        charts=[chart for chart in charts if chart],
    )


def _figures(months: dict[date, MonthSum]) -> list[MonthFigures]:
    return [
        MonthFigures(month, sums.gross - sums.refunded - sums.disputed, sums.refunded, sums.disputed)
        for month, sums in sorted(months.items())
    ]


def _metrics(spends: list[Spend]) -> list[Metric]:
    metrics = [
        Metric(
            gettext("Lifetime spend, %(currency)s") % {"currency": spend.currency},
            format_money(spend.net, spend.currency),
        )
        for spend in spends
    ]
    first = min((spend.first_paid_at for spend in spends if spend.first_paid_at), default=None)
    last = max((spend.last_paid_at for spend in spends if spend.last_paid_at), default=None)
    purchases = sum(spend.purchases for spend in spends)
    metrics.append(Metric(gettext("Purchases"), str(purchases), _repeat(purchases, spends)))
    if first and last:
        metrics.append(Metric(gettext("First purchase"), format_day(first)))
        metrics.append(Metric(gettext("Last purchase"), format_day(last)))
    return metrics


def _repeat(purchases: int, spends: list[Spend]) -> str:
    renewals = sum(spend.renewals for spend in spends)
    words = []
    if purchases > 1:
        again = purchases - 1
        words.append(ngettext("%(number)d repeat", "%(number)d repeat", again) % {"number": again})
    if renewals:
        words.append(
            ngettext("%(number)d renewal apart", "%(number)d renewals apart", renewals) % {"number": renewals}
        )
    return ", ".join(words)


def _line(spend: Spend) -> LedgerLine:
    return LedgerLine(
        currency=spend.currency,
        paid_sales=spend.paid_sales,
        gross=format_amount(spend.gross, spend.currency),
        refunded=format_amount(spend.refunded, spend.currency),
        disputed=format_amount(spend.disputed, spend.currency),
        net=format_amount(spend.net, spend.currency),
        is_refunded=spend.refunded != 0,
        is_disputed=spend.disputed != 0,
    )
