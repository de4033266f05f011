"""The line of totals under the name: what somebody was worth and what is active, in one look."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui.figures import Number
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from sales import figures
from sales.queries import SUBSCRIPTION
from subscriptions.running import SUBSCRIBED

from .figures import figure_address
from .queries import History
from .spend import CurrencyFigures, figures_in


@dataclass(frozen=True, slots=True)
class Total:
    """A label, and a value for each currency where they cannot be added up."""

    label: str
    values: list[Number]

    @property
    def drawn(self) -> SafeString:
        """The values, each kept on one line."""
        return format_html_join("", "<span>{}</span>", ((value,) for value in self.values))


def totals_of(history: History, first_currency: str) -> list[Total]:
    """What the member may see of it; each sum leads to its rows for who may see sales."""
    totals = [] if history.spend is None else list(_of_spend(history, first_currency))
    if history.subscriptions is not None:
        totals.append(Total(str(figures.ACTIVE.label), [Number(str(_active(history)))]))
    return totals


def _of_spend(history: History, first_currency: str) -> Iterator[Total]:
    known = figures_in(history.spend or (), history.entries, first_currency, with_subscriptions=False)
    spent = [each for each in known if each.spend.paid_sales or each.spend.net]
    if spent:
        yield Total(str(figures.NET.label), [_net(each, history) for each in spent])
    purchases = sum(each.spend.purchases for each in spent)
    yield Total(str(figures.PURCHASES.label), [Number(str(purchases))])
    days = [each.spend.last_paid_at for each in spent if each.spend.last_paid_at]
    if days:
        yield Total(gettext("Last paid"), [Number(format_day(max(days)))])


def _net(known: CurrencyFigures, history: History) -> Number:
    currency = known.spend.currency
    words = format_money(known.spend.net, currency)
    is_opened = history.sales is not None
    return Number(words, figure_address(history.customer)(currency, figures.NET.key) if is_opened else "")


def _active(history: History) -> int:
    """Counted by the entries where those were read, which know of every subscription."""
    counted = [entry.number for entry in history.entries if entry.kind == SUBSCRIPTION]
    if history.spend is not None:
        return sum(counted)
    return sum(each.status in SUBSCRIBED for each in history.subscriptions or ())
