"""What a member fills in to merge and to undo."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .choosing import FIELDS
from .conflicts import BACK, STAY, Conflict, NewRow

LONGEST_REASON = 500


class MergeForm(forms.Form):
    """Why they are one person; where their documents say otherwise, that this is known."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("It stands in the log of merges and in the audit log. Name no numbers."),
    )
    force = forms.BooleanField(
        label=_("Merge in spite of different CPFs"),
        required=False,
        help_text=_("One of the numbers is wrong, and the reason says which record has it."),
    )

    def __init__(self, data: Any = None, *, cpfs_differ: bool) -> None:
        super().__init__(data)
        if not cpfs_differ:
            del self.fields["force"]


class UndoForm(forms.Form):
    """Why it is undone."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


def read_choices(data: Any, records: Sequence[Customer]) -> dict[str, int]:
    """The record chosen for each field, by the id that its button carries; anything else is left out."""
    ids = {str(each.public_id): each.pk for each in records}
    return {name: ids[data[f"field-{name}"]] for name in FIELDS if data.get(f"field-{name}") in ids}


def read_decisions(data: Any, conflicts: Iterable[Conflict]) -> dict[str, str]:
    """What was decided for each conflict. One answer may have been given for all rows of a kind."""
    decided = {}
    for conflict in conflicts:
        answer = data.get(f"row-{conflict.key}") or data.get(f"all-{conflict.relation}")
        if answer in (STAY, BACK):
            decided[conflict.key] = answer
    return decided


def read_taken(data: Any, new_rows: Iterable[NewRow], records: Sequence[Customer]) -> dict[str, int]:
    """For each new row that goes along, the record it goes to, of those that can take it."""
    ids = {str(each.public_id): each.pk for each in records}
    taken = ((row, ids.get(data.get(f"new-{row.key}"))) for row in new_rows)
    return {row.key: customer for row, customer in taken if customer and customer not in row.have_another}
