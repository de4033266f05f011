"""Invitations: one link, one secret, one use (and what becomes of those who are not meant by it)."""

import hashlib
import logging
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.team import invitations, services
from atomicpay.team.errors import CannotInvite, Why
from atomicpay.team.tasks import send_invitation
from atomicpay.workspaces.models import Invitation, Membership, ProductAccess, User
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_unchanged
from tests.team.conftest import deliver, path_in_last_mail

ACCOUNT = {"name": "Nívea Paz", "password": "um segredo bem comprido"}


def _member(workspace: Any, email: str) -> Membership | None:
    with enter(workspace.pk):
        return Membership.objects.select_related("user").filter(user__email=email).first()


def test_new_person_opens_an_account_and_is_in(client: Client, aurora: Any, invite: Any) -> None:
    _invitation, path = invite("Nova@Team.example", Role.FINANCE)
    assert "nova@team.example" in client.get(path).content.decode()
    response = client.post(path, ACCOUNT)
    assert (response.status_code, response.headers["Location"]) == (302, aurora.root)
    member = _member(aurora, "nova@team.example")
    assert member is not None
    assert (member.role, member.user.name, member.ended_at) == (Role.FINANCE, "Nívea Paz", None)
    assert client.session["_auth_user_id"] == str(member.user_id)
    assert EmailAddress.objects.get(user=member.user).verified
    with enter(aurora.pk):
        assert AuditEntry.objects.filter(action="member.joined", actor=member).count() == 1
        assert Invitation.objects.get().status == Invitation.Status.ACCEPTED


def test_person_with_an_account_joins_when_signed_in(client: Client, aurora: Any, invite: Any) -> None:
    user = factories.UserFactory(email="ja@team.example")
    _invitation, path = invite("ja@team.example")
    page = client.get(path).content.decode()
    assert f"/accounts/login/?next={path}" in page
    assert 'name="password"' not in page
    client.force_login(user)
    assert client.post(path).headers["Location"] == aurora.root
    assert _member(aurora, "ja@team.example") is not None


def test_person_with_an_account_is_not_given_a_new_password(client: Client, aurora: Any, invite: Any) -> None:
    user = factories.UserFactory(email="ja@team.example")
    _invitation, path = invite("ja@team.example")
    with assert_unchanged(aurora.pk):
        assert client.post(path, ACCOUNT).status_code == 200
    user.refresh_from_db()
    assert user.check_password(factories.PASSWORD)


def test_somebody_else_who_is_signed_in_does_not_join(
    client: Client, aurora: Any, stranger: Membership, invite: Any
) -> None:
    _invitation, path = invite("nova@team.example")
    client.force_login(stranger.user)
    with assert_unchanged(aurora.pk):
        assert client.post(path).status_code == 302
        page = client.get(path).content.decode()
    assert "This invitation was sent to another email." in page
    assert _member(aurora, stranger.user.email) is None


def test_link_works_once(client: Client, aurora: Any, invite: Any) -> None:
    _invitation, path = invite()
    client.post(path, ACCOUNT)
    second = Client()
    with assert_unchanged(aurora.pk):
        assert second.get(path).status_code == 410
        assert second.post(path, {**ACCOUNT, "name": "Outra"}).status_code == 410


def test_link_ends_after_a_week(client: Client, aurora: Any, invite: Any) -> None:
    _invitation, path = invite()
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert client.get(path).status_code == 410
        assert client.post(path, ACCOUNT).status_code == 410
    assert _member(aurora, "nova@team.example") is None


def test_revoked_link_is_closed(client: Client, owner: Membership, invite: Any) -> None:
    invitation, path = invite()
    with enter(owner.workspace_id):
        invitations.revoke(acting_member=owner, invitation=invitation)
    assert client.post(path, ACCOUNT).status_code == 410
    assert not User.objects.filter(email="nova@team.example").exists()


def test_sending_again_kills_the_old_link_at_once(client: Client, owner: Membership, invite: Any) -> None:
    invitation, old = invite()
    with enter(owner.workspace_id):
        invitation = invitations.resend(acting_member=owner, invitation=invitation)
    assert client.get(old).status_code == 404
    deliver(invitation)
    assert client.get(old).status_code == 404
    assert client.get(path_in_last_mail()).status_code == 200
    assert invitation.times_sent == 2


