"""Work of the sales app that runs in the worker."""

from celery import shared_task
from django.db import connection

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.tasks import WorkspaceTask


@shared_task
def fold_all_daily_totals() -> None:
    """Ask for the book of days of each workspace to be folded, each in a task of its own."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        fold_daily_totals.delay(workspace_id=workspace_id)


@shared_task(base=WorkspaceTask)
def fold_daily_totals(workspace_id: int) -> int:
    """Fold the entries of each day and currency into one; the number of entries that were folded.

    May run twice, and beside writers: only entries that a run deletes are added up by it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_daily_totals()")
        (folded,) = cursor.fetchone()
    return int(folded)
