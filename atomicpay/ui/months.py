"""Whole months of the workspace, as an address names them and as a condition needs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from django.utils.translation import gettext

from atomicpay.ui.moments import month_words
from atomicpay.ui.money import active_language

_MONTH: Final = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Months:
    """From the first day of one month to the last of another."""

    first: date
    last: date

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Months | None":
        """The months that an address names, None where it names none; raises ValueError for what is none."""
        if not {"month", "from", "to"}.intersection(query):
            return None
        one = query.get("month", "")
        first, last = _month(one or query.get("from", "")), _month(one or query.get("to", ""))
        if last < first:
            raise ValueError("the last month is before the first")
        return cls(first, last)

    @property
    def query(self) -> str:
        """As they stand in an address."""
        if self.first == self.last:
            return f"month={self.first:%Y-%m}"
        return f"from={self.first:%Y-%m}&to={self.last:%Y-%m}"

    @property
    def words(self) -> str:
        """As they are said: "Sep 2026", "Jul 2026 to Sep 2026"."""
        return self.words_in(active_language())

    def words_in(self, language: str) -> str:
        """The same in a language, for who says many."""
        first, last = month_words(self.first, language), month_words(self.last, language)
        return first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Their first moment, and the first one after them."""
        return _midnight(self.first, zone), _midnight(month_after(self.last), zone)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month(text: str) -> date:
    match = _MONTH.fullmatch(text)
    if match is None:
        raise ValueError("not a month")
    return date(int(match[1]), int(match[2]), 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
