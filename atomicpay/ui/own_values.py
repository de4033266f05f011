"""What a record itself has where a filter asks for something: how it is read, and how it is said.

Declared beside a filter as `value_of`, so that a record that the filter hides is shown with its own value:
"Status: Declined, the filter asks for Approved". A filter without one is still named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from atomicpay.ui.inputs import country_words
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money

_MANY = 5
"""So many values of one record are named; more are "…"."""


@dataclass(frozen=True, slots=True)
class Own:
    """A record's own value. `expression` gives what is read of each record, or None for who may not know it;
    `words` says the value, "" where there is nothing to say."""

    expression: Callable[[], Any]
    words: Callable[[Any], str]


def own_day(expression: Callable[[], Any]) -> Own:
    """A time, said as its day in the active zone."""
    return Own(expression, _day)


def own_word(expression: Callable[[], Any], labels: Sequence[tuple[str, str | Promise]] = ()) -> Own:
    """One word: of a fixed list, or as it stands."""
    known = dict(labels)
    return Own(expression, lambda value: str(known.get(value, value)) if value else _none())


def own_words(expression: Callable[[], Any], labels: Sequence[tuple[str, str | Promise]] = ()) -> Own:
    """An array of words."""
    known = dict(labels)
    return Own(expression, lambda values: _together(str(known.get(value, value)) for value in values or ()))


def own_answer(expression: Callable[[], Any], yes: str | Promise, no: str | Promise) -> Own:
    """Whether something is so."""
    return Own(expression, lambda value: str(yes if value else no))


def own_amount(expression: Callable[[], Any]) -> Own:
    """One {"minor": 9700, "currency": "BRL"}."""
    return Own(expression, lambda value: _amount(value) if value else _none())


def own_amounts(expression: Callable[[], Any]) -> Own:
    """An array of {"minor": 9700, "currency": "BRL"}."""
    return Own(expression, lambda values: _together(_amount(value) for value in values or ()))


def own_country(expression: Callable[[], Any]) -> Own:
    """A country by its code."""
    return Own(expression, lambda code: country_words(code) if code else _none())


def _day(moment: datetime | None) -> str:
    return format_day(moment) if moment else _none()


def _amount(value: Mapping[str, Any]) -> str:
    return format_money(value["minor"], value["currency"])


def _together(words: Iterable[str]) -> str:
    known = list(dict.fromkeys(words))
    return ", ".join([*known[:_MANY], *(["…"] if len(known) > _MANY else [])]) or _none()


def _none() -> str:
    return gettext("none")
