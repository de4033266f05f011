"""One piece of evidence about a pair."""

from dataclasses import dataclass

from .levels import NOT_FOR, Level


@dataclass(frozen=True, slots=True)
class Part:
    """A finding, its weight in bits, and the two values that it is about ("" where they do not matter)."""

    level: Level
    bits: float
    one: str = ""
    other: str = ""

    @property
    def is_for(self) -> bool:
        """Whether such a finding speaks for one person at all, however little."""
        return self.level not in NOT_FOR

    def times(self, share: float) -> "Part":
        """The same, counted in part."""
        return Part(self.level, self.bits * share, self.one, self.other)
