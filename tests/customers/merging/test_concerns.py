"""What a preview warns of, each in its sentence, and that it says nothing where there is nothing to say."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from customers.models import Customer
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories
from tests.conftest import MemberClient

from .conftest import anonymised
from .test_pages import preview_of

SignIn = Callable[..., MemberClient]
Two = tuple[Customer, Customer]


@pytest.fixture
def two(in_aurora: Workspace) -> Two:
    return factories.CustomerFactory(country="BR"), factories.CustomerFactory(country="BR")


@pytest.fixture
def warned(two: Two, owner: Membership, sign_in: SignIn) -> Callable[[], list[str]]:
    client = sign_in(owner)

    def look() -> list[str]:
        page = client.get(preview_of(client, *two))
        warnings: list[str] = page.context["page"].warnings
        assert all(words in page.content.decode() for words in warnings)
        return warnings

    return look


def test_nothing_is_warned_of_for_nothing(two: Two, warned: Any) -> None:
    for customer in two:
        factories.SubscriptionFactory(customer=customer)
        factories.DisputeFactory(sale=factories.SaleFactory(customer=customer), status=DisputeStatus.WON)
    assert warned() == []


def test_two_running_subscriptions_to_one_plan(two: Two, warned: Any) -> None:
    plan = factories.PlanFactory(name="Anual", product__name="Costura")
    for customer in two:
        factories.SubscriptionFactory(customer=customer, product=plan.product, plan=plan)
    assert warned() == ["More than one of them has a running subscription to Costura, Anual."]


def test_one_that_is_over_is_not_a_second_subscription(two: Two, warned: Any) -> None:
    plan = factories.PlanFactory()
    for customer, status in zip(two, (SubscriptionStatus.ACTIVE, SubscriptionStatus.CANCELED), strict=True):
        factories.SubscriptionFactory(customer=customer, product=plan.product, plan=plan, status=status)
    assert warned() == []


def test_two_subscriptions_of_one_record_are_nothing_new(two: Two, warned: Any) -> None:
    plan = factories.PlanFactory()
    for _number in range(2):
        factories.SubscriptionFactory(customer=two[0], product=plan.product, plan=plan)
    assert warned() == []


@pytest.mark.parametrize(("country", "expected"), [("PT", ["Their countries differ: BR, PT."]), ("", [])])
def test_different_countries(two: Two, warned: Any, country: str, expected: list[str]) -> None:
    Customer.objects.filter(pk=two[1].pk).update(country=country)
    assert warned() == expected


def test_one_who_was_anonymised(two: Two, warned: Any) -> None:
    anonymised(two[1])
    assert warned() == ["One of them was anonymised: merged, its sales say again whose they are."]


def test_tests_among_real_records(two: Two, warned: Any) -> None:
    Customer.objects.filter(pk=two[1].pk).update(is_test=True)
    assert warned() == ["Some of the records are tests, and some are not."]
    Customer.objects.filter(pk=two[0].pk).update(is_test=True)
    assert warned() == []


def test_open_disputes_are_counted(two: Two, warned: Any) -> None:
    factories.DisputeFactory(sale=factories.SaleFactory(customer=two[0]), status=DisputeStatus.OPEN)
    assert warned() == ["1 dispute is open; whoever answers it should know of the merge."]
    factories.DisputeFactory(sale=factories.SaleFactory(customer=two[1]), status=DisputeStatus.OPEN)
    assert warned() == ["2 disputes are open; whoever answers them should know of the merge."]
