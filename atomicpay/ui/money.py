"""Money between the books (integer minor units with an ISO 4217 code) and what a person reads and types.

Currencies are never added together and never converted, so nothing here takes two of them.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol, list_currencies
from django.utils.translation import get_language

from atomicpay.ui.errors import AmountProblem, CannotReadAmount, UnknownCurrency

# ISO 4217:2015, list one, by the number of decimals; every other currency has two. Babel's own table is
# CLDR's, which drops the decimals that people no longer write (RSD, IQD, ALL and 23 more): right for a shop
# window, wrong for books, where 10.50 dinars are 1050 and not 10.
_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: exponent for exponent, codes in _DECIMALS.items() for code in codes.split()}

# The largest amount a bigint column holds.
_LARGEST: Final = 2**63 - 1

_AMOUNT = re.compile(
    r"(?P<before>[^\d.,'-]*)(?P<minus>-?)(?P<symbol>[^\d.,'-]*)"
    r"(?P<number>\d(?:[\d.,' ]*\d)?)(?P<after>[^\d.,'-]*)",
    re.ASCII,
)
_WHOLE = re.compile(r"\d+|\d{1,3}(?P<group>[., '])\d{3}(?:(?P=group)\d{3})*", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@cache
def currency_exponent(currency: str) -> int:
    """The number of decimals of a currency: BRL 2, JPY 0, KWD 3."""
    if currency not in list_currencies():
        raise UnknownCurrency(currency)
    return _EXPONENTS.get(currency, 2)


def minor_to_decimal(minor: int, currency: str) -> Decimal:
    """The exact amount with as many decimals as the currency has: 8900 BRL is Decimal("89.00")."""
    return Decimal(minor).scaleb(-currency_exponent(currency))


def _format(minor: int, currency: str, language: str, with_symbol: bool) -> str:
    style = _number_style(language)
    exponent = currency_exponent(currency)
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    whole, decimals = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    number = f"{int(whole):,}".replace(",", style.group) + (style.decimal + decimals if decimals else "")
    sign = "-" if minor < 0 else ""
    return f"{sign}{currency_symbol(currency, language)}\u00a0{number}" if with_symbol else sign + number


def format_money(minor: int, currency: str, language: str | None = None) -> str:
    """The amount with its currency, in the active language or the given one: "R$ 4,329.00", "R$ 4.329,00"."""
    return _format(minor, currency, language or active_language(), True)


def format_amount(minor: int, currency: str, language: str | None = None) -> str:
    """The amount alone, for columns whose heading names the currency: "4,329.00"."""
    return _format(minor, currency, language or active_language(), False)


@cache
def currency_symbol(currency: str, language: str) -> str:
    """The symbol that no other currency shares: "R$", and "US$" where English alone would say "$"."""
    return get_currency_symbol(currency, locale=_locale(language))


def active_language() -> str:
    """The language the page is shown in; English where translation is off."""
    return get_language() or "en"


class _Refused(Exception):
    """Raised inside parse_money, which knows the whole text."""

    def __init__(self, problem: AmountProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class _NumberStyle:
    decimal: str
    group: str


@cache
def _number_style(language: str) -> _NumberStyle:
    locale = _locale(language)
    return _NumberStyle(decimal=get_decimal_symbol(locale), group=get_group_symbol(locale))


@cache
def _locale(language: str) -> Locale:
    # English is the world's and not the United States': "US$" beside "R$" leaves no doubt which dollar it is.
    return Locale.parse("en-001" if language.startswith("en") else language, sep="-")


def parse_money(text: str, currency: str) -> int:
    """The minor units of an amount that a person typed, with either decimal mark.

    Whatever can be read in two ways is refused: "1.234" may be a thousand reais, or one and a slip of the
    finger.
    Raises CannotReadAmount, whose problem says what to write instead.
    """
    exponent = currency_exponent(currency)
    match = _AMOUNT.fullmatch(_SPACES.sub(" ", text.strip()).replace("\u2212", "-"))
    if match is None:
        raise CannotReadAmount(text, AmountProblem.NOT_A_NUMBER)
    if named := f"{match['before']}{match['symbol']}{match['after']}".strip():
        _refuse_other_currency(text, named, currency)
    try:
        whole, decimals = _whole_and_decimals(match["number"], exponent)
    except _Refused as refused:
        raise CannotReadAmount(text, refused.problem) from None
    minor = int(whole + decimals.ljust(exponent, "0"))
    if minor > _LARGEST:
        raise CannotReadAmount(text, AmountProblem.TOO_LARGE)
    return -minor if match["minus"] else minor


def _refuse_other_currency(text: str, named: str, currency: str) -> None:
    # The plain "$" is taken for dollars where dollars are expected.
    if named.upper() in {currency, currency_symbol(currency, "en"), get_currency_symbol(currency, "en")}:
        return
    has_sign = any(unicodedata.category(character) == "Sc" for character in named)
    is_currency = has_sign or named.upper() in list_currencies()
    raise CannotReadAmount(text, AmountProblem.OTHER_CURRENCY if is_currency else AmountProblem.NOT_A_NUMBER)


def _whole_and_decimals(number: str, exponent: int) -> tuple[str, str]:
    """Split at the decimal mark, if there is one; the separators left of it must stand between thousands."""
    mark = _decimal_mark(number, exponent)
    whole, decimals = number.rsplit(mark, 1) if mark else (number, "")
    if len(decimals) > exponent:
        raise _Refused(AmountProblem.TOO_PRECISE)
    if not _WHOLE.fullmatch(whole):
        raise _Refused(AmountProblem.GROUPED_WRONGLY)
    return re.sub(r"\D", "", whole), decimals


def _decimal_mark(number: str, exponent: int) -> str:
    """The character that divides whole from decimals, or "" where all of the amount is whole."""
    marks = re.findall(r"\D", number)
    if not marks:
        return ""
    mark = marks[-1]
    if len(set(marks)) > 1:
        return mark
    if len(marks) > 1 or exponent == 0 or mark not in ".,":
        return ""
    whole, decimals = number.split(mark)
    may_be_thousands = len(decimals) == 3 and whole.strip("0") != ""
    is_own_mark = exponent == 3 and mark == _number_style(active_language()).decimal
    if may_be_thousands and not is_own_mark:
        raise _Refused(AmountProblem.AMBIGUOUS)
    return mark
