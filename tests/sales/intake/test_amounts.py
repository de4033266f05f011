"""Amounts: what each form gives in minor units, and what is refused."""

import pytest

from sales.intake.amounts import NotAnAmount, amount_reader
from sales.intake.mapping import FieldForm
from sales.intake.reasons import Reason


def _form(**form: str) -> FieldForm:
    return FieldForm("money", **form)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "text", "currency", "minor"),
    [
        ({}, "97", "BRL", 9700),
        ({}, "97.5", "BRL", 9750),
        ({}, "97,50", "BRL", 9750),
        ({}, "1.234,56", "BRL", 123456),
        ({}, "1,234.56", "USD", 123456),
        ({}, "1.234.567", "BRL", 123456700),
        ({}, "1234.5", "BRL", 123450),
        ({}, "-12.00", "GBP", -1200),
        ({}, "\u22121,00", "BRL", -100),
        ({}, "1,234", "JPY", 1234),
        ({}, "500", "JPY", 500),
        ({}, "0.125", "KWD", 125),
        ({"decimal_mark": "."}, "1,234", "BRL", 123400),
        ({"decimal_mark": ","}, "1.234", "BRL", 123400),
        ({"decimal_mark": "."}, "1.234", "KWD", 1234),
        ({"decimal_mark": "."}, "12.3400", "BRL", 1234),
        ({"decimal_mark": ","}, "1 234,56", "BRL", 123456),
        ({"decimal_mark": ",", "symbol": "R$"}, "R$ 1.297,00", "BRL", 129700),
        ({"decimal_mark": ",", "symbol": "R$"}, "-R$ 12,00", "BRL", -1200),
        ({"unit": "minor"}, "9700", "BRL", 9700),
        ({"unit": "minor"}, "500", "JPY", 500),
    ],
)
def test_amount_is_read_to_the_minor_unit(form: dict[str, str], text: str, currency: str, minor: int) -> None:
    assert amount_reader(_form(**form))(text, currency) == minor


@pytest.mark.parametrize(
    ("form", "text", "currency", "reason"),
    [
        ({}, "1.234", "BRL", Reason.AMBIGUOUS_AMOUNT),
        ({}, "1,234", "USD", Reason.AMBIGUOUS_AMOUNT),
        ({}, "12.345", "KWD", Reason.AMBIGUOUS_AMOUNT),
        ({}, "1234.567", "BRL", Reason.TOO_PRECISE),
        ({"decimal_mark": "."}, "19.990000000000002", "BRL", Reason.TOO_PRECISE),
        ({}, "12.50", "JPY", Reason.TOO_PRECISE),
        ({}, "1.23.45", "BRL", Reason.NOT_AN_AMOUNT),
        ({}, "1,2,3.45", "USD", Reason.NOT_AN_AMOUNT),
        ({}, "R$ 97", "BRL", Reason.NOT_AN_AMOUNT),
        ({}, "1e3", "BRL", Reason.NOT_AN_AMOUNT),
        ({}, "٣٤", "BRL", Reason.NOT_AN_AMOUNT),
        ({}, "--1", "BRL", Reason.NOT_AN_AMOUNT),
        ({}, "12.", "BRL", Reason.NOT_AN_AMOUNT),
        ({"decimal_mark": "."}, "12,34", "BRL", Reason.NOT_AN_AMOUNT),
        ({"unit": "minor"}, "97.00", "BRL", Reason.NOT_AN_AMOUNT),
        ({"unit": "minor"}, "10000000000001", "BRL", Reason.TOO_LARGE),
    ],
)
def test_amount_that_cannot_be_read_or_can_be_read_twice_is_refused(
    form: dict[str, str], text: str, currency: str, reason: Reason
) -> None:
    with pytest.raises(NotAnAmount) as refused:
        amount_reader(_form(**form))(text, currency)
    assert refused.value.reason == reason
