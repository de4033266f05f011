"""What follows when an export has ended, in the same transaction: imprint, alert, schedule."""

from .changes import keeping
from .changes.results import Compared
from .history import services as history
from .models import Export
from .schedules import outcomes as schedules
from .states import Failure


def is_ready(export: Export, rows: int, compared: Compared | None) -> None:
    """The file of an export is offered from now on."""
    comparison = keeping.keep(export, rows, compared) if compared else None
    history.watch(export, rows)
    schedules.succeeded(export, comparison)


def has_failed(export: Export, failure: Failure) -> None:
    """There will be no file."""
    schedules.failed(export, failure)
