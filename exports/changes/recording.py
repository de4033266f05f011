"""What the writer hands the rows to: an imprint is taken of them on their way, or some of them are picked."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import F
from psycopg.abc import Buffer

from ..ledger import Ledger, MoneyColumns
from .imprints import ImprintWriter, key_of


class Recorder(Ledger):
    """The ledger of a file that takes the imprint of its rows as well."""

    def __init__(
        self, groups: Sequence[MoneyColumns], row_key: Sequence[str], imprint: ImprintWriter
    ) -> None:
        super().__init__(groups)
        self._row_key, self._imprint = tuple(row_key), imprint

    def key(self, name_of: Callable[[Any], str]) -> list[str]:
        return [*(name_of(F(name)) for name in self._row_key), *super().key(name_of)]

    def take(self, lines: Iterable[Buffer], separator: bytes = b",") -> bytes:
        width = len(self._row_key)
        rows = [bytes(line).split(separator, width) for line in lines]
        self._imprint.add(rows)
        return super().take([row[width] for row in rows], separator)


class Picker(Ledger):
    """Lets only the rows of certain keys through, and counts them by the reason in their second cell."""

    def __init__(self, row_key: Sequence[str], wanted: set[bytes]) -> None:
        super().__init__(())
        self._row_key, self._wanted = tuple(row_key), wanted
        self.reasons: Counter[str] = Counter()

    def key(self, name_of: Callable[[Any], str]) -> list[str]:
        return [name_of(F(name)) for name in self._row_key]

    def take(self, lines: Iterable[Buffer], separator: bytes = b",") -> bytes:
        width = len(self._row_key)
        picked = []
        for line in lines:
            *key, cells = bytes(line).split(separator, width)
            if key_of(key[0], key[1] if width > 1 else b"") in self._wanted:
                picked.append(cells)
                self.reasons[cells.split(b",", 2)[1].decode()] += 1
        return b"".join(picked)
