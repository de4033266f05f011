"""The exports' work for Celery: write one, and sweep."""

from celery import shared_task

from atomicpay.workspaces.tasks import WorkspaceTask

from . import run, sweep


# Acknowledged when it begins: the row says what is to be done again, and a worker whose queue restarts while
# it works cannot acknowledge afterwards: kombu has no channel any more, and the whole worker ends.
@shared_task(base=WorkspaceTask, enters_workspace=False, acks_late=False)
def write_export(*, workspace_id: int, export_id: int) -> None:
    """Write the file of an export. Harmless when it is written, canceled or in other hands already.

    It enters the workspace by itself: the reading is one snapshot, and the lease is renewed beside it.
    """
    run.run_export(workspace_id=workspace_id, export_id=export_id)


@shared_task(acks_late=False)
def sweep_exports() -> None:
    """Queue again what is stuck, delete what has expired. Of no workspace: it enters each with work."""
    sweep.sweep()
