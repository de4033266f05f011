"""The queue in the admin: which cases, in which order, for whom, and what is decided there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import Decision, Scan, Suggestion
from customers.duplicates.scanning import look_again, look_at_changed
from customers.models import Customer
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.customers.duplicates.people import person, twins

SignIn = Callable[..., MemberClient]
QUEUE = "admin/duplicates/suggestion/"


def queue(client: MemberClient, query: str = "") -> Any:
    return client.get(client.at(QUEUE + query))


def titles(response: Any) -> list[str]:
    return [case.title for case in response.context["cases"]]


@pytest.fixture
def pair(aurora: Workspace) -> Suggestion:
    with enter(aurora.pk):
        look_again([customer.pk for customer in twins()])
        return Suggestion.objects.select_related("low", "high").get()


def test_queue_shows_both_records_with_evidence(pair: Suggestion, admin: Membership, sign_in: SignIn) -> None:
    with enter(admin.workspace_id):
        factories.SaleFactory(customer=pair.low, amount_charged=12300)
        look_at = Suggestion.objects.filter(pk=pair.pk)
        look_at.update(stake=12300)
    html = queue(sign_in(admin)).content.decode()
    assert "ines.carvalhao+loja@correio.example" in html
    assert "Almost certain, 99 %" in html
    assert "Same rare name" in html
    assert "Same mailbox: ines.carvalhao@correio.example" in html
    assert "Same phone: +5511987654321" in html
    assert "R$\u00a0123.00 at stake" in html
    # At the end on a narrow screen, after all cases.
    assert 'href="#changelist-filter"' in html
    assert 'id="changelist-filter"' in html


def test_likelier_cases_come_first_and_then_those_with_more_money(
    aurora: Workspace, admin: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        for name, percent, stake in (("Ada", 91, 0), ("Bia", 99, 100), ("Cid", 99, 900)):
            factories.SuggestionFactory(
                low__name=name, high__name=name, percent=percent, stake=stake, band="likely"
            )
        factories.SuggestionFactory(low__name="Dora", high__name="Dora", percent=60, band="possible")
    client = sign_in(admin)
    assert titles(queue(client)) == ["Cid", "Bia", "Ada"]
    assert titles(queue(client, "?band=every")) == ["Cid", "Bia", "Ada", "Dora"]
    assert titles(queue(client, "?band=possible")) == ["Dora"]
    assert titles(queue(client, "?band=certain")) == []


def test_filters_by_evidence_product_and_subscription(
    aurora: Workspace, admin: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        one = factories.SuggestionFactory(low__name="Ada", high__name="Ada", kinds=["email", "name"])
        factories.SuggestionFactory(low__name="Bia", high__name="Bia", kinds=["phone"])
        sale = factories.SaleFactory(customer=one.high)
        factories.SubscriptionFactory(customer=one.low)
    client = sign_in(admin)
    assert titles(queue(client, "?evidence=phone")) == ["Bia"]
    assert titles(queue(client, f"?product={sale.product_id}")) == ["Ada"]
    assert titles(queue(client, "?product=x")) == []
    assert titles(queue(client, "?subscription=yes")) == ["Ada"]
    assert titles(queue(client, "?subscription=no")) == ["Bia"]


def test_group_is_one_case_and_organisations_are_not_joined(
    aurora: Workspace, admin: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        people = [*twins(), person("Ines Carvalhao Pires", email="ines.carvalhao@correio.example")]
        firms = [
            person(f"Estúdio {name} Ltda", email="oi@estudioacai.example", phone="+55 11 98888-0000")
            for name in ("Açaí", "Açaí", "Açaí")
        ]
        look_again([each.pk for each in (*people, *firms)])
        assert Suggestion.objects.filter(is_organisation=True).count() == 3
    cases = queue(sign_in(admin), "?band=every").context["cases"]
    assert sorted(len(case.members) for case in cases) == [2, 2, 2, 3]


def test_not_the_same_person_stays_until_the_evidence_changes(
    pair: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    response = client.post(
        client.at(f"{QUEUE}dismiss/?band=every"), {"suggestion": pair.public_id}, follow=True
    )
    assert response.redirect_chain == [(client.at(f"{QUEUE}?band=every"), 302)]
    assert titles(response) == []
    ids = [pair.low_id, pair.high_id]
    with enter(admin.workspace_id):
        Customer.objects.filter(pk=pair.low_id).update(city="Recife")
        look_again(ids)
        assert not Suggestion.objects.open().exists()
        assert AuditEntry.objects.filter(action="duplicate.dismissed").count() == 1
        decision = Decision.objects.get()
        assert (decision.band, decision.is_same, decision.decided_by) == ("certain", False, admin)
        # Now both live in one city: that is new.
        Customer.objects.filter(pk=pair.high_id).update(city="Recife")
        look_again(ids)
        assert Suggestion.objects.open().count() == 1
    assert "0 of 1 decided was one person (0 %)" in queue(client).content.decode()


def test_dismissed_pair_that_was_gone_is_still_known_when_it_comes_back(
    pair: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": pair.public_id})
    with enter(admin.workspace_id):
        for is_test in (True, False):
            Customer.objects.filter(pk=pair.low_id).update(is_test=is_test)
            look_again([pair.low_id])
            assert Suggestion.objects.filter(closed_at=None).exists() is not is_test
        assert not Suggestion.objects.open().exists()


def test_later_is_out_of_the_queue_for_a_week(pair: Suggestion, admin: Membership, sign_in: SignIn) -> None:
    client = sign_in(admin)
    client.post(client.at(f"{QUEUE}later/"), {"suggestion": pair.public_id})
    assert titles(queue(client)) == []
    with enter(admin.workspace_id):
        assert Suggestion.objects.get().later_until > timezone.now()
        Suggestion.objects.update(later_until=timezone.now())
    assert len(titles(queue(client))) == 1


def test_decision_on_what_is_decided_is_refused(pair: Suggestion, admin: Membership, sign_in: SignIn) -> None:
    client = sign_in(admin)
    for _time in range(2):
        response = client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": pair.public_id}, follow=True)
    assert "That suggestion is no longer open." in response.content.decode()
    with enter(admin.workspace_id):
        assert Decision.objects.count() == 1


@pytest.mark.parametrize("role", ["support_manager", "finance", "employee"])
def test_queue_is_for_who_may_merge(
    pair: Suggestion, role: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    member = request.getfixturevalue(role)
    client = sign_in(member)
    with assert_unchanged(member.workspace_id):
        assert queue(client).status_code == 403
        for act in ("dismiss", "later", "scan"):
            response = client.post(client.at(f"{QUEUE}{act}/"), {"suggestion": pair.public_id})
            assert response.status_code == 403


def test_nothing_is_decided_on_a_get(pair: Suggestion, admin: Membership, sign_in: SignIn) -> None:
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        for act in ("dismiss", "later", "scan"):
            assert client.get(client.at(f"{QUEUE}{act}/")).status_code == 405


def test_suggestion_of_another_workspace_is_not_decided(
    pair: Suggestion, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(beacon.owner)
    assert titles(queue(client)) == []
    with assert_unchanged(pair.workspace_id):
        client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": pair.public_id})
        client.post(client.at(f"{QUEUE}later/"), {"suggestion": pair.public_id})


def test_scan_is_asked_for_and_its_progress_told(
    pair: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    response = client.post(client.at(f"{QUEUE}scan/"), follow=True)
    assert "The records are being looked through: 0 of 2, step 1 of 2." in response.content.decode()
    look_at_changed(admin.workspace_id)
    assert "All records were looked through on" in queue(client).content.decode()
    with enter(admin.workspace_id):
        assert Scan.objects.get().phase == ""


# Members limited to products ---------------------------------------------------


@pytest.fixture
def limited_admin(aurora: Workspace, limited_agent: Membership) -> Membership:
    with enter(aurora.pk):
        limited_agent.extra_permissions = ["customers.merge", "admin.open"]
        limited_agent.save()
        assert limited_agent.product_access == ProductAccess.SELECTED
    return limited_agent


def test_limited_member_learns_nothing_of_a_twin_outside_their_products(
    pair: Suggestion, limited_admin: Membership, course: Any, sign_in: SignIn
) -> None:
    client = sign_in(limited_admin)
    page = client.at(f"customers/{pair.low.public_id}/")
    with enter(limited_admin.workspace_id):
        factories.SaleFactory(customer=pair.low, product=course, amount_charged=100)
        factories.SaleFactory(customer=pair.high, amount_charged=99900)
        Suggestion.objects.update(stake=100000)
    with assert_unchanged(limited_admin.workspace_id):
        html = client.get(page).content.decode()
        assert "Possible duplicates" not in html
        assert titles(queue(client, "?band=every")) == []
        client.post(client.at(f"{QUEUE}dismiss/"), {"suggestion": pair.public_id})
        client.post(page + "duplicates/dismiss/", {"suggestion": pair.public_id})
    with enter(limited_admin.workspace_id):
        factories.SaleFactory(customer=pair.high, product=course, amount_charged=200)
    shown = queue(client).content.decode()
    assert len(titles(queue(client))) == 1
    assert "at stake" not in shown
    assert "999.00" not in shown
    assert "Possible duplicates" in client.get(page).content.decode()


def test_case_shows_a_limited_member_only_those_they_may_see(
    aurora: Workspace, limited_admin: Membership, course: Any, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        people = [*twins(), person("Ines Carvalhao Pires", email="ines.carvalhao@correio.example")]
        look_again([each.pk for each in people])
        for customer in people[:2]:
            factories.SaleFactory(customer=customer, product=course)
    (case,) = queue(sign_in(limited_admin)).context["cases"]
    assert len(case.members) == 2
