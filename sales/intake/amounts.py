"""Amounts as files write them, turned into integer minor units; what can be read in two ways is refused."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from atomicpay.ui.money import currency_exponent

from .mapping import FieldForm
from .reasons import Reason

_SPACES: Final = re.compile(r"[\s\u00a0\u202f]+")
_WHOLE_NUMBER: Final = re.compile(r"[0-9]+")

LARGEST: Final = 10**13
"""In minor units. A million rows of it still add up inside a bigint."""

AmountReader = Callable[[str, str], int]


class NotAnAmount(ValueError):
    """A cell that is no amount, with the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def amount_reader(form: FieldForm) -> AmountReader:
    """A function from a cell and a currency to minor units; raises NotAnAmount.

    Prices repeat, so what was read before is kept.
    """

    @lru_cache(maxsize=65_536)
    def read(text: str, currency: str) -> int:
        is_negative, number = _without_signs(text, form.symbol)
        if form.unit == "minor":
            whole, decimals, exponent = _only_digits(number), "", 0
        else:
            exponent = currency_exponent(currency)
            whole, decimals = _split(number, form.decimal_mark, exponent)
        # Zeros beyond the currency's decimals change nothing.
        decimals = decimals[:exponent] + decimals[exponent:].rstrip("0")
        if len(decimals) > exponent:
            raise NotAnAmount(Reason.TOO_PRECISE)
        minor = int(whole + decimals.ljust(exponent, "0"))
        if minor > LARGEST:
            raise NotAnAmount(Reason.TOO_LARGE)
        return -minor if is_negative else minor

    return read


def _without_signs(text: str, symbol: str) -> tuple[bool, str]:
    """Whether it is negative, and the number without minus, currency symbol and outer spaces."""
    number = _SPACES.sub(" ", text).replace("\u2212", "-")
    if symbol:
        number = number.replace(symbol, "", 1)
    number = number.strip()
    is_negative = number.startswith("-")
    return is_negative, number.removeprefix("-").strip()


def _only_digits(number: str) -> str:
    if not _WHOLE_NUMBER.fullmatch(number) or len(number) > 40:
        raise NotAnAmount(Reason.NOT_AN_AMOUNT)
    return number


def _split(number: str, mark: str, exponent: int) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    mark = mark or _only_reading(number, exponent)
    whole, _, decimals = number.partition(mark) if mark else (number, "", "")
    group = ("," if mark == "." else ".") if mark else ".,"
    grouped = rf"[0-9]{{1,3}}(?:(?P<group>[{group} '’])[0-9]{{3}})(?:(?P=group)[0-9]{{3}})*"
    is_number = _grouped(grouped).fullmatch(whole) or _WHOLE_NUMBER.fullmatch(whole)
    is_decimal = _WHOLE_NUMBER.fullmatch(decimals) or (decimals == "" and not (mark and mark in number))
    if not is_number or not is_decimal or len(number) > 40:
        raise NotAnAmount(Reason.NOT_AN_AMOUNT)
    return re.sub(r"[^0-9]", "", whole), decimals


@lru_cache(maxsize=8)
def _grouped(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _only_reading(number: str, exponent: int) -> str:
    """The decimal mark of a number whose form does not name one: "." or ",", or "" where all of it is whole.

    Raises NotAnAmount where a mark with three digits after it may divide thousands as well as decimals.
    """
    marks = re.findall("[.,]", number)
    if not marks:
        return ""
    mark = str(marks[-1])
    if len(set(marks)) == 2:
        return mark
    if len(marks) > 1:
        return ""
    whole, _, decimals = number.partition(mark)
    may_be_thousands = len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0")
    if may_be_thousands and exponent:
        raise NotAnAmount(Reason.AMBIGUOUS_AMOUNT)
    return "" if may_be_thousands else mark
