"""No combination of states without an answer, and what has to be true of all of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product as combinations

import pytest

from atomicpay.catalog.models import Product
from customers.access.facts import DisputeFact, GrantFact, ProductFacts, SaleFact, SubscriptionFact
from customers.access.rules import RULES, Answer, Decision, Reported, decide
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests.customers.access.facts import NOW, by_hand, charge, days, grant, lost, product, sale, subscription

REFUNDS: dict[str, dict[str, object]] = {
    "none": {},
    "partial": {"refunded": 4000, "refunded_at": days(-2)},
    "full": {"refunded": 10000, "refunded_at": days(-2)},
    "pending": {"refunding": 10000},
    "failed": {"has_failed_refund": True},
}
DISPUTES: list[str] = ["", *DisputeStatus.values]
GRANTS: list[GrantFact | None] = [
    None,
    *(grant(status) for status in AccessStatus.values),
    by_hand(AccessStatus.REVOKED),
    by_hand(),
]
SUBSCRIPTIONS: list[str] = ["", *SubscriptionStatus.values]


def _facts(
    status: str, of: str, refund: str, dispute: str, delivery: str, reported: GrantFact | None
) -> ProductFacts:
    disputes = (DisputeFact(dispute, days(-3)),) if dispute else ()
    make = charge if of else sale
    rows: list[SaleFact | SubscriptionFact | GrantFact] = [
        make(status, public_id="sale", disputes=disputes, **REFUNDS[refund])
    ]
    rows += [subscription(of)] if of else []
    rows += [reported] if reported else []
    return product(*rows, delivery=delivery)


def _everything() -> Iterator[tuple[ProductFacts, Decision]]:
    for states in combinations(
        SaleStatus.values, SUBSCRIPTIONS, REFUNDS, DISPUTES, Product.Delivery.values, GRANTS
    ):
        facts = _facts(*states)
        yield facts, decide(facts, NOW)


@pytest.fixture(scope="module")
def everything() -> list[tuple[ProductFacts, Decision]]:
    """All 155,925 combinations with their decisions."""
    return list(_everything())


def test_every_combination_has_an_answer_by_a_rule_of_the_table(
    everything: list[tuple[ProductFacts, Decision]],
) -> None:
    answers = {rule.code: rule.answer for rule in RULES}
    assert len(everything) == 11 * 9 * 5 * 7 * 5 * 9
    assert all(decision.answer == answers[decision.rule] for _facts, decision in everything)
    assert all(decision.rule != "no_rule" for _facts, decision in everything)


def test_every_answer_and_report_occurs(everything: list[tuple[ProductFacts, Decision]]) -> None:
    assert set(Counter(decision.answer for _facts, decision in everything)) == set(Answer)
    assert set(Counter(decision.reported for _facts, decision in everything)) == set(Reported)


def test_access_revoked_by_hand_is_always_no(everything: list[tuple[ProductFacts, Decision]]) -> None:
    revoked = [
        decision
        for facts, decision in everything
        if any(each.is_manual and each.status == AccessStatus.REVOKED for each in facts.grants)
    ]
    assert len(revoked) == len(everything) // len(GRANTS)
    assert {(decision.answer, decision.rule) for decision in revoked} == {(Answer.NO, "revoked_by_hand")}


def test_without_a_members_area_the_answer_is_never_yes(
    everything: list[tuple[ProductFacts, Decision]],
) -> None:
    rules = {d.rule for facts, d in everything if facts.delivery == Product.Delivery.NONE}
    assert rules == {"nothing_to_open", "revoked_by_hand"}


def test_delivery_decides_nothing_else(everything: list[tuple[ProductFacts, Decision]]) -> None:
    rules: dict[object, set[str]] = {}
    for facts, decision in everything:
        if facts.delivery != Product.Delivery.NONE:
            rules.setdefault((facts.sales, facts.subscriptions, facts.grants), set()).add(decision.rule)
    assert all(len(found) == 1 for found in rules.values())


def test_another_lost_dispute_never_opens_access(everything: list[tuple[ProductFacts, Decision]]) -> None:
    for facts, before in everything[::3]:
        worse = replace(facts.sales[0], disputes=(*facts.sales[0].disputes, lost()))
        after = decide(replace(facts, sales=(worse,)), NOW)
        if before.answer == Answer.NO:
            assert after.answer == Answer.NO
        elif after.answer not in (Answer.NO, before.answer):
            pytest.fail(f"{before.rule} became {after.rule}")


def test_a_full_refund_never_opens_access(everything: list[tuple[ProductFacts, Decision]]) -> None:
    for facts, before in everything[::3]:
        worse = replace(facts.sales[0], refunded=10000, refunded_at=days(-2))
        after = decide(replace(facts, sales=(worse,)), NOW)
        assert before.answer != Answer.NO or after.answer == Answer.NO


def test_another_paid_sale_never_closes_access(everything: list[tuple[ProductFacts, Decision]]) -> None:
    other = sale(public_id="other")
    for facts, before in everything[::3]:
        after = decide(replace(facts, sales=(*facts.sales, other)), NOW)
        expected = Answer.NO if before.rule in ("revoked_by_hand", "nothing_to_open") else Answer.YES
        assert after.answer == expected


def test_order_of_the_rows_does_not_matter(everything: list[tuple[ProductFacts, Decision]]) -> None:
    first, second = sale(public_id="other", ordered_at=days(-20)), by_hand(AccessStatus.FAILED)
    for facts, _decision in everything[::101]:
        more = replace(facts, sales=(*facts.sales, first), grants=(*facts.grants, second))
        turned = replace(more, sales=more.sales[::-1], grants=more.grants[::-1])
        assert decide(more, NOW) == decide(turned, NOW)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (grant("a word of tomorrow"),),
        (sale("a word of tomorrow"),),
        (subscription("a word of tomorrow"),),
        (sale(disputes=(DisputeFact("a word of tomorrow"),)),),
        (sale(payment_model="a word of tomorrow", plan_type="a word of tomorrow"),),
        (subscription(current_period_end=None), charge(subscription="of another customer")),
        (sale(amount=0), sale(amount=0, public_id="free", refunding=0)),
    ],
)
def test_what_nobody_knows_is_answered_too(rows: tuple[SaleFact | SubscriptionFact | GrantFact, ...]) -> None:
    decision = decide(product(*rows, delivery="a word of tomorrow"), NOW)
    assert decision.rule in {rule.code for rule in RULES}
