"""Suggestions are kept up by what has changed, and by scans of everybody: both find the same pairs."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.matching.keys import MOST_HOLDERS
from customers.duplicates.models import CustomerKey, MatchRecord, Scan, Suggestion
from customers.duplicates.scanning import COMPARING, look_again, look_at_changed, look_at_everybody
from customers.models import Customer, CustomerEmail, CustomerPhone
from tests import factories
from tests.conftest import Beacon
from tests.customers.duplicates.people import kept, person, twins

FIRST = ("Ana", "Inês", "Otávio", "João", "Joana")
LAST = ("Souza", "Sousa", "Carvalhão", "Prata", "Pires")
MAILBOXES = ("ana.souza", "ana.sousa", "ines.prata", "contato", "otavio77")


def test_same_person_is_suggested_with_evidence(aurora: Workspace) -> None:
    with enter(aurora.pk):
        one, other = twins()
        person("Outra Pessoa", email="outra@correio.example")
    assert look_at_changed(aurora.pk) == 3
    with enter(aurora.pk):
        (suggestion,) = Suggestion.objects.all()
        assert (suggestion.low_id, suggestion.high_id) == (one.pk, other.pk)
        assert suggestion.band == "certain"
        assert suggestion.kinds == ["email", "name", "phone"]


def test_new_and_changed_customers_are_noticed(aurora: Workspace) -> None:
    with enter(aurora.pk):
        one, other = twins()
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        third = person("Inês Carvalhão Pires", email="ines.carvalhao@correio.example")
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert Suggestion.objects.count() == 3
        assert {each.case_id for each in Suggestion.objects.all()} == {one.pk}
        third.name, third.email = "Bento Farias", "bento@correio.example"
        third.save()
        CustomerEmail.objects.filter(customer=third).update(
            address="bento@correio.example", normalised="bento@correio.example"
        )
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert [(each.low_id, each.high_id) for each in Suggestion.objects.all()] == [(one.pk, other.pk)]


def test_contact_that_an_import_adds_is_noticed(aurora: Workspace) -> None:
    with enter(aurora.pk):
        person("Inês Carvalhão Pires", email="ines@correio.example")
        other = person("Inês C. Pires", email="outra@caixa.example")
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        Customer.objects.update(updated_at=timezone.now() - timedelta(days=1))
        # As an import does: the customer's own row is not written.
        factories.CustomerEmailFactory(customer=other, address="ines@correio.example", is_primary=False)
        assert not Suggestion.objects.exists()
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("gone", ["is_test", "merged_into", "anonymised_at"])
def test_who_is_not_to_be_compared_has_no_keys_and_no_suggestion(aurora: Workspace, gone: str) -> None:
    with enter(aurora.pk):
        one, other = twins()
        look_again([one.pk, other.pk])
        assert Suggestion.objects.count() == 1
        CustomerEmail.objects.all().delete()
        CustomerPhone.objects.all().delete()
        CustomerKey.objects.filter(customer=other).delete()
        MatchRecord.objects.filter(customer=other).update(values=[])
        Suggestion.objects.all().delete()
        if gone == "merged_into":
            MatchRecord.objects.filter(customer=other).delete()
            Customer.objects.filter(pk=other.pk).update(merged_into=one, merged_at=timezone.now())
        elif gone == "is_test":
            Customer.objects.filter(pk=other.pk).update(is_test=True)
        else:
            Customer.objects.filter(pk=other.pk).update(
                name="", email="", contacts_text="", anonymised_at=timezone.now()
            )
        look_again([one.pk, other.pk])
        assert not Suggestion.objects.exists()
        assert not MatchRecord.objects.filter(customer=other).exists()
        assert not CustomerKey.objects.filter(customer=other).exists()


def test_archived_customer_is_still_compared(aurora: Workspace) -> None:
    with enter(aurora.pk):
        one, other = twins()
        Customer.objects.filter(pk=other.pk).update(archived_at=timezone.now())
        look_again([one.pk, other.pk])
        assert Suggestion.objects.count() == 1


def test_twins_in_two_workspaces_never_meet(aurora: Workspace, beacon: Beacon) -> None:
    for workspace in (aurora, beacon.workspace):
        with enter(workspace.pk):
            person("Inês Carvalhão Pires", email="ines@correio.example", phone="+55 11 98765-4321")
        look_at_everybody(workspace.pk)
    for workspace in (aurora, beacon.workspace):
        with enter(workspace.pk):
            assert not Suggestion.objects.exists()
    with enter(aurora.pk):
        twin = person("Inês Carvalhão Pires", email="ines@correio.example")
    look_at_changed(aurora.pk)
    with enter(beacon.workspace.pk):
        assert not Suggestion.objects.exists()
        assert not MatchRecord.objects.filter(customer_id=twin.pk).exists()
    with enter(aurora.pk):
        assert Suggestion.objects.count() == 1


def test_scan_that_was_broken_off_goes_on_where_it_was(aurora: Workspace) -> None:
    with enter(aurora.pk):
        customers = [customer for number in range(3) for customer in twins(mailbox=f"caixa.{number}")]
        look_again([customer.pk for customer in customers])
        Suggestion.objects.all().delete()
        Scan.objects.update(
            phase=COMPARING, after=customers[1].pk, done=2, total=6, began_at=timezone.now(), ended_at=None
        )
    assert look_at_everybody(aurora.pk, batch=2) == 4
    with enter(aurora.pk):
        scan = Scan.objects.get()
        assert (scan.phase, scan.done) == ("", 6)
        assert not Suggestion.objects.of(customers[0].pk).exists()
        assert Suggestion.objects.of(customers[5].pk).exists()


def crowd_of(number: int) -> list[Customer]:
    """So many of one name. Two of them are alike in nothing else that is a key: only in slips."""
    slips = (
        ("marola.prata@caixa.example", "+55 11 91234-5678"),
        ("marola.prato@caixa.example", "+55 11 91234-5679"),
    )
    people = [person("Ana Souza", email=email, phone=phone) for email, phone in slips]
    return [*people, *(person("Ana Souza", email=f"x{each}@caixa.example") for each in range(2, number))]


def test_name_of_too_many_is_no_key_and_becomes_one_again(aurora: Workspace) -> None:
    """Whoever has it is looked at again, though only one of them has changed."""
    with enter(aurora.pk):
        one, other, *_others = crowd_of(MOST_HOLDERS)
    look_at_everybody(aurora.pk)
    pair = [(one.pk, other.pk)]
    with enter(aurora.pk):
        assert [each[:2] for each in kept()] == pair
        last = person("Ana Souza", email="last@caixa.example")
        look_again([last.pk])
        assert kept() == set()
        Customer.objects.filter(pk=last.pk).update(name="Bento Farias")
        look_again([last.pk])
        assert [each[:2] for each in kept()] == pair


@pytest.mark.parametrize("seed", range(8))
def test_changes_and_scan_of_everybody_find_the_same_pairs(aurora: Workspace, seed: int) -> None:
    """Among them names that so many have as to be no key any more, and stop being so."""
    drawn = random.Random(seed)
    with enter(aurora.pk):
        people = crowd_of(MOST_HOLDERS - 2)
        people += [drawn_person(drawn) for _each in range(12)]
    look_at_everybody(aurora.pk)
    for _round in range(6):
        with enter(aurora.pk):
            changed = [change(drawn, people) for _each in range(drawn.randint(1, 5))]
            look_again([customer.pk for customer in changed])
            by_changes = kept()
            assert by_changes
            Suggestion.objects.all().delete()
            Scan.objects.update(phase=COMPARING, after=0, done=0, began_at=timezone.now())
        look_at_everybody(aurora.pk, batch=drawn.randint(1, 40))
        with enter(aurora.pk):
            assert kept() == by_changes


def drawn_person(drawn: random.Random) -> Customer:
    return person(
        f"{drawn.choice(FIRST)} {drawn.choice(LAST)}",
        email=f"{drawn.choice(MAILBOXES)}{drawn.choice(['', '+loja'])}@correio.example",
        phone=drawn.choice(["", "+55 11 98765-4321", "+55 11 98765-4322", "+55 21 99999-0000"]),
        city=drawn.choice(["", "Recife", "Campinas"]),
    )


def change(drawn: random.Random, people: list[Customer]) -> Customer:
    """Somebody new, renamed, gone into the crowd of one name, or with another phone."""
    act = drawn.choice(["new", "rename", "crowd", "phone"])
    if act == "new":
        people.append(drawn_person(drawn))
        return people[-1]
    customer = drawn.choice(people)
    if act == "phone":
        phone = drawn.choice(["+55 11 98765-4321", "+55 31 97777-1111"])
        if not CustomerPhone.objects.filter(customer=customer).delete()[0]:
            factories.CustomerPhoneFactory(customer=customer, number=phone)
        return customer
    customer.name = "Ana Souza" if act == "crowd" else f"{drawn.choice(FIRST)} {drawn.choice(LAST)}"
    customer.save()
    return customer
