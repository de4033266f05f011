"""A page that was opened before a merge: what is written on it is kept, and where it leads."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership
from customers.models import CustomerTag, Message, Note
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient

from .conftest import Person, anonymised
from .test_merge import merged

SignIn = Callable[..., MemberClient]

SAID = {
    "message-channel": "email",
    "message-direction": "in",
    "message-sent_at": "2026-03-01T10:00",
    "message-body": "Muito importante",
}


@pytest.fixture
def sent(person: Person, owner: Membership, sign_in: SignIn) -> Callable[[str, dict[str, str]], Any]:
    """The answer to what is sent from a page of the second record, which is part of the first by now."""
    merged(person, owner)
    client = sign_in(owner)

    def send(path: str, data: dict[str, str]) -> Any:
        return client.post(client.at(f"customers/{person.second.public_id}/{path}"), data, follow=True)

    return send


@pytest.mark.parametrize(
    ("path", "data", "model", "kept"),
    [
        ("notes/", {"body": "Muito importante"}, Note, {"body": "Muito importante"}),
        ("tags/", {"name": "reembolso"}, CustomerTag, {"tag__name": "reembolso"}),
        ("messages/new/", SAID, Message, {"body": "Muito importante"}),
    ],
)
def test_what_is_written_is_kept_with_the_survivor_and_said_to_be(
    person: Person, sent: Any, path: str, data: dict[str, str], model: Any, kept: dict[str, str]
) -> None:
    answer = sent(path, data)
    assert model.objects.get(**kept).customer_id == person.first.pk
    landed, _status = answer.redirect_chain[-1]
    assert str(person.first.public_id) in landed
    said = [str(each) for each in answer.context["messages"]]
    assert "Antonia Figueiredo was merged into this customer: what you wrote is kept here." in said
    assert AuditEntry.objects.about(model.objects.get(**kept) if model is Message else person.first).exists()


@pytest.mark.parametrize(("path", "data"), [("notes/", {"body": "Oi"}), ("messages/new/", SAID)])
def test_nothing_is_written_about_a_survivor_who_was_anonymised(
    person: Person, sent: Any, path: str, data: dict[str, str]
) -> None:
    anonymised(person.first)
    with assert_unchanged(person.first.workspace_id):
        sent(path, data)


def test_archive_page_of_a_merged_record_leads_on_and_archives_nobody(
    person: Person, owner: Membership, sign_in: SignIn
) -> None:
    merged(person, owner)
    client = sign_in(owner)
    old = client.at(f"customers/{person.second.public_id}/archive/")
    assert client.get(old).headers["Location"] == client.at(f"customers/{person.first.public_id}/archive/")
    with assert_unchanged(person.first.workspace_id):
        assert client.post(old, {"reason": "x"}).status_code == 404
