"""Merging in the admin: from the list, by the ledger, to the log, and back."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import translation

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, User
from customers.merging.models import Merge
from customers.merging.services import merge_customers
from customers.models import Customer
from sales.models import Sale
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient

from .conftest import Person, tables
from .test_merge import merged

SignIn = Callable[..., MemberClient]


def preview_of(client: MemberClient, *customers: Customer, **more: str) -> str:
    asked = [("customers", str(each.public_id)) for each in customers]
    return client.at("admin/merging/merge/preview/?" + urlencode([*asked, *more.items()]))


def test_action_on_the_list_leads_to_the_preview(person: Person, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    page = client.at("admin/customers/customer/")
    assert b"Merge selected customers" in client.get(page).content
    answer = client.post(
        page, {"action": "merge_selected", "_selected_action": [person.first.pk, person.second.pk]}
    )
    assert answer.status_code == 302
    assert str(person.first.public_id) in answer.headers["Location"]
    assert client.get(answer.headers["Location"]).status_code == 200


def test_preview_is_a_ledger_and_changes_nothing(person: Person, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    before = tables()
    answer = client.get(preview_of(client, *person.records))
    body = answer.content.decode()
    for words in ("60.00", "antonia2@correio.example", "the same before and after", "•••.982.247-••"):
        assert words in body, words
    assert "529.982.247-25" not in body
    assert tables() == before


def test_confirming_merges_and_shows_the_log(person: Person, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    answer = client.post(
        preview_of(client, *person.records),
        {
            "survivor": str(person.first.public_id),
            "field-name": str(person.second.public_id),
            "reason": "A mesma pessoa",
        },
        follow=True,
    )
    merge = Merge.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"admin/merging/merge/{merge.pk}/change/")
    assert b"A mesma pessoa" in answer.content
    assert Customer.objects.get(pk=person.first.pk).name == person.second.name


def test_posted_twice_merges_once(person: Person, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    asked = {"survivor": str(person.first.public_id), "reason": "A mesma pessoa"}
    url = preview_of(client, person.first, person.second)
    assert client.post(url, asked).status_code == 302
    before = tables()
    again = client.post(url, asked)
    assert again.status_code == 409
    assert b"part of another already" in again.content
    assert str(person.first.public_id).encode() in again.content
    assert tables() == before
    assert AuditEntry.objects.filter(action="customer.merged").count() == 1


@pytest.mark.parametrize("role", ["support_manager", "finance", "project_manager", "employee"])
def test_who_has_not_the_right_sees_and_does_nothing(
    person: Person, owner: Membership, role: str, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    merge = merge_customers(acting_member=owner, survivor=person.first, losers=[person.third], reason="x")
    member = request.getfixturevalue(role)
    client = sign_in(member)
    before = tables()
    for url in (
        preview_of(client, person.first, person.second),
        client.at(f"admin/merging/merge/{merge.pk}/undo/"),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, {"reason": "x"}).status_code == 403
    assert tables() == before


def test_records_of_another_workspace_are_nobody(
    owner: Membership, beacon: Beacon, sign_in: SignIn, aurora: Any
) -> None:
    client = sign_in(owner)
    with assert_unchanged(beacon.workspace.pk, aurora.pk):
        answer = client.get(preview_of(client, beacon.customer), follow=True)
        assert_no_canary(answer)
        answer = client.post(preview_of(client, beacon.customer), {"reason": "x"}, follow=True)
        assert_no_canary(answer)


def test_other_record_is_found_by_what_it_is_known_by(
    person: Person, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    answer = client.get(preview_of(client, person.first, q="antonia2@correio.example"))
    assert str(person.second.public_id).encode() in answer.content
    assert str(person.bystander.public_id).encode() not in answer.content


def test_undo_asks_about_what_has_changed(person: Person, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    sale = Sale.objects.filter(customer=person.second, currency="BRL").get()
    before = tables()
    merge = merged(person, owner)
    Sale.objects.filter(pk=sale.pk).update(coupon="NATAL")
    note = factories.NoteFactory(customer=person.first, body="Ligou hoje")
    url = client.at(f"admin/merging/merge/{merge.pk}/undo/")
    page = client.get(url).content.decode()
    assert f'name="row-sales.Sale.customer:{sale.pk}"' in page
    assert f'name="new-customers.Note.customer:{note.pk}"' in page

    refused = client.post(url, {"reason": "Duas irmãs"})
    assert refused.status_code == 409
    assert b"Decide for each row" in refused.content

    Sale.objects.filter(pk=sale.pk).update(coupon="")
    note.delete()
    done = client.post(url, {"reason": "Duas irmãs"}, follow=True)
    assert b"Duas irm" in done.content
    after = tables()
    assert {name for name in after if after[name] != before[name]} <= {"customer"}
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "x"}).status_code in (200, 409)


def test_log_is_reached_from_the_survivor(person: Person, owner: Membership, sign_in: SignIn) -> None:
    merged(person, owner)
    client = sign_in(owner)
    page = client.get(client.at(f"customers/{person.first.public_id}/")).content.decode()
    assert f"survivor__public_id={person.first.public_id}" in page
    log = client.get(client.at(f"admin/merging/merge/?survivor__public_id={person.first.public_id}"))
    assert "A mesma pessoa" in log.content.decode()
    other = client.get(client.at(f"customers/{person.bystander.public_id}/")).content.decode()
    assert "survivor__public_id" not in other


def test_old_address_leads_to_the_survivor_with_a_notice(
    person: Person, owner: Membership, sign_in: SignIn
) -> None:
    merged(person, owner)
    client = sign_in(owner)
    answer = client.get(client.at(f"customers/{person.second.public_id}/"), follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"customers/{person.first.public_id}/")
    assert "was merged into this customer" in answer.content.decode()


def test_preview_takes_the_same_queries_however_much_there_is(
    person: Person, owner: Membership, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(owner)
    with django_assert_max_num_queries(30):
        client.get(preview_of(client, *person.records))
    for _number in range(30):
        factories.SaleFactory(customer=person.second)
    with django_assert_max_num_queries(30):
        client.get(preview_of(client, *person.records))


MANY = "Choose at most 20 records: more at once nobody can look through."


@pytest.mark.parametrize("everything", ["0", "1"])
def test_more_than_can_be_merged_at_once_are_refused_in_a_sentence(
    person: Person, owner: Membership, sign_in: SignIn, everything: str
) -> None:
    people = [factories.CustomerFactory(name=f"Nº {number}") for number in range(25)]
    client = sign_in(owner)
    page = client.at("admin/customers/customer/")
    asked = {"action": "merge_selected", "_selected_action": [each.pk for each in people]}
    answer = client.post(page, asked | {"select_across": everything}, follow=True)
    assert len(answer.redirect_chain[0][0]) < 500
    assert answer.redirect_chain[-1][0] == page
    assert MANY in answer.content.decode()


def test_list_as_it_was_is_shown_again_to_who_chose_too_many(
    in_aurora: Any, owner: Membership, sign_in: SignIn
) -> None:
    people = [factories.CustomerFactory(name=f"Nº {number}") for number in range(21)]
    client = sign_in(owner)
    page = client.at("admin/customers/customer/?q=N%C2%BA")
    answer = client.post(page, {"action": "merge_selected", "_selected_action": [each.pk for each in people]})
    assert answer.headers["Location"] == page


def test_address_with_more_than_can_be_merged_drops_none_of_them(
    in_aurora: Any, owner: Membership, sign_in: SignIn
) -> None:
    people = [factories.CustomerFactory(name=f"Nº {number}") for number in range(21)]
    client = sign_in(owner)
    assert len(client.get(preview_of(client, *people[:20])).context["page"].columns) == 20
    # One that is named twice is one record.
    assert len(client.get(preview_of(client, *people[:20], people[0])).context["page"].columns) == 20
    answer = client.get(preview_of(client, *people), follow=True)
    assert MANY in answer.content.decode()
    assert client.post(preview_of(client, *people), {"reason": "x"}).status_code == 302
    assert not Merge.objects.exists()


@pytest.fixture
def language_as_before() -> Iterator[None]:
    """A page in the language of its member leaves that language to the test after it."""
    with translation.override(translation.get_language()):
        yield


@pytest.mark.usefixtures("language_as_before")
def test_portuguese_words_are_those_of_an_act_and_of_rows(
    person: Person, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    User.objects.filter(pk=owner.user_id).update(language="pt-br")
    preview = client.get(preview_of(client, person.first, person.second)).content.decode()
    assert ">Abrir<" in preview
    assert ">Aberta<" not in preview
    assert "Chaves de comparação" in preview
    assert "ustomer keys" not in preview
    merge = merged(person, owner)
    log = client.get(client.at(f"admin/merging/merge/{merge.pk}/change/")).content.decode()
    assert "alterados" in log
    assert "alterado em" not in log
