"""That whatever is found says what of it fits, in every alphabet and in every way a phone is dialled."""

import unicodedata

import pytest
from django.db import connection

from atomicpay.search.folding import fold
from atomicpay.search.results import search
from atomicpay.search.slips import corrections
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from customers.search_text import read_search
from customers.search_ways import Wanted
from tests import factories


def _reasons(text: str, member: Membership) -> list[tuple[str, str]]:
    with enter_as(member.workspace_id, member.pk) as asking:
        hits = [hit for section in search(text, asking).sections for hit in section.hits]
        return [(hit.title, str(hit.matched)) for hit in hits]


@pytest.mark.parametrize(
    ("text", "name", "mark"),
    [
        ("soren", "Søren Holm", "<mark>Søren</mark> Holm"),
        ("lukasz", "Łukasz Nowak", "<mark>Łukasz</mark> Nowak"),
        ("gross", "Anna Groß", "Anna <mark>Groß</mark>"),
        ("aether", "Æther Ltd", "<mark>Æther</mark> Ltd"),
        ("oeuvre", "Œuvre SARL", "<mark>Œuvre</mark> SARL"),
        ("dorde", "Đorđe Ilić", "<mark>Đorđe</mark> Ilić"),
        ("o'brien", "Seán O’Brien", "Seán <mark>O’Brien</mark>"),
        ("o’brien", "Seán O'Brien", "Seán <mark>O&#x27;Brien</mark>"),
        ("joao-pedro", "João–Pedro", "<mark>João–Pedro</mark>"),
        ("김민준", "김민준", "<mark>김민준</mark>"),
        ("андрей", "Андрей", "<mark>Андрей</mark>"),
    ],
)
def test_name_that_only_the_database_folds_is_marked(
    owner: Membership, text: str, name: str, mark: str
) -> None:
    with enter_as(owner.workspace_id, owner.pk):
        factories.CustomerFactory(name=name)
    assert _reasons(text, owner) == [(name, f"Name {mark}")]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("442079460427", ["+44 20 7946 0427", "020 7946 0427", "(020) 7946-0427", "0044 20 7946 0427"]),
        ("442079460427", ["011 44 20 7946 0427", "phone:020 7946", "0044 (0)20 7946 0427"]),
        ("353179462881", ["01 794 62881", "00353 1 794 62881", "011 353 1 794 62881"]),
        ("33179465183", ["01 79 46 51 83", "0033 1 79 46 51 83", "+33 (0)1 79 46 51 83"]),
        ("5511912345678", ["011 91234-5678", "0055 11 91234-5678", "0 11 91234 5678"]),
    ],
)
def test_phone_is_found_however_it_is_dialled(owner: Membership, stored: str, typed: list[str]) -> None:
    with enter_as(owner.workspace_id, owner.pk):
        customer = factories.CustomerFactory(name="Nora Quinn")
        factories.CustomerPhoneFactory(customer=customer, number=f"+{stored}", digits=stored)
    for text in typed:
        found = _reasons(text, owner)
        assert [title for title, _why in found] == ["Nora Quinn"], text
        assert "<mark>" in found[0][1], text


def test_text_is_folded_as_the_database_folds_it(db: None) -> None:
    letters = [chr(n) for n in range(1, 0x30000) if unicodedata.category(chr(n)) not in ("Cs", "Cn", "Co")]
    text = "x".join(letters)
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_fold(%s)", [text])
        (folded,) = cursor.fetchone()
    assert fold(text) == folded


def test_slip_in_a_word_that_only_the_database_folds_is_put_right(owner: Membership) -> None:
    with enter_as(owner.workspace_id, owner.pk):
        factories.CustomerFactory(name="Søren Holm")
        meant = corrections("Søran", [Wanted(part) for part in read_search("Søran")])
    assert [text for text, _parts in meant] == ["soren"]
