"""Nothing leaks through the search: no other workspace, no other product, no kind one may not see."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from atomicpay.search.results import search
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import CANARY, Beacon

from .conftest import CPF, Books, hits_of

HTMX = {"HX-Request": "true"}


def _keys_of(beacon: Beacon) -> list[str]:
    return [
        CANARY,
        f"{CANARY} antonia",
        "canary-x",
        f"{CANARY}-HP",
        f"{CANARY}-SUB",
        f"{CANARY}-id",
        beacon.customer.email,
        f"x{beacon.customer.email}",
        "529.982.247-25",
        "product:canary",
        f"ref:{beacon.sale.reference}",
    ]


def test_other_workspace_is_never_found(
    books: Books, beacon: Beacon, sign_in: Callable, owner: Membership
) -> None:
    client = sign_in(owner)
    for text in _keys_of(beacon):
        for headers in ({}, HTMX):
            answer = client.get(client.at("search/"), {"q": text}, headers=headers)
            assert answer.status_code == 200
            shown = answer.content.decode().lower().replace(text.lower(), "")
            assert CANARY.lower() not in shown, text
        with enter_as(owner.workspace_id, owner.pk) as member:
            assert hits_of(search(text, member)) == {}, text


def test_other_workspace_finds_its_own(beacon: Beacon) -> None:
    """Positive control of the test above."""
    with enter_as(beacon.workspace.pk, beacon.owner.pk) as member:
        for text in _keys_of(beacon):
            if text != "canary-x":
                assert hits_of(search(text, member)) != {}, text


@pytest.mark.parametrize(
    "text",
    [
        *("bruno", "bruno@correio.example", "12ABC34501DE35", "AC-2001", "HP99", "clube", "5555", "US$ 10"),
        *("10,00", "2026-02-01", "brumo", "brunoo@correio.example", "product:clube", "card:5555"),
        *("amount:10", "name:bruno"),
    ],
)
def test_limited_member_finds_nothing_outside_their_products(
    books: Books, sign_in: Callable, limited_agent: Membership, owner: Membership, text: str
) -> None:
    with enter_as(limited_agent.workspace_id, limited_agent.pk) as member:
        results = search(text, member)
        assert (hits_of(results), results.meant) == ({}, "")
    client = sign_in(limited_agent)
    for headers in ({}, HTMX):
        answer = client.get(client.at("search/"), {"q": text}, headers=headers)
        assert answer.status_code == 200
        shown = answer.content.decode()
        for leak in ("Bruno", "Clube", "AC-2001", "HP99", "Did you mean"):
            assert leak not in shown.replace(text, "")
    # Positive control: it is there for who may see it.
    with enter_as(owner.workspace_id, owner.pk) as member:
        assert hits_of(search(text, member)) != {}


def test_limited_member_finds_inside_their_products(books: Books, limited_agent: Membership) -> None:
    with enter_as(limited_agent.workspace_id, limited_agent.pk) as member:
        for text in ("mariana", CPF, "4242", "AC-1042", "97,00", "luz e cor", "mariama"):
            assert "AC-1042, Luz e Cor" in hits_of(search(text, member))["sales"], text


def test_page_says_that_it_is_within_products(
    books: Books, sign_in: Callable, limited_agent: Membership
) -> None:
    client = sign_in(limited_agent)
    page = client.get(client.at("search/"), {"q": "mariana"}).content.decode()
    assert "Only within your products." in page


def test_each_kind_is_only_for_who_may_see_it(books: Books, aurora: Workspace, sign_in: Callable) -> None:
    for kind in ("customers", "sales", "subscriptions"):
        with enter(aurora.pk):
            member = factories.MembershipFactory(role=Role.EMPLOYEE, extra_permissions=[f"{kind}.view"])
        with enter_as(aurora.pk, member.pk) as asking:
            for text in ("mariana", "mariana.araujo@gmail.com", "4242", "mari.conceicao"):
                assert list(hits_of(search(text, asking))) == [kind], (kind, text)
        client = sign_in(member)
        names = client.get(client.at("search/"), {"q": "mari.conceicao@antigo.example"})
        assert names.status_code == (302 if kind == "customers" else 200)
        shown = client.get(client.at("search/"), {"q": "5511912345678"}, headers=HTMX).content.decode()
        # Who may not see customers is not told their phones.
        assert ("91234-5678" in shown) == (kind == "customers")


def test_employee_finds_nothing(books: Books, employee: Membership, sign_in: Callable) -> None:
    client = sign_in(employee)
    for text in ("mariana", CPF, "AC-1042", "mariama"):
        answer = client.get(client.at("search/"), {"q": text})
        assert answer.status_code == 200
        assert "Mariana" not in answer.content.decode()


def test_spend_is_only_for_who_may_see_it(books: Books, aurora: Workspace) -> None:
    with enter(aurora.pk):
        member = factories.MembershipFactory(role=Role.EMPLOYEE, extra_permissions=["customers.view"])
    with enter_as(aurora.pk, member.pk) as asking:
        assert search("mariana", asking).sections[0].hits[0].figure == ""


# The other workspaces of one's own --------------------------------------------------------------------------


@pytest.fixture
def second(db: None) -> Workspace:
    return factories.WorkspaceFactory(slug="estudio-lotus", name="Estúdio Lótus")


@pytest.fixture
def member_of_both(books: Books, support_agent: Membership, second: Workspace) -> Membership:
    """Camila works in both; in the second there are a customer with a former email, and a sale."""
    with enter(second.pk):
        factories.MembershipFactory(user=support_agent.user, role=Role.SUPPORT_AGENT)
        customer = factories.CustomerFactory(name="Lia Lótus", email="lia@lotus.example")
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerDocumentFactory(customer=customer)
        factories.SaleFactory(customer=customer, reference="EL-1", external_id="EL-X1")
    return support_agent


def _ask(client: Client, text: str, left: str = "aurora-cursos") -> str:
    answer = client.post("/search/elsewhere/", {"text": text, "away_from": left})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [("lia@lotus.example", "1 customer."), ("529.982.247-25", "1 customer."), ("el-1", "1 sale.")],
)
def test_key_is_found_in_ones_other_workspace(
    member_of_both: Membership, sign_in: Callable, text: str, words: str
) -> None:
    client = sign_in(member_of_both)
    page = client.get(client.at("search/"), {"q": text}).content.decode()
    assert 'action="/search/elsewhere/"' in page
    found = _ask(client, text)
    assert "Found in your other workspace, Estúdio Lótus" in found
    assert words in found
    assert "Lia" not in found
    # The link leads to the record itself, in that workspace.
    (address,) = re.findall('href="(/w/estudio-lotus/[^"]*)"', found)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("text", ["lia", "lotus.example", "529.982", "name:lia", "EL-", "4242", "", "1 2"])
def test_only_whole_keys_are_looked_for_elsewhere(
    member_of_both: Membership, sign_in: Callable, text: str
) -> None:
    client = sign_in(member_of_both)
    assert "Lótus" not in _ask(client, text)


def test_workspace_one_is_in_is_not_called_another(member_of_both: Membership, sign_in: Callable) -> None:
    client = sign_in(member_of_both)
    assert "Lótus" not in _ask(client, "lia@lotus.example", left="estudio-lotus")


def test_stranger_learns_nothing_elsewhere(
    books: Books, beacon: Beacon, sign_in: Callable, owner: Membership
) -> None:
    client = sign_in(owner)
    for text in _keys_of(beacon):
        assert_no_canary(client.post("/search/elsewhere/", {"text": text.replace(CANARY, "x")}))
        found = _ask(client, text)
        assert "Found in your other workspace" not in found
    page = client.get(client.at("search/"), {"q": beacon.sale.reference}).content.decode()
    assert "/search/elsewhere/" not in page


@pytest.mark.parametrize("text", ["lia@lotus.example", "EL-1"])
def test_elsewhere_keeps_to_products_and_permissions_there(
    member_of_both: Membership, second: Workspace, sign_in: Callable, text: str
) -> None:
    client = sign_in(member_of_both)
    with enter(second.pk):
        there = type(member_of_both).objects.filter(user=member_of_both.user)
        there.update(product_access=ProductAccess.SELECTED)
    assert "Lótus" not in _ask(client, text)
    with enter(second.pk):
        there.update(product_access=ProductAccess.ALL, role=Role.EMPLOYEE)
    assert "Lótus" not in _ask(client, text)
    with enter(second.pk):
        there.update(role=Role.SUPPORT_AGENT)
    assert "Lótus" in _ask(client, text)


def test_elsewhere_asks_for_the_second_factor_of_that_workspace(
    member_of_both: Membership, second: Workspace, sign_in: Callable
) -> None:
    Workspace.objects.filter(pk=second.pk).update(requires_two_factor=True)
    assert "Lótus" not in _ask(sign_in(member_of_both), "lia@lotus.example")


def test_removed_member_finds_nothing_elsewhere(
    member_of_both: Membership, second: Workspace, sign_in: Callable
) -> None:
    with enter(second.pk):
        type(member_of_both).objects.filter(user=member_of_both.user).update(ended_at=factories.NOON)
    client = sign_in(member_of_both)
    assert "Lótus" not in _ask(client, "lia@lotus.example")
    page = client.get(client.at("search/"), {"q": "lia@lotus.example"}).content.decode()
    assert "/search/elsewhere/" not in page


def test_elsewhere_is_for_who_is_signed_in_and_outside_of_workspaces(
    member_of_both: Membership, sign_in: Callable
) -> None:
    asked = {"text": "lia@lotus.example"}
    assert Client().post("/search/elsewhere/", asked).status_code == 302
    client = sign_in(member_of_both)
    assert client.post(client.at("search/elsewhere/"), asked).status_code == 404
