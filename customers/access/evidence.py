"""The facts behind a decision, in the order in which they count, as lines with dates and links.

Sale status, refunds, disputes, the subscription and its period, what was reported, how it is delivered, when
the buyer was first inside. Those that decided stand before others of their kind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import TextChoices
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from atomicpay.catalog.models import Product
from atomicpay.ui import html
from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money
from sales.states import AccessStatus, DisputeKind, DisputeStatus, SaleStatus
from sales.words import method_words
from subscriptions.lifecycle import SubscriptionStatus

from .facts import DisputeFact, GrantFact, ProductFacts, SaleFact, SubscriptionFact
from .rules import Decision

_MOST: Final = 3
"""Of one kind no more than this many rows are shown; the others did not decide."""

_OUTSIDE: Final = '<a href="{}" rel="noreferrer">{}</a>'
_OVER: Final = (SubscriptionStatus.CANCELED, SubscriptionStatus.EXPIRED)

_Row = TypeVar("_Row", SaleFact, SubscriptionFact, GrantFact)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact, with its day where it has one; `is_ahead` where it is still to come."""

    text: str | SafeString
    day: str | SafeString = ""
    is_ahead: bool = False


def fact_lines(facts: ProductFacts, decision: Decision, now: datetime) -> list[FactLine]:
    """What the decision stands on."""
    sales = _first(_telling(facts.sales, decision.sale), decision.sale, lambda sale: sale.ordered_at)
    subscriptions = _first(facts.subscriptions, decision.subscription, lambda each: each.started_at)
    grants = _first(_of_each_kind(facts.grants), decision.grant, lambda grant: grant.changed_at)
    return [
        *(_sale(sale) for sale in sales),
        *(line for sale in sales for line in _refunds(sale)),
        *(_dispute(each) for sale in sales for each in sale.disputes),
        *(line for each in subscriptions for line in _subscription(each, now)),
        *(line for grant in grants for line in _grant(grant, facts, now)),
        *_delivery(facts),
    ]


def _first(rows: Iterable[_Row], decisive: _Row | None, when: Callable[[_Row], datetime]) -> list[_Row]:
    """The one that decided, then the newest."""
    newest = sorted(rows, key=when, reverse=True)
    return sorted(newest, key=lambda row: row != decisive)[:_MOST]


def _telling(sales: Iterable[SaleFact], decisive: SaleFact | None) -> list[SaleFact]:
    """Without the earlier charges of the subscription that decided, unless something went back of them."""

    def tells(sale: SaleFact) -> bool:
        if decisive is None or not sale.subscription or sale.subscription != decisive.subscription:
            return True
        is_earlier = sale.ordered_at < decisive.ordered_at
        return not is_earlier or bool(sale.refunded or sale.refunding or sale.disputes)

    return [sale for sale in sales if tells(sale)]


def _of_each_kind(grants: Iterable[GrantFact]) -> list[GrantFact]:
    """The newest report of each kind."""
    oldest_first = sorted(grants, key=lambda grant: grant.changed_at)
    return list({(grant.status, grant.is_manual): grant for grant in oldest_first}.values())


def _line(text: str | SafeString, at: datetime | None, now: datetime | None = None) -> FactLine:
    return FactLine(text, html.day(at), is_ahead=bool(at and now and at > now))


def _sale(sale: SaleFact) -> FactLine:
    link = _link("sales:detail", sale.public_id, sale.reference)
    words = [_label(SaleStatus, sale.status), link, format_money(sale.amount, sale.currency)]
    if not sale.was_paid:
        words.append(method_words(sale.method))
    if sale.charge_number:
        words.append(gettext("charge %(number)d") % {"number": sale.charge_number})
    if sale.is_test:
        words.append(gettext("test"))
    return _line(_joined(words), sale.paid_at)