def test_expired_invitation_is_sent_again(client: Client, owner: Membership, invite: Any) -> None:
    invitation, _path = invite()
    with time_machine.travel(timezone.now() + timedelta(days=30)), enter(owner.workspace_id):
        renewed = invitations.resend(acting_member=owner, invitation=invitation)
        assert renewed.is_open


def test_answered_invitation_is_neither_sent_again_nor_revoked(
    client: Client, owner: Membership, invite: Any
) -> None:
    invitation, path = invite()
    client.post(path, ACCOUNT)
    for act in (invitations.resend, invitations.revoke):
        with enter(owner.workspace_id), pytest.raises(CannotInvite) as refusal:
            act(acting_member=owner, invitation=invitation)
        assert refusal.value.why == Why.CLOSED


def test_table_holds_no_secret(aurora: Any, invite: Any) -> None:
    _invitation, path = invite()
    secret = path.rstrip("/").rpartition(".")[2]
    with enter(aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT i::text, i.token_hash FROM invitation i")
        row, token_hash = cursor.fetchone()
    assert secret not in row
    assert token_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43


@pytest.mark.parametrize("change", ["other_secret", "no_secret", "other_id", "nonsense", "hash_itself"])
def test_other_token_finds_nothing(client: Client, aurora: Any, invite: Any, change: str) -> None:
    _invitation, path = invite()
    head, _, token = path.rstrip("/").rpartition("/")
    name, _, secret = token.partition(".")
    other = {
        "other_secret": f"{name}.{secret[:-1]}",
        "no_secret": f"{name}.",
        "other_id": f"{name[::-1]}.{secret}",
        "nonsense": "%00%0a'",
        "hash_itself": f"{name}.{hashlib.sha256(secret.encode()).hexdigest()}",
    }[change]
    assert client.get(path).status_code == 200
    assert client.get(f"{head}/{other}/").status_code == 404


def test_link_of_one_workspace_opens_nothing_in_another(
    client: Client, aurora: Any, stranger: Membership, invite: Any
) -> None:
    _invitation, path = invite()
    elsewhere = path.replace(aurora.slug, stranger.workspace.slug)
    assert client.get(elsewhere).status_code == 404
    assert client.get(path.replace(aurora.slug, "no-such")).status_code == 404
    with assert_unchanged(aurora.pk, stranger.workspace_id):
        assert client.post(elsewhere, ACCOUNT).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [({"name": ""}, "name"), ({"password": "1234567"}, "password"), ({"password": "password"}, "password")],
)
def test_bad_answer_is_told_and_joins_nobody(
    client: Client, aurora: Any, invite: Any, data: dict[str, str], field: str
) -> None:
    _invitation, path = invite()
    with assert_unchanged(aurora.pk):
        response = client.post(path, {**ACCOUNT, **data})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not User.objects.filter(email="nova@team.example").exists()


def test_log_names_no_link_that_still_works(
    aurora: Any, invite: Any, caplog: pytest.LogCaptureFixture
) -> None:
    _invitation, path = invite()
    with caplog.at_level("WARNING", "django_structlog"), caplog.at_level("WARNING", "django.security.csrf"):
        assert Client().post(path, {**ACCOUNT, "password": "123"}).status_code == 422
        assert Client(enforce_csrf_checks=True).post(path, ACCOUNT).status_code == 403
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    (as_written,) = (each.format for each in formatters if isinstance(each, ProcessorFormatter))
    log = "\n".join(map(as_written, caplog.records))
    assert f"{path.rsplit('/', 2)[0]}/***/" in log
    assert {"request_finished", "Forbidden"} <= set(re.findall(r"\w+", log))
    assert path.rsplit("/", 2)[1] not in log
    assert path.rsplit(".", 1)[1].strip("/") not in log


def test_second_invitation_of_an_email_is_refused(owner: Membership, aurora: Any, invite: Any) -> None:
    invite("nova@team.example")
    with enter(aurora.pk), pytest.raises(CannotInvite) as refusal:
        invitations.invite(acting_member=owner, email="NOVA@team.example", role=Role.EMPLOYEE)
    assert refusal.value.why == Why.ALREADY_INVITED


