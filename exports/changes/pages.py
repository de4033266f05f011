"""What the receipt shows of the changes since the export before."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise, cached_property

from ..models import Comparison, Export
from ..states import ExportState
from .results import Change
from .words import CHANGES, REASONS


class ChangeLine(NamedTuple):
    """How many rows became one thing, and of what reasons: (words, number), the most first."""

    label: str | Promise
    rows: int
    reasons: list[tuple[str | Promise, int]]


@dataclass
class ChangesPart:
    """The part of a receipt about changes. Only who may have the file is shown it."""

    export: Export

    @cached_property
    def comparison(self) -> Comparison | None:
        return Comparison.objects.select_related("previous").filter(export=self.export).first()

    @property
    def lines(self) -> list[ChangeLine]:
        return [self._line(change) for change in Change] if self.comparison else []

    @property
    def has_file(self) -> bool:
        """Whether the rows that differ can be downloaded."""
        is_ready = self.export.state == ExportState.READY
        return bool(is_ready and self.comparison and self.comparison.total)

    def _line(self, change: Change) -> ChangeLine:
        counted = self.comparison.reasons.get(change.value, {}) if self.comparison else {}
        in_order = sorted(counted.items(), key=lambda reason: (-reason[1], reason[0]))
        rows = getattr(self.comparison, change.value)
        return ChangeLine(CHANGES[change], rows, [(REASONS.get(code, code), n) for code, n in in_order])


def receipt_of_changes(export: Export) -> dict[str, object] | None:
    """The same as data, for receipt.json; None where nothing was compared."""
    comparison = ChangesPart(export).comparison
    if comparison is None:
        return None
    return {
        "since": {"reference": comparison.previous.reference, "sha256": comparison.previous.sha256},
        **{change.value: getattr(comparison, change.value) for change in Change},
        "same": comparison.same,
        "reasons": comparison.reasons,
        "file": {"bytes": comparison.size, "sha256": comparison.sha256},
    }
