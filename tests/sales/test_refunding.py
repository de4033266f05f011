"""What is left of a sale, and its refund window: facts from amounts and dates."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from sales.refunding import left_to_refund, left_words, window_end, window_words
from sales.states import PAID, SaleStatus
from tests.factories import NOON


@pytest.mark.parametrize("status", SaleStatus.values)
def test_only_of_a_sale_that_was_paid_is_anything_left(status: str) -> None:
    assert left_to_refund(status, 9700, None, None) == (9700 if status in PAID else None)


@pytest.mark.parametrize(
    ("refunded", "disputed", "left"),
    [(None, None, 9700), (700, None, 9000), (700, 100, 8900), (9700, None, 0), (9700, 9700, 0)],
)
def test_what_is_left_is_less_what_went_back_and_what_disputes_hold(
    refunded: int | None, disputed: int | None, left: int
) -> None:
    assert left_to_refund(SaleStatus.APPROVED, 9700, refunded, disputed) == left


def test_what_is_left_is_said_in_words() -> None:
    assert left_words(8900, "BRL") == "R$\u00a089.00 left of the sale"
    assert left_words(0, "BRL") == "Nothing left of the sale"
    assert left_words(None, "BRL") == ""


def test_window_is_the_providers_or_the_products_days_after_the_approval() -> None:
    until, in_seven = NOON + timedelta(days=30), NOON + timedelta(days=7)
    assert window_end(until, NOON, 7) == until
    assert window_end(None, NOON, 7) == in_seven
    assert window_end(None, None, 7) is window_end(None, NOON, None) is None


def test_window_is_a_date_and_no_promise() -> None:
    with translation.override("en"):
        with time_machine.travel(NOON - timedelta(days=1), tick=False):
            assert window_words(NOON) == "Refund window until 2 Mar 2026"
        with time_machine.travel(NOON + timedelta(days=1), tick=False):
            assert window_words(NOON) == "Refund window ended on 2 Mar 2026"
    assert window_words(None) == ""
