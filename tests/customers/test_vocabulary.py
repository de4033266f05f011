"""The words of names: no writer can leave one out, and candidates are every word one slip away."""

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings, strategies as st

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, NameWord
from customers.near import near_emails, near_words
from tests import factories
from tests.conftest import Beacon


def _words() -> set[str]:
    return set(NameWord.objects.values_list("word", flat=True))


def test_every_way_to_write_a_name_adds_its_words(in_aurora: Workspace) -> None:
    customer = factories.CustomerFactory(name="José D'Ávila-Reis")
    assert _words() == {"jose", "avila", "reis"}
    Customer.objects.bulk_create([Customer(name="Ana Prado"), Customer(name="ana  LIMA")])
    assert {"ana", "prado", "lima"} <= _words()
    Customer.objects.filter(pk=customer.pk).update(name="Zélia Duncan")
    assert {"zelia", "duncan", "jose"} <= _words()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customer SET name = 'Ivo Pitanguy' WHERE id = %s", [customer.pk])
        cursor.execute(
            "CREATE TEMP TABLE twin AS SELECT * FROM customer WHERE id = %s;"
            "ALTER TABLE twin DROP live, DROP name_sort, DROP haystack;"
            "UPDATE twin SET id = id + 1000000, public_id = gen_random_uuid(), name = 'Xuxa Meneghel'",
            [customer.pk],
        )
        columns = ", ".join(field.column for field in Customer._meta.fields if not field.generated)
        cursor.execute(f"INSERT INTO customer ({columns}) SELECT {columns} FROM twin")
    assert {"ivo", "pitanguy", "xuxa", "meneghel"} <= _words()


def test_each_word_is_kept_once_and_another_change_adds_none(in_aurora: Workspace) -> None:
    customer = factories.CustomerFactory(name="Ana Ana Lima")
    factories.CustomerFactory(name="Ana Lima")
    Customer.objects.filter(pk=customer.pk).update(city="Ana Lima Dois")
    assert sorted(NameWord.objects.values_list("word", flat=True)) == ["ana", "lima"]


def test_words_are_those_of_the_workspace(beacon: Beacon, in_aurora: Workspace) -> None:
    factories.CustomerFactory(name="Ana")
    assert _words() == {"ana"}
    assert near_words(["antonai"]) == []


def test_runtime_role_cannot_write_words(in_aurora: Workspace, owner: Membership) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        NameWord.objects.create(word="canary")


_LETTERS = "abcdeãç"


def _slips(word: str) -> set[str]:
    """Every text that is one slip away from the word, by the definition."""
    slips = set()
    for at in range(len(word) + 1):
        slips |= {word[:at] + letter + word[at:] for letter in _LETTERS}
        slips.add(word[:at] + word[at + 1 :])
        slips |= {word[:at] + letter + word[at + 1 :] for letter in _LETTERS if at < len(word)}
        if at + 1 < len(word):
            slips.add(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return slips - {word}


@given(st.text(alphabet="abcde", min_size=3, max_size=9), st.data())
@settings(max_examples=60, deadline=None)
@pytest.mark.django_db
def test_every_slip_finds_the_word(word: str, data: st.DataObject) -> None:
    slips = _slips(word)
    typed = data.draw(st.sampled_from(sorted(slip for slip in slips if len(slip) >= 4)))
    email = data.draw(st.sampled_from(sorted(_slips(f"x{word}x")))) + "@correio.example"
    with transaction.atomic():
        with enter(factories.WorkspaceFactory(slug="passing").pk):
            customer = factories.CustomerFactory(name=word, email=f"x{word}x@correio.example")
            factories.CustomerEmailFactory(customer=customer)
            assert (typed, word) in near_words([typed])
            assert near_emails(email) == [f"x{word}x@correio.example"]
        transaction.set_rollback(True)
