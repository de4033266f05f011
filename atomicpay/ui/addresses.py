"""What an address holds: parameters that have a value, and names fit to be shown again."""

from collections.abc import Iterable
from typing import Final

from django.http import QueryDict

_NAMES_SHOWN: Final = 3
_LONGEST_NAME: Final = 40


def filled(query: QueryDict) -> QueryDict:
    """The parameters that have a value: a form sends its empty fields too."""
    with_values = QueryDict(mutable=True)
    for name, values in query.lists():
        for value in filter(None, values):
            with_values.appendlist(name, value)
    return with_values


def names_in_words(names: Iterable[str]) -> str:
    """The first few names, by the alphabet, without anything that cannot be printed."""
    known = sorted(names)
    shown = ", ".join(_printable(name) for name in known[:_NAMES_SHOWN])
    return f"{shown}, …" if len(known) > _NAMES_SHOWN else shown


def _printable(name: str) -> str:
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…"
