"""The rows of a file of messages, batch by batch: what can be recorded, what is wrong with the rest."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from django.utils.timezone import now

from sales.intake.faults import Problem
from sales.intake.reading import Record, Table
from sales.intake.reasons import Reason

from .drafts import BadDraft, Draft, read_draft
from .layout import MessageLayout

BATCH: Final = 500
_LONGEST_VALUE: Final = 200

# What a bad cell may be repeated of in the report: nothing that names a person or that anybody said.
_SHOWN: Final = frozenset(("channel", "direction", "sent_at", "provider"))


@dataclass(slots=True)
class Batch:
    """Some rows: messages with their lines, how many repeat an earlier row, what is wrong with the others.

    `whose` names for each message the column that says whose it is.
    """

    read: int = 0
    repeated: int = 0
    refused: int = 0
    lines: list[int] = field(default_factory=list)
    whose: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Count a row that cannot be recorded, and keep what is wrong with it."""
        self.refused += 1
        self.problems += problems


class RowReader:
    """Reads the rows of one file; times without a zone are of `zone`."""

    def __init__(self, table: Table, provider: str, zone: tzinfo) -> None:
        self.layout = MessageLayout(table.heading)
        self._table, self._provider, self._zone, self._now = table, provider, zone, now()
        self._seen: dict[tuple[str, str], int] = {}

    def batches(self) -> Iterator[Batch]:
        """All rows, so many at a time."""
        batch = Batch()
        with closing(self._table.rows()) as records:
            for record in records:
                self._add(batch, record)
                if batch.read == BATCH:
                    yield batch
                    batch = Batch()
        if batch.read:
            yield batch

    def _add(self, batch: Batch, record: Record) -> None:
        batch.read += 1
        line, cells = record
        if isinstance(cells, Reason):
            batch.refuse(Problem(line, "", "", cells))
            return
        width = self.layout.width
        if len(cells) < width or any(cells[width:]):
            batch.refuse(Problem(line, "", "", Reason.WRONG_CELLS))
            return
        values = self.layout.values(cells)
        # A row without an id of its own is known by the file and its line.
        values["external_id"] = values.get("external_id", "").strip() or f"{self._table.facts.sha256}:{line}"
        try:
            draft = read_draft(values, provider=self._provider, zone=self._zone, now=self._now)
        except BadDraft as error:
            batch.refuse(*(self._problem(line, values, *fault) for fault in error.faults))
            return
        self._add_once(batch, line, draft)

    def _add_once(self, batch: Batch, line: int, draft: Draft) -> None:
        """What a file says twice counts once; the second of two rows with one id that differ is refused."""
        key, content = (draft.provider, draft.external_id), hash(draft)
        if key not in self._seen:
            self._seen[key] = content
            batch.lines.append(line)
            batch.whose.append(self.layout.column(draft.whose.asked_by))
            batch.drafts.append(draft)
        elif self._seen[key] == content:
            batch.repeated += 1
        else:
            column = self.layout.column("external_id")
            batch.refuse(Problem(line, column, "", Reason.TWICE_IN_FILE))

    def _problem(self, line: int, values: dict[str, str], name: str, reason: Reason) -> Problem:
        value = values.get(name, "")[:_LONGEST_VALUE] if name in _SHOWN else ""
        return Problem(line, self.layout.column(name), value, reason)
