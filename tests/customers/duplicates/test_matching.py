"""Values, names and scores: what makes two records one person, and what does not."""

import pytest

from customers.contacts import read_document
from customers.duplicates.matching.frequencies import Frequencies, prior_of
from customers.duplicates.matching.keys import keys_of
from customers.duplicates.matching.levels import Level
from customers.duplicates.matching.names import compare_names, read_name
from customers.duplicates.matching.persons import Person, read_person
from customers.duplicates.matching.scoring import Score, compare
from customers.duplicates.matching.values import email_to_compare, phone_to_compare

CPF, OTHER_CPF, CNPJ = "529.982.247-25", "153.509.460-56", "12ABC34501DE35"
KNOWN = Frequencies(10_000)


def score(one: Person, other: Person, known: Frequencies = KNOWN) -> Score:
    found, turned = compare(one, other, known), compare(other, one, known)
    assert found.bits == pytest.approx(turned.bits)
    assert found.digest == turned.digest
    return found


def levels(one: Person, other: Person) -> set[Level]:
    return {part.level for part in score(one, other).parts}


def document(text: str) -> object:
    return read_document(text)


@pytest.mark.parametrize(
    ("address", "compared"),
    [
        (" Ines+Loja@Gmail.com ", "ines@gmail.com"),
        ("i.n.e.s@googlemail.com", "ines@gmail.com"),
        ("i.nes@outlook.com", "i.nes@outlook.com"),
        ("ines@gmial.com", "ines@gmail.com"),
        ("ines@hotmial.com.br", "ines@hotmail.com.br"),
        ("ines@mail.com", "ines@mail.com"),
        ("ines@email.com", "ines@email.com"),
        ("ines@ymail.com", "ines@ymail.com"),
        ("no email", ""),
        ("two@at@signs", ""),
    ],
)
def test_email_is_compared_by_the_mailbox_it_means(address: str, compared: str) -> None:
    assert email_to_compare(address) == compared


@pytest.mark.parametrize(
    ("digits", "compared"),
    [("5511987654321", "5511987654321"), ("558001234567", ""), ("18005550100", ""), ("98765432", "")],
)
def test_phone_that_is_nobodys_or_no_whole_number_is_not_compared(digits: str, compared: str) -> None:
    assert phone_to_compare(digits) == compared


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("João da Silva", "SILVA, Joao", Level.NAME_SAME),
        ("João Silva", "João Pedro da Silva", Level.NAME_CONTAINED),
        ("J. Pedro Silva", "João Pedro Silva", Level.NAME_CONTAINED),
        ("Inez Carvalhao", "Inês Carvalhão", Level.NAME_NEAR),
        ("Chico Prata", "Francisco Prata", Level.NAME_NEAR),
        ("Ana Prata Souza", "Ana Souza Lima", Level.NAME_PART),
        ("Ana Prata", "Ana Lima", Level.NAME_OTHER_FAMILY),
        ("Bia Prata", "Otávio Prata", Level.NAME_FAMILY),
        ("Bia Prata", "Otávio Lima", Level.NAME_DIFFERENT),
        ("Bia", "Bia", Level.NAME_GIVEN),
        ("", "Bia", None),
    ],
)
def test_names_are_compared_word_by_word(one: str, other: str, level: Level | None) -> None:
    assert compare_names(read_name(one), read_name(other)) == level
    assert compare_names(read_name(other), read_name(one)) == level


def test_father_and_son_of_one_name_are_two() -> None:
    father = read_person("José Prata Lima", emails=["jose@prata.example"])
    son = read_person("José Prata Lima Filho", emails=["jose@prata.example"])
    assert Level.SUFFIX_DIFFERENT in levels(father, son)
    assert score(father, father).bits - score(father, son).bits == pytest.approx(6)


