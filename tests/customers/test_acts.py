"""What members do on a customer's page: reveal a document, write a note, put tags on and take them off."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerTag, Note, Tag
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient

SignIn = Callable[..., MemberClient]
CPF = "529.982.247-25"


def test_reveal_shows_the_document_once_and_logs_who_saw_it(
    sign_in: SignIn, support_manager: Membership, antonia: Customer
) -> None:
    client = sign_in(support_manager)
    address = client.at(f"customers/{antonia.public_id}/document/")
    whole = client.post(address)
    part = client.post(address, headers={"HX-Request": "true"})

    assert (whole.status_code, part.status_code) == (200, 200)
    assert CPF in whole.content.decode()
    assert "<html" in whole.content.decode()
    assert CPF in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "no-store" in whole.headers["Cache-Control"]
    with enter(antonia.workspace_id):
        entries = AuditEntry.objects.about(antonia).filter(action="customer.document_revealed")
        assert [entry.actor_id for entry in entries] == [support_manager.pk] * 2
        assert all("52998" not in f"{entry.detail}{entry.target_label}" for entry in entries)


def test_reveal_is_refused_to_who_may_not_see_documents(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    client = sign_in(support_agent)
    address = client.at(f"customers/{antonia.public_id}/document/")
    with assert_unchanged(antonia.workspace_id):
        response = client.post(address)

    assert response.status_code == 403
    assert CPF not in response.content.decode()
    page = client.get(client.at(f"customers/{antonia.public_id}/"))
    assert "Reveal" not in page.content.decode()


def test_reveal_of_a_foreign_document_is_not_found_and_leaves_no_trace(
    sign_in: SignIn, support_manager: Membership, aurora: Workspace, beacon: Beacon
) -> None:
    client = sign_in(support_manager)
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        response = client.post(client.at(f"customers/{beacon.customer.public_id}/document/"))

    assert response.status_code == 404
    assert_no_canary(response)


def test_reveal_answers_only_to_a_post_with_a_token(
    sign_in: SignIn, support_manager: Membership, antonia: Customer
) -> None:
    client = sign_in(support_manager, enforce_csrf_checks=True)
    address = client.at(f"customers/{antonia.public_id}/document/")
    with assert_unchanged(antonia.workspace_id):
        assert client.get(address).status_code == 405
        assert client.post(address).status_code == 403


def test_reveal_of_somebody_without_a_document_is_not_found(
    sign_in: SignIn, support_manager: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
    client = sign_in(support_manager)
    with assert_unchanged(aurora.pk):
        response = client.post(client.at(f"customers/{customer.public_id}/document/"))

    assert response.status_code == 404


def test_add_note_writes_it_with_its_author(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    client = sign_in(support_agent)
    address = client.at(f"customers/{antonia.public_id}/notes/")
    response = client.post(address, {"body": "  Ligou duas vezes.  "}, follow=True)

    assert response.redirect_chain[0][0] == client.at(f"customers/{antonia.public_id}/#notes")
    assert "Ligou duas vezes." in response.content.decode()
    assert "Saulo Dias, " in response.content.decode()
    with enter(antonia.workspace_id):
        entry = AuditEntry.objects.about(antonia).get(action="customer.note_added")
        assert (entry.actor_id, "Ligou" in str(entry.detail)) == (support_agent.pk, False)


@pytest.mark.parametrize("body", ["", "   ", "x" * 5001])
def test_add_note_refuses_nothing_and_too_much(
    sign_in: SignIn, support_agent: Membership, antonia: Customer, body: str
) -> None:
    client = sign_in(support_agent)
    with assert_unchanged(antonia.workspace_id):
        response = client.post(
            client.at(f"customers/{antonia.public_id}/notes/"), {"body": body}, follow=True
        )

    assert "The note was not saved" in response.content.decode()


def test_tags_are_put_on_once_and_taken_off(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    client = sign_in(support_agent)
    address = client.at(f"customers/{antonia.public_id}/tags/")
    for name in ("Embaixadora", " embaixadora ", "VIP"):
        assert client.post(address, {"name": name}).status_code == 302
    with enter(antonia.workspace_id):
        assert set(Tag.objects.values_list("name", flat=True)) == {"vip", "Embaixadora"}
        assert CustomerTag.objects.filter(customer=antonia).count() == 2
        assert AuditEntry.objects.about(antonia).filter(action="customer.tag_added").count() == 1

    client.post(f"{address}remove/", {"name": "vip"})
    with enter(antonia.workspace_id):
        left = CustomerTag.objects.filter(customer=antonia).values_list("tag__name", flat=True)
        assert list(left) == ["Embaixadora"]
        assert AuditEntry.objects.about(antonia).filter(action="customer.tag_removed").count() == 1


@pytest.mark.parametrize(("place", "field"), [("notes", "body"), ("tags", "name"), ("tags/remove", "name")])
def test_words_are_refused_to_who_may_not_write_and_about_whom_one_may_not_see(
    sign_in: SignIn,
    finance: Membership,
    support_agent: Membership,
    antonia: Customer,
    beacon: Beacon,
    place: str,
    field: str,
) -> None:
    reader, writer = sign_in(finance), sign_in(support_agent)
    with assert_unchanged(antonia.workspace_id, beacon.workspace.pk):
        refused = reader.post(reader.at(f"customers/{antonia.public_id}/{place}/"), {field: "vip"})
        missing = writer.post(writer.at(f"customers/{beacon.customer.public_id}/{place}/"), {field: "vip"})

    assert (refused.status_code, missing.status_code) == (403, 404)
    with enter(antonia.workspace_id):
        assert Note.objects.count() == 1


def test_tag_is_not_taken_off_by_the_page_of_a_merged_record(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        twin = factories.CustomerFactory(merged_into=antonia, merged_at=timezone.now())
        put = CustomerTag.objects.create(customer=antonia, tag=factories.TagFactory(name="atacado"))
    client = sign_in(support_agent)
    with assert_unchanged(antonia.workspace_id):
        page = client.post(client.at(f"customers/{twin.public_id}/tags/remove/"), {"name": put.tag.name})
        assert page.status_code == 302
