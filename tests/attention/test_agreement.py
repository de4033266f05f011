"""The card of a product and the checks of its buyer, over the same books: neither denies the other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import product as combinations
from typing import Any, Final

from django.utils import timezone

from atomicpay.attention.checks import find
from atomicpay.attention.facts import Check
from atomicpay.attention.queries import suspects_of
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from customers.access.queries import access_facts
from customers.access.rules import Answer, decide
from customers.models import Customer
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories
from tests.attention import scenes
from tests.attention.agreement import contradicts
from tests.attention.scenes import ago

_U = SubscriptionStatus
_RUNNING: Final = {"current_period_end": timedelta(days=20)}
_USED_UP: Final = {"current_period_end": -timedelta(days=1)}
SUBSCRIPTIONS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("", {}),
    *((status, _RUNNING) for status in _U.values),
    (_U.CANCELED, _USED_UP),
    (_U.CANCELED, {}),
    # Ended at once, although more was paid.
    (_U.CANCELED, _RUNNING | {"ended_at": -timedelta(days=2)}),
    (_U.ACTIVE, _USED_UP | {"cancel_at_period_end": True}),
]
REVERSALS: Final = ("", "part", "all", *DisputeStatus.values)
REPORTS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("", {}),
    *((status, {}) for status in AccessStatus.values),
    (AccessStatus.GRANTED, {"expires_at": -timedelta(days=1)}),
    (AccessStatus.GRANTED, {"is_manual": True}),
]
STEP: Final = 17
"""Each seventeenth combination: a prime, so that every state still meets every other."""


def _moved(fields: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    return {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}


def _buyer(
    product: Product, status: str, subscription: tuple[str, dict[str, Any]], reversal: str, report: Any
) -> Customer:
    buyer: Customer = factories.CustomerFactory()
    at = ago(days=10)
    sale = factories.SaleFactory(
        customer=buyer,
        product=product,
        status=status,
        ordered_at=at,
        approved_at=at,
        recurrence_number=1 if subscription[0] else None,
        subscription=factories.SubscriptionFactory(
            customer=buyer,
            product=product,
            status=subscription[0],
            started_at=at,
            **_moved(subscription[1]),
        )
        if subscription[0]
        else None,
    )
    if reversal in ("part", "all"):
        amount = 100 if reversal == "part" else sale.amount_charged
        factories.RefundFactory(sale=sale, amount=amount, completed_at=ago(days=2))
    elif reversal:
        factories.DisputeFactory(sale=sale, status=reversal, opened_at=ago(days=3))
    if report[0]:
        factories.AccessGrantFactory(
            sale=sale, status=report[0], subscription=sale.subscription, granted_at=at, **_moved(report[1])
        )
    return buyer


def _every_way() -> Iterator[tuple[Any, ...]]:
    yield from list(combinations(SaleStatus.values, SUBSCRIPTIONS, REVERSALS, REPORTS))[::STEP]


def test_card_and_checks_agree_over_the_same_facts(in_aurora: Workspace, course: Product) -> None:
    scenes.reported_of_others(course, 20)
    buyers = {_buyer(course, *way): way for way in _every_way()}
    at = timezone.now()
    failed: dict[int, set[Check]] = defaultdict(set)
    for found in find(suspects_of([buyer.pk for buyer in buyers], at), at):
        failed[found.suspect.customer_id].add(found.suspect.check)
    answers, wrong = set(), []
    for buyer, way in buyers.items():
        (facts,) = access_facts(buyer.pk).products
        decision = decide(facts, at)
        answers.add((decision.answer, decision.differs or decision.is_overdue))
        is_of_hand = bool(way[3][1].get("is_manual"))
        if contradicts(decision, failed[buyer.pk], is_of_hand=is_of_hand):
            wrong.append((way, decision.rule, decision.reported, decision.differs, failed[buyer.pk]))
    assert wrong == []
    assert answers >= set(combinations((Answer.YES, Answer.NO), (False, True)))
    assert len(buyers) > 600
    assert set().union(*failed.values()) >= {Check.NO_ACCESS, Check.UNEXPLAINED_LOSS, Check.ACCESS_AFTER_LOSS}
