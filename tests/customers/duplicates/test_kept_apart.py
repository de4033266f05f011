"""Pairs that are kept apart: where they are seen in the admin, and that the word is taken back there."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import Decision, Suggestion
from customers.duplicates.scanning import look_again
from customers.duplicates.services import dismiss
from customers.models import Customer
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.customers.duplicates.people import twins
from tests.customers.duplicates.test_queue import QUEUE, queue, titles

SignIn = Callable[..., MemberClient]
APART = f"{QUEUE}kept-apart/"
RESTORE = f"{QUEUE}restore/"


@pytest.fixture
def apart(aurora: Workspace, admin: Membership) -> Suggestion:
    """A pair that an admin has kept apart, and one of which nobody has said anything."""
    with enter(aurora.pk):
        factories.SuggestionFactory(low__name="Ada", high__name="Ada", percent=91)
        look_again([customer.pk for customer in twins()])
        pair = Suggestion.objects.exclude(low__name="Ada").get()
        return dismiss(acting_member=admin, public_id=pair.public_id)


def test_queue_leads_to_who_is_kept_apart_by_whom(
    apart: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    assert f'href="{client.at(APART)}"' in queue(client).content.decode()
    html = client.get(client.at(APART)).content.decode()
    with enter(admin.workspace_id):
        for customer in (apart.low, apart.high):
            assert client.at(f"customers/{customer.public_id}/") in html
    assert str(admin) in html
    assert "Same rare name" in html
    assert "Ada" not in html


def test_taken_back_it_waits_for_a_decision_again_and_is_logged(
    apart: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    assert len(titles(queue(client))) == 1
    answer = client.post(client.at(RESTORE), {"suggestion": apart.public_id}, follow=True)
    assert answer.redirect_chain == [(client.at(APART), 302)]
    assert "may be one person again" in answer.content.decode()
    assert str(apart.public_id) not in answer.content.decode()
    assert len(titles(queue(client))) == 2
    with enter(admin.workspace_id):
        entry = AuditEntry.objects.get(action="duplicate.restored")
        assert (entry.actor, entry.detail["suggestion"]) == (admin, str(apart.public_id))
        assert not Decision.objects.exists()


def test_taken_back_after_the_evidence_was_gone_it_is_found_anew(
    apart: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    with enter(admin.workspace_id):
        Customer.objects.filter(pk=apart.low_id).update(is_test=True)
        look_again([apart.low_id])
        assert Suggestion.objects.get(pk=apart.pk).closed_at
    client.post(client.at(RESTORE), {"suggestion": apart.public_id})
    with enter(admin.workspace_id):
        assert not Suggestion.objects.filter(pk=apart.pk).exists()
        Customer.objects.filter(pk=apart.low_id).update(is_test=False)
        look_again([apart.low_id])
        assert Suggestion.objects.due().filter(low=apart.low_id).count() == 1


def test_what_is_not_kept_apart_is_not_taken_back(
    apart: Suggestion, admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    with enter(admin.workspace_id):
        other = Suggestion.objects.get(low__name="Ada")
    client.post(client.at(RESTORE), {"suggestion": apart.public_id})
    with assert_unchanged(admin.workspace_id):
        for suggestion in (apart, other):
            answer = client.post(client.at(RESTORE), {"suggestion": suggestion.public_id}, follow=True)
            assert "no longer kept apart" in answer.content.decode()
        assert client.post(client.at(RESTORE), {"suggestion": "x"}).status_code == 404
        assert client.get(client.at(RESTORE)).status_code == 405
        assert "Nobody is kept apart." in client.get(client.at(APART + "?p=" + "9" * 5000)).content.decode()


@pytest.mark.parametrize("role", ["support_manager", "finance", "employee"])
def test_who_may_not_merge_sees_and_takes_back_nothing(
    apart: Suggestion, role: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    client = sign_in(request.getfixturevalue(role))
    with assert_unchanged(apart.workspace_id):
        assert client.get(client.at(APART)).status_code == 403
        assert client.post(client.at(RESTORE), {"suggestion": apart.public_id}).status_code == 403


def test_limited_member_sees_nobody_outside_their_products(
    apart: Suggestion, limited_agent: Membership, course: Any, sign_in: SignIn
) -> None:
    with enter(apart.workspace_id):
        limited_agent.extra_permissions = ["customers.merge", "admin.open"]
        limited_agent.save()
        factories.SaleFactory(customer=apart.low, product=course)
    client = sign_in(limited_agent)
    with assert_unchanged(apart.workspace_id):
        assert str(apart.public_id) not in client.get(client.at(APART)).content.decode()
        client.post(client.at(RESTORE), {"suggestion": apart.public_id})


def test_pair_of_another_workspace_is_nobody(
    apart: Suggestion, admin: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(beacon.owner)
    with assert_unchanged(apart.workspace_id):
        assert str(apart.public_id) not in client.get(client.at(APART)).content.decode()
        client.post(client.at(RESTORE), {"suggestion": apart.public_id})
    assert_no_canary(sign_in(admin).get(client.at(APART).replace(beacon.workspace.slug, "aurora-cursos")))
