"""Every address against everybody: the table in `routes` is what it answers (T01, T02, T25, T48)."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged, without_what_changes
from tests.conftest import Beacon, MemberClient
from tests.house.routes import ELSEWHERE, GLOBAL, INSIDE, PROGRAMS, WRITES_ON_GET, kind_of, named

SignIn = Callable[..., MemberClient]


def walk(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every address that is answered, as it is declared."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


ADMIN = sorted(route for route in walk() if route.startswith("admin/"))


def test_every_address_has_a_row_in_the_table() -> None:
    declared = {route for route in walk() if not route.startswith("admin/")}
    assert declared == INSIDE.keys() | GLOBAL.keys() | ELSEWHERE.keys() | PROGRAMS.keys()


_OF_A_LIST = ("exports/new/", "exports/schedules/new/", "missing/")


def _records(workspace: Workspace, member: Membership) -> dict[str, Any]:
    """A record of each kind that an address names, of one workspace."""
    with enter(workspace.pk):
        sale = factories.SaleFactory()
        subscription = factories.SubscriptionFactory(customer=sale.customer, product=sale.product)
        return {
            "customers": sale.customer.public_id,
            "messages": factories.MessageFactory(customer=sale.customer, author=member).public_id,
            "tokens": factories.ApiTokenFactory(created_by=member).public_id,
            "sales": sale.public_id,
            "subscriptions": subscription.public_id,
            "attention": factories.FindingFactory(sale=sale).public_id,
            **{
                f"views/{page}": factories.SavedViewFactory(owner=member, page=page, is_shared=True).public_id
                for page in ("attention", "customers", "sales", "subscriptions")
            },
            "exports": factories.ExportFactory(requested_by=member).public_id,
            "exports/templates": factories.FileTemplateFactory(owner=member, is_shared=True).public_id,
            "exports/schedules": factories.ScheduleFactory(owner=member).public_id,
            "imports": factories.ImportRunFactory(started_by=member).public_id,
        }


def _address(route: str, records: dict[str, Any]) -> str:
    address = named(route, records.get(kind_of(route), ""))
    return address + ("?list=sales" if route in _OF_A_LIST else "")


@pytest.fixture
def members(request: pytest.FixtureRequest) -> dict[Role, Membership]:
    return {role: request.getfixturevalue(role.value) for role in Role}


def test_each_role_gets_what_the_table_says(
    aurora: Workspace, members: dict[Role, Membership], beacon: Beacon, sign_in: SignIn
) -> None:
    for role, member in members.items():
        records = _records(aurora, member)
        client = sign_in(member)
        for route, (permission, allowed) in INSIDE.items():
            response = client.get(client.at(_address(route, records)))
            expected = allowed if member.may(permission) else 403
            assert response.status_code == expected, (role, route)
            assert_no_canary(response)
            assert response.headers["Cache-Control"] == "no-store, private", route


def test_stranger_and_operator_get_the_same_404_everywhere(
    aurora: Workspace, owner: Membership, stranger: Membership, sign_in: SignIn
) -> None:
    records = _records(aurora, owner)
    operator = Client()
    operator.force_login(factories.UserFactory(is_superuser=True, is_staff=True))
    for client in (sign_in(stranger), operator):
        unknown = client.get("/w/no-such-place/")
        for route in (*INSIDE, *ADMIN):
            response = client.get(f"{aurora.root}{_address(route, records)}")
            assert response.status_code == 404, route
            assert len(response.content) == len(unknown.content), route


def test_anonymous_is_asked_to_sign_in_everywhere(aurora: Workspace, owner: Membership) -> None:
    records = _records(aurora, owner)
    for route in (*INSIDE, *ADMIN):
        response = Client().get(f"{aurora.root}{_address(route, records)}")
        assert response.status_code == 302, route
        assert response.headers["Location"].startswith("/accounts/login/?next=/w/aurora-cursos/"), route


def test_no_workspace_page_opens_outside_a_workspace(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    for route in (*INSIDE, *ADMIN):
        if route:
            assert client.get(f"/{_address(route, {})}").status_code == 404, route


def test_global_addresses_answer_as_the_table_says(finance: Membership, sign_in: SignIn) -> None:
    for route, (anonymous, signed_in) in GLOBAL.items():
        assert Client().get(f"/{route}").status_code == anonymous, route
        assert sign_in(finance).get(f"/{route}").status_code == signed_in, route


def test_admin_is_closed_to_who_may_not_open_it(members: dict[Role, Membership], sign_in: SignIn) -> None:
    refused = [member for member in members.values() if not member.may("admin.open")]
    for member in refused:
        client = sign_in(member)
        assert client.get(client.at("admin/")).status_code == 403, member.role
    client = sign_in(refused[0])
    for route in ADMIN:
        assert client.get(client.at(route.replace("<path:object_id>", "1"))).status_code == 403, route


def test_foreign_and_unknown_records_give_the_same_404(
    aurora: Workspace, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    foreign = _records(beacon.workspace, beacon.owner)
    unknown = {kind: uuid4() for kind in foreign}
    client = sign_in(owner)
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        for route in INSIDE:
            if "<uuid:public_id>" not in route:
                continue
            for method in (client.get, client.post):
                answers = [method(client.at(_address(route, ids))) for ids in (foreign, unknown)]
                assert {answer.status_code for answer in answers} in ({404}, {405}), route
                kind = kind_of(route)
                bodies = {
                    without_what_changes(answer.content.replace(str(ids[kind]).encode(), b""))
                    for answer, ids in zip(answers, (foreign, unknown), strict=True)
                }
                assert len(bodies) == 1, route
                for answer in answers:
                    assert_no_canary(answer)


def test_get_changes_no_row(aurora: Workspace, owner: Membership, beacon: Beacon, sign_in: SignIn) -> None:
    records = _records(aurora, owner)
    client = sign_in(owner)
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        for route in INSIDE:
            if route not in WRITES_ON_GET:
                client.get(client.at(_address(route, records)))


def test_post_without_a_token_is_refused(aurora: Workspace, owner: Membership, sign_in: SignIn) -> None:
    records = _records(aurora, owner)
    client = sign_in(owner, enforce_csrf_checks=True)
    with assert_unchanged(aurora.pk):
        for route in (*INSIDE, *(f"/{route}" for route in GLOBAL)):
            address = route if route.startswith("/") else client.at(_address(route, records))
            assert client.post(address).status_code == 403, route


def test_address_for_programs_knows_no_session_and_nothing_below_a_workspace(
    aurora: Workspace, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    """Who is signed in is nobody there, with a CSRF token or without: the same answer as to anybody."""
    client = sign_in(owner, enforce_csrf_checks=True)
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        for route in PROGRAMS:
            for method in ("get", "post", "put", "delete"):
                anonymous = getattr(Client(), method)(f"/{route}")
                signed_in = getattr(client, method)(f"/{route}")
                assert (anonymous.status_code, signed_in.status_code) == (401, 401), (route, method)
                assert anonymous.content == signed_in.content
                assert anonymous.headers["WWW-Authenticate"].startswith("Bearer")
                assert anonymous.headers["Cache-Control"] == "no-store, private"
                assert anonymous.cookies == {}
                assert getattr(client, method)(client.at(route)).status_code == 404, (route, method)


def test_change_would_be_noticed(aurora: Workspace) -> None:
    """The control of `assert_unchanged`."""
    with pytest.raises(AssertionError), assert_unchanged(aurora.pk), enter(aurora.pk):
        factories.TagFactory()
