"""Work of the room that runs in the worker."""

from celery import shared_task

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.tasks import WorkspaceTask

from .sweep import check_changed, check_everybody


class RoundTask(WorkspaceTask):
    """Enters its workspace once for each batch, by itself."""

    abstract = True
    enters_workspace = False


@shared_task
def check_all_changed() -> None:
    """Ask for each workspace to be checked where something has changed."""
    for workspace_id in _workspaces():
        check_changed_customers.delay(workspace_id=workspace_id)


@shared_task
def check_all() -> None:
    """Ask for each workspace to be checked whole."""
    for workspace_id in _workspaces():
        check_every_customer.delay(workspace_id=workspace_id)


def check_soon(workspace_id: int) -> None:
    """Ask for a workspace to be checked where something has changed, without waiting for the clock."""
    check_changed_customers.delay(workspace_id=workspace_id)


@shared_task(base=RoundTask)
def check_changed_customers(workspace_id: int) -> int:
    """Check the customers of whom something has changed. May run twice, and beside another."""
    return check_changed(workspace_id)


@shared_task(base=RoundTask)
def check_every_customer(workspace_id: int) -> int:
    """Check every customer. May run twice; one that was broken off goes on where it was."""
    return check_everybody(workspace_id)


def _workspaces() -> list[int]:
    open_ones = Workspace.objects.filter(status=Workspace.Status.ACTIVE).order_by("pk")
    return list(open_ones.values_list("pk", flat=True))
