"""Work of the sales app that runs in the worker."""

from celery import shared_task
from django.db import connection

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.tasks import WorkspaceTask


@shared_task
def fold_all_daily_totals() -> None:
    """Ask for the books of each workspace, of its days and of its kinds of sales, to be folded."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        fold_daily_totals.delay(workspace_id=workspace_id)
        fold_sale_tally.delay(workspace_id=workspace_id)


@shared_task(base=WorkspaceTask)
def fold_daily_totals(workspace_id: int) -> int:
    """Fold the entries of each day and currency into one; the number of entries that were folded.

    May run twice, and beside writers: only entries that a run deletes are added up by it.
    """
    return _folded("SELECT fold_daily_totals()")


@shared_task(base=WorkspaceTask)
def fold_sale_tally(workspace_id: int) -> int:
    """Fold the entries of each kind of sales into one, in the same way."""
    return _folded("SELECT fold_sale_tally()")


def _folded(call: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(call)
        (folded,) = cursor.fetchone()
    return int(folded)
