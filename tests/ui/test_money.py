"""Amounts are shown exactly, in the reader's language, and read only where they can be read in one way."""

from decimal import Decimal

import pytest
from django.utils import translation

from atomicpay.ui.errors import AmountProblem, CannotReadAmount, UnknownCurrency
from atomicpay.ui.money import currency_exponent, format_amount, format_money, minor_to_decimal, parse_money

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("BRL", 2), ("USD", 2), ("JPY", 0), ("CLP", 0), ("KWD", 3), ("CLF", 4), ("RSD", 2), ("IQD", 3)],
)
def test_currency_exponent_is_the_one_of_iso_4217(currency: str, exponent: int) -> None:
    assert currency_exponent(currency) == exponent


@pytest.mark.parametrize("code", ["", "brl", "R$", "XYZ"])
def test_currency_exponent_refuses_what_is_no_currency(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        currency_exponent(code)


@pytest.mark.parametrize(
    ("minor", "currency", "decimal"),
    [
        (8900, "BRL", "89.00"),
        (-1, "BRL", "-0.01"),
        (1200, "JPY", "1200"),
        (1234, "KWD", "1.234"),
        (0, "USD", "0.00"),
    ],
)
def test_minor_to_decimal_keeps_every_decimal(minor: int, currency: str, decimal: str) -> None:
    assert str(minor_to_decimal(minor, currency)) == str(Decimal(decimal))


@pytest.mark.parametrize(
    ("minor", "currency", "english", "portuguese"),
    [
        (432900, "BRL", "R$ 4,329.00", "R$ 4.329,00"),
        (12900, "USD", "US$ 129.00", "US$ 129,00"),
        (5, "EUR", "€ 0.05", "€ 0,05"),
        (-29700, "BRL", "-R$ 297.00", "-R$ 297,00"),
        (1234567, "JPY", "JP¥ 1,234,567", "JP¥ 1.234.567"),
        (1234567, "KWD", "KWD 1,234.567", "KWD 1.234,567"),
        (1050, "RSD", "RSD 10.50", "RSD 10,50"),
        (2**63 - 1, "BRL", "R$ 92,233,720,368,547,758.07", "R$ 92.233.720.368.547.758,07"),
    ],
)
def test_format_money_writes_whole_amounts_in_both_languages(
    minor: int, currency: str, english: str, portuguese: str
) -> None:
    assert format_money(minor, currency, "en") == english.replace(" ", NBSP)
    assert format_money(minor, currency, "pt-br") == portuguese.replace(" ", NBSP)


def test_format_money_follows_the_active_language() -> None:
    with translation.override("pt-br"):
        assert format_money(8900, "BRL") == f"R${NBSP}89,00"
    with translation.override("en"):
        assert format_money(8900, "BRL") == f"R${NBSP}89.00"


def test_format_amount_leaves_the_currency_to_the_heading() -> None:
    assert format_amount(582300, "BRL", "en") == "5,823.00"
    assert format_amount(-582300, "BRL", "pt-br") == "-5.823,00"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("500", "BRL", 50000),
        ("500.5", "BRL", 50050),
        ("500,50", "BRL", 50050),
        ("1,234.50", "BRL", 123450),
        ("1.234,50", "BRL", 123450),
        ("1 234,50", "BRL", 123450),
        ("1'234.50", "USD", 123450),
        ("1.234.567", "BRL", 123456700),
        ("R$ 89,00", "BRL", 8900),
        ("89 brl", "BRL", 8900),
        ("$ 89", "USD", 8900),
        ("-R$ 89,00", "BRL", -8900),
        ("\u221289", "BRL", -8900),
        ("R$\u00a01.234,50", "BRL", 123450),
        ("1,234", "JPY", 1234),
        ("0.123", "KWD", 123),
        ("1.5", "KWD", 1500),
        ("0", "BRL", 0),
    ],
)
def test_parse_money_reads_either_decimal_mark(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "problem"),
    [
        ("", "BRL", AmountProblem.NOT_A_NUMBER),
        ("abc", "BRL", AmountProblem.NOT_A_NUMBER),
        ("12 apples", "BRL", AmountProblem.NOT_A_NUMBER),
        ("12.", "BRL", AmountProblem.NOT_A_NUMBER),
        ("1e5", "BRL", AmountProblem.NOT_A_NUMBER),
        ("--5", "BRL", AmountProblem.NOT_A_NUMBER),
        ("1.234", "BRL", AmountProblem.AMBIGUOUS),
        ("1,234", "BRL", AmountProblem.AMBIGUOUS),
        ("1,234", "KWD", AmountProblem.AMBIGUOUS),
        ("10.555", "USD", AmountProblem.AMBIGUOUS),
        ("0.555", "USD", AmountProblem.TOO_PRECISE),
        ("1.5555", "BRL", AmountProblem.TOO_PRECISE),
        ("1,234.00", "JPY", AmountProblem.TOO_PRECISE),
        ("1,23.45", "BRL", AmountProblem.GROUPED_WRONGLY),
        ("12,34,567.00", "BRL", AmountProblem.GROUPED_WRONGLY),
        ("1.234,567.00", "BRL", AmountProblem.GROUPED_WRONGLY),
        ("US$ 10", "BRL", AmountProblem.OTHER_CURRENCY),
        ("€10", "BRL", AmountProblem.OTHER_CURRENCY),
        ("10 EUR", "BRL", AmountProblem.OTHER_CURRENCY),
        ("92233720368547758.08", "BRL", AmountProblem.TOO_LARGE),
    ],
)
def test_parse_money_refuses_what_it_would_have_to_guess(
    text: str, currency: str, problem: AmountProblem
) -> None:
    with pytest.raises(CannotReadAmount) as caught:
        parse_money(text, currency)
    assert (caught.value.problem, caught.value.text) == (problem, text)


def test_parse_money_takes_the_languages_own_mark_for_three_decimals() -> None:
    with translation.override("en"):
        assert parse_money("1.234", "KWD") == 1234
    with translation.override("pt-br"):
        assert parse_money("1,234", "KWD") == 1234


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize(
    ("minor", "currency"), [(123456789, "BRL"), (-1, "USD"), (7, "JPY"), (1234567, "KWD")]
)
def test_parse_money_reads_back_what_format_money_writes(minor: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert parse_money(format_money(minor, currency), currency) == minor
