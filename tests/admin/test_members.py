"""The pages of members, invitations and settings: they do what the services do, and say what those refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import InvitationProduct, Product, ProductGrant
from atomicpay.team import services
from atomicpay.team.admin import TeamAdmin
from atomicpay.workspaces.models import Invitation, Membership, ProductAccess, User, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient

SignIn = Callable[..., MemberClient]


def _path(client: MemberClient, member: Membership, act: str = "change") -> str:
    return client.at(f"admin/workspaces/membership/{member.pk}/{act}/")


def _as_now(member: Membership) -> Membership:
    with enter(member.workspace_id):
        return Membership.objects.get(pk=member.pk)


def test_member_is_given_role_permissions_and_products(
    owner: Membership, support_agent: Membership, course: Product, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    response = client.post(
        _path(client, support_agent),
        {
            "role": "support_manager",
            "extra_permissions": ["exports.create"],
            "product_access": "selected",
            "selected_products": [course.pk],
        },
    )
    assert response.status_code == 302
    member = _as_now(support_agent)
    assert (member.role, member.extra_permissions) == ("support_manager", ["exports.create"])
    with enter(owner.workspace_id):
        assert ProductGrant.objects.get(membership=member).product_id == course.pk
        actions = set(AuditEntry.objects.about(member).values_list("action", "actor"))
    assert actions == {
        ("member.role_changed", owner.pk),
        ("member.permissions_changed", owner.pk),
        ("member.products_changed", owner.pk),
    }


def test_form_shows_what_is_granted_and_what_the_role_brings(
    owner: Membership, limited_agent: Membership, course: Product, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    response = client.get(_path(client, limited_agent))
    assert response.context["adminform"].form["selected_products"].value() == [course.pk]
    assert "Suggest that two customers are one" in response.content.decode()


def test_history_of_a_member_is_the_audit_log(
    owner: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        services.change_role(acting_member=owner, member=support_agent, role=Role.FINANCE)
    client = sign_in(owner)
    page = client.get(_path(client, support_agent, "history")).content.decode()
    assert "Role changed" in page
    assert "Olga Prado" in page


@pytest.mark.parametrize(
    ("acting", "target", "data", "words"),
    [
        ("admin", "owner", {"role": "employee"}, "Only an owner can make or change an owner."),
        ("admin", "employee", {"role": "owner"}, "Only an owner can make or change an owner."),
        ("admin", "admin", {"role": "owner"}, "Only an owner can make or change an owner."),
        ("owner", "owner", {"role": "admin"}, "make somebody else one first"),
        ("owner", "employee", {"product_access": "selected"}, "Select at least one product"),
        ("owner", "employee", {"role": "emperor"}, "is not one of the available choices"),
        ("owner", "employee", {"extra_permissions": ["everything"]}, "is not one of the available choices"),
    ],
)
def test_form_says_what_is_refused_and_changes_nothing(
    acting: str,
    target: str,
    data: dict[str, Any],
    words: str,
    owner: Membership,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:
    acting_member, member = request.getfixturevalue(acting), request.getfixturevalue(target)
    client = sign_in(acting_member)
    fields = {"role": member.role, "product_access": "all", **data}
    with assert_unchanged(owner.workspace_id):
        response = client.post(_path(client, member), fields)
    assert response.status_code == 200
    assert words in response.content.decode()


def test_rule_that_only_the_lock_sees_is_told_on_the_page(
    owner: Membership, employee: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atomicpay.team.member_forms.check_change", lambda *args, **kwargs: None)
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id):
        response = client.post(_path(client, owner), {"role": "admin", "product_access": "all"})
    assert response.headers["Location"] == _path(client, owner)
    assert "keeps at least one owner" in str(next(iter(get_messages(response.wsgi_request))))


def test_member_is_removed_with_a_confirmation(
    owner: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    client, theirs = sign_in(owner), sign_in(support_agent)
    page = client.get(_path(client, support_agent, "delete")).content.decode()
    assert "Remove Saulo Dias from Aurora Cursos" in page
    assert _as_now(support_agent).ended_at is None
    client.post(_path(client, support_agent, "delete"), {"post": "yes"})
    assert _as_now(support_agent).ended_at is not None
    # Their session is over, too.
    assert theirs.get(theirs.at("admin/")).status_code == 302


def test_last_owner_is_not_removed(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id):
        response = client.post(_path(client, owner, "delete"), {"post": "yes"})
    assert response.status_code == 302
    assert _as_now(owner).ended_at is None


def test_removed_member_is_listed_only_when_asked_for(
    owner: Membership, employee: Membership, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        services.remove_member(acting_member=owner, member=employee)
    client = sign_in(owner)
    lists = {
        state: {
            row.pk
            for row in client.get(client.at(f"admin/workspaces/membership/?state={state}"))
            .context["cl"]
            .result_list
        }
        for state in ("removed", "all")
    }
    now = client.get(client.at("admin/workspaces/membership/")).context["cl"].result_list
    assert {row.pk for row in now} == {owner.pk}
    assert lists == {"removed": {employee.pk}, "all": {owner.pk, employee.pk}}


def test_members_are_not_added_without_an_invitation(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    assert client.get(client.at("admin/workspaces/membership/add/")).status_code == 403


def test_invitation_is_sent_from_its_form(owner: Membership, course: Product, sign_in: SignIn) -> None:
    client = sign_in(owner)
    response = client.post(
        client.at("admin/workspaces/invitation/add/"),
        {
            "email": "Nova@team.example",
            "role": "finance",
            "product_access": "selected",
            "selected_products": [course.pk],
        },
    )
    assert response.status_code == 302
    with enter(owner.workspace_id):
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role) == ("nova@team.example", "finance")
        assert invitation.invited_by_id == owner.pk
        assert InvitationProduct.objects.get(invitation=invitation).product_id == course.pk
        assert AuditEntry.objects.get().action == "invitation.sent"


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("olga", "finance", "Enter a valid email address."),
        ("owner.aurora-cursos@team.example", "finance", "This person is a member already."),
        ("waiting@team.example", "finance", "This email has an invitation already"),
        ("nova@team.example", "owner", "Only an owner can make or change an owner."),
    ],
)
def test_form_says_why_somebody_is_not_invited(
    email: str, role: str, words: str, owner: Membership, admin: Membership, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        factories.InvitationFactory(email="waiting@team.example", invited_by=owner)
    client = sign_in(admin)
    with assert_unchanged(owner.workspace_id):
        response = client.post(
            client.at("admin/workspaces/invitation/add/"),
            {"email": email, "role": role, "product_access": "all"},
        )
    assert words in response.content.decode()


def test_invitations_are_sent_again_and_revoked_from_the_list(owner: Membership, sign_in: SignIn) -> None:
    with enter(owner.workspace_id):
        first, second = (factories.InvitationFactory(invited_by=owner) for _ in range(2))
    client = sign_in(owner)
    path = client.at("admin/workspaces/invitation/")
    client.post(path, {"action": "send_again", "_selected_action": [first.pk]})
    page = client.post(path, {"action": "revoke", "_selected_action": [first.pk, second.pk]}, follow=True)
    assert "2 invitations were revoked." in page.content.decode()
    page = client.post(path, {"action": "revoke", "_selected_action": [first.pk]}, follow=True)
    assert "was answered, revoked or has expired" in page.content.decode()
    with enter(owner.workspace_id):
        assert set(Invitation.objects.values_list("pk", "status", "times_sent")) == {
            (first.pk, "revoked", 2),
            (second.pk, "revoked", 1),
        }


SETTINGS = {
    "name": "Aurora Escola",
    "legal_name": "",
    "registration": "company",
    "document": "",
    "contact_email": "",
    "contact_phone": "",
    "default_currency": "BRL",
    "colour": "plum",
}


def test_settings_are_changed_and_recorded(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    path = client.at(f"admin/workspaces/workspace/{owner.workspace_id}/change/")
    assert client.get(client.at("admin/workspaces/workspace/")).headers["Location"] == path
    response = client.post(path, {**SETTINGS, "slug": "stolen", "status": "closed", "timezone": "UTC"})
    assert response.status_code == 302
    workspace = Workspace.objects.get(pk=owner.workspace_id)
    assert (workspace.name, workspace.colour) == ("Aurora Escola", "plum")
    assert (workspace.slug, workspace.status, workspace.timezone) == (
        "aurora-cursos",
        "active",
        "America/Sao_Paulo",
    )
    with enter(owner.workspace_id):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id) == ("workspace.settings_changed", owner.pk)
    assert entry.detail == {"fields": ["colour", "name"]}
    history = client.get(path.replace("change", "history")).content.decode()
    assert "Workspace settings changed" in history


def test_settings_of_another_workspace_are_not_found(
    owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    path = client.at(f"admin/workspaces/workspace/{beacon.workspace.pk}/change/")
    assert client.get(path).status_code == 404
    assert client.post(path, SETTINGS).status_code == 404
    assert Workspace.objects.get(pk=beacon.workspace.pk).name == beacon.workspace.name


def test_owner_changes_nothing_of_a_person_but_the_membership(
    owner: Membership, employee: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    fields = {"role": "employee", "product_access": ProductAccess.ALL}
    client.post(
        _path(client, employee),
        {**fields, "user": owner.user_id, "email": "x@x.example", "ended_at_0": "2020-01-01"},
    )
    member = _as_now(employee)
    assert (member.user_id, member.ended_at) == (employee.user_id, None)
    assert User.objects.get(pk=employee.user_id).email == employee.user.email


def test_team_pages_leave_recording_to_the_services() -> None:
    assert TeamAdmin.services_record