def test_member_is_not_invited(owner: Membership, employee: Membership, in_aurora: Any) -> None:
    with pytest.raises(CannotInvite) as refusal:
        invitations.invite(acting_member=owner, email=employee.user.email.upper(), role=Role.ADMIN)
    assert refusal.value.why == Why.ALREADY_MEMBER


def test_admin_invites_no_owner(admin: Membership, in_aurora: Any) -> None:
    with pytest.raises(CannotInvite) as refusal:
        invitations.invite(acting_member=admin, email="nova@team.example", role=Role.OWNER)
    assert refusal.value.why == Why.ONLY_OWNERS_CHOOSE_OWNERS
    assert not Invitation.objects.exists()


def test_removed_member_comes_back_with_what_the_invitation_says(
    client: Client, owner: Membership, limited_agent: Membership, invite: Any, aurora: Any
) -> None:
    with enter(aurora.pk):
        services.set_extra_permissions(
            acting_member=owner, member=limited_agent, permissions=["exports.create"]
        )
        services.remove_member(acting_member=owner, member=limited_agent)
    _invitation, path = invite(limited_agent.user.email, Role.FINANCE)
    client.force_login(User.objects.get(pk=limited_agent.user_id))
    client.post(path)
    member = _member(aurora, limited_agent.user.email)
    assert member is not None
    assert (member.pk, member.role, member.product_access) == (limited_agent.pk, Role.FINANCE, "all")
    assert (member.extra_permissions, member.ended_at) == ([], None)
    with enter(aurora.pk):
        assert not ProductGrant.objects.filter(membership=member).exists()


def test_product_access_of_the_invitation_becomes_the_members(
    client: Client, course: Product, invite: Any, aurora: Any
) -> None:
    _invitation, path = invite(access=ProductAccess.SELECTED, products=[course])
    client.post(path, ACCOUNT)
    member = _member(aurora, "nova@team.example")
    assert member is not None
    with enter(aurora.pk):
        assert member.product_access == ProductAccess.SELECTED
        assert ProductGrant.objects.get(membership=member).product_id == course.pk


def test_mail_is_in_the_language_of_the_invited_person(owner: Membership, invite: Any) -> None:
    factories.UserFactory(email="ja@team.example", language="pt-br")
    User.objects.filter(pk=owner.user_id).update(language="en")
    invite("ja@team.example")
    invite("nova@team.example")
    first_lines = [message.body.split("\n")[0] for message in mail.outbox]
    assert first_lines == [
        "Olga Prado convida você para Aurora Cursos, na função Financeiro.",
        "Olga Prado invites you to Aurora Cursos as Finance.",
    ]
    assert all("Aurora Cursos" in message.subject for message in mail.outbox)


def test_closed_invitation_is_not_mailed(owner: Membership, invite: Any) -> None:
    invitation, _path = invite()
    with enter(owner.workspace_id):
        invitations.revoke(acting_member=owner, invitation=invitation)
    mail.outbox.clear()
    deliver(invitation)
    assert mail.outbox == []


def test_queue_is_given_ids_only(
    owner: Membership, aurora: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(send_invitation, "delay", lambda **kwargs: sent.append(kwargs))
    with django_capture_on_commit_callbacks(execute=True), enter(aurora.pk):
        invitation = invitations.invite(acting_member=owner, email="nova@team.example", role=Role.ADMIN)
        assert sent == []
    assert sent == [{"workspace_id": aurora.pk, "invitation_id": invitation.pk}]


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_once_makes_one_account() -> None:
    workspace = factories.WorkspaceFactory(slug="aurora-cursos", name="Aurora Cursos")
    with enter(workspace.pk):
        owner = factories.MembershipFactory(role=Role.OWNER)
        invitation = factories.InvitationFactory(email="nova@team.example", invited_by=owner)
        link = invitations.link_of(invitation, invitations.new_secret(invitation))
    path = link.removeprefix(settings.SITE_URL)
    start = threading.Barrier(2)
    answers: list[tuple[int, str]] = []

    def send() -> None:
        start.wait(timeout=10)
        response = Client().post(path, ACCOUNT)
        answers.append((response.status_code, response.headers.get("Location", "")))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    # The other one meets the account as it is made, or comes after it and finds the invitation used.
    assert (302, workspace.root) in answers
    answers.remove((302, workspace.root))
    assert answers in ([(302, path)], [(410, "")])
    assert User.objects.filter(email="nova@team.example").count() == 1
