"""Invented histories, and what they must be at any moment: a plain replay that asks no database."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from customers.models import Customer
from sales.states import PAID, DisputeStatus, RefundStatus, SaleStatus
from subscriptions.lifecycle import LEGAL_CHANGES, EventKind, SubscriptionStatus
from tests import factories
from tests.factories import NOON

S = SaleStatus
FIRST, LAST = NOON - timedelta(days=60), NOON
"""Everything that is invented happens between these."""


@dataclass
class Told:
    """One sale with the truth about it: its states, refund and dispute, each with the moment it began."""

    product: Any
    currency: str
    amount: int
    is_renewal: bool
    is_test: bool
    states: list[tuple[datetime, str]]
    refund: tuple[datetime, datetime | None, int] | None = None
    dispute: tuple[datetime, datetime | None, str] | None = None

    def state(self, moment: datetime) -> str:
        """The state before a moment, "" before it was ordered."""
        return next((status for at, status in reversed(self.states) if at < moment), "")


@dataclass
class Figures:
    """What one currency adds up to."""

    gross: int = 0
    refunded: int = 0
    open: int = 0
    lost: int = 0
    won: int = 0
    paid_sales: int = 0
    renewals: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.refunded - self.open - self.lost


@dataclass
class History:
    """A customer's sales, and what they must be."""

    customer: Customer
    told: list[Told] = field(default_factory=list)

    def figures(self, moment: datetime, product: Any = None) -> dict[str, Figures]:
        """By a replay of what happened before a moment, of one product or of all."""
        found: dict[str, Figures] = {}
        for each in self.told:
            if not each.is_test and each.state(moment) and product in (None, each.product):
                _add(found.setdefault(each.currency, Figures()), each, moment)
        return {currency: figures for currency, figures in found.items() if figures != Figures()}

    def states(self, moment: datetime) -> Counter[str]:
        """How many real sales were in each state."""
        known = (each.state(moment) for each in self.told if not each.is_test)
        return Counter(state for state in known if state)


def _add(figures: Figures, each: Told, moment: datetime) -> None:
    if each.state(moment) in PAID:
        figures.gross += each.amount
        figures.paid_sales += 1
        figures.renewals += each.is_renewal
    if each.refund and each.refund[1] and each.refund[1] < moment:
        figures.refunded += each.refund[2]
    if each.dispute and each.dispute[0] < moment:
        _opened, closed, how = each.dispute
        name = how if closed and closed < moment else DisputeStatus.OPEN
        setattr(figures, name, getattr(figures, name) + each.amount)


def invent(chance: Random, customer: Customer, products: list[Any], *, with_events: bool) -> History:
    """A history of a dozen sales, written into the active workspace; with or without their events."""
    history = History(customer)
    for number in range(12):
        told = _sale(chance, chance.choice(products), number)
        history.told.append(told)
        _write(customer, told, with_events=with_events)
    return history


def _sale(chance: Random, product: Any, number: int) -> Told:
    at = FIRST + timedelta(minutes=chance.randrange(40 * 24 * 60))
    told = Told(
        product=product,
        currency=chance.choice(("BRL", "BRL", "USD")),
        amount=chance.randrange(100, 50_000),
        is_renewal=chance.random() < 0.3,
        is_test=number == 11,
        states=[(at, S.PENDING)],
    )
    if chance.random() < 0.2:
        return told
    at = _later(chance, at)
    told.states.append((at, S.APPROVED))
    fate = chance.choice(("paid", "completed", "refunded", "part", "asked", "open", "lost", "won"))
    if fate == "completed":
        told.states.append((_later(chance, at), S.COMPLETED))
    elif fate in ("refunded", "part", "asked"):
        _give_back(chance, told, at, fate)
    elif fate != "paid":
        _contest(chance, told, at, fate)
    return told


def _give_back(chance: Random, told: Told, at: datetime, fate: str) -> None:
    asked = _later(chance, at)
    if fate == "asked":
        told.refund = asked, None, told.amount
        told.states.append((asked, S.REFUND_REQUESTED))
        return
    done = _later(chance, asked)
    told.refund = asked, done, told.amount if fate == "refunded" else told.amount // 3
    told.states.append((done, S.REFUNDED if fate == "refunded" else S.PARTIALLY_REFUNDED))


def _contest(chance: Random, told: Told, at: datetime, fate: str) -> None:
    opened = _later(chance, at)
    told.states.append((opened, S.DISPUTED))
    closed = None if fate == "open" else _later(chance, opened)
    told.dispute = opened, closed, fate
    if closed:
        told.states.append((closed, S.CHARGEBACK if fate == "lost" else S.APPROVED))


def _later(chance: Random, at: datetime) -> datetime:
    return at + timedelta(minutes=chance.randrange(1, 6 * 24 * 60))


def _write(customer: Customer, told: Told, *, with_events: bool) -> None:
    known = {status: at for at, status in reversed(told.states)}
    sale = factories.SaleFactory(
        customer=customer,
        product=told.product,
        status=told.states[-1][1],
        currency=told.currency,
        amount_charged=told.amount,
        is_test=told.is_test,
        recurrence_number=2 if told.is_renewal else None,
        ordered_at=told.states[0][0],
        approved_at=known.get(S.APPROVED),
        completed_at=known.get(S.COMPLETED),
    )
    if with_events:
        before = ""
        for at, status in told.states:
            factories.SaleEventFactory(sale=sale, from_status=before, to_status=status, occurred_at=at)
            before = status
    if told.refund:
        asked, done, amount = told.refund
        status = RefundStatus.SUCCEEDED if done else RefundStatus.PENDING
        factories.RefundFactory(
            sale=sale,
            amount=amount,
            status=status,
            is_test=told.is_test,
            requested_at=asked,
            completed_at=done,
        )
    if told.dispute:
        opened, closed, how = told.dispute
        factories.DisputeFactory(
            sale=sale, status=how, is_test=told.is_test, opened_at=opened, closed_at=closed
        )


def invent_subscription(chance: Random, customer: Customer) -> tuple[Any, list[tuple[datetime, str]]]:
    """A subscription with its events, and its states with the moment each began."""
    at = FIRST + timedelta(minutes=chance.randrange(40 * 24 * 60))
    status: SubscriptionStatus = chance.choice((SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING))
    states = [(at, status)]
    for _step in range(chance.randrange(5)):
        status = chance.choice(sorted(LEGAL_CHANGES[status]))
        states.append((_later(chance, states[-1][0]), status))
    subscription = factories.SubscriptionFactory(
        customer=customer, status=states[-1][1], started_at=states[0][0]
    )
    before = ""
    for moment, after in states:
        kind = EventKind.STATUS_CHANGED if before else EventKind.CREATED
        factories.SubscriptionEventFactory(
            subscription=subscription, kind=kind, from_status=before, to_status=after, occurred_at=moment
        )
        # What says nothing of a state is passed over.
        factories.SubscriptionEventFactory(
            subscription=subscription, kind=EventKind.RENEWED, occurred_at=moment + timedelta(seconds=30)
        )
        before = after
    return subscription, states
