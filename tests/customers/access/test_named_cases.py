"""The rules as a table: what support meets, by name, with the answer and the rule that must give it."""

from datetime import datetime

import pytest

from atomicpay.catalog.models import PaymentModel, Plan, Product
from customers.access.facts import ProductFacts
from customers.access.rules import Answer, Reported, decide
from sales.states import AccessStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests.customers.access.facts import (
    NOW,
    by_hand,
    charge,
    days,
    dispute,
    grant,
    lost,
    product,
    sale,
    subscription,
)

S, T = SaleStatus, SubscriptionStatus
YES, NO, RISK, UNKNOWN = Answer.YES, Answer.NO, Answer.AT_RISK, Answer.UNKNOWN
SPLIT = {"payment_model": PaymentModel.INSTALLMENT_PLAN, "max_charges": 12}
RECURRING = PaymentModel.RECURRING

CASES: dict[str, tuple[ProductFacts, Answer, str]] = {
    # One sale
    "approved": (product(sale()), YES, "sale_paid"),
    "completed": (product(sale(S.COMPLETED)), YES, "sale_paid"),
    "free": (product(sale(amount=0)), YES, "sale_paid"),
    "lifetime": (product(sale(plan_type=Plan.Type.LIFETIME)), YES, "lifetime"),
    "pix waiting": (product(sale(S.PENDING, method="pix")), NO, "not_paid_yet"),
    "card declined": (product(sale(S.DECLINED)), NO, "declined"),
    "boleto expired": (product(sale(S.EXPIRED)), NO, "payment_expired"),
    "withdrawn": (product(sale(S.CANCELED)), NO, "sale_canceled"),
    "only a test": (product(sale(is_test=True)), NO, "test_sale"),
    "nothing at all": (product(), NO, "nothing_bought"),
    "a report alone": (product(grant()), NO, "nothing_bought"),
    # Refunds
    "refunded": (product(sale(S.REFUNDED, refunded=10000)), NO, "refunded"),
    "refunded without its refund on record": (product(sale(S.REFUNDED)), NO, "refunded"),
    "called refunded, fee kept": (product(sale(S.REFUNDED, refunded=9100)), NO, "refunded"),
    "all returned, status behind": (product(sale(refunded=10000)), NO, "refunded"),
    "part returned": (product(sale(S.PARTIALLY_REFUNDED, refunded=4000)), YES, "partly_refunded"),
    "part returned, status behind": (product(sale(refunded=4000)), YES, "partly_refunded"),
    "asked back": (product(sale(S.REFUND_REQUESTED)), RISK, "refund_requested"),
    "refund on its way": (product(sale(refunding=10000)), RISK, "refund_requested"),
    "part on its way": (product(sale(refunding=4000)), YES, "sale_paid"),
    "rest on its way": (product(sale(refunded=4000, refunding=6000)), RISK, "refund_requested"),
    "refund failed": (product(sale(has_failed_refund=True)), YES, "sale_paid"),
    "called refunded, refund failed": (
        product(sale(S.REFUNDED, has_failed_refund=True)),
        UNKNOWN,
        "refund_failed_status_refunded",
    ),
    # Disputes
    "dispute open": (product(sale(S.DISPUTED, disputes=(dispute("open"),))), RISK, "dispute_open"),
    "dispute open, status behind": (product(sale(disputes=(dispute("open"),))), RISK, "dispute_open"),
    "disputed without its dispute": (product(sale(S.DISPUTED)), RISK, "dispute_open"),
    "inquiry": (product(sale(disputes=(dispute("inquiry"),))), YES, "sale_paid"),
    "dispute won": (product(sale(disputes=(dispute("won"),))), YES, "sale_paid"),
    "dispute won, still called disputed": (
        product(sale(S.DISPUTED, disputes=(dispute("won"),))),
        UNKNOWN,
        "dispute_over_status_behind",
    ),
    "dispute won, still called chargeback": (
        product(sale(S.CHARGEBACK, disputes=(dispute("won"),))),
        UNKNOWN,
        "dispute_over_status_behind",
    ),
    "chargeback": (product(sale(S.CHARGEBACK, disputes=(lost(),))), NO, "dispute_lost"),
    "chargeback without its dispute": (product(sale(S.CHARGEBACK)), NO, "dispute_lost"),
    "lost, status behind": (product(sale(disputes=(lost(),))), NO, "dispute_lost"),
    "one won, another lost": (product(sale(disputes=(dispute("won"), lost()))), NO, "dispute_lost"),
    "one won, another open": (
        product(sale(S.DISPUTED, disputes=(dispute("won"), dispute("open")))),
        RISK,
        "dispute_open",
    ),
    "refunded and lost": (product(sale(S.REFUNDED, disputes=(lost(),))), NO, "dispute_lost"),
    "partly refunded, then disputed": (
        product(sale(S.DISPUTED, refunded=4000, disputes=(dispute("open"),))),
        RISK,
        "dispute_open",
    ),
    "never paid, yet disputed": (
        product(sale(S.PENDING, disputes=(dispute("open"),))),
        UNKNOWN,
        "reversed_but_never_paid",
    ),
    "never paid, yet partly refunded": (
        product(sale(S.DECLINED, refunded=4000)),
        UNKNOWN,
        "reversed_but_never_paid",
    ),
    # Subscriptions
    "active": (product(subscription(), charge()), YES, "subscription_active"),
    "active without a charge on record": (product(subscription()), YES, "subscription_active"),
    "on trial": (
        product(subscription(T.TRIALING, trial_ends_at=days(3), current_period_end=days(3))),
        YES,
        "trial",
    ),
    "trial over, still called a trial": (
        product(subscription(T.TRIALING, trial_ends_at=days(-1))),
        UNKNOWN,
        "trial_over",
    ),
    "past due": (product(subscription(T.PAST_DUE), charge(S.DECLINED)), RISK, "past_due"),
    "past due beyond its period": (
        product(subscription(T.PAST_DUE, current_period_end=days(-5))),
        RISK,
        "past_due",
    ),
    "unpaid": (product(subscription(T.UNPAID)), UNKNOWN, "unpaid"),
    "paused": (product(subscription(T.PAUSED)), UNKNOWN, "paused"),
    "canceled, paid until later": (
        product(subscription(T.CANCELED, canceled_at=days(-2)), charge()),
        YES,
        "canceled_until_period_end",
    ),
    "canceled, period over": (
        product(subscription(T.CANCELED, current_period_end=days(-1)), charge()),
        NO,
        "period_over",
    ),
    "canceled at the very end of its period": (
        product(subscription(T.CANCELED, current_period_end=NOW)),
        NO,
        "period_over",
    ),
    "ended at once by the platform": (
        product(subscription(T.CANCELED, ended_at=days(-2))),
        NO,
        "period_over",
    ),
    "canceled during its trial": (
        product(subscription(T.CANCELED, trial_ends_at=days(2), current_period_end=None)),
        YES,
        "canceled_until_period_end",
    ),
    "canceled, no end on record": (
        product(subscription(T.CANCELED, current_period_end=None)),
        UNKNOWN,
        "canceled_without_end",
    ),
    "ends with its period": (
        product(subscription(cancel_at_period_end=True)),
        YES,
        "canceled_until_period_end",
    ),
    "was to end with its period": (
        product(subscription(cancel_at_period_end=True, current_period_end=days(-1))),
        NO,
        "period_over",
    ),
    "active, renewal late": (
        product(subscription(current_period_end=days(-1))),
        RISK,
        "renewal_missing",
    ),
    "expired": (product(subscription(T.EXPIRED, ended_at=days(-5))), NO, "subscription_expired"),
    "expired, paid again after": (
        product(subscription(T.EXPIRED, ended_at=days(-20)), charge()),
        UNKNOWN,
        "paid_after_end",
    ),
    "first payment open": (
        product(subscription(T.INCOMPLETE), charge(S.PENDING)),
        NO,
        "first_payment_open",
    ),
    "paid, yet incomplete": (product(subscription(T.INCOMPLETE), charge()), UNKNOWN, "paid_but_incomplete"),
    "instalments all paid": (
        product(subscription(T.EXPIRED, ended_at=days(-3), charges_count=12, **SPLIT)),
        YES,
        "instalments_paid",
    ),
    "instalments not all paid": (
        product(subscription(T.EXPIRED, ended_at=days(-3), charges_count=7, **SPLIT)),
        NO,
        "subscription_expired",
    ),
    "last charge refunded, still active": (
        product(subscription(), charge(S.REFUNDED), charge(public_id="older", ordered_at=days(-40))),
        NO,
        "refunded",
    ),
    "an earlier charge refunded": (
        product(subscription(), charge(), charge(S.REFUNDED, public_id="older", ordered_at=days(-40))),
        YES,
        "subscription_active",
    ),
    "an earlier charge lost": (
        product(subscription(), charge(), charge(S.CHARGEBACK, public_id="older", ordered_at=days(-40))),
        YES,
        "subscription_active",
    ),
    "last charge lost, still active": (
        product(subscription(), charge(S.CHARGEBACK, disputes=(lost(),))),
        NO,
        "dispute_lost",
    ),
    "an earlier charge disputed": (
        product(
            subscription(),
            charge(),
            charge(public_id="older", ordered_at=days(-40), disputes=(dispute("open"),)),
        ),
        RISK,
        "dispute_open",
    ),
    "test charge of a real subscription": (
        product(subscription(), charge(S.REFUNDED, is_test=True)),
        YES,
        "subscription_active",
    ),
    # A charge without its subscription
    "month paid, subscription missing": (
        product(sale(payment_model=RECURRING, pays_until=days(20))),
        YES,
        "charge_paid",
    ),
    "month over, subscription missing": (
        product(sale(payment_model=RECURRING, pays_until=NOW)),
        UNKNOWN,
        "subscription_missing",
    ),
    "charge of a subscription that is elsewhere": (product(charge()), UNKNOWN, "subscription_missing"),
    # Terms that came with a sale
    "a year of access, running": (product(sale(), grant(expires_at=days(300))), YES, "sale_paid"),
    "a year of access, over": (product(sale(), grant(expires_at=NOW)), NO, "term_over"),
    "a lifetime, reported as over": (
        product(sale(plan_type=Plan.Type.LIFETIME), grant(AccessStatus.EXPIRED, expires_at=days(-1))),
        YES,
        "lifetime",
    ),
    "expired without a date": (product(sale(), grant(AccessStatus.EXPIRED)), UNKNOWN, "term_unknown"),
    # A person's act
    "revoked by hand": (product(sale(), by_hand(AccessStatus.REVOKED)), NO, "revoked_by_hand"),
    "revoked by hand, bought again": (
        product(sale(ordered_at=NOW), by_hand(AccessStatus.REVOKED), grant()),
        NO,
        "revoked_by_hand",
    ),
    "revoked by hand, given again by hand": (
        product(sale(S.EXPIRED), by_hand(AccessStatus.REVOKED), by_hand(granted_at=NOW)),
        YES,
        "granted_by_hand",
    ),
    "a courtesy": (product(sale(S.DECLINED), by_hand()), YES, "granted_by_hand"),
    "a courtesy that ran out": (product(sale(S.DECLINED), by_hand(expires_at=NOW)), NO, "declined"),
    "let in while the boleto clears": (
        product(sale(S.PENDING), by_hand(sale="sale")),
        YES,
        "granted_by_hand",
    ),
    "opened by hand, then charged back": (
        product(sale(disputes=(lost(),)), by_hand(sale="sale")),
        NO,
        "dispute_lost",
    ),
    "given back by hand after the refund": (
        product(
            sale(S.REFUNDED, refunded=10000, refunded_at=days(-2)),
            by_hand(sale="sale", granted_at=days(-1)),
        ),
        YES,
        "granted_by_hand",
    ),
    "opened by hand, dispute open": (
        product(sale(disputes=(dispute("open"),)), by_hand(sale="sale")),
        RISK,
        "dispute_open",
    ),
    "paused, let in by hand": (
        product(subscription(T.PAUSED), by_hand(subscription="sub")),
        YES,
        "granted_by_hand",
    ),
    # Several grounds
    "bought twice, one refunded": (
        product(sale(S.REFUNDED), sale(public_id="again", ordered_at=days(-30))),
        YES,
        "sale_paid",
    ),
    "refunded, Pix for a new one waiting": (
        product(sale(S.REFUNDED), sale(S.PENDING, public_id="again", ordered_at=days(-1))),
        NO,
        "not_paid_yet",
    ),
    "subscription over, bought for life": (
        product(
            subscription(T.EXPIRED, ended_at=days(-5)), sale(plan_type=Plan.Type.LIFETIME, public_id="life")
        ),
        YES,
        "lifetime",
    ),
    "two subscriptions, one past due": (
        product(subscription(T.PAST_DUE), subscription(public_id="second")),
        YES,
        "subscription_active",
    ),
    "at risk beats unknown": (
        product(subscription(T.PAUSED), subscription(T.PAST_DUE, public_id="second")),
        RISK,
        "past_due",
    ),
    # Nothing to open, and words nobody knows
    "a session": (product(sale(), delivery=Product.Delivery.NONE), NO, "nothing_to_open"),
    "a session, refunded": (
        product(sale(S.REFUNDED), delivery=Product.Delivery.NONE),
        NO,
        "nothing_to_open",
    ),
    "a status of tomorrow": (product(sale("settled")), UNKNOWN, "status_unknown"),
    "a subscription status of tomorrow": (product(subscription("dunning")), UNKNOWN, "status_unknown"),
}


