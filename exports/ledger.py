"""Adding up a file while it is written: the sums of the very rows in it, not of those meant to be."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_NO_CURRENCY: Final = "-"
_KEYS_AT_ONCE: Final = 50_000

Sums = list[dict[str, Any]]
"""As in `Export.sums`: one entry per currency, in minor units."""


@dataclass(frozen=True, slots=True)
class MoneyColumns:
    """Money columns that have their currency in common; `sources` are their amounts in minor units."""

    currency: Any
    keys: tuple[str, ...]
    sources: tuple[Any, ...]


@dataclass
class Ledger:
    """The running sums of a file. Rows alike are only counted, so that most cost no arithmetic."""

    groups: Sequence[MoneyColumns]
    _counts: Counter[bytes] = field(default_factory=Counter)
    _sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def row_key(self, name_of: Callable[[Any], str]) -> str:
        """SQL of what stands before each row: its currencies and minor units in one word."""
        parts = [name_of(part) for group in self.groups for part in (group.currency, *group.sources)]
        texts = ", ".join(f"COALESCE({part}::text, '{_NO_CURRENCY}')" for part in parts)
        return f"concat_ws(' ', {texts})"

    def count(self, keys: Sequence[bytes]) -> None:
        """Take note of the rows that were written."""
        self._counts.update(keys)
        if len(self._counts) > _KEYS_AT_ONCE:
            self._add_up()

    def sums(self) -> Sums:
        """The sums of all rows so far, by currency."""
        self._add_up()
        return [self._sums[currency] for currency in sorted(self._sums)]

    def _add_up(self) -> None:
        for key, rows in self._counts.items():
            parts = iter(key.decode().split(" "))
            for position, group in enumerate(self.groups):
                entry = self._entry(next(parts))
                entry["rows"] += 0 if position else rows
                for column in group.keys:
                    amount = next(parts)
                    entry["sums"].setdefault(column, 0)
                    entry["sums"][column] += 0 if amount == _NO_CURRENCY else int(amount) * rows
        self._counts.clear()

    def _entry(self, currency: str) -> dict[str, Any]:
        known = "" if currency == _NO_CURRENCY else currency
        return self._sums.setdefault(known, {"currency": known, "rows": 0, "sums": {}})
