"""The choice of a workspace: one's own memberships and invitations, and nothing of anybody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction
from django.test import Client

from atomicpay.team import invitations, queries, services
from atomicpay.workspaces.models import Membership, User, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient


def test_anonymous_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/")


def test_switcher_shows_ones_own_workspaces(
    support_agent: Membership, beacon: Beacon, client: Client
) -> None:
    second = factories.WorkspaceFactory(name="Ateliê Sol")
    with enter(second.pk):
        factories.MembershipFactory(user=support_agent.user, role=Role.FINANCE)
    client.force_login(support_agent.user)
    response = client.get("/")
    shown = [(member.workspace.name, member.role) for member in response.context["memberships"]]
    assert shown == [("Ateliê Sol", Role.FINANCE), ("Aurora Cursos", Role.SUPPORT_AGENT)]
    assert_no_canary(response)


def test_switcher_forgets_where_one_was_removed(
    owner: Membership, support_agent: Membership, client: Client
) -> None:
    with enter(owner.workspace_id):
        services.remove_member(acting_member=owner, member=support_agent)
    client.force_login(User.objects.get(pk=support_agent.user_id))
    assert client.get("/").context["memberships"] == []


def test_switcher_leaves_out_a_suspended_workspace(support_agent: Membership, client: Client) -> None:
    Workspace.objects.update(status=Workspace.Status.SUSPENDED)
    client.force_login(support_agent.user)
    assert client.get("/").context["memberships"] == []


def _ask(function: str, person: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.callproc(function, [person])
        return cursor.fetchall()


def test_functions_answer_for_one_person_with_ids_only(
    owner: Membership, support_agent: Membership, beacon: Beacon
) -> None:
    assert _ask("memberships_of", support_agent.user_id) == [(owner.workspace_id, "support_agent")]
    assert _ask("memberships_of", beacon.owner.user_id) == [(beacon.workspace.pk, "owner")]
    assert _ask("memberships_of", 0) == []
    User.objects.filter(pk=support_agent.user_id).update(is_active=False)
    assert _ask("memberships_of", support_agent.user_id) == []


def test_functions_leave_row_security_as_it_was(owner: Membership, beacon: Beacon) -> None:
    """Positive control of the pair above: what they read, the runtime role cannot."""
    _ask("memberships_of", owner.user_id)
    refused = pytest.raises(DatabaseError, match="no workspace in context")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM membership")


@pytest.mark.parametrize("function", ["memberships_of", "invitations_of"])
def test_functions_are_the_runtime_roles_alone(db: None, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('public', %s, 'EXECUTE'),"
            " has_function_privilege(current_user, %s, 'EXECUTE')",
            [f"{function}(bigint)"] * 2,
        )
        assert cursor.fetchone() == (False, True)


def test_invitation_is_accepted_from_the_switcher_with_a_verified_email(
    client: Client, aurora: Workspace, invite: Any
) -> None:
    user = factories.UserFactory(email="ja@team.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    invitation, _path = invite("ja@team.example")
    client.force_login(user)
    accept = f"/invitations/{aurora.slug}/accept/{invitation.public_id}/"
    assert accept in client.get("/").content.decode()
    assert client.post(accept).headers["Location"] == aurora.root
    assert [member.workspace for member in queries.memberships_of(user)] == [aurora]


def test_invitation_is_not_accepted_with_an_email_nobody_verified(
    client: Client, aurora: Workspace, invite: Any
) -> None:
    user = factories.UserFactory(email="ja@team.example")
    invitation, _path = invite("ja@team.example")
    client.force_login(user)
    accept = f"/invitations/{aurora.slug}/accept/{invitation.public_id}/"
    assert accept not in client.get("/").content.decode()
    with assert_unchanged(aurora.pk):
        assert client.post(accept).status_code == 404


def test_invitation_of_somebody_else_is_not_accepted(
    client: Client, aurora: Workspace, stranger: Membership, invite: Any
) -> None:
    EmailAddress.objects.create(user=stranger.user, email=stranger.user.email, verified=True, primary=True)
    invitation, _path = invite("nova@team.example")
    client.force_login(stranger.user)
    assert client.get("/").context["invitations"] == []
    with assert_unchanged(aurora.pk):
        response = client.post(f"/invitations/{aurora.slug}/accept/{invitation.public_id}/")
    assert response.status_code == 404


def test_closed_invitations_are_not_shown(owner: Membership, invite: Any) -> None:
    user = factories.UserFactory(email="ja@team.example")
    invitation, _path = invite("ja@team.example")
    assert [row.pk for row in queries.invitations_of(user)] == [invitation.pk]
    with enter(owner.workspace_id):
        invitations.revoke(acting_member=owner, invitation=invitation)
    assert queries.invitations_of(user) == []


def test_member_who_may_open_nothing_is_told_so(
    employee: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(employee)
    assert client.get(client.at("")).status_code == 403


@pytest.mark.parametrize("path", ["preferences/", "invitations/aurora-cursos/x/"])
def test_pages_outside_are_not_inside(
    owner: Membership, sign_in: Callable[..., MemberClient], path: str
) -> None:
    client = sign_in(owner)
    assert client.get(client.at(path)).status_code == 404


def test_preferences_are_ones_own(support_agent: Membership, owner: Membership, client: Client) -> None:
    client.force_login(support_agent.user)
    response = client.post(
        "/preferences/", {"name": "Saulo D.", "language": "pt-br", "theme": "dark", "is_staff": "1"}
    )
    assert response.status_code == 302
    user = User.objects.get(pk=support_agent.user_id)
    assert (user.name, user.language, user.theme, user.is_staff) == ("Saulo D.", "pt-br", "dark", False)
    assert User.objects.get(pk=owner.user_id).theme == ""
    assert client.get("/preferences/").headers["Content-Language"] == "pt-br"


def test_preferences_are_for_who_is_signed_in(client: Client, db: None) -> None:
    assert client.get("/preferences/").headers["Location"] == "/accounts/login/?next=/preferences/"
