"""Access as of a day: the rules of today over what had happened by then."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from atomicpay.catalog.models import PaymentModel, Product
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.access.queries import access_facts
from customers.access.rules import decide
from customers.as_of import access
from customers.as_of.access import access_at
from customers.models import Customer
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.as_of import subscriptions_at
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from tests import factories
from tests.customers.as_of.books import LAST, invent, invent_subscription
from tests.customers.conftest import at


def answers(customer: Customer, moment: datetime, number: int = 1) -> dict[str, tuple[str, str]]:
    """The answer and the rule for each product, by its name."""
    held = subscriptions_at(customer.pk, moment, 50)
    found = access_at(customer.pk, moment, held, number)
    return {each.product.name: (str(each.decision.answer), each.decision.rule) for each in found.products}


def answers_now(customer: Customer, moment: datetime) -> dict[str, tuple[str, str]]:
    decided = [(each.name, decide(each, moment)) for each in access_facts(customer.pk).products]
    return {name: (str(decision.answer), decision.rule) for name, decision in decided}


@pytest.mark.parametrize("seed", range(12))
def test_after_everything_it_is_what_the_live_page_decides(
    in_aurora: Workspace, course: Product, seed: int
) -> None:
    chance = Random(seed)
    customer = factories.CustomerFactory()
    products = [course, factories.ProductFactory(name="Clube"), factories.ProductFactory(name="Guia")]
    invent(chance, customer, products, with_events=True)
    for _number in range(3):
        invent_subscription(chance, customer)
    sale = customer.sales.order_by("id").first()
    factories.AccessGrantFactory(sale=sale, granted_at=sale.ordered_at, created_at=sale.ordered_at)
    moment = LAST + timedelta(days=30)
    assert answers(customer, moment) == answers_now(customer, moment - timedelta(microseconds=1))


def test_dispute_and_refund_count_from_the_day_they_began(in_aurora: Workspace, course: Product) -> None:
    sale = factories.SaleFactory(
        product=course,
        status=SaleStatus.CHARGEBACK,
        ordered_at=at("2026-03-01 10:00"),
        approved_at=at("2026-03-02 10:00"),
    )
    for before, after, day in (
        ("", "pending", "2026-03-01"),
        ("pending", "approved", "2026-03-02"),
        ("approved", "disputed", "2026-03-10"),
        ("disputed", "chargeback", "2026-03-20"),
    ):
        factories.SaleEventFactory(
            sale=sale, from_status=before, to_status=after, occurred_at=at(f"{day} 10:00")
        )
    factories.DisputeFactory(
        sale=sale,
        status=DisputeStatus.LOST,
        opened_at=at("2026-03-10 10:00"),
        closed_at=at("2026-03-20 10:00"),
    )
    days = {
        day: answers(sale.customer, at(f"{day} 00:00")).get("Luz e Cor")
        for day in ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-11", "2026-03-21")
    }
    assert list(days.values()) == [
        None,
        ("no", "not_paid_yet"),
        ("yes", "sale_paid"),
        ("at_risk", "dispute_open"),
        ("no", "dispute_lost"),
    ]


def test_subscription_and_what_was_shut_later_count_as_they_were(
    in_aurora: Workspace, course: Product
) -> None:
    subscription = factories.SubscriptionFactory(
        product=course,
        plan=factories.PlanFactory(product=course, payment_model=PaymentModel.RECURRING),
        status=SubscriptionStatus.EXPIRED,
        started_at=at("2026-01-01 10:00"),
        current_period_end=at("2026-03-01 10:00"),
        canceled_at=at("2026-02-10 10:00"),
        ended_at=at("2026-03-01 10:00"),
    )
    for kind, before, after, day in (
        (EventKind.CREATED, "", "active", "2026-01-01"),
        (EventKind.CANCELED, "active", "canceled", "2026-02-10"),
        (EventKind.EXPIRED, "canceled", "expired", "2026-03-01"),
    ):
        factories.SubscriptionEventFactory(
            subscription=subscription,
            kind=kind,
            from_status=before,
            to_status=after,
            occurred_at=at(f"{day} 10:00"),
        )
    days = {
        day: answers(subscription.customer, at(f"{day} 00:00")).get("Luz e Cor")
        for day in ("2026-01-01", "2026-02-01", "2026-02-20", "2026-03-02")
    }
    assert list(days.values()) == [
        None,
        ("yes", "subscription_active"),
        ("yes", "canceled_until_period_end"),
        ("no", "subscription_expired"),
    ]


def test_act_by_hand_counts_from_its_day(in_aurora: Workspace, course: Product) -> None:
    sale = factories.SaleFactory(product=course, ordered_at=at("2026-03-01 10:00"))
    factories.AccessGrantFactory(
        sale=sale,
        is_manual=True,
        status=AccessStatus.REVOKED,
        granted_at=at("2026-03-01 11:00"),
        revoked_at=at("2026-03-15 10:00"),
        created_at=at("2026-03-01 11:00"),
    )
    assert answers(sale.customer, at("2026-03-15 00:00"))["Luz e Cor"][1] != "revoked_by_hand"
    assert answers(sale.customer, at("2026-03-16 00:00"))["Luz e Cor"] == ("no", "revoked_by_hand")


def test_member_without_subscriptions_is_told_nothing_that_they_decide(
    in_aurora: Workspace, course: Product
) -> None:
    subscription = factories.SubscriptionFactory(product=course)
    factories.SaleFactory(customer=subscription.customer, product=course, subscription=subscription)
    factories.SaleFactory(customer=subscription.customer, product=factories.ProductFactory(name="Guia"))
    found = access_at(subscription.customer_id, LAST + timedelta(days=1), None, 2)
    assert [each.product.name for each in found.products] == ["Guia"]
    assert found.withheld == 1


def test_limited_member_is_told_of_their_product_alone(aurora: Workspace, course: Product) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory(product=course)
        factories.SaleFactory(customer=sale.customer, product=factories.ProductFactory(name="Clube"))
        factories.AccessGrantFactory(
            sale=None, customer=sale.customer, product=factories.ProductFactory(name="Guia")
        )
    with enter(aurora.pk, products=[course.pk]):
        assert list(answers(sale.customer, LAST + timedelta(days=1))) == ["Luz e Cor"]


def test_of_many_sales_the_last_of_each_product_decide(
    in_aurora: Workspace, course: Product, monkeypatch: Any
) -> None:
    customer = factories.CustomerFactory()
    for day in range(10, 20):
        factories.SaleFactory(customer=customer, product=course, ordered_at=at(f"2026-03-{day} 10:00"))
    factories.SaleFactory(
        customer=customer,
        product=factories.ProductFactory(name="Guia"),
        status=SaleStatus.DECLINED,
        ordered_at=at("2020-01-01 10:00"),
    )
    seen: list[int] = []

    def counting(facts: Any, now: datetime) -> Any:
        seen.append(len(facts.sales))
        return decide(facts, now)

    monkeypatch.setattr(access, "decide", counting)
    with time_machine.travel(at("2026-04-01 10:00")):
        found = answers(customer, at("2026-04-01 00:00"), access.MANY + 1)
    assert found == {"Luz e Cor": ("yes", "sale_paid"), "Guia": ("no", "declined")}
    assert sorted(seen) == [1, access.FEW]
