"""The command that begins an installation."""

import io
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter


def _create(**options: str) -> str:
    out = io.StringIO()
    arguments = {"slug": "forja-tech", "name": "Forja Tech", "owner": "fabio@forja.example", **options}
    call_command("create_workspace", stdout=out, **arguments)
    return out.getvalue()


def test_link_makes_the_first_owner(client: Client, db: None) -> None:
    printed = _create(currency="usd", timezone="America/New_York")
    found = re.search(r"https?://[^/\s]+(/invitations/\S+)", printed)
    assert found
    assert mail.outbox == []
    workspace = Workspace.objects.get()
    assert (workspace.slug, workspace.default_currency, workspace.timezone) == (
        "forja-tech",
        "USD",
        "America/New_York",
    )
    response = client.post(found[1], {"name": "Fábio Reis", "password": "um segredo bem comprido"})
    assert response.headers["Location"] == "/w/forja-tech/"
    with enter(workspace.pk):
        member = Membership.objects.select_related("user").get()
        assert (member.role, member.user.email) == (Role.OWNER, "fabio@forja.example")
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["workspace.created", "invitation.sent", "member.joined"]
    assert client.post(found[1]).status_code == 410


@pytest.mark.parametrize(
    "options",
    [
        {"slug": "two words"},
        {"slug": ""},
        {"owner": "fabio"},
        {"timezone": "Brasilia"},
        {"currency": "R$"},
        {"name": ""},
    ],
)
def test_mistake_is_told_and_nothing_is_made(db: None, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        _create(**options)
    assert not Workspace.objects.exists()


def test_second_workspace_of_a_name_is_refused(db: None) -> None:
    _create()
    with pytest.raises(CommandError, match="already exists"):
        _create()
