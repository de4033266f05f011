"""What was found when an export was compared with the one before it; nothing is stored here."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Change(StrEnum):
    """What became of a row since the export before."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Differences:
    """The keys that differ in one bucket of two imprints, in order, and how many do not."""

    keys: dict[Change, list[bytes]]
    same: int


@dataclass(slots=True)
class Found:
    """The differences of two exports, counted by reason, and the file that lists them."""

    previous_id: int
    reasons: dict[Change, Counter[str]] = field(
        default_factory=lambda: {change: Counter() for change in Change}
    )
    same: int = 0
    sha256: str = ""
    size: int = 0

    def number(self, change: Change) -> int:
        """How many rows became this."""
        return self.reasons[change].total()


@dataclass(frozen=True, slots=True)
class Compared:
    """That an imprint of an export was taken, and what was found where there was one to compare it with."""

    found: Found | None
