"""After a person is out of the tables: their files are deleted, and what an export wrote meanwhile."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import structlog
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from atomicpay.workspaces.scope import enter
from exports.changes.keeping import forget_records
from exports.models import Export
from exports.states import ExportState

from . import files
from .erasing import start_again
from .marks import Marks
from .models import Erasure
from .queries import records_of
from .reach import public_ids_of

_LONGEST: Final = timedelta(minutes=5)
"""How long taking somebody out may last, and then some: what began later read the books without them."""

log = structlog.get_logger(__name__)


def settle(
    *,
    workspace_id: int,
    erasure_id: int,
    marks: Marks | None = None,
    records: Mapping[str, Iterable[bytes]] | None = None,
) -> bool:
    """Delete the files that an anonymised person is in; whether all are gone. May run again until they are.

    In the imprints of exports the fingerprints of their records are overwritten: `records` by table, or those
    that there still are.

    An export that began before the commit may have ended since: it is looked through or, where the values are
    not known any more, expired whatever it holds.
    """
    with enter(workspace_id):
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        if erasure.settled_at is not None:
            return True
        start_again(_meanwhile(ExportState.RUNNING, erasure))
        ended = _meanwhile(ExportState.READY, erasure).filter(finished_at__gte=erasure.at)
        erasure.files_left += files.expire_exports(ended.select_for_update(no_key=True).order_by("pk"), marks)
        erasure.save(update_fields=["files_left"])
        are_forgotten = _forget_fingerprints(erasure, records)
    return _delete_files(workspace_id, erasure_id, are_forgotten)


def settle_all() -> None:
    """Finish what was left unfinished, in every workspace with such work, each entered by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspace_id FROM erasures_due()")
        due = [workspace_id for (workspace_id,) in cursor.fetchall()]
    for workspace_id in due:
        try:
            with enter(workspace_id):
                unsettled = list(Erasure.objects.filter(settled_at=None).values_list("pk", flat=True))
            for erasure_id in unsettled:
                settle(workspace_id=workspace_id, erasure_id=erasure_id)
        except DatabaseError:
            log.warning("erasure_not_settled", workspace_id=workspace_id, exc_info=True)


def _meanwhile(state: ExportState, erasure: Erasure) -> QuerySet[Export]:
    """Exports that may have read the books as they were before."""
    return Export.objects.filter(state=state, started_at__lte=erasure.at + _LONGEST)


def _forget_fingerprints(erasure: Erasure, records: Mapping[str, Iterable[bytes]] | None) -> bool:
    """Whether no imprint has them any more."""
    try:
        forget_records(records or public_ids_of(records_of(erasure.customer_id)))
    except OSError:
        log.warning("fingerprints_not_forgotten", erasure_id=erasure.pk, exc_info=True)
        return False
    return True


def _delete_files(workspace_id: int, erasure_id: int, are_forgotten: bool) -> bool:
    with enter(workspace_id):
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        left = [name for name in erasure.files_left if not _is_deleted(name)]
        erasure.files_left = left
        is_settled = are_forgotten and not left
        erasure.settled_at = Now() if is_settled else None
        erasure.save(update_fields=["files_left", "settled_at"])
    return is_settled


def _is_deleted(name: str) -> bool:
    try:
        files.delete(name)
    except OSError:
        log.warning("file_of_anonymised_not_deleted", file=name, exc_info=True)
        return False
    return True
