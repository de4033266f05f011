"""What an address holds: parameters with a value, names fit to be shown again, the list one came from."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse

_NAMES_SHOWN: Final = 3
_LONGEST_NAME: Final = 40
_NO_RECORD: Final = UUID(int=0)


def addresses_of(url_name: str) -> Callable[[Any], str]:
    """The address of a record by its public id; the route is looked up once for the fifty rows of a page."""
    before, after = reverse(url_name, args=[_NO_RECORD]).split(str(_NO_RECORD))
    return lambda public_id: f"{before}{public_id}{after}"


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


def as_left(request: HttpRequest, path: str) -> str:
    """The address of a list: as the reader left it for this page, by the page that the browser came from."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # "http://[" is no address at all
        return path
    is_the_list = before.netloc == request.get_host() and before.path == path
    return f"{path}?{before.query}" if is_the_list and before.query else path
