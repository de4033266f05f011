"""Wall 0: what a request under /w/<slug>/ may reach, and what it leaves behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_script_prefix, path, reverse

from atomicpay.urls import (
    handler500,  # noqa: F401 -- Django finds it by its name
    urlpatterns as product_urls,
)
from atomicpay.workspaces import middleware
from atomicpay.workspaces.errors import NoActiveWorkspace
from atomicpay.workspaces.models import Membership, User, Workspace
from atomicpay.workspaces.scope import active_scope, enter
from atomicpay.workspaces.views import WorkspaceView
from customers.models import Customer
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import Beacon, MemberClient

SignIn = Callable[[Membership], MemberClient]


class Probe(WorkspaceView):
    """Says which workspace and products it sees."""

    permission = "customers.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = active_scope()
        return HttpResponse(f"{scope.workspace_id} {scope.products} {reverse('probe')}")


class WriteThenFail(WorkspaceView):
    """Writes a customer and raises."""

    permission = "customers.view"

    def post(self, request: HttpRequest) -> HttpResponse:
        factories.CustomerFactory()
        raise ZeroDivisionError


urlpatterns = [
    *product_urls,
    path("probe/", Probe.as_view(), name="probe"),
    path("fail/", WriteThenFail.as_view()),
]

pytestmark = pytest.mark.urls(__name__)


def test_member_is_inside_their_workspace_and_links_stay_there(
    aurora: Workspace, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    answer = client.get(client.at("probe/")).content.decode()
    assert answer == f"{aurora.pk} None /w/aurora-cursos/probe/"
    assert get_script_prefix() == "/"
    with pytest.raises(NoActiveWorkspace):
        active_scope()


def test_limited_member_is_inside_their_products(
    aurora: Workspace, limited_agent: Membership, course: Any, sign_in: SignIn
) -> None:
    client = sign_in(limited_agent)
    assert f"{aurora.pk} ({course.pk},)" in client.get(client.at("probe/")).content.decode()


def test_stranger_gets_the_answer_of_a_workspace_that_does_not_exist(
    aurora: Workspace, beacon: Beacon, stranger: Membership, sign_in: SignIn
) -> None:
    client = sign_in(stranger)
    foreign = client.get("/w/aurora-cursos/probe/")
    unknown = client.get("/w/no-such-place/probe/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content.replace(b"aurora-cursos", b"") == unknown.content.replace(b"no-such-place", b"")
    assert client.get(client.at("probe/")).status_code == 200


def test_anonymous_is_asked_to_sign_in_for_known_and_unknown_workspaces_alike(aurora: Workspace) -> None:
    for slug in ("aurora-cursos", "no-such-place"):
        response = Client().get(f"/w/{slug}/probe/?a=1")
        assert response.status_code == 302
        assert response.headers["Location"] == f"/accounts/login/?next=/w/{slug}/probe/%3Fa%3D1"


def test_removed_member_and_inactive_user_are_strangers_at_once(
    aurora: Workspace, support_agent: Membership, finance: Membership, sign_in: SignIn
) -> None:
    for member in (support_agent, finance):
        client = sign_in(member)
        assert client.get(client.at("probe/")).status_code == 200
    with enter(aurora.pk):
        support_agent.ended_at = datetime.now(UTC)
        support_agent.save()
    finance.user.is_active = False
    finance.user.save()
    assert sign_in(support_agent).get("/w/aurora-cursos/probe/").status_code == 404
    # An inactive user is signed out altogether.
    assert sign_in(finance).get("/w/aurora-cursos/probe/").status_code == 302


def test_suspended_workspace_does_not_exist(aurora: Workspace, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    aurora.status = Workspace.Status.SUSPENDED
    aurora.save()
    assert client.get(client.at("probe/")).status_code == 404


def test_member_without_the_permission_is_refused(employee: Membership, sign_in: SignIn) -> None:
    client = sign_in(employee)
    assert client.get(client.at("probe/")).status_code == 403


def test_extra_permission_opens_what_the_role_does_not(
    aurora: Workspace, employee: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        employee.extra_permissions = ["customers.view"]
        employee.save()
    client = sign_in(employee)
    assert client.get(client.at("probe/")).status_code == 200


def test_superuser_without_membership_is_a_stranger(aurora: Workspace, client: Client) -> None:
    client.force_login(factories.UserFactory(is_superuser=True, is_staff=True))
    assert client.get("/w/aurora-cursos/probe/").status_code == 404
    assert client.get("/w/aurora-cursos/admin/").status_code == 404


def test_workspace_view_outside_a_workspace_is_not_found(support_agent: Membership, sign_in: SignIn) -> None:
    assert sign_in(support_agent).get("/probe/").status_code == 404


def test_view_that_raises_leaves_nothing_written(
    aurora: Workspace, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent, raise_request_exception=False)  # type: ignore[call-arg]
    assert client.post(client.at("fail/")).status_code == 500
    with enter(aurora.pk):
        assert not Customer.objects.exists()


def test_view_without_a_permission_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="must name the permission"):
        type("Nameless", (WorkspaceView,), {})
    with pytest.raises(TypeError, match="must name the permission"):
        type("Misspelt", (WorkspaceView,), {"permission": "customer.veiw"})


def test_answers_are_private_whatever_their_status(
    aurora: Workspace, employee: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    allowed, refused = sign_in(support_agent), sign_in(employee)
    broken = sign_in(support_agent, raise_request_exception=False)  # type: ignore[call-arg]
    answers = {
        200: allowed.get(allowed.at("probe/")),
        403: refused.get(refused.at("probe/")),
        404: allowed.get(allowed.at("nothing/")),
        500: broken.post(broken.at("fail/")),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in answer.headers["Vary"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@override_settings(DEBUG=False)
def test_canary_helper_finds_a_leak(beacon: Beacon) -> None:
    """The control of `assert_no_canary`: it must see what it looks for."""
    with pytest.raises(AssertionError):
        assert_no_canary(HttpResponse(f"<p>{beacon.customer.name}</p>"))
    with pytest.raises(AssertionError):
        assert_no_canary(HttpResponse(headers={"X-Name": beacon.customer.email}))


def test_stranger_would_read_everything_without_the_membership_check(
    aurora: Workspace,
    owner: Membership,
    stranger: Membership,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wall 0 taken down: behind the mount point nothing asks again who somebody is."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name="Mariana Conceição")
    client, address = sign_in(stranger), f"{aurora.root}customers/{customer.public_id}/"
    assert client.get(address).status_code == 404

    @contextmanager
    def open_door(workspace: Workspace, user: User) -> Iterator[Membership]:
        with enter(workspace.pk):
            owner.user, owner.workspace = user, workspace
            yield owner

    monkeypatch.setattr(middleware, "members_scope", open_door)
    assert "Mariana Conceição" in client.get(address).content.decode()


def test_two_factor_is_asked_for_where_the_workspace_requires_it(
    aurora: Workspace, support_agent: Membership, sign_in: SignIn
) -> None:
    aurora.requires_two_factor = True
    aurora.save()
    client = sign_in(support_agent)
    response = client.get(client.at("probe/"))
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")


class Sleeper(WorkspaceView):
    """Asks the database something that takes its time."""

    permission = "customers.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(3)")
        return HttpResponse("slept")


urlpatterns.append(path("sleep/", Sleeper.as_view()))


def test_statement_that_takes_too_long_is_broken_off(
    support_agent: Membership, sign_in: SignIn, settings: Any
) -> None:
    client = sign_in(support_agent, raise_request_exception=False)
    settings.REQUEST_STATEMENT_SECONDS = 1
    assert client.get(client.at("sleep/")).status_code == 503
    settings.REQUEST_STATEMENT_SECONDS = 10
    assert client.get(client.at("sleep/")).content == b"slept"
