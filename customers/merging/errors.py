"""Why customers cannot be merged, or a merge not be undone: one class each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from .conflicts import Conflict


class CannotMerge(Exception):
    """These records cannot become one."""


class NothingToMerge(CannotMerge):
    """Fewer than two records, one of them twice, or more at once than anybody can look through."""


class NotFoundHere(CannotMerge):
    """One of the records is not in the active workspace."""


class AlreadyMerged(CannotMerge):
    """One of the records lives on in another already."""

    def __init__(self, public_id: UUID, into: UUID | None = None) -> None:
        super().__init__(f"{public_id} is part of another record already.")
        self.public_id, self.into = public_id, into


class ReasonMissing(CannotMerge):
    """Nobody could say afterwards why it was done."""


class BadChoice(CannotMerge):
    """A choice names no field, or a record that is none of those to be merged."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Nothing can be chosen so for {field}.")
        self.field = field


class DocumentsDiffer(CannotMerge):
    """Each has a valid CPF, and they have none in common: two people, unless somebody says why not."""


class SurvivorIsAnonymised(CannotMerge):
    """Who was taken out of the books gets no name or contact again; another record must survive."""


class StillAsked(CannotMerge):
    """A record is part of something that must come to its end first."""

    def __init__(self, relation: str) -> None:
        super().__init__(f"There are rows of {relation}.")
        self.relation = relation


class SpendWouldChange(CannotMerge):
    """What they spent would not be the same after as before. Nothing was done."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        super().__init__(f"Spend before: {before}, after: {after}.")
        self.before, self.after = before, after


class UndecidedRelation(Exception):
    """A key to customers of which nobody has said what a merge does with it."""

    def __init__(self, relations: Sequence[str]) -> None:
        super().__init__(f"Decide in customers/merging/decisions.py: {', '.join(relations)}.")
        self.relations = relations


class CannotUndo(Exception):
    """This merge cannot be taken back."""


class AlreadyUndone(CannotUndo):
    """It was taken back before."""


class LaterMergeFirst(CannotUndo):
    """One of the records was merged again since; that merge is to be undone first."""

    def __init__(self, public_id: UUID) -> None:
        super().__init__(f"{public_id} stands on it.")
        self.public_id = public_id


class ErasedSince(CannotUndo):
    """The person was anonymised since; what the merge remembered of them is gone."""


class ConflictsOpen(CannotUndo):
    """Something has changed since the merge, and nobody has said what is to become of it."""

    def __init__(self, conflicts: "Sequence[Conflict]") -> None:
        super().__init__(f"{len(conflicts)} to decide.")
        self.conflicts = conflicts
