"""Undoing by choices: none that the page offers fails, and contacts are whole whatever is chosen."""

import itertools
from collections.abc import Callable

import pytest

from atomicpay.privacy.services import anonymise
from atomicpay.workspaces.models import Membership, Workspace
from customers.duplicates.models import Suggestion
from customers.merging.conflicts import find_conflicts, find_gone, find_new_rows, find_united_gone
from customers.merging.models import Merge
from customers.merging.services import merge_customers, undo_merge
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerPhone, CustomerTag
from customers.services import add_tag, remove_tag
from exports import queue
from tests import factories
from tests.conftest import MemberClient
from tests.customers.duplicates.people import person as known_by

from .conftest import Person, tables
from .test_merge import merged

SignIn = Callable[..., MemberClient]


@pytest.fixture
def tagged_again(person: Person, owner: Membership) -> Merge:
    """A tag that all records had is taken off the merged one and put on again."""
    person.third.customertag_set.all().delete()
    merge = merged(person, owner)
    survivor = Customer.objects.get(pk=person.first.pk)
    remove_tag(acting_member=owner, customer=survivor, name="embaixadora")
    add_tag(acting_member=owner, customer=survivor, name="embaixadora")
    return merge


def test_new_row_is_offered_to_nobody_who_gets_the_same_back(
    tagged_again: Merge, person: Person, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    (row,) = find_new_rows(tagged_again)
    url = client.at(f"admin/merging/merge/{tagged_again.pk}/undo/")
    page = client.get(url).content.decode()
    assert f'name="new-{row.key}"' in page
    assert f'<option value="{person.third.public_id}">' in page
    assert f'<option value="{person.second.public_id}">' not in page

    answer = client.post(url, {"reason": "Duas irmãs", f"new-{row.key}": str(person.second.public_id)})
    assert answer.status_code == 302
    tags = CustomerTag.objects.filter(customer__in=person.records)
    assert sorted(tags.values_list("customer", flat=True)) == [person.first.pk, person.second.pk]


def test_new_row_goes_to_who_has_none_like_it(tagged_again: Merge, person: Person, owner: Membership) -> None:
    (row,) = find_new_rows(tagged_again)
    undo_merge(acting_member=owner, merge=tagged_again, takes_along={row.key: person.third.pk})
    assert CustomerTag.objects.get(pk=row.row_id).customer_id == person.third.pk


@pytest.mark.parametrize("model", [CustomerEmail, CustomerPhone, CustomerDocument])
def test_contact_that_came_again_goes_to_nobody_who_gets_it_back(
    in_aurora: Workspace, owner: Membership, model: type[CustomerEmail]
) -> None:
    contacts = {"email": "ana@correio.example", "phone": "+55 11 98765-4321", "cpf": "529.982.247-25"}
    one, two = known_by("Ana Prata", **contacts), known_by("Ana Prata", **contacts)
    merge = merge_customers(acting_member=owner, survivor=one, losers=[two], reason="x")
    row = model.objects.get()
    row.delete()
    row.pk = None
    row.save(force_insert=True)
    (new,) = find_new_rows(merge)
    undo_merge(acting_member=owner, merge=merge, takes_along={new.key: two.pk})
    assert set(model.objects.values_list("customer", flat=True)) == {one.pk, two.pk}


def test_united_row_that_was_taken_off_since_is_told(
    person: Person, owner: Membership, sign_in: SignIn
) -> None:
    merge = merged(person, owner)
    CustomerTag.objects.filter(customer=person.first).delete()
    CustomerEmail.objects.filter(customer=person.first, normalised="antonia@familia.example").delete()
    assert find_gone(merge) == {}
    assert find_united_gone(merge) == {
        "customers.CustomerTag.customer": 1,
        "customers.CustomerEmail.customer": 1,
    }
    client = sign_in(owner)
    page = client.get(client.at(f"admin/merging/merge/{merge.pk}/undo/")).content.decode()
    assert "Emails: 1 that took in others gone since." in page
    undo_merge(acting_member=owner, merge=merge)
    tagged = CustomerTag.objects.filter(customer__in=person.records).values_list("customer", flat=True)
    assert set(tagged) == {person.second.pk, person.third.pk}


def test_suggestion_about_who_was_anonymised_since_stays_away(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_publish", lambda workspace_id, export_id: None)
    merge = merge_customers(acting_member=owner, survivor=person.first, losers=[person.third], reason="x")
    anonymise(acting_member=owner, customer=person.bystander, reason="Pedido do titular.", is_forced=True)
    undo_merge(acting_member=owner, merge=merge)
    about = set(itertools.chain(*Suggestion.objects.values_list("low", "high")))
    assert about == {each.pk for each in person.records}


@pytest.mark.parametrize(("value", "main"), [("stay", "nova@correio.example"), ("back", None)])
@pytest.mark.parametrize("row", ["stay", "back"])
def test_one_main_email_whatever_is_chosen(
    person: Person, owner: Membership, value: str, main: str | None, row: str
) -> None:
    was = "antonia1@correio.example"
    Customer.objects.filter(pk=person.first.pk).update(email=was)
    merge = merged(person, owner, choices={"email": person.second.pk})
    CustomerEmail.objects.filter(customer=person.first, is_primary=True).update(is_primary=False)
    factories.CustomerEmailFactory(customer=person.first, address="nova@correio.example", is_primary=True)
    Customer.objects.filter(pk=person.first.pk).update(email="nova@correio.example")

    found = find_conflicts(merge)
    choices = {each.key: value if each.column else row for each in found}
    assert set(choices.values()) == {value, row}
    undo_merge(acting_member=owner, merge=merge, choices=choices)
    assert _mains(person.first) == [main or was]
    assert Customer.objects.get(pk=person.first.pk).email == (main or was)
    for loser in (person.second, person.third):
        assert len(_mains(loser)) == 1


def _mains(customer: Customer) -> list[str]:
    mains = CustomerEmail.objects.filter(customer=customer, is_primary=True)
    return list(mains.values_list("address", flat=True))


def test_value_goes_along_with_its_row(in_aurora: Workspace, owner: Membership) -> None:
    """A file gave the survivor its first phone and document; they are the other's."""
    one, two = (known_by("Ana Prata", email=f"{name}@correio.example") for name in ("ana", "prata"))
    merge = merge_customers(acting_member=owner, survivor=one, losers=[two], reason="x")
    phone = factories.CustomerPhoneFactory(customer=one, number="+55 11 91234-5678", is_primary=True)
    document = factories.CustomerDocumentFactory(customer=one, is_primary=True)
    Customer.objects.filter(pk=one.pk).update(
        phone=phone.number, document=document.normalised, document_kind="cpf", document_valid=True
    )
    taken = {
        f"customers.CustomerPhone.customer:{phone.pk}": two.pk,
        f"customers.CustomerDocument.customer:{document.pk}": two.pk,
    }
    undo_merge(acting_member=owner, merge=merge, takes_along=taken)
    shown = Customer.objects.in_bulk([one.pk, two.pk])
    columns = ("phone", "document", "document_kind", "document_valid")
    assert [getattr(shown[one.pk], column) for column in columns] == ["", "", "", None]
    assert [getattr(shown[two.pk], column) for column in columns] == [
        phone.number,
        document.normalised,
        "cpf",
        True,
    ]


def test_value_stays_with_the_row_that_stays(person: Person, owner: Membership) -> None:
    """What the record has beside it becomes the main one of the record that it leaves."""
    merge = merged(person, owner)
    was = CustomerEmail.objects.get(normalised="antonia2@correio.example")
    Customer.objects.filter(pk=person.second.pk).update(email=was.address)
    CustomerEmail.objects.filter(pk=was.pk).update(source="hotmart")
    key = f"customers.CustomerEmail.customer:{was.pk}"
    undo_merge(acting_member=owner, merge=merge, choices={key: "stay"})
    assert _mains(person.first) == ["antonia1@correio.example"]
    assert _mains(person.second) == ["antonia@familia.example"]
    assert Customer.objects.get(pk=person.second.pk).email == "antonia@familia.example"


def test_value_without_a_row_stays_as_it_was(person: Person, owner: Membership) -> None:
    columns = ("pk", "email", "phone", "document")
    before = list(Customer.objects.order_by("pk").values_list(*columns))
    contacts = {name: rows for name, rows in tables().items() if name.startswith("customer_")}
    merge = merged(person, owner)
    note = factories.NoteFactory(customer=person.first)
    undo_merge(
        acting_member=owner, merge=merge, takes_along={f"customers.Note.customer:{note.pk}": person.third.pk}
    )
    assert list(Customer.objects.order_by("pk").values_list(*columns)) == before
    after = tables()
    assert {name: after[name] for name in contacts} == contacts


@pytest.mark.parametrize("answer", ["stay", "back"])
def test_address_is_asked_about_as_a_whole(
    person: Person, owner: Membership, sign_in: SignIn, answer: str
) -> None:
    """A street that was typed since is not set beside a city from before the merge."""
    merge = merged(person, owner)
    Customer.objects.filter(pk=person.first.pk).update(street="Rua do Sol")
    (conflict,) = find_conflicts(merge)
    assert conflict.key == f"customers.Customer:{person.first.pk}:address"
    client = sign_in(owner)
    page = client.get(client.at(f"admin/merging/merge/{merge.pk}/undo/")).content.decode()
    assert "Address" in page
    assert "now “Rua do Sol, Olinda, PE”, before the merge “–”" in page
    undo_merge(acting_member=owner, merge=merge, choices={conflict.key: answer})
    first = Customer.objects.get(pk=person.first.pk)
    assert (first.street, first.city) == (("Rua do Sol", "Olinda") if answer == "stay" else ("", ""))
