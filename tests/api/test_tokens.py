"""The pages of API tokens: made with a secret that is shown once, listed, revoked, by who may."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from atomicpay.api.entry import hash_of
from atomicpay.api.errors import NotAllowed
from atomicpay.api.models import ApiToken
from atomicpay.api.services import create_token, revoke_token
from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary, assert_same_not_found, assert_unchanged, hash_of_workspace
from tests.conftest import Beacon, MemberClient

SignIn = Callable[..., MemberClient]


def test_token_is_made_and_its_secret_shown_once(admin: Membership, sign_in: SignIn) -> None:
    client = sign_in(admin)
    response = client.post(client.at("tokens/new/"), {"name": "Zendesk"})
    assert response.status_code == 201
    found = re.search(r"apmsg_[\w-]{43}", response.content.decode())
    assert found
    with enter(admin.workspace_id):
        token = ApiToken.objects.get()
        entry = AuditEntry.objects.get(action="token.created")
    assert (token.token_hash, token.prefix) == (hash_of(found[0]), found[0][:12])
    assert (entry.actor_id, entry.target_label) == (admin.pk, "Zendesk")
    page = client.get(client.at("tokens/")).content.decode()
    assert "Zendesk" in page
    assert token.prefix in page
    assert found[0] not in page
    assert token.token_hash not in page
    assert found[0] not in str(entry.detail)


def test_secret_is_nowhere_in_the_database(admin: Membership) -> None:
    with enter(admin.workspace_id):
        token, secret = create_token(acting_member=admin, name="Zendesk")
        with connection.cursor() as cursor:
            for table in ("api_token", "audit_entry"):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [secret[12:]])
                assert cursor.fetchone() == (0,), table
    assert len(secret) > 40
    assert hash_of_workspace(token.workspace_id)


def test_token_with_a_last_day_ends_with_it_in_the_zone_of_the_workspace(
    admin: Membership, sign_in: SignIn
) -> None:
    client = sign_in(admin)
    day = timezone.localdate(timezone=admin.workspace.zone) + timedelta(days=30)
    client.post(client.at("tokens/new/"), {"name": "Zendesk", "last_day": day.isoformat()})
    with enter(admin.workspace_id):
        ends = ApiToken.objects.get().expires_at
    assert ends is not None
    local = ends.astimezone(admin.workspace.zone)
    assert (local.date(), local.hour, local.minute) == (day + timedelta(days=1), 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "a\x00b"},
        {"name": "Zendesk", "last_day": "2020-01-01"},
        {"name": "Zendesk", "last_day": "9999-12-31"},
        {"name": "Zendesk", "last_day": "tomorrow"},
    ],
)
def test_wrong_token_is_not_made(admin: Membership, sign_in: SignIn, fields: dict[str, str]) -> None:
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        assert client.post(client.at("tokens/new/"), fields).status_code == 400


def test_token_is_revoked_once_after_asking(admin: Membership, sign_in: SignIn) -> None:
    with enter(admin.workspace_id):
        token = factories.ApiTokenFactory(created_by=admin, name="Zendesk")
        token.refresh_from_db()
    client = sign_in(admin)
    address = client.at(f"tokens/{token.public_id}/revoke/")
    assert "Revoke Zendesk" in client.get(address).content.decode()
    for _again in range(2):
        assert client.post(address).status_code == 302
    with enter(admin.workspace_id):
        token.refresh_from_db()
        assert (token.revoked_by, AuditEntry.objects.filter(action="token.revoked").count()) == (admin, 1)
    assert "Revoked" in client.get(client.at("tokens/")).content.decode()
    assert "disabled" in client.get(address).content.decode()


def test_member_limited_to_products_makes_and_sees_no_token(
    admin: Membership, sign_in: SignIn, course: Any
) -> None:
    with enter(admin.workspace_id):
        token = factories.ApiTokenFactory(created_by=admin)
        token.refresh_from_db()
        Membership.objects.filter(pk=admin.pk).update(product_access=ProductAccess.SELECTED)
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        assert client.get(client.at("tokens/")).status_code == 403
        assert client.post(client.at("tokens/new/"), {"name": "Zendesk"}).status_code == 403
        assert client.post(client.at(f"tokens/{token.public_id}/revoke/")).status_code == 403


def test_who_may_not_write_messages_makes_no_token_that_may(
    employee: Membership, in_aurora: Workspace
) -> None:
    employee.extra_permissions = ["tokens.manage"]
    employee.save()
    employee.__dict__.pop("permissions", None)
    with pytest.raises(NotAllowed):
        create_token(acting_member=employee, name="Zendesk")
    assert not ApiToken.objects.exists()


def test_services_ask_for_the_permission(
    support_agent: Membership, admin: Membership, in_aurora: Any
) -> None:
    token = factories.ApiTokenFactory(created_by=admin)
    with pytest.raises(NotAllowed):
        create_token(acting_member=support_agent, name="Zendesk")
    with pytest.raises(NotAllowed):
        revoke_token(acting_member=support_agent, token=token)
    token.refresh_from_db()
    assert (token.revoked_at, ApiToken.objects.count()) == (None, 1)


def test_foreign_token_is_the_one_that_never_was(owner: Membership, sign_in: SignIn, beacon: Beacon) -> None:
    with enter(beacon.workspace.pk):
        foreign = ApiToken.objects.get().public_id
    client = sign_in(owner)
    unknown = "tokens/00000000-0000-7000-8000-000000000000/revoke/"
    assert_same_not_found(client, client.at(f"tokens/{foreign}/revoke/"), client.at(unknown))
    with assert_unchanged(beacon.workspace.pk):
        assert client.post(client.at(f"tokens/{foreign}/revoke/")).status_code == 404
    assert_no_canary(client.get(client.at("tokens/")))


def test_token_cannot_be_deleted(admin: Membership, in_aurora: Workspace) -> None:
    token = factories.ApiTokenFactory(created_by=admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        token.delete()
    assert ApiToken.objects.count() == 1


def test_name_of_a_token_is_escaped(admin: Membership, sign_in: SignIn) -> None:
    with enter(admin.workspace_id):
        factories.ApiTokenFactory(created_by=admin, name="<script>alert(47)</script>")
    client = sign_in(admin)
    assert "<script>alert(47)" not in client.get(client.at("tokens/")).content.decode()
