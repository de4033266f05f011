"""A day as people type it: "2026-03-02", "02/03/2026", "2 mar 2026", "2 de março de 2026"."""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from typing import Final

from babel import Locale
from django.conf import settings

_NUMBERS: Final = re.compile(
    r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})([-/.])(?P<second>\d{1,2})\6(?P<late_year>\d{4}|\d{2})",
    re.ASCII,
)
_DAY_FIRST: Final = re.compile(
    r"(?P<day>\d{1,2})(?:º|°|st|nd|rd|th)?[ -]?(?:de |of )?"
    r"(?P<month>[^\W\d_]+)\.?,?[ -]?(?:de )?(?P<year>\d{4})",
    re.IGNORECASE,
)
_MONTH_FIRST: Final = re.compile(
    r"(?P<month>[^\W\d_]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})", re.IGNORECASE
)
_CENTURY: Final = 2000
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999


def read_day(text: str) -> date | None:
    """The day, or None for what is none. The day stands before the month unless only the other can be."""
    if numbers := _NUMBERS.fullmatch(text):
        if numbers["year"]:
            return _day(numbers["year"], numbers["month"], numbers["day"])
        year, first, second = numbers["late_year"], numbers["first"], numbers["second"]
        return _day(year, second, first) or _day(year, first, second)
    words = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    month = _months().get(_plain(words["month"])) if words else None
    return _day(words["year"], str(month), words["day"]) if words and month else None


def next_day(day: date) -> date:
    """The day after: where a range that holds the whole day ends."""
    return day + timedelta(days=1)


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year) if len(year) > 2 else _CENTURY + int(year)
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Every name and abbreviation of a month in the product's languages."""
    return {
        _plain(name): number
        for spoken, _name in settings.LANGUAGES
        for width in ("abbreviated", "wide")
        for number, name in Locale.parse(spoken, sep="-").months["format"][width].items()
    }


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold().rstrip("."))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
