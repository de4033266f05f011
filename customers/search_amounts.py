"""An amount of money as people type it, in every way it can be read: "R$ 97,00", "97.00", "US$ 10"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from babel.numbers import get_currency_symbol, list_currencies

from atomicpay.ui.money import currency_exponent

_AMOUNT: Final = re.compile(
    r"(?P<before>[^\d.,'’+-]*)(?P<number>\d(?:[\d.,'’ ]*\d)?)(?P<after>[^\d.,'’+-]*)", re.ASCII
)
_MARKS: Final = re.compile(r"[.,'’ ]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’ ])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)
_SPACES: Final = re.compile("[\\s\u00a0\u202f]+")
# The largest amount a bigint column holds.
_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """So many minor units, of one of these currencies; with none named, of any that has so many decimals."""

    minor: int
    decimals: int
    currencies: frozenset[str] = frozenset()

    def may_be_in(self, currency: str) -> bool:
        """Whether these minor units can be of that currency."""
        if self.currencies:
            return currency in self.currencies
        return currency in list_currencies() and currency_exponent(currency) == self.decimals


def read_amounts(text: str, *, is_named: bool) -> tuple[Amount, ...]:
    """Every way to read the text as an amount; none where it is no amount.

    A plain "97" is one only with its currency, or where it was said to be an amount (`is_named`). "1.234" can
    be a thousand and more, or hardly more than one where a currency has three decimals: both are given.
    """
    match = _AMOUNT.fullmatch(_SPACES.sub(" ", text.strip()))
    if match is None or len(match["number"]) > 30:
        return ()
    named = " ".join(f"{match['before']} {match['after']}".split())
    currencies = _currencies_called(named)
    if named and currencies is None:
        return ()
    if not named and not is_named and not re.search("[.,]", match["number"]):
        return ()
    return tuple(sorted(set(_read(match["number"], currencies or frozenset())), key=lambda a: a.decimals))


def _read(number: str, currencies: frozenset[str]) -> Iterator[Amount]:
    exponents = {currency_exponent(currency) for currency in currencies} or _exponents()
    for whole, decimals in _ways(number):
        for exponent in exponents:
            minor = int(whole + decimals.ljust(exponent, "0")) if len(decimals) <= exponent else _LARGEST + 1
            if minor <= _LARGEST:
                fitting = frozenset(c for c in currencies if currency_exponent(c) == exponent)
                yield Amount(minor, exponent, fitting)


def _ways(number: str) -> Iterator[tuple[str, str]]:
    """The whole part and the decimals, as digits, once for each way to take the separators."""
    if not _MARKS.search(number):
        yield number, ""
        return
    if _GROUPED.fullmatch(number):
        yield _MARKS.sub("", number), ""
    whole, mark, decimals = _rpartition(number)
    if mark in ".," and decimals and mark not in whole and (whole.isdecimal() or _GROUPED.fullmatch(whole)):
        yield _MARKS.sub("", whole), decimals


def _rpartition(number: str) -> tuple[str, str, str]:
    last = max(match.start() for match in _MARKS.finditer(number))
    return number[:last], number[last], number[last + 1 :]


@cache
def _exponents() -> frozenset[int]:
    return frozenset(currency_exponent(currency) for currency in list_currencies())


def _currencies_called(name: str) -> frozenset[str] | None:
    """The currencies of that code or sign; None for a word that is neither."""
    if not name:
        return frozenset()
    return _names().get(unicodedata.normalize("NFKC", name).upper())


@cache
def _names() -> dict[str, frozenset[str]]:
    """Codes, and signs in the product's languages: "$" is any dollar, peso or real."""
    known: dict[str, set[str]] = {}
    for code in list_currencies():
        signs = (get_currency_symbol(code, locale=locale) for locale in ("en", "en_001", "pt_BR"))
        for name in {code, *signs}:
            known.setdefault(name.upper(), set()).add(code)
    known["$"] = {code for code in list_currencies() if "$" in get_currency_symbol(code, locale="en_001")}
    return {name: frozenset(codes) for name, codes in known.items()}
