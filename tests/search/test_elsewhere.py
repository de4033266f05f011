"""What lies in one's other workspaces: named only to who is a member there and may see it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.search.elsewhere import found_elsewhere
from atomicpay.workspaces.errors import WorkspaceAlreadyActive
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import CustomerDocument, CustomerEmail
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import CANARY, Beacon, MemberClient

SignIn = Callable[[Membership], MemberClient]


@pytest.fixture
def agent(aurora: Workspace, beacon: Beacon, support_agent: Membership) -> Membership:
    """Aurora's support agent, before they are anybody in Beacon Labs."""
    return support_agent


def join(beacon: Beacon, member: Membership, **fields: Any) -> Membership:
    with enter(beacon.workspace.pk):
        joined: Membership = factories.MembershipFactory(
            user=member.user, workspace=beacon.workspace, **{"role": Role.SUPPORT_AGENT, **fields}
        )
        return joined


def keys_of(beacon: Beacon) -> dict[str, str]:
    """Whole keys of what Beacon Labs has, by the kind of record that they name."""
    with enter(beacon.workspace.pk):
        return {
            "email": CustomerEmail.objects.get().normalised,
            "document": CustomerDocument.objects.get().number,
            "reference": beacon.sale.reference,
            "code": f"{CANARY}-SUB",
        }


def places(member: Membership, key: str) -> list[tuple[str, dict[str, int]]]:
    found = found_elsewhere(key, member.user, left=member.workspace.slug)
    kinds = ("customers", "sales", "subscriptions")
    for each in found:
        assert len(each.urls) == sum(getattr(each, kind) for kind in kinds)
    return [
        (each.workspace.slug, {kind: number for kind in kinds if (number := getattr(each, kind))})
        for each in found
    ]


def test_member_of_both_is_told_of_each_kind_of_key(agent: Membership, beacon: Beacon) -> None:
    join(beacon, agent)
    kinds = {key: places(agent, text) for key, text in keys_of(beacon).items()}
    assert kinds == {
        "email": [("beacon-labs", {"customers": 1})],
        "document": [("beacon-labs", {"customers": 1})],
        "reference": [("beacon-labs", {"sales": 1})],
        "code": [("beacon-labs", {"subscriptions": 1})],
    }


def test_who_is_no_member_there_is_told_nothing(agent: Membership, beacon: Beacon) -> None:
    assert [places(agent, key) for key in keys_of(beacon).values()] == [[]] * 4


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.EMPLOYEE},
        {"ended_at": factories.NOON},
        {"product_access": ProductAccess.SELECTED},
    ],
    ids=["may see nothing", "was removed", "sees no product"],
)
def test_member_without_the_right_there_is_told_nothing(
    agent: Membership, beacon: Beacon, fields: dict[str, Any]
) -> None:
    join(beacon, agent, **fields)
    assert [places(agent, key) for key in keys_of(beacon).values()] == [[]] * 4


def test_member_limited_to_the_product_there_is_told(agent: Membership, beacon: Beacon) -> None:
    joined = join(beacon, agent, product_access=ProductAccess.SELECTED)
    with enter(beacon.workspace.pk):
        ProductGrant.objects.create(membership=joined, product=Product.objects.get())
    assert places(agent, keys_of(beacon)["email"]) == [("beacon-labs", {"customers": 1})]


def test_workspace_that_is_closed_or_asks_for_a_second_factor_first_is_not_named(
    agent: Membership, beacon: Beacon
) -> None:
    join(beacon, agent)
    email = keys_of(beacon)["email"]
    for change in ({"requires_two_factor": True}, {"status": Workspace.Status.CLOSED}):
        Workspace.objects.filter(pk=beacon.workspace.pk).update(**change)
        assert places(agent, email) == []


@pytest.mark.parametrize("text", ["Antônia", CANARY, "else.example", "529.982", "", " ", "%", "x" * 200])
def test_only_a_whole_key_is_looked_for(agent: Membership, beacon: Beacon, text: str) -> None:
    join(beacon, agent)
    assert places(agent, text) == []


def test_workspace_one_comes_from_is_not_looked_into(agent: Membership, beacon: Beacon) -> None:
    joined = join(beacon, agent)
    assert places(joined, keys_of(beacon)["email"]) == []


def test_no_workspace_is_entered_inside_another(agent: Membership, beacon: Beacon) -> None:
    join(beacon, agent)
    email = keys_of(beacon)["email"]
    with enter(agent.workspace_id), pytest.raises(WorkspaceAlreadyActive):
        found_elsewhere(email, agent.user, left=agent.workspace.slug)


def test_page_offers_the_look_only_to_who_has_another_workspace(
    agent: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(agent)
    asked = {"q": keys_of(beacon)["email"]}
    pages = (client.at("customers/"), client.at("search/"))
    for page in pages:
        assert "/search/elsewhere/" not in client.get(page, asked).content.decode()
    join(beacon, agent)
    for page in pages:
        offered = client.get(page, asked).content.decode()
        assert 'action="/search/elsewhere/"' in offered
        # Inside one workspace nothing of another is named, whoever asks; but for the text they typed.
        assert "Beacon Labs" not in offered
    named = client.get(client.at("customers/"), {"q": "Ant"})
    assert_no_canary(named)


def test_answer_leads_to_the_record_there(agent: Membership, beacon: Beacon, sign_in: SignIn) -> None:
    join(beacon, agent)
    client = sign_in(agent)
    sent = {"text": keys_of(beacon)["email"], "away_from": agent.workspace.slug}
    for headers in ({}, {"HX-Request": "true"}):
        response = client.post("/search/elsewhere/", sent, headers=headers)
        body = response.content.decode()
        assert response.status_code == 200
        assert f'href="/w/beacon-labs/customers/{beacon.customer.public_id}/"' in body
        assert ("<html" in body) is not bool(headers)
        # What was typed may be a document: it stands in no address.
        assert sent["text"] not in unquote("".join(re.findall('(?:href|action)="[^"]*"', body)))
    assert client.get(f"/w/beacon-labs/customers/{beacon.customer.public_id}/").status_code == 200


def test_answer_to_a_stranger_is_the_one_for_what_does_not_exist(
    agent: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(agent)
    answers = []
    for text in (keys_of(beacon)["email"], "nobody@else.example"):
        response = client.post("/search/elsewhere/", {"text": text}, headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert_no_canary(response)
        answers.append(response.content)
    assert answers[0] == answers[1]


def test_bad_input_finds_nothing_and_breaks_nothing(agent: Membership, sign_in: SignIn) -> None:
    client = sign_in(agent)
    for sent in ({}, {"text": "\x00"}, {"text": "x" * 10_000}, {"text": "a@b.example", "away_from": "'; --"}):
        assert client.post("/search/elsewhere/", sent).status_code == 200


def test_who_is_not_signed_in_is_asked_to(db: None) -> None:
    response = Client().post("/search/elsewhere/", {"text": "ana@mail.example"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")
