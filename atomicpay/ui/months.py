"""Whole months of the workspace, as an address names them and as a condition needs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from django.utils.translation import gettext

from atomicpay.ui.moments import month_words

_MONTH: Final = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Months:
    """From the first day of one month to the last of another."""

    first: date
    last: date

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Months | None":
        """The months that an address names, None where it names none; raises ValueError for what is none."""
        if not ("from" in query or "to" in query):
            return None
        first, last = _month(query.get("from", "")), _month(query.get("to", ""))
        if last < first:
            raise ValueError("the last month is before the first")
        return cls(first, last)

    @property
    def query(self) -> str:
        """As they stand in an address."""
        return f"from={self.first:%Y-%m}&to={self.last:%Y-%m}"

    @property
    def words(self) -> str:
        """As they are said: "Sep 2026", "Jul 2026 to Sep 2026"."""
        first, last = month_words(self.first), month_words(self.last)
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
