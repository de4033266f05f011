"""Reasons and choices in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from . import errors
from .services import MOST

FIELDS: Final[dict[str, str | Promise]] = {
    "name": _("Name"),
    "email": _("Main email"),
    "phone": _("Main phone"),
    "document": _("Main document"),
    "address": _("Address"),
    "country": _("Country"),
    "locale": _("Language"),
}

_REASONS: Final[dict[type[Exception], str | Promise]] = {
    errors.NothingToMerge: _("Choose two to twenty different records."),
    errors.NotFoundHere: _("One of the records is not in this workspace."),
    errors.AlreadyMerged: _("One of the records is part of another already. Nothing was done again."),
    errors.ReasonMissing: _("Say why they are one person."),
    errors.BadChoice: _("Choose for each field one of the values that are shown."),
    errors.DocumentsDiffer: _(
        "Their valid CPFs differ: they are two people by law. If one of the numbers is wrong, tick the box"
        " and say so in the reason."
    ),
    errors.SurvivorIsAnonymised: _(
        "Who was anonymised cannot take in somebody who is known. Let another record survive."
    ),
    errors.StillAsked: _("One of the records is part of something that must come to its end first."),
    errors.SpendWouldChange: _("What they spent would not add up to the same. Nothing was done."),
    errors.AlreadyUndone: _("This merge was undone already. Nothing was done again."),
    errors.LaterMergeFirst: _("A later merge stands on this one. Undo that one first."),
    errors.ErasedSince: _("The person was anonymised since. What the merge remembered of them is gone."),
    errors.ConflictsOpen: _("Decide for each row that has changed since."),
}


def words_for(error: Exception) -> str:
    """Why something cannot be done."""
    return str(_REASONS.get(type(error), gettext("It cannot be done.")))


def too_many_words() -> str:
    """Why so many records are not even looked at together."""
    words = gettext("Choose at most %(most)d records: more at once nobody can look through.")
    return words % {"most": MOST}
