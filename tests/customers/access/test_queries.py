"""The facts as read: the same decision as from every row, one query, and nothing outside of the scope."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.catalog.models import PaymentModel, Plan, Product
from atomicpay.workspaces.models import Workspace
from customers.access import decisive, queries
from customers.access.facts import ProductFacts
from customers.access.queries import access_facts
from customers.access.rules import Answer, Decision, Reported, decide
from customers.models import Customer
from sales.models import AccessGrant, Sale
from sales.states import AccessStatus, DisputeStatus, RefundStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories
from tests.customers.access.facts import NOW, days
from tests.lists import statements


def facts_of(customer: Customer) -> dict[str, ProductFacts]:
    return {facts.name: facts for facts in access_facts(customer.pk).products}


def decided(customer: Customer) -> dict[str, str]:
    return {name: decide(facts, NOW).rule for name, facts in facts_of(customer).items()}


def test_facts_are_what_the_books_say(in_aurora: Workspace) -> None:
    sale = factories.SaleFactory(
        status=SaleStatus.PARTIALLY_REFUNDED, ordered_at=days(-10), approved_at=days(-9), product__name="Luz"
    )
    factories.RefundFactory(sale=sale, amount=300, completed_at=days(-5))
    factories.RefundFactory(sale=sale, amount=200, status=RefundStatus.PENDING)
    factories.RefundFactory(sale=sale, amount=100, status=RefundStatus.FAILED)
    factories.DisputeFactory(sale=sale, status=DisputeStatus.WON, opened_at=days(-4), closed_at=days(-3))
    factories.AccessGrantFactory(sale=sale, first_access_at=days(-8))

    facts = facts_of(sale.customer)["Luz"]
    (read,) = facts.sales
    assert (read.public_id, read.reference) == (str(sale.public_id), sale.reference)
    assert (read.amount, read.refunded, read.refunding) == (9700, 300, 200)
    assert (read.refunded_at, read.has_failed_refund) == (days(-5), True)
    assert [(each.status, each.at) for each in read.disputes] == [("won", days(-3))]
    assert (read.ordered_at, read.approved_at) == (days(-10), days(-9))
    (grant,) = facts.grants
    assert (grant.status, grant.sale, grant.first_access_at) == ("granted", read.public_id, days(-8))
    assert facts.first_access_at == days(-8)


def test_charges_belong_to_their_subscription(in_aurora: Workspace) -> None:
    plan = factories.PlanFactory(product__name="Clube")
    customer = factories.CustomerFactory()
    subscription = factories.SubscriptionFactory(
        customer=customer, product=plan.product, plan=plan, status=SubscriptionStatus.PAST_DUE
    )
    charge: dict[str, Any] = {"customer": customer, "product": plan.product, "plan": plan}
    factories.SaleFactory(subscription=subscription, recurrence_number=1, **charge)
    factories.SaleFactory(subscription=subscription, status=SaleStatus.DECLINED, **charge)
    assert decided(customer) == {"Clube": "past_due"}


def test_month_that_a_lone_charge_pays_is_counted_from_its_payment(in_aurora: Workspace) -> None:
    plan = factories.PlanFactory(product__name="Clube", interval=Plan.Interval.MONTH)
    sale = factories.SaleFactory(product=plan.product, plan=plan, approved_at=days(-12))
    assert decided(sale.customer) == {"Clube": "charge_paid"}
    Sale.objects.filter(pk=sale.pk).update(approved_at=days(-32))
    assert decided(sale.customer) == {"Clube": "subscription_missing"}


def test_subscription_of_another_customer_is_not_a_fact_of_this_one(in_aurora: Workspace) -> None:
    twin = factories.SubscriptionFactory()
    sale = factories.SaleFactory(product=twin.product, subscription=twin)
    (facts,) = access_facts(sale.customer_id).products
    assert facts.subscriptions == ()
    assert decide(facts, NOW).rule == "subscription_missing"


def test_facts_are_of_one_customer_and_one_product(in_aurora: Workspace) -> None:
    sale, other = factories.SaleFactory(), factories.SaleFactory()
    second = factories.SaleFactory(customer=sale.customer)
    assert {facts.public_id for facts in access_facts(sale.customer_id).products} == {
        str(sale.product.public_id),
        str(second.product.public_id),
    }
    (facts,) = access_facts(sale.customer_id, second.product_id).products
    assert facts.name == second.product.name
    assert access_facts(sale.customer_id, other.product_id).products == []


def test_facts_need_one_query_and_few_rows_however_many_sales(in_aurora: Workspace) -> None:
    plan = factories.PlanFactory(product__name="Clube")
    few, many = factories.CustomerFactory(), factories.CustomerFactory()
    for customer, number in ((few, 1), (many, 1000)):
        subscription = factories.SubscriptionFactory(customer=customer, product=plan.product, plan=plan)
        charges = Sale.objects.bulk_create(
            Sale(
                customer=customer,
                product=plan.product,
                plan=plan,
                subscription=subscription,
                recurrence_number=each + 1,
                external_id=f"{customer.pk}-{each}",
                reference=f"R{each}",
                status=SaleStatus.APPROVED,
                currency="BRL",
                amount_charged=100,
                ordered_at=days(-each),
                approved_at=days(-each),
            )
            for each in range(number)
        )
        AccessGrant.objects.bulk_create(
            AccessGrant(
                customer=customer,
                product=plan.product,
                sale=charge,
                subscription=subscription,
                status=AccessStatus.GRANTED,
                granted_at=charge.ordered_at,
            )
            for charge in charges
        )
    access_facts(few.pk)
    with CaptureQueriesContext(connection) as captured:
        (of_few,) = access_facts(few.pk).products
        (of_many,) = access_facts(many.pk).products
    assert len(statements(captured)) == 2
    assert [sale.reference for sale in of_many.sales] == ["R0"]
    assert len(of_few.sales) == 1
    assert len(of_many.grants) <= 3


def _some_history(chance: Random, plans: list[Plan]) -> Customer:
    """A customer with a few dozen rows in any states, legal or not."""
    customer = factories.CustomerFactory()
    subscriptions = [
        factories.SubscriptionFactory(
            customer=customer,
            plan=plan,
            product=plan.product,
            status=chance.choice(SubscriptionStatus.values),
            started_at=days(-chance.randrange(10, 400)),
            current_period_end=chance.choice([None, days(chance.randrange(-30, 30))]),
            ended_at=chance.choice([None, None, days(-chance.randrange(1, 40))]),
        )
        for plan in chance.sample(plans, chance.randrange(3))
    ]
    for _number in range(chance.randrange(1, 12)):
        of = chance.choice([None, *subscriptions])
        plan = of.plan if of else chance.choice(plans)
        ordered_at = days(-chance.randrange(1, 400))
        sale = factories.SaleFactory(
            customer=customer,
            product=plan.product,
            plan=chance.choice([plan, None]),
            subscription=of,
            status=chance.choice(SaleStatus.values),
            ordered_at=ordered_at,
            approved_at=chance.choice([None, ordered_at + timedelta(hours=1)]),
            is_test=chance.random() < 0.1,
        )
        if chance.random() < 0.3:
            amount = chance.choice([sale.amount_charged, 100])
            factories.RefundFactory(sale=sale, amount=amount, status=chance.choice(RefundStatus.values))
        if chance.random() < 0.3:
            factories.DisputeFactory(
                sale=sale, status=chance.choice(DisputeStatus.values), closed_at=days(-1)
            )
        if chance.random() < 0.5:
            factories.AccessGrantFactory(
                sale=chance.choice([sale, sale, None]),
                customer=customer,
                product=sale.product,
                status=chance.choice(AccessStatus.values),
                is_manual=chance.random() < 0.1,
                created_at=ordered_at,
                granted_at=ordered_at,
                expires_at=chance.choice([None, None, days(chance.randrange(-60, 60))]),
            )
    return customer


def _of_all_rows(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Decision]:
    """Decided from every row there is, and not from those that can decide."""
    with monkeypatch.context() as patch:
        patch.setattr(queries, "decisive_sales", lambda of_one: decisive.rows_about(Sale, of_one))
        patch.setattr(queries, "decisive_grants", lambda of_one: decisive.rows_about(AccessGrant, of_one))
        patch.setattr(queries, "_rows", queries.compiled(queries._rows.__wrapped__))
        return {name: decide(facts, NOW) for name, facts in facts_of(customer).items()}


def test_rows_that_are_read_decide_as_all_rows_would(
    in_aurora: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(20260601)
    plans = [
        factories.PlanFactory(payment_model=model, interval=interval, product__name=f"P{number}")
        for number, (model, interval) in enumerate(
            ((PaymentModel.RECURRING, "month"), (PaymentModel.ONE_TIME, ""), (PaymentModel.ONE_TIME, ""))
        )
    ]
    rules = set()
    for _number in range(120):
        customer = _some_history(chance, plans)
        read = {name: decide(facts, NOW) for name, facts in facts_of(customer).items()}
        whole = _of_all_rows(customer, monkeypatch)
        for name, decision in whole.items():
            told = (read[name].answer, read[name].reported, read[name].differs)
            assert told == (decision.answer, decision.reported, decision.differs), (
                name,
                decision,
                read[name],
            )
            rules.add(decision.rule)
    assert len(rules) > 12


def test_open_report_is_read_beside_a_later_one_that_ended(in_aurora: Workspace) -> None:
    old = factories.SaleFactory(ordered_at=days(-300))
    new = factories.SaleFactory(customer=old.customer, product=old.product, ordered_at=days(-200))
    factories.SaleFactory(customer=old.customer, product=old.product, ordered_at=days(-1))
    factories.AccessGrantFactory(sale=old, granted_at=days(-300))
    factories.AccessGrantFactory(sale=new, granted_at=days(-200), expires_at=days(-100))
    (facts,) = access_facts(old.customer_id).products
    assert decide(facts, NOW).reported == Reported.OPEN


def test_sale_whose_access_has_no_end_is_read_beside_a_later_one_whose_ran_out(in_aurora: Workspace) -> None:
    old = factories.SaleFactory(ordered_at=days(-300))
    new = factories.SaleFactory(customer=old.customer, product=old.product, ordered_at=days(-200))
    for sale in (old, new):
        factories.RefundFactory(sale=sale, amount=100)
    factories.AccessGrantFactory(sale=old)
    factories.AccessGrantFactory(sale=new, status=AccessStatus.EXPIRED, granted_at=None)
    (facts,) = access_facts(old.customer_id).products
    assert decide(facts, NOW).rule == "partly_refunded"


# Who may know it -----------------------------------------------------------------


def test_without_the_right_to_subscriptions_what_they_decide_is_withheld(in_aurora: Workspace) -> None:
    subscription = factories.SubscriptionFactory(status=SubscriptionStatus.PAST_DUE)
    customer, club = subscription.customer, subscription.product
    factories.SaleFactory(customer=customer, product=club, subscription=subscription)
    sale = factories.SaleFactory(customer=customer)
    facts = access_facts(customer.pk, may_see_subscriptions=False)
    assert [each.name for each in facts.products] == [sale.product.name]
    assert facts.withheld == 1
    assert access_facts(customer.pk).withheld == 0


def test_every_delivery_and_link_is_read_and_none_that_is_no_address(in_aurora: Workspace) -> None:
    links = [
        {"label": "Google Drive", "url": "https://files.example/kit"},
        {"label": "Script", "url": "javascript:alert(1)"},
        {"url": "https://files.example/b"},
        "nothing",
        {"label": "None"},
    ]
    sale = factories.SaleFactory(product__delivery=Product.Delivery.LINKS, product__delivery_links=links)
    (facts,) = access_facts(sale.customer_id).products
    assert facts.links == (
        ("Google Drive", "https://files.example/kit"),
        ("https://files.example/b", "https://files.example/b"),
    )
    assert decide(facts, NOW).answer == Answer.YES