def test_different_valid_documents_of_one_kind_speak_against() -> None:
    one, other, firm = (
        read_person("Ana Prata", documents=[document(number)])  # type: ignore[list-item]  # each is readable
        for number in (CPF, OTHER_CPF, CNPJ)
    )
    assert Level.DOCUMENT_DIFFERENT in levels(one, other)
    assert not any(level.kind == "document" for level in levels(one, firm))
    assert Level.DOCUMENT_SAME in levels(one, one)


@pytest.mark.parametrize("broken", ["111.111.111-11", "123.456.789-00"])
def test_document_that_fails_its_check_digits_is_no_evidence(broken: str) -> None:
    person = read_person("", documents=[document(broken)])  # type: ignore[list-item]  # it is readable
    assert keys_of(person) == []
    assert score(person, person).parts == ()


def test_value_that_many_hold_counts_little_and_one_of_a_crowd_nothing() -> None:
    person = read_person("", emails=["oi@estudio.example"])
    few, many, crowd = (Frequencies(10_000, holders=counted(person, number)) for number in (2, 10, 51))
    assert score(person, person, few).bits > score(person, person, many).bits
    assert score(person, person, crowd).parts[0].bits == 0


def counted(person: Person, number: int) -> dict[int, int]:
    known = Frequencies.of([person] * number)
    return dict(known.holders)


def test_household_is_not_one_person() -> None:
    home = {"street": "Rua das Flores 12", "postcode": "01310-100", "city": "São Paulo"}
    one = read_person("Bia Prata", phones=["5511987654321"], emails=["casa@prata.example"], **home)
    other = read_person("Otávio Prata", phones=["5511987654321"], emails=["casa@prata.example"], **home)
    same = read_person("Bia Prata", phones=["5511987654321"], emails=["casa@prata.example"], **home)
    assert score(one, same).probability > 0.99
    assert score(one, other).bits < score(one, same).bits / 2


def test_organisation_is_known_by_its_document_or_domain_alone() -> None:
    phone = ["5511987654321"]
    one = read_person("Estúdio Açaí Ltda.", phones=phone, emails=["financeiro@gmail.com"])
    other = read_person("Estudio Acai LTDA", phones=phone, emails=["vendas@gmail.com"])
    assert score(one, other).probability < 0.5
    own = [
        read_person("Estúdio Açaí Ltda.", phones=phone, emails=[f"{desk}@estudioacai.example"])
        for desk in ("financeiro", "vendas")
    ]
    assert score(own[0], own[1]).probability > 0.9


def test_every_contact_ever_known_counts() -> None:
    one = read_person("Ana Prata", emails=["ana@nova.example", "ana.prata77@antiga.example"])
    other = read_person("Ana Prata", emails=["ana.prata77@antiga.example"])
    assert Level.EMAIL_SAME in levels(one, other)


def test_record_is_kept_and_read_back_as_it_was() -> None:
    person = read_person("Ana Prata Filho", emails=["ana@x.example"], phones=["5511987654321"], city="Recife")
    assert Person.unpack(person.pack()) == person


def test_digest_changes_with_the_values_that_speak_for_one_person_and_with_nothing_else() -> None:
    one = read_person("Ana Prata", emails=["ana@x.example"])
    two = read_person("Ana Prata", emails=["ana@x.example", "ana2@y.example"], phones=["5511987654321"])
    three = read_person("Ana Prata", emails=["ana@x.example"], phones=["5511911112222"])
    again = read_person("Ana Prata", emails=["ana@x.example"], phones=["5511987654321"])
    assert score(one, two).digest == score(one, three).digest == score(two, three).digest
    assert score(two, again).digest != score(one, two).digest
    rarer = Frequencies(1_000_000, holders=counted(one, 40))
    assert score(one, two, rarer).digest == score(one, two).digest


def test_prior_follows_what_was_found_within_bounds() -> None:
    assert prior_of(0, 10_000) == 0.05
    assert prior_of(1_000, 10_000) == 0.2
    assert prior_of(50_000, 10_000) == 1.0