@pytest.mark.parametrize("name", CASES)
def test_case_is_decided_by_its_rule(name: str) -> None:
    facts, answer, rule = CASES[name]
    decision = decide(facts, NOW)
    assert (decision.rule, decision.answer) == (rule, answer)


REPORTS: dict[str, tuple[ProductFacts, Reported, bool, bool]] = {
    # facts, what the platform says, whether that is the opposite, whether it is late
    "as it should be": (product(sale(), grant()), Reported.OPEN, False, False),
    "the platform failed": (product(sale(), grant(AccessStatus.FAILED)), Reported.SHUT, True, False),
    "the platform took it away": (product(sale(), grant(AccessStatus.REVOKED)), Reported.SHUT, True, False),
    "open after the refund": (product(sale(S.REFUNDED), grant()), Reported.OPEN, True, False),
    "shut after the refund": (
        product(sale(S.REFUNDED), grant(AccessStatus.REVOKED)),
        Reported.SHUT,
        False,
        False,
    ),
    "past due, shut": (
        product(subscription(T.PAST_DUE), grant(AccessStatus.REVOKED, sale="", subscription="sub")),
        Reported.SHUT,
        True,
        False,
    ),
    "unpaid, shut": (
        product(subscription(T.UNPAID), grant(AccessStatus.REVOKED, sale="", subscription="sub")),
        Reported.SHUT,
        False,
        False,
    ),
    "nothing heard for ten days": (product(sale()), Reported.SILENT, False, True),
    "nothing heard for a month": (product(sale(ordered_at=days(-31))), Reported.SILENT, False, False),
    "nothing heard for a minute": (product(sale(ordered_at=NOW)), Reported.SILENT, False, False),
    "an ebook, nothing heard": (
        product(sale(), delivery=Product.Delivery.EBOOK_FILE),
        Reported.SILENT,
        False,
        False,
    ),
    "usual time not known": (product(sale(), usual_minutes=None), Reported.SILENT, False, True),
    "nothing is told of others either": (
        product(sale(), is_told_of_others=False),
        Reported.SILENT,
        False,
        False,
    ),
    "on its way for ten days": (product(sale(), grant(AccessStatus.PENDING)), Reported.WAITING, False, True),
    "called nothing to open": (
        product(sale(), grant(AccessStatus.NOT_APPLICABLE)),
        Reported.NOTHING,
        True,
        False,
    ),
    "one of two reports is open": (
        product(sale(), grant(AccessStatus.FAILED, recorded_at=NOW), grant(sale="other")),
        Reported.OPEN,
        False,
        False,
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_report_is_held_against_the_money(name: str) -> None:
    facts, reported, differs, is_overdue = REPORTS[name]
    decision = decide(facts, NOW)
    assert (decision.reported, decision.differs, decision.is_overdue) == (reported, differs, is_overdue)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("approved", days(-10), None),
        ("chargeback", days(-2), None),
        ("refunded", None, None),
        ("canceled, paid until later", days(-40), days(20)),
        ("canceled, period over", days(-1), None),
        ("on trial", days(-40), days(3)),
        ("month paid, subscription missing", days(-10), days(20)),
        ("a year of access, running", days(-10), days(300)),
        ("expired", days(-5), None),
        ("active", days(-40), None),
        ("revoked by hand", days(-1), None),
    ],
)
def test_answer_holds_between_its_moments(name: str, since: datetime | None, until: datetime | None) -> None:
    decision = decide(CASES[name][0], NOW)
    assert (decision.since, decision.until) == (since, until)


def test_same_facts_are_decided_otherwise_a_moment_later() -> None:
    """The moment is given, so the past and the future can be asked about."""
    facts = product(subscription(T.CANCELED, current_period_end=NOW), charge())
    assert decide(facts, days(-0.001)).answer == Answer.YES
    assert decide(facts, NOW).answer == Answer.NO
