"""The pure functions alone: no database, each condition turned round once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from atomicpay.attention.checks import (
    JUDGES,
    KEPT,
    LOST,
    UNPAID,
    Verdict,
    judge,
    run_checks,
)
from atomicpay.attention.facts import Check, Facts, Ref, Suspect
from atomicpay.attention.labels import LABELS
from atomicpay.attention.places import ON_SALE, ON_SUBSCRIPTION, checks_for
from atomicpay.attention.words import say
from atomicpay.catalog.models import Product
from sales.states import PAID, AccessStatus, PaymentMethod, SaleStatus
from sales.usual import ACCESS_MINUTES, PENDING_HOURS
from subscriptions.lifecycle import SubscriptionStatus

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
AGO = NOW - timedelta(days=10)
SALE, SUBSCRIPTION = Ref(7, "11111111-1111-7111-8111-111111111111", "HP7"), Ref(8, "2" * 8, "SUB8")
AREA = Product.Delivery.EXTERNAL_MEMBERS_AREA


def suspect(check: Check, **known: Any) -> Suspect:
    return Suspect(check=check, customer_id=1, product_id=2, subject="s7", **known)


FAILING = {
    Check.EMAIL: {"email": "outra@correio.example"},
    Check.UNPAID_ACCESS: {"access": "granted", "sale_status": "declined"},
    Check.NO_ACCESS: {"access": "failed", "sale_status": "approved", "delivery": AREA, "approved_at": AGO},
    Check.UNEXPLAINED_LOSS: {"access": "revoked", "sale_status": "approved"},
    Check.ACCESS_AFTER_LOSS: {"access": "granted", "sale_status": "refunded"},
    Check.SUBSCRIPTION_ACCESS: {"access": "granted", "subscription_status": "expired", "paid_until": AGO},
    Check.DELIVERY: {"access": "granted", "delivery": "none"},
    Check.NO_SUBSCRIPTION: {"payment_model": "recurring", "sale_status": "approved"},
    Check.SUBSCRIPTION_ELSEWHERE: {"shared": ("document",), "subscription_status": "active"},
    Check.SUBSCRIBED_TWICE: {"together": (SUBSCRIPTION, Ref(9, "3" * 8, "SUB9"))},
    Check.PAID_AFTER_CANCEL: {
        "canceled_at": AGO,
        "ordered_at": NOW,
        "subscription_status": "canceled",
        "sale_status": "approved",
    },
    Check.STALE_PENDING: {"sale_status": "pending", "method": "pix", "ordered_at": AGO},
    Check.ILLEGAL_CHANGE: {"event_id": 3, "before": "canceled", "after": "approved", "occurred_at": AGO},
}

TURNED = [
    (Check.EMAIL, {"email": ""}),
    (Check.UNPAID_ACCESS, {"access": "pending"}),
    (Check.UNPAID_ACCESS, {"sale_status": "approved"}),
    (Check.UNPAID_ACCESS, {"is_manual": True}),
    (Check.UNPAID_ACCESS, {"others_paid": True}),
    (Check.UNPAID_ACCESS, {"subscription_status": "trialing"}),
    (Check.NO_ACCESS, {"access": "granted"}),
    (Check.NO_ACCESS, {"access": "revoked"}),
    (Check.NO_ACCESS, {"access": ""}),
    (Check.NO_ACCESS, {"access": "", "sampled": 4, "reported": 4}),
    (Check.NO_ACCESS, {"access": "", "sampled": 20, "reported": 9}),
    (Check.NO_ACCESS, {"access": "", "sampled": 20, "reported": 20, "approved_at": NOW - timedelta(days=91)}),
    (Check.NO_ACCESS, {"delivery": "none"}),
    (Check.NO_ACCESS, {"sale_status": "refunded"}),
    (Check.NO_ACCESS, {"subscription_status": "canceled"}),
    (Check.NO_ACCESS, {"approved_at": NOW - timedelta(hours=24)}),
    (Check.NO_ACCESS, {"approved_at": NOW - timedelta(minutes=15), "access_within_minutes": 15}),
    (Check.UNEXPLAINED_LOSS, {"access": "granted"}),
    (Check.UNEXPLAINED_LOSS, {"access": "expired"}),
    (Check.UNEXPLAINED_LOSS, {"is_manual": True}),
    (Check.UNEXPLAINED_LOSS, {"is_refunded": True}),
    (Check.UNEXPLAINED_LOSS, {"dispute": "open"}),
    (Check.UNEXPLAINED_LOSS, {"sale_status": "chargeback"}),
    (Check.UNEXPLAINED_LOSS, {"subscription_status": "canceled"}),
    (Check.ACCESS_AFTER_LOSS, {"access": "revoked"}),
    (Check.ACCESS_AFTER_LOSS, {"sale_status": "partially_refunded"}),
    (Check.ACCESS_AFTER_LOSS, {"sale_status": "disputed", "dispute": "open"}),
    (Check.ACCESS_AFTER_LOSS, {"is_manual": True}),
    (Check.ACCESS_AFTER_LOSS, {"others_paid": True}),
    (Check.SUBSCRIPTION_ACCESS, {"access": "expired"}),
    (Check.SUBSCRIPTION_ACCESS, {"subscription_status": "past_due"}),
    (
        Check.SUBSCRIPTION_ACCESS,
        {"subscription_status": "canceled", "paid_until": NOW + timedelta(seconds=1)},
    ),
    (Check.SUBSCRIPTION_ACCESS, {"expires_at": NOW}),
    (Check.SUBSCRIPTION_ACCESS, {"is_paid_up": True}),
    (Check.SUBSCRIPTION_ACCESS, {"is_manual": True}),
    (Check.SUBSCRIPTION_ACCESS, {"others_paid": True}),
    (Check.DELIVERY, {"delivery": AREA}),
    (Check.DELIVERY, {"access": "not_applicable"}),
    (Check.NO_SUBSCRIPTION, {"payment_model": "one_time"}),
    (Check.NO_SUBSCRIPTION, {"plan_type": "lifetime"}),
    (Check.NO_SUBSCRIPTION, {"sale_status": "pending"}),
    (Check.NO_SUBSCRIPTION, {"sale_status": "refunded"}),
    (Check.SUBSCRIPTION_ELSEWHERE, {"shared": ()}),
    (Check.SUBSCRIPTION_ELSEWHERE, {"shared": ("card",)}),
    (Check.SUBSCRIPTION_ELSEWHERE, {"subscription_status": "expired"}),
    (Check.SUBSCRIBED_TWICE, {"together": (SUBSCRIPTION,)}),
    (Check.PAID_AFTER_CANCEL, {"ordered_at": AGO}),
    (Check.PAID_AFTER_CANCEL, {"subscription_status": "active"}),
    (Check.PAID_AFTER_CANCEL, {"sale_status": "refunded"}),
    (Check.STALE_PENDING, {"sale_status": "approved"}),
    (Check.STALE_PENDING, {"ordered_at": NOW - timedelta(hours=24)}),
    (Check.ILLEGAL_CHANGE, {"event_id": 0}),
]


def failing(check: Check) -> Suspect:
    return suspect(check, sale=SALE, subscription=SUBSCRIPTION, **FAILING[check])


def digest(failing: Suspect) -> str:
    found = judge(failing, NOW)
    assert found is not None
    return found.digest


@pytest.mark.parametrize("check", FAILING)
def test_check_fails_with_evidence_in_words_and_a_next_step(check: Check) -> None:
    found = judge(failing(check), NOW)
    assert found is not None
    assert say(check, found.evidence)
    assert str(LABELS[check].next_step)
    assert "outra@correio.example" not in str(found.evidence)


@pytest.mark.parametrize(("check", "change"), TURNED, ids=str)
def test_check_does_not_fail_where_one_condition_is_not_so(check: Check, change: dict[str, Any]) -> None:
    assert judge(replace(failing(check), **change), NOW) is None


def test_tables_are_whole() -> None:
    assert list(JUDGES) == list(Check) == list(LABELS)
    assert set(FAILING) == {check for check, _change in TURNED} == set(Check) - {Check.SCOPE}
    assert {*KEPT, *LOST} == set(PAID)
    assert {*KEPT, *LOST, *UNPAID} == set(SaleStatus)
    assert set(ACCESS_MINUTES) == set(Product.Delivery) - {Product.Delivery.NONE}
    assert set(PENDING_HOURS) | {PaymentMethod.OTHER} == set(PaymentMethod)


def test_every_combination_has_an_answer() -> None:
    """Sale x subscription x access x refund x dispute x delivery, for each check."""
    states = (SaleStatus, ["", *SubscriptionStatus], ["", *AccessStatus], [False, True], ["", "open", "lost"])
    for sale, subscription, access, is_refunded, dispute in product(*states):
        for delivery, check in product(Product.Delivery, Check):
            judge(
                suspect(
                    check,
                    sale_status=sale,
                    subscription_status=subscription,
                    access=access,
                    is_refunded=is_refunded,
                    dispute=dispute,
                    delivery=delivery,
                ),
                NOW,
            )


def test_digest_is_of_what_decided_it_alone() -> None:
    first, again = (digest(failing(Check.EMAIL)) for _time in range(2))
    later_sale = digest(replace(failing(Check.EMAIL), sale=Ref(99, "x", "HP99"), number=4))
    other_email = digest(replace(failing(Check.EMAIL), email="terceira@correio.example"))
    assert first == again == later_sale != other_email


def test_further_charge_after_a_cancellation_is_new_evidence() -> None:
    another = replace(failing(Check.PAID_AFTER_CANCEL), sale=Ref(99, "x", "HP99"))
    assert digest(failing(Check.PAID_AFTER_CANCEL)) != digest(another)


def test_results_say_passed_failed_and_not_applicable() -> None:
    pending = replace(failing(Check.STALE_PENDING), total=30)
    facts = Facts(NOW, (pending,), {Check.EMAIL: 3})
    results = {result.check: result for result in run_checks(facts, Check)}
    assert results[Check.STALE_PENDING].verdict is Verdict.FAILED
    assert results[Check.STALE_PENDING].more == 29
    assert results[Check.EMAIL].verdict is Verdict.PASSED
    assert results[Check.DELIVERY].verdict is Verdict.NOT_APPLICABLE


def test_checks_tell_nothing_of_what_a_member_may_not_see() -> None:
    assert checks_for(may_see_sales=False, may_see_subscriptions=True) == {Check.SCOPE}
    allowed = checks_for(may_see_sales=True, may_see_subscriptions=False)
    assert not [check for check in allowed if "subscri" in check.value or "cancel" in check.value]
    assert set(Check) >= ON_SALE | ON_SUBSCRIPTION
