"""What keeps exports moving without anybody looking: queue again, give up, delete what has expired."""

from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from atomicpay.audit.services import record
from atomicpay.workspaces.scope import enter

from . import attempts, mails, turns
from .models import Export
from .states import ExportState

log = structlog.get_logger(__name__)


def sweep() -> None:
    """Put right what is due in every workspace, each entered by itself.

    One whose rows or files cannot be changed just now does not keep the others waiting.
    """
    for workspace_id in workspaces_with_work():
        try:
            sweep_workspace(workspace_id)
        except DatabaseError:
            log.warning("export_sweep_failed", workspace_id=workspace_id, exc_info=True)


def workspaces_with_work() -> list[int]:
    """The ids of the workspaces in which an export is due for something.

    A function of the owner's finds them and tells nothing but the ids: the runtime role sees one workspace at
    a time, and entering each of ten thousand every half minute to find nothing would be work for nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id FROM exports_due(make_interval(secs => %s))",
            [settings.EXPORT_UNHEARD_AFTER.total_seconds()],
        )
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def sweep_workspace(workspace_id: int) -> None:
    """Put right what is due in one workspace: who waits is told of first, and nothing can undo that.

    Then each export by itself: one that cannot be put right now keeps no other waiting.
    """
    with enter(workspace_id):
        turns.announce_unheard()
    for due, put_right in _ACTS:
        with enter(workspace_id):
            ids = list(due().values_list("pk", flat=True))
        for export_id in ids:
            try:
                put_right(workspace_id, export_id)
            except (DatabaseError, OSError, ValueError):
                # ValueError: a mail that no server would take, whatever its address holds.
                log.warning(
                    "export_sweep_failed", workspace_id=workspace_id, export_id=export_id, exc_info=True
                )


def _give_up(workspace_id: int, export_id: int) -> None:
    with enter(workspace_id):
        attempts.give_up(export_id)


def _expire(workspace_id: int, export_id: int) -> None:
    with enter(workspace_id):
        for export in Export.objects.past_keeping().filter(pk=export_id).select_for_update(no_key=True):
            Export.objects.filter(pk=export.pk).update(state=ExportState.EXPIRED, has_leftovers=True)
            record("export.expired", acting_member=None, target=export)


def _delete_files(workspace_id: int, export_id: int) -> None:
    with enter(workspace_id):
        export = Export.objects.get(pk=export_id)
    attempts.delete_files(export)


_ACTS: Final[tuple[tuple[Callable[[], QuerySet[Export]], Callable[[int, int], None]], ...]] = (
    (Export.objects.given_up, _give_up),
    (Export.objects.past_keeping, _expire),
    # Once those before are committed: what is deleted is gone whatever becomes of a transaction.
    (Export.objects.with_leftovers, _delete_files),
    (Export.objects.to_be_told, mails.tell),
)
"""What is due, and what is done about each."""
