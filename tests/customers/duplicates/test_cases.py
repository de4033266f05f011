"""Cases of three: filters, decisions and the money at stake are of the whole case, not of one pair."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import Decision, Suggestion
from customers.duplicates.scanning import look_again, look_at_everybody
from customers.models import Customer
from tests import factories
from tests.conftest import MemberClient
from tests.customers.duplicates.people import person, twins
from tests.customers.duplicates.test_queue import QUEUE, queue, titles

SignIn = Callable[..., MemberClient]


@pytest.fixture
def trio(aurora: Workspace) -> list[Customer]:
    """Three records of one person, two of which are the leading pair."""
    with enter(aurora.pk):
        people = [*twins(), person("Ines Carvalhao Pires", email="ines.carvalhao@correio.example")]
        look_again([each.pk for each in people])
    return people


def leading(client: MemberClient) -> Any:
    (case,) = queue(client).context["cases"]
    return case


def third_of(trio: list[Customer], client: MemberClient) -> Customer:
    """Who is in the case, but not in its leading pair."""
    suggestion = Suggestion.objects.get(public_id=leading(client).public_id)
    (third,) = (each for each in trio if each.pk not in (suggestion.low_id, suggestion.high_id))
    return third


@pytest.fixture
def client(trio: list[Customer], admin: Membership, sign_in: SignIn) -> MemberClient:
    return sign_in(admin)


def test_case_is_found_by_what_its_third_member_has(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    with enter(aurora.pk):
        third = third_of(trio, client)
        sale = factories.SaleFactory(customer=third)
        assert titles(queue(client, "?subscription=no"))
        factories.SubscriptionFactory(customer=third)
    assert titles(queue(client, f"?product={sale.product_id}"))
    assert titles(queue(client, "?subscription=yes"))
    assert not titles(queue(client, "?subscription=no"))


def test_case_is_found_by_the_evidence_of_any_of_its_pairs(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    with enter(aurora.pk):
        first = Suggestion.objects.get(public_id=leading(client).public_id)
        weaker = Suggestion.objects.exclude(pk=first.pk)[0]
        Suggestion.objects.filter(pk=weaker.pk).update(band="likely", percent=91, kinds=["document"])
        Suggestion.objects.exclude(pk=weaker.pk).update(band="certain", kinds=["phone"])
    for query in ("?evidence=document", "?evidence=phone", "?evidence=document&band=certain"):
        assert len(titles(queue(client, query))) == 1, query
    # A case is as sure as its strongest pair, which is what it says.
    for query in ("?evidence=street", "?band=likely", "?evidence=document&subscription=yes"):
        assert not titles(queue(client, query)), query


def test_pair_that_was_kept_apart_does_not_speak_for_its_case(
    aurora: Workspace, admin: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        one = factories.SuggestionFactory(kinds=["email"])
        put_aside = factories.SuggestionFactory(low=one.high, case_id=one.case_id, kinds=["document"])
        Suggestion.objects.filter(pk=put_aside.pk).update(dismissed_digest=put_aside.digest)
    assert not titles(queue(sign_in(admin), "?evidence=document"))


def test_later_puts_off_the_whole_case(trio: list[Customer], aurora: Workspace, client: MemberClient) -> None:
    posted = {"suggestion": leading(client).public_id}
    assert titles(client.post(client.at(f"{QUEUE}later/"), posted, follow=True)) == []
    with enter(aurora.pk):
        soon = timezone.now() + timedelta(days=6)
        assert all(each.later_until > soon for each in Suggestion.objects.open())


def test_later_leaves_other_cases(trio: list[Customer], aurora: Workspace, client: MemberClient) -> None:
    with enter(aurora.pk):
        factories.SuggestionFactory(low__name="Ada", high__name="Ada", percent=91)
    first, _other = queue(client).context["cases"]
    shown = client.post(client.at(f"{QUEUE}later/"), {"suggestion": first.public_id}, follow=True)
    assert titles(shown) == ["Ada"]


def test_two_who_are_kept_apart_are_not_offered_as_one_merge(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    with enter(aurora.pk):
        first = Suggestion.objects.select_related("low", "high").get(public_id=leading(client).public_id)
    client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": first.public_id})
    case = leading(client)
    assert len(case.members) == 3
    assert not all(str(each.public_id) in case.merge_url for each in (first.low, first.high))
    assert case.merge_url.count("customers=") == 2
    assert "are kept apart" in queue(client).content.decode()
    with enter(aurora.pk):
        assert Decision.objects.filter(is_same=False).count() == 1
        assert AuditEntry.objects.filter(action="duplicate.dismissed").count() == 1


def test_preview_warns_of_two_who_are_kept_apart(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    whole = leading(client).merge_url
    assert "are not the same person" not in client.get(whole).content.decode()
    client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": leading(client).public_id})
    assert "are not the same person" in client.get(whole).content.decode()
    with enter(aurora.pk):
        Suggestion.objects.filter(dismissed_at__isnull=False).update(digest="b" * 64)
    # The evidence has changed since: it was not said of what is known now.
    assert "are not the same person" not in client.get(whole).content.decode()


def test_case_with_more_at_stake_comes_first(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    with enter(aurora.pk):
        third = third_of(trio, client)
        factories.SaleFactory(customer=third, amount_charged=500000)
    look_at_everybody(aurora.pk)
    assert leading(client).stake == "R$\u00a05,000.00"
    with enter(aurora.pk):
        factories.SuggestionFactory(
            low__name="Ada", high__name="Ada", percent=leading(client).percent, stake=400000
        )
    assert titles(queue(client))[1] == "Ada"


def test_members_with_one_email_are_told_apart_by_their_rows(
    trio: list[Customer], aurora: Workspace, client: MemberClient
) -> None:
    with enter(aurora.pk):
        Customer.objects.filter(pk__in=[each.pk for each in trio]).update(email="a@correio.example")
    about = leading(client).about
    assert "a@correio.example" not in about
    rows = [row for row in (1, 2, 3) if f"row {row}" in about]
    assert len(rows) == 2


@pytest.mark.parametrize("value", ["9" * 4500, "9" * 30, "x", "²", "\0"])
def test_product_that_is_none_finds_nothing(
    trio: list[Customer], aurora: Workspace, client: MemberClient, value: str
) -> None:
    with enter(aurora.pk):
        factories.ProductFactory()
    shown = client.get(client.at(QUEUE), {"product": value})
    assert shown.status_code == 200
    assert titles(shown) == []
