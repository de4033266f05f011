"""The page of one figure of a customer: the rows that make it, and at the foot what all of them add up to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy

from atomicpay.ui import html
from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.errors import UnknownCurrency
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import currency_exponent, format_money
from atomicpay.ui.months import Months
from atomicpay.ui.screen import Row, ShownCell
from customers.errors import NoSuchFigure
from customers.models import Customer
from sales.figure_rows import Counted, CountedPage, Total
from sales.figures import FIGURES, Figure, Measure, Of
from sales.queries import DISPUTE, REFUND, SALE, SUBSCRIPTION
from sales.states import DisputeKind
from sales.words import dispute_badge, reason_words, refund_badge, sale_badge
from subscriptions.words import subscription_badge

from .spend import average

_NUMBERS: Final = ngettext_lazy("%(number)d row", "%(number)d rows", "number")


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """A figure, in a currency, of all time or of some months."""

    figure: Figure
    currency: str
    months: Months | None

    @classmethod
    def read(cls, key: str, currency: str, query: Mapping[str, str]) -> "AskedFigure":
        """What an address asks for; raises NoSuchFigure."""
        try:
            currency_exponent(currency)
            return cls(FIGURES[key], currency, Months.read(query))
        except (KeyError, UnknownCurrency, ValueError):
            raise NoSuchFigure(key, currency) from None

    def of(self, customer: Customer, zone: tzinfo) -> Of:
        """The same of one customer, with months as they are in a zone."""
        since, until = self.months.bounds(zone) if self.months else (None, None)
        return Of(customer.pk, self.currency, since, until)


@dataclass(frozen=True, slots=True)
class FigurePage:
    """What templates/customers/figure.html prints."""

    title: str
    value: str
    why: str
    period: str
    whole_url: str
    rows: list[Row]
    count_words: str
    sum_label: str
    sum: str
    range_words: str
    newest_url: str
    older_url: str


def figure_page(customer: Customer, asked: AskedFigure, page: CountedPage, total: Total) -> FigurePage:
    """The page of a figure from some of its rows and the total of all."""
    figure, currency, months = asked.figure, asked.currency, asked.months
    path = figure_address(customer)(currency, figure.key)
    here = f"{path}?{months.query}&" if months else f"{path}?"
    is_first = page.first_row == 1
    return FigurePage(
        title=f"{figure.label}, {currency}",
        value=value_of(figure, total, page.rows, currency),
        why=str(figure.why),
        period=months.words if months else "",
        whole_url=path if months else "",
        rows=counted_rows(page.rows, currency),
        count_words=_NUMBERS % {"number": total.number},
        sum_label=_sum_label(figure, total),
        sum=format_money(total.amount, currency),
        range_words=_range(page, total),
        newest_url="" if is_first else here.rstrip("?&"),
        older_url=f"{here}after={page.older}" if page.older else "",
    )


def figure_address(customer: Customer) -> Callable[[str, str], str]:
    """The addresses of a customer's figures by currency and key."""
    return lambda currency, key: reverse("customers:figure", args=[customer.public_id, currency, key])


def value_of(figure: Figure, total: Total, rows: list[Counted], currency: str) -> str:
    """The figure itself, read from its rows."""
    if figure.measure is Measure.COUNT:
        return str(total.number)
    if figure.measure is Measure.AVERAGE:
        return format_money(average(total.amount, total.number), currency) if total.number else ""
    if figure.measure is Measure.DAY:
        return format_day(rows[0].at) if rows else ""
    return format_money(total.amount, currency)


def _sum_label(figure: Figure, total: Total) -> str:
    if any(part.is_subtracted for part in figure.parts):
        return gettext("Added up, with what is subtracted below zero")
    if figure.measure is Measure.AVERAGE:
        words = gettext("Added up; divided by %(number)d it is the average order")
        return words % {"number": total.number}
    return gettext("Added up")


def _range(page: CountedPage, total: Total) -> str:
    if not page.rows:
        return ""
    words = gettext("%(first)d to %(last)d of %(count)d, newest first")
    last = page.first_row + len(page.rows) - 1
    return words % {"first": page.first_row, "last": last, "count": total.number}


def counted_rows(rows: Iterable[Counted], currency: str) -> list[Row]:
    """The rows as a table shows them, each leading to its sale or subscription."""
    to = {SUBSCRIPTION: addresses_of("subscriptions:detail")}
    to_sale, when = addresses_of("sales:detail"), gettext("When")
    return [_row(row, to.get(row.kind, to_sale), when, currency) for row in rows]


def _row(row: Counted, address: Callable[[Any], str], when: str, currency: str) -> Row:
    kind, status = _KINDS[row.kind](row)
    return Row(
        address(row.about["public_id"]) if row.about else "",
        [
            ShownCell(kind, _about(row), "main", ""),
            ShownCell(status, "", "", ""),
            ShownCell(reason_words(row.reason), "", "quiet", ""),
            ShownCell(html.money_cell(row.amount, currency), "", "figure lead-figure", ""),
            ShownCell(html.day(row.at), "", "num", when),
        ],
    )


_KINDS: Final[dict[str, Callable[[Counted], tuple[str, Any]]]] = {
    SALE: lambda row: (gettext("Sale"), sale_badge(row.status)),
    REFUND: lambda row: (gettext("Refund"), refund_badge(row.status)),
    DISPUTE: lambda row: (str(DisputeKind(row.what).label), dispute_badge(row.status)),
    SUBSCRIPTION: lambda row: (gettext("Subscription"), subscription_badge(row.status)),
}


def _about(row: Counted) -> str:
    if row.about is None:
        return gettext("Names no sale")
    parts = [row.about["product"], row.about["reference"]]
    charge = row.about.get("charge")
    if charge and row.kind == SALE:
        parts.append(gettext("charge %(number)d") % {"number": charge})
    return ", ".join(filter(None, parts))