def _refunds(sale: SaleFact) -> list[FactLine]:
    amounts = {"amount": format_money(sale.amount, sale.currency)}
    lines = []
    if sale.refunded:
        back = format_money(sale.refunded, sale.currency)
        words = gettext("%(back)s of %(amount)s returned") % {**amounts, "back": back}
        lines.append(_line(words, sale.refunded_at))
    if sale.refunding:
        back = format_money(sale.refunding, sale.currency)
        lines.append(_line(gettext("%(back)s of %(amount)s asked back") % {**amounts, "back": back}, None))
    if sale.has_failed_refund:
        lines.append(_line(gettext("A refund failed"), None))
    return lines


def _dispute(dispute: DisputeFact) -> FactLine:
    kind = _label(DisputeKind, dispute.kind) if dispute.kind else gettext("Dispute")
    return _line(f"{kind}: {_label(DisputeStatus, dispute.status)}", dispute.at)


def _subscription(subscription: SubscriptionFact, now: datetime) -> list[FactLine]:
    """Its state, and the dates that matter: the end of the trial, of what is paid, the next charge."""
    link = _link("subscriptions:detail", subscription.public_id, gettext("Subscription"))
    state = _label(SubscriptionStatus, subscription.status)
    if subscription.status in _OVER:
        words = format_html("{}: {}", link, state)
        lines = [_line(words, subscription.ended_at or subscription.canceled_at)]
    else:
        # Before the state, so that it is not read as the day on which that began.
        began = gettext("began on %(day)s") % {"day": format_day(subscription.started_at)}
        lines = [FactLine(format_html("{}, {}: {}", link, began, state))]
    trial, period = subscription.trial_ends_at, subscription.current_period_end
    if trial and (not period or trial >= period or trial > now):
        lines.append(
            _line(gettext("The trial ends") if trial > now else gettext("The trial ended"), trial, now)
        )
    if period and period != trial:
        ends = gettext("The paid period ends") if period > now else gettext("The paid period ended")
        lines.append(_line(ends, period, now))
    charge = subscription.next_charge_at
    if charge and charge > now and charge not in (period, trial):
        lines.append(_line(gettext("Next charge or try"), charge, now))
    return lines


def _grant(grant: GrantFact, facts: ProductFacts, now: datetime) -> list[FactLine]:
    reported = facts.platform or gettext("Access reported")
    who = gettext("By hand") if grant.is_manual else reported
    words = f"{who}: {_label(AccessStatus, grant.status)}"
    if grant.revoke_reason:
        words = f"{words}, {grant.revoke_reason}"
    if grant.status == AccessStatus.EXPIRED:
        # The day it ran out, where that is known: the day it was granted says nothing of it.
        return [_line(words, grant.expires_at, now)]
    lines = [_line(words, grant.revoked_at or grant.granted_at or grant.recorded_at)]
    if grant.expires_at and grant.status == AccessStatus.GRANTED:
        ends = gettext("This access ends") if grant.expires_at > now else gettext("This access ended")
        lines.append(_line(ends, grant.expires_at, now))
    return lines


def _delivery(facts: ProductFacts) -> list[FactLine]:
    if facts.delivery == Product.Delivery.NONE:
        return [FactLine(gettext("Delivered without anything to open"))]
    words = [_label(Product.Delivery, facts.delivery), facts.platform]
    minutes = facts.usual_minutes
    if minutes is not None:
        usual = ngettext("usually within %(number)d minute", "usually within %(number)d minutes", minutes)
        words.append(usual % {"number": minutes})
    links = [format_html(_OUTSIDE, url, label) for label, url in facts.links]
    first = facts.first_access_at
    never = gettext("No first access on record") if facts.grants else gettext("No access was reported")
    seen = _line(gettext("First access"), first) if first else FactLine(never)
    delivered = gettext("Delivery: %(how)s") % {"how": ", ".join(filter(None, words))}
    return [FactLine(delivered), *(FactLine(link) for link in links), seen]


def _link(name: str, public_id: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', addresses_of(name)(public_id), words)


def _joined(words: Iterable[str | SafeString]) -> SafeString:
    """Words and links with commas between them, without those that are empty."""
    return format_html_join(", ", "{}", ((each,) for each in words if each))


def _label(states: type[TextChoices], status: str) -> str:
    """A status in words; one that nobody knows as it was received."""
    return str(states(status).label) if status in states.values else status
