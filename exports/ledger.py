"""Adding up a file while it is written: the sums of the very rows in it, not of those meant to be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.abc import Buffer

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
    """The running sums of a file."""

    groups: Sequence[MoneyColumns]
    _sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def key(self, name_of: Callable[[Any], str]) -> list[str]:
        """What is selected before the cells of each row: currencies, which hold no separator, and amounts."""
        return [name_of(part) for group in self.groups for part in (group.currency, *group.sources)]

    def take(self, lines: Iterable[Buffer], separator: bytes = b",") -> bytes:
        """Add rows up; returns them without what stands before their cells, as they are to be written."""
        width = sum(1 + len(group.keys) for group in self.groups)
        rows = [bytes(line).split(separator, width) for line in lines]
        position = 0
        for group in self.groups:
            self._add(group, rows, position)
            position += 1 + len(group.keys)
        return b"".join([row[width] for row in rows])

    def sums(self) -> Sums:
        """The sums of all rows so far, by currency."""
        return [self._sums[currency] for currency in sorted(self._sums)]

    def _add(self, group: MoneyColumns, rows: list[list[bytes]], position: int) -> None:
        by_currency: dict[bytes, list[list[bytes]]] = {}
        for row in rows:
            by_currency.setdefault(row[position], []).append(row)
        for currency, found in by_currency.items():
            entry = self._entry(currency.decode().strip('"'))
            entry["rows"] += 0 if position else len(found)
            # The first column of the group is the currency.
            columns = list(zip(*found, strict=True))[position + 1 :]
            for key, amounts in zip(group.keys, columns, strict=False):
                entry["sums"][key] = entry["sums"].get(key, 0) + sum(map(int, filter(None, amounts)))

    def _entry(self, currency: str) -> dict[str, Any]:
        return self._sums.setdefault(currency, {"currency": currency, "rows": 0, "sums": {}})
