"""The audit log: what it holds, and that nobody changes it (T62)."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from structlog.contextvars import bound_contextvars

from atomicpay.audit.actions import ACTIONS
from atomicpay.audit.models import AuditEntry
from atomicpay.audit.services import record
from atomicpay.workspaces.errors import NoActiveWorkspace
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import Beacon, MemberClient


def test_entry_says_who_what_when_and_in_which_request(owner: Membership, in_aurora: Any) -> None:
    tag = factories.TagFactory(name="embaixadora")
    with bound_contextvars(request_id="r-1"):
        entry = record(
            "record.added", acting_member=owner, target=tag, detail={"fields": ["name"]}, reason="asked"
        )
    stored = AuditEntry.objects.get(pk=entry.pk)
    assert stored.workspace_id == in_aurora.pk
    assert (stored.actor, stored.action, stored.reason) == (owner, "record.added", "asked")
    assert (stored.target_type, stored.target_id, stored.target_label) == (
        "customers.tag",
        tag.pk,
        "embaixadora",
    )
    assert (stored.detail, stored.request_id) == ({"fields": ["name"]}, "r-1")
    assert stored.at.utcoffset() is not None


def test_buyer_is_named_by_public_id_alone(owner: Membership, in_aurora: Any) -> None:
    note = factories.NoteFactory()
    entries = [record("record.changed", acting_member=owner, target=row) for row in (note.customer, note)]
    note.customer.refresh_from_db()
    assert [entry.target_label for entry in entries] == [str(note.customer.public_id), ""]


def test_what_the_program_does_has_no_actor(in_aurora: Any) -> None:
    assert record("workspace.created", acting_member=None).actor is None


def test_nothing_is_recorded_outside_a_workspace(db: None) -> None:
    with pytest.raises(NoActiveWorkspace):
        record("workspace.created", acting_member=None)


def test_entry_goes_with_the_act_when_that_fails(owner: Membership, in_aurora: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("member.removed", acting_member=owner)
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_runtime_role_cannot_change_the_log(owner: Membership, in_aurora: Any, sql: str) -> None:
    record("member.removed", acting_member=owner)
    refused = pytest.raises(DatabaseError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEntry.objects.get().action == "member.removed"


def test_orm_cannot_change_the_log(owner: Membership, in_aurora: Any) -> None:
    entry = record("member.removed", acting_member=owner)
    entry.action = "x"
    for act in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()


def test_runtime_role_may_change_what_is_no_log(owner: Membership, in_aurora: Any) -> None:
    """Positive control: the refusals above are about the log, not about the connection."""
    tag = factories.TagFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tag SET name = 'x' WHERE id = %s", [tag.pk])
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM tag WHERE id = %s", [tag.pk])
        assert cursor.rowcount == 1


def test_log_is_read_by_who_may(
    owner: Membership, sign_in: Callable[..., MemberClient], beacon: Beacon
) -> None:
    with enter(beacon.workspace.pk):
        record("member.removed", acting_member=beacon.owner, reason="CANARY-B reason")
    with enter(owner.workspace_id):
        entry = record(
            "member.removed", acting_member=owner, reason="left the firm", detail={"role": "admin"}
        )
    client = sign_in(owner)
    page = client.get(client.at("admin/audit/auditentry/"))
    assert "left the firm" in page.content.decode()
    assert_no_canary(page)
    detail = client.get(client.at(f"admin/audit/auditentry/{entry.pk}/change/")).content.decode()
    assert "&quot;role&quot;: &quot;admin&quot;" in detail


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("action=member.removed", {"member.removed"}),
        ("action=member.joined", {"member.joined"}),
        ("action=no.such", set()),
        ("at__gte=2020-01-01+00:00:00%2B00:00", {"member.removed", "member.joined"}),
        ("at__gte=2999-01-01+00:00:00%2B00:00", set()),
        ("actor__id__exact={owner}", {"member.removed"}),
    ],
)
def test_log_is_filtered_by_act_actor_and_date(
    owner: Membership, admin: Membership, sign_in: Callable[..., MemberClient], query: str, shown: set[str]
) -> None:
    with enter(owner.workspace_id):
        record("member.removed", acting_member=owner)
        record("member.joined", acting_member=admin)
    client = sign_in(owner)
    page = client.get(client.at(f"admin/audit/auditentry/?{query.format(owner=owner.pk)}"))
    assert {entry.action for entry in page.context["cl"].result_list} == shown


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_log_has_no_page_that_changes_it(
    owner: Membership, sign_in: Callable[..., MemberClient], path: str
) -> None:
    with enter(owner.workspace_id):
        entry = record("member.removed", acting_member=owner)
    client = sign_in(owner)
    address = client.at(f"admin/audit/auditentry/{path.format(pk=entry.pk)}")
    assert client.get(address).status_code == 403
    assert client.post(address, {"post": "yes"}).status_code == 403
    change = client.at(f"admin/audit/auditentry/{entry.pk}/change/")
    assert client.post(change, {"reason": "x"}).status_code == 403


def test_every_act_that_is_recorded_has_words() -> None:
    assert set(_recorded_actions()) <= set(ACTIONS)


def _recorded_actions() -> list[str]:
    root = Path(__file__).resolve().parents[2]
    found = []
    for room in ("atomicpay", "customers", "subscriptions", "sales", "exports"):
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) in {"record", "_record"}:
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant):
                        found.append(first.value)
    assert "member.removed" in found
    return found
