"""Whatever a merged record was known by finds the survivor: in search, in files and for programs."""

from collections.abc import Callable

import pytest

from atomicpay.workspaces.models import Membership
from customers.merging.services import undo_merge
from customers.messages.drafts import Whose
from customers.messages.matching import find_customers
from customers.models import CustomerDocument, CustomerEmail, CustomerIdentity
from tests.conftest import MemberClient

from .conftest import Person
from .test_merge import merged

SignIn = Callable[..., MemberClient]


@pytest.fixture
def known_by(person: Person) -> dict[str, str]:
    """Of each kind something that only the second record is known by."""
    CustomerDocument.objects.filter(customer=person.second).update(normalised="39053344705")
    return {
        "email": "antonia2@correio.example",
        "document": "39053344705",
        "id": CustomerIdentity.objects.get(customer=person.second).external_id,
        "name": "Antonia Figueiredo",
    }


@pytest.mark.parametrize("key", ["email", "document", "id", "name"])
def test_search_leads_to_the_survivor(
    person: Person, owner: Membership, known_by: dict[str, str], key: str, sign_in: SignIn
) -> None:
    merged(person, owner, is_forced=True)
    client = sign_in(owner)
    answer = client.get(client.at("search/"), {"q": known_by[key]}, follow=True)
    body, landed = answer.content.decode(), answer.redirect_chain[-1:]
    survivor = str(person.first.public_id)
    assert survivor in body or any(survivor in url for url, _status in landed)


@pytest.mark.parametrize("key", ["email", "document", "id"])
def test_list_finds_the_survivor_by_what_the_other_was_known_by(
    person: Person, owner: Membership, known_by: dict[str, str], key: str, sign_in: SignIn
) -> None:
    merged(person, owner, is_forced=True)
    client = sign_in(owner)
    body = client.get(client.at("customers/"), {"q": known_by[key]}).content.decode()
    assert str(person.first.public_id) in body
    assert str(person.second.public_id) not in body


@pytest.mark.parametrize("key", ["email", "document", "customer_id", "address"])
def test_messages_of_programs_and_files_find_the_survivor(
    person: Person, owner: Membership, known_by: dict[str, str], key: str
) -> None:
    asked = {
        "email": Whose("", "", known_by["email"], ""),
        "document": Whose("", known_by["document"], "", ""),
        "customer_id": Whose(known_by["id"], "", "", ""),
        "address": Whose(str(person.second.public_id), "", "", ""),
    }[key]
    merge = merged(person, owner, is_forced=True)
    assert find_customers({asked}) == {asked: person.first.pk}
    undo_merge(acting_member=owner, merge=merge)
    assert find_customers({asked}) == {asked: person.second.pk}


def test_contacts_say_when_each_was_theirs(person: Person, owner: Membership) -> None:
    seen = CustomerEmail.objects.get(normalised="antonia2@correio.example")
    merged(person, owner)
    kept = CustomerEmail.objects.get(normalised="antonia2@correio.example")
    assert (kept.customer_id, kept.first_seen_at, kept.last_seen_at, kept.pk) == (
        person.first.pk,
        seen.first_seen_at,
        seen.last_seen_at,
        seen.pk,
    )
