"""The life of an export: its states, the one table of legal changes, and why one can fail."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class ExportState(TextChoices):
    """Where an export stands. PostgreSQL holds the truth; a message in the queue is only a hint to look."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Writing")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", pgettext_lazy("export", "Canceled")
    EXPIRED = "expired", pgettext_lazy("export", "Expired")


TRANSITIONS: Final[dict[ExportState, frozenset[ExportState]]] = {
    # Failed without a run: whoever asked has lost the right meanwhile.
    ExportState.QUEUED: frozenset({ExportState.RUNNING, ExportState.CANCELED, ExportState.FAILED}),
    # Running again is a new attempt, after the lease of the last one ran out.
    ExportState.RUNNING: frozenset(
        {
            ExportState.RUNNING,
            ExportState.QUEUED,
            ExportState.READY,
            ExportState.FAILED,
            ExportState.CANCELED,
        }
    ),
    ExportState.READY: frozenset({ExportState.EXPIRED}),
    ExportState.FAILED: frozenset(),
    ExportState.CANCELED: frozenset(),
    ExportState.EXPIRED: frozenset(),
}


def sources_of(target: ExportState) -> tuple[ExportState, ...]:
    """The states that may become `target`: what an UPDATE that moves an export there names in its WHERE."""
    return tuple(source for source, targets in TRANSITIONS.items() if target in targets)


OPEN: Final = (ExportState.QUEUED, ExportState.RUNNING)
"""Those that something will still happen to by itself."""

WITHOUT_FILE: Final = (ExportState.FAILED, ExportState.CANCELED, ExportState.EXPIRED)
"""The ends that have no file to offer: what lies there is to be deleted."""

TOLD: Final = (ExportState.READY, ExportState.FAILED)
"""Those that who asked is told of by mail, if they want to be."""


class Failure(TextChoices):
    """Why an export failed; the label is what the person who asked for it reads."""

    NO_RIGHT = "no_right", _("The member who asked for it may no longer export this.")
    NOT_UNDERSTOOD = (
        "not_understood",
        _("The list it was asked from has changed and no longer knows a filter."),
    )
    ROWS_DIFFER = "rows_differ", _("The file did not hold the rows or sums that the books hold.")
    NOT_IN_WORKBOOK = (
        "not_in_workbook",
        _("A workbook cannot hold so many rows, or so long a text. A CSV file can."),
    )
    TOO_MANY_ROWS = "too_many_rows", _("It has more rows than a file may have.")
    TOO_MANY = "too_many", _("Whoever asked for it has asked for as many exports as one may in a day.")
    NO_ROOM = "no_room", _("The file could not be stored.")
    TOO_LONG = "too_long", _("It took longer than an export may.")
    DATABASE = "database", _("The database broke off each attempt.")
    GIVEN_UP = "given_up", _("Its worker was lost on each attempt.")
