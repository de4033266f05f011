"""Emails, phones and documents as they arrive, and the form in which they are compared."""

import pytest

from customers.contacts import format_document, read_document, read_email, read_phone
from customers.models import DocumentKind

CPF, CNPJ, OTHER = DocumentKind.CPF, DocumentKind.CNPJ, DocumentKind.OTHER


@pytest.mark.parametrize(
    ("received", "normalised", "is_valid"),
    [
        ("Mariana@Correio.Example", "mariana@correio.example", True),
        ("  mariana@correio.example\n", "mariana@correio.example", True),
        # Dots and tags belong to the address: two of them are two addresses.
        ("m.ariana+curso@gmail.com", "m.ariana+curso@gmail.com", True),
        ("JOSÉ@CORREIO.EXAMPLE", "josé@correio.example", True),
        ("mariana correio.example", "mariana correio.example", False),
        ("a@b@c.example", "a@b@c.example", False),
        ("@correio.example", "@correio.example", False),
        ("x" * 310 + "@correio.example", "x" * 310 + "@correio.example", False),
    ],
)
def test_read_email_compares_in_lower_case(received: str, normalised: str, is_valid: bool) -> None:
    email = read_email(received)

    assert email is not None
    assert (email.address, email.normalised, email.is_valid) == (received.strip(), normalised, is_valid)


@pytest.mark.parametrize("nothing", ["", "   ", "\t\n"])
def test_read_email_of_nothing_is_none(nothing: str) -> None:
    assert read_email(nothing) is None


@pytest.mark.parametrize(
    ("received", "digits", "is_valid"),
    [
        ("+5511990000142", "5511990000142", True),
        ("11990000142", "5511990000142", True),
        ("(11) 99000-0142", "5511990000142", True),
        ("011 99000-0142", "5511990000142", True),
        ("5511990000142", "5511990000142", True),
        ("0055 11 99000-0142", "5511990000142", True),
        ("00351 912 345 678", "00351912345678", False),
        # A mobile number from before the ninth digit.
        ("(11) 9000-0142", "5511990000142", True),
        ("(11) 3000-0142", "551130000142", True),
        ("+1 650-253-0000", "16502530000", True),
        ("+351 912 345 678", "351912345678", True),
        ("99000-0142", "990000142", False),
        ("１１ ９９０００-0142", "5511990000142", True),
        ("ramal 12", "12", False),
        ("+999 123", "999123", False),
    ],
)
def test_read_phone_gives_digits_with_the_country_code(received: str, digits: str, is_valid: bool) -> None:
    phone = read_phone(received)

    assert phone is not None
    assert (phone.number, phone.digits, phone.is_valid) == (received, digits, is_valid)


def test_read_phone_reads_as_dialled_in_its_region() -> None:
    phone = read_phone("020 7946 0018", "GB")

    assert phone is not None
    assert phone.digits == "442079460018"


@pytest.mark.parametrize("nothing", ["", "  ", "n/a"])
def test_read_phone_of_nothing_is_none(nothing: str) -> None:
    assert read_phone(nothing) is None


@pytest.mark.parametrize(
    ("received", "kind", "normalised", "is_valid"),
    [
        ("529.982.247-25", CPF, "52998224725", True),
        ("52998224725", CPF, "52998224725", True),
        # The number of a provider's own test message: its check digits are wrong.
        ("60862336702", CPF, "60862336702", False),
        ("111.111.111-11", CPF, "11111111111", False),
        ("000.000.000-00", CPF, "00000000000", False),
        # 012.345.678-90 after a spreadsheet made a number of it.
        ("1234567890", CPF, "01234567890", True),
        ("1234567891", OTHER, "1234567891", False),
        ("13.427.325/0001-05", CNPJ, "13427325000105", True),
        ("12.ABC.345/01DE-35", CNPJ, "12ABC34501DE35", True),
        ("12.abc.345/01de-35", CNPJ, "12ABC34501DE35", True),
        ("12ABC34501DE36", CNPJ, "12ABC34501DE36", False),
        ("47.164.113/0001-96", CNPJ, "47164113000196", True),
        ("191", OTHER, "191", False),
        ("FZ123456", OTHER, "FZ123456", False),
    ],
)
def test_read_document_knows_it_by_its_shape(
    received: str, kind: DocumentKind, normalised: str, is_valid: bool
) -> None:
    document = read_document(received)

    assert document is not None
    assert (document.kind, document.number) == (kind, received)
    assert (document.normalised, document.is_valid) == (normalised, is_valid)


def test_read_document_takes_the_kind_that_the_source_names() -> None:
    passport = read_document("52998224725", DocumentKind.PASSPORT)
    short = read_document("123", DocumentKind.CPF)

    assert passport is not None
    assert (passport.kind, passport.is_valid) == (DocumentKind.PASSPORT, False)
    assert short is not None
    assert (short.kind, short.normalised, short.is_valid) == (CPF, "123", False)


@pytest.mark.parametrize("nothing", ["", " . - ", "isento", "N/A"])
def test_read_document_of_nothing_is_none(nothing: str) -> None:
    assert read_document(nothing) is None


def test_format_document_writes_it_as_people_do() -> None:
    assert format_document(CPF, "52998224725") == "529.982.247-25"
    assert format_document(CNPJ, "12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert format_document(CPF, "123") == "123"
    assert format_document(DocumentKind.PASSPORT, "FZ123456") == "FZ123456"
