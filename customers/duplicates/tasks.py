"""Scans in the worker."""

from celery import shared_task

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.tasks import WorkspaceTask

from .scanning import look_at_changed, look_at_everybody


class ScanTask(WorkspaceTask):
    """Enters its workspace once for each batch, by itself."""

    abstract = True
    enters_workspace = False


@shared_task
def look_for_changed_duplicates() -> None:
    """Ask for each workspace to be looked at where something has changed."""
    for workspace_id in _workspaces():
        find_changed_duplicates.delay(workspace_id=workspace_id)


@shared_task
def look_for_all_duplicates() -> None:
    """Ask for each workspace to be scanned whole."""
    for workspace_id in _workspaces():
        find_all_duplicates.delay(workspace_id=workspace_id)


def look_soon(workspace_id: int) -> None:
    """Ask for a workspace to be looked at where something has changed, without waiting for the clock."""
    find_changed_duplicates.delay(workspace_id=workspace_id)


@shared_task(base=ScanTask)
def find_changed_duplicates(workspace_id: int) -> int:
    """Look at the customers who have changed. May run twice, and beside another."""
    return look_at_changed(workspace_id)


@shared_task(base=ScanTask)
def find_all_duplicates(workspace_id: int) -> int:
    """Look at every customer. May run twice; one that was broken off goes on where it was."""
    return look_at_everybody(workspace_id)


def _workspaces() -> list[int]:
    open_ones = Workspace.objects.filter(status=Workspace.Status.ACTIVE).order_by("pk")
    return list(open_ones.values_list("pk", flat=True))
