"""What keeps exports moving without anybody looking: queue again, give up, delete what has expired."""

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from atomicpay.audit.services import record
from atomicpay.workspaces.scope import enter

from . import attempts, mails, storage, turns
from .models import Export
from .states import ExportState

log = structlog.get_logger(__name__)


def sweep() -> None:
    """Put right what is due in every workspace, each entered by itself.

    One whose rows or files cannot be changed just now does not keep the others waiting.
    """
    for workspace_id in workspaces_with_work():
        try:
            with enter(workspace_id):
                sweep_workspace()
                untold = list(Export.objects.to_be_told().values_list("pk", flat=True))
            for export_id in untold:
                mails.tell(workspace_id, export_id)
        except (DatabaseError, OSError):
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


def sweep_workspace() -> None:
    """Put right what is due in the active workspace."""
    for export in Export.objects.given_up():
        attempts.give_up(export.pk)
    turns.announce_unheard()
    for export in Export.objects.past_keeping().select_for_update(no_key=True):
        Export.objects.filter(pk=export.pk).update(state=ExportState.EXPIRED)
        record("export.expired", acting_member=None, target=export)
        storage.remove_all(attempts.place_of(export))
