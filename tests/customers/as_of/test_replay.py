"""At any day the figures and states are those of a plain replay of what had happened, in every scope."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.as_of.numbers import CurrencyFigures, figures_of
from customers.as_of.queries import as_purchases_then, purchases_until
from customers.models import Customer
from sales.as_of import plain, standing_at
from sales.queries import SALE, sales_by_status, spend_of_customers
from subscriptions.as_of import subscriptions_at
from tests import factories
from tests.customers.as_of.books import FIRST, LAST, Figures, History, invent, invent_subscription

SEEDS = range(6)


def _found(customer: Customer, moment: datetime) -> dict[str, Figures]:
    entries = standing_at(customer.pk, moment).entries
    return {each.spend.currency: _figures(each) for each in figures_of(entries)}


def _figures(found: CurrencyFigures) -> Figures:
    spend = found.spend
    figures = Figures(
        spend.gross, spend.refunded, found.open, found.lost, found.won, spend.paid_sales, spend.renewals
    )
    assert figures.net == spend.net
    return figures


def _moments(chance: Random) -> list[datetime]:
    """From before anything to after everything, and a few in between to the minute."""
    random = [FIRST + timedelta(minutes=chance.randrange(60 * 24 * 60)) for _ in range(8)]
    return sorted([FIRST - timedelta(days=1), *random, LAST + timedelta(days=30)])


@pytest.fixture
def products(aurora: Workspace, course: Product) -> list[Any]:
    with enter(aurora.pk):
        return [course, factories.ProductFactory(name="Clube Aurora")]


def _invent(seed: int, products: list[Any], *, with_events: bool) -> tuple[Random, History]:
    chance = Random(seed)
    history = invent(chance, factories.CustomerFactory(), products, with_events=with_events)
    invent(chance, factories.CustomerFactory(), products, with_events=with_events)  # somebody else's
    return chance, history


@pytest.mark.parametrize("with_events", [True, False], ids=["events", "dates"])
@pytest.mark.parametrize("seed", SEEDS)
def test_figures_and_states_are_those_of_a_replay(
    in_aurora: Workspace, products: list[Any], seed: int, with_events: bool
) -> None:
    chance, history = _invent(seed, products, with_events=with_events)
    for moment in _moments(chance):
        assert _found(history.customer, moment) == history.figures(moment), moment
        standing = standing_at(history.customer.pk, moment)
        assert sales_by_status(standing.entries) == history.states(moment), moment
        rows = as_purchases_then(
            purchases_until(history.customer, moment), moment, history.customer.pk
        ).filter(is_test=False)
        assert Counter(plain(row.then) for row in rows) == history.states(moment), moment
        if with_events:
            assert not standing.derived


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_a_limited_member_are_those_of_their_product(
    aurora: Workspace, products: list[Any], course: Product, seed: int
) -> None:
    with enter(aurora.pk):
        chance, history = _invent(seed, products, with_events=True)
    with enter(aurora.pk, products=[course.pk]):
        for moment in _moments(chance):
            assert _found(history.customer, moment) == history.figures(moment, course), moment


@pytest.mark.parametrize("with_events", [True, False], ids=["events", "dates"])
def test_after_everything_they_are_those_of_the_live_page(
    in_aurora: Workspace, products: list[Any], with_events: bool
) -> None:
    for seed in SEEDS:
        _chance, history = _invent(seed, products, with_events=with_events)
        customer = history.customer
        entries = standing_at(customer.pk, LAST + timedelta(days=30)).entries
        now = spend_of_customers([customer.pk])[customer.pk]
        then = [each.spend for each in figures_of(entries) if each.spend.gross]
        assert [(s.currency, s.gross, s.refunded, s.disputed, s.purchases, s.renewals) for s in then] == [
            (s.currency, s.gross, s.refunded, s.disputed, s.purchases, s.renewals) for s in now
        ]
        present = Counter(customer.sales.filter(is_test=False).values_list("status", flat=True))
        assert sales_by_status(entries) == present


@pytest.mark.parametrize("seed", SEEDS)
def test_gross_only_grows_and_a_days_change_is_what_happened_on_it(
    in_aurora: Workspace, products: list[Any], seed: int
) -> None:
    _chance, history = _invent(seed, products, with_events=True)
    before: dict[str, Figures] = {}
    for number in range(0, 64, 2):
        end = FIRST + timedelta(days=number)
        start = end - timedelta(days=2)
        now = _found(history.customer, end)
        for currency, figures in now.items():
            earlier = before.get(currency, Figures())
            assert figures.gross >= earlier.gross
            assert figures.gross - earlier.gross == _approved_between(history, currency, start, end)
            assert figures.refunded - earlier.refunded == _refunded_between(history, currency, start, end)
        before = now


def _approved_between(history: History, currency: str, start: datetime, end: datetime) -> int:
    """What was approved for the first time in these days, summed from the list of what happened."""
    first = [
        (min(at for at, status in each.states if status == "approved"), each.amount)
        for each in history.told
        if each.currency == currency and not each.is_test and len(each.states) > 1
    ]
    return sum(amount for at, amount in first if start <= at < end)


def _refunded_between(history: History, currency: str, start: datetime, end: datetime) -> int:
    told = [e.refund for e in history.told if e.refund and e.currency == currency and not e.is_test]
    return sum(amount for _asked, done, amount in told if done and start <= done < end)


@pytest.mark.parametrize("seed", range(20))
def test_subscriptions_have_the_states_of_a_replay(in_aurora: Workspace, seed: int) -> None:
    chance = Random(seed)
    subscription, states = invent_subscription(chance, factories.CustomerFactory())
    for moment in _moments(chance):
        found = subscriptions_at(subscription.customer_id, moment, 5)
        told = [status for at, status in states if at < moment]
        assert [(each.status, each.is_derived) for each in found] == [(last, False) for last in told[-1:]]


def test_replay_would_notice_a_sale_that_is_counted_too_early(
    in_aurora: Workspace, products: list[Any]
) -> None:
    """The control: the same books with one event a day late are other figures on that day."""
    _chance, history = _invent(1, products, with_events=True)
    paid = next(each for each in history.told if len(each.states) > 1 and not each.is_test)
    at = paid.states[1][0] + timedelta(seconds=1)
    assert _found(history.customer, at) == history.figures(at)
    sale = history.customer.sales.get(ordered_at=paid.states[0][0])
    sale.events.filter(to_status="approved").update(occurred_at=at + timedelta(days=1))
    assert _found(history.customer, at) != history.figures(at)
    assert any(entry.kind == SALE for entry in standing_at(history.customer.pk, at).entries)
