"""Why a sale has no subscription: a table of cases, and what the pages say of real rows."""

from collections.abc import Callable
from itertools import product

import pytest

from atomicpay.catalog.models import PaymentModel, Plan, Product
from atomicpay.missing.cause_words import say_cause
from atomicpay.missing.causes import SaleFacts, check_causes
from atomicpay.missing.facts import Cause, Held, How, Verdict
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.models import Sale
from sales.states import SaleStatus
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import Beacon, MemberClient

from .test_customers import findings

SignIn = Callable[[Membership], MemberClient]
HELD = (Held("Clube Aurora, SUB1", "active", "Ana", "/sub/", How.SAME_DOCUMENT),)

CASES: dict[str, tuple[SaleFacts, list[Cause]]] = {
    "paid once": (SaleFacts(PaymentModel.ONE_TIME, Plan.Type.STANDARD, "approved"), [Cause.PAYMENT_MODEL]),
    "never approved": (SaleFacts(PaymentModel.RECURRING, Plan.Type.STANDARD, "declined"), [Cause.STATUS]),
    "a trial needs no approval": (
        SaleFacts(PaymentModel.RECURRING, Plan.Type.TRIAL, "pending"),
        [Cause.NEVER_CREATED],
    ),
    "never created": (
        SaleFacts(PaymentModel.RECURRING, Plan.Type.STANDARD, "approved"),
        [Cause.NEVER_CREATED],
    ),
    "refunded meanwhile": (
        SaleFacts(PaymentModel.INSTALLMENT_PLAN, Plan.Type.STANDARD, "refunded"),
        [Cause.NEVER_CREATED],
    ),
    "there, and not named": (
        SaleFacts(PaymentModel.RECURRING, Plan.Type.STANDARD, "approved", same_product=HELD),
        [Cause.NOT_LINKED],
    ),
    "under a twin": (
        SaleFacts(PaymentModel.RECURRING, Plan.Type.STANDARD, "approved", of_others=HELD),
        [Cause.ANOTHER_CUSTOMER],
    ),
    "no plan": (SaleFacts("", "", "approved"), []),
    "declined and paid once": (
        SaleFacts(PaymentModel.ONE_TIME, Plan.Type.LIFETIME, "declined"),
        [Cause.PAYMENT_MODEL, Cause.STATUS],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_causes_that_explain(case: str) -> None:
    facts, causes = CASES[case]
    assert [c.cause for c in check_causes(facts) if c.verdict is Verdict.IS_WHY] == causes


def test_every_verdict_has_words() -> None:
    models, types = ["", *PaymentModel.values], ["", *Plan.Type.values]
    for payment_model, plan_type, status in product(models, types, SaleStatus.values):
        for held in ((), HELD):
            facts = SaleFacts(payment_model, plan_type, status, held, held, held)
            assert all(say_cause(cause).title for cause in check_causes(facts))


@pytest.fixture
def club(aurora: Workspace) -> Plan:
    with enter(aurora.pk):
        plan: Plan = factories.PlanFactory(product=factories.ProductFactory(name="Clube Aurora"))
        return plan


def sale_of(plan: Plan, **fields: object) -> Sale:
    """A paid sale of a plan that is charged again, without a subscription."""
    sale: Sale = factories.SaleFactory(plan=plan, product=plan.product, **fields)
    return sale


def panel(client: MemberClient, sale: Sale) -> str:
    response = client.get(client.at(f"sales/{sale.public_id}/"))
    assert response.status_code == 200
    assert_no_canary(response)
    body = response.content.decode()
    return body[body.index('id="no-subscription"') :] if 'id="no-subscription"' in body else ""


def test_sale_page_tells_that_none_was_ever_recorded(
    aurora: Workspace, club: Plan, beacon: Beacon, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        sale = sale_of(club)
    shown = panel(sign_in(support_agent), sale)
    assert "None was ever recorded" in shown
    assert "Payment model: Recurring. A subscription is expected." in shown


def test_sale_page_names_the_twin_that_holds_the_subscription(
    aurora: Workspace, club: Plan, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        old = factories.CustomerFactory(name="Inês Carvalhão Pires", email="ines@antigo.example")
        held = factories.SubscriptionFactory(customer=old, product=club.product, plan=club)
        factories.CustomerDocumentFactory(customer=old)
        sale = sale_of(club, customer=factories.CustomerFactory(name="Inês C. Pires"))
        factories.CustomerDocumentFactory(customer=sale.customer)
    shown = panel(sign_in(support_agent), sale)
    assert "under another record of what seems to be the same person" in shown
    assert f"subscriptions/{held.public_id}/" in shown
    assert "Inês Carvalhão Pires, Active, same document" in shown


def test_sale_page_finds_the_subscription_by_the_email_typed_at_the_checkout(
    aurora: Workspace, club: Plan, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        other = factories.CustomerFactory()
        factories.CustomerEmailFactory(customer=other, address="antes@mail.example", is_primary=False)
        factories.SubscriptionFactory(customer=other, product=club.product, plan=club)
        sale = sale_of(club, buyer_email="Antes@mail.example")
    assert "the email typed at the checkout is a former one of theirs" in panel(sign_in(support_agent), sale)


def test_sale_page_says_nothing_where_the_subscription_is_named(
    aurora: Workspace, club: Plan, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        held = factories.SubscriptionFactory(product=club.product, plan=club)
        sale = sale_of(club, customer=held.customer, subscription=held)
    assert panel(sign_in(support_agent), sale) == ""


def test_limited_member_is_told_of_no_subscription_outside_their_products(
    aurora: Workspace, club: Plan, course: Product, limited_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        plan = factories.PlanFactory(product=course)
        sale = sale_of(plan)
        factories.SubscriptionFactory(customer=sale.customer, product=club.product, external_id="OUTSIDE-1")
        # The control: a subscription inside is told of.
        factories.SubscriptionFactory(customer=sale.customer, product=course, external_id="INSIDE-1")
    shown = panel(sign_in(limited_agent), sale)
    assert "INSIDE-1" in shown
    assert "OUTSIDE-1" not in shown
    assert "Clube Aurora" not in shown
    assert "Within your products" in shown


def test_subscription_list_says_why_somebody_has_none(
    aurora: Workspace, club: Plan, support_agent: Membership
) -> None:
    with enter(aurora.pk):
        sale = sale_of(club)
        factories.CustomerEmailFactory(customer=sale.customer, address="thais@mail.example")
    told = findings("status=active", "thais@mail.example", support_agent, "subscriptions")
    assert told[0].found is not None
    assert told[0].found.title == sale.customer.name
    causes = [f.cause.cause for f in told if f.cause and f.cause.verdict is Verdict.IS_WHY]
    assert causes == [Cause.NEVER_CREATED]
