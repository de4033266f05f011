"""Imports in the worker."""

from typing import Final

from celery import Task, shared_task

from atomicpay.workspaces.tasks import WorkspaceTask

from .afterwards import tell_that_an_import_ended
from .errors import AnotherImportIsRunning, NothingToRun
from .importing import run_import

WAIT: Final = 15
PATIENCE: Final = 240


class ImportTask(WorkspaceTask):
    """Enters its workspace once for each chunk, by itself."""

    abstract = True
    enters_workspace = False


@shared_task(base=ImportTask, bind=True, max_retries=PATIENCE)
def import_file(self: Task, workspace_id: int, run_id: int) -> None:
    """Import the stored file of a run. May run twice: what is done is not done again."""
    try:
        run_import(workspace_id=workspace_id, run_id=run_id)
    except AnotherImportIsRunning as busy:
        raise self.retry(countdown=WAIT, exc=busy) from busy
    except NothingToRun:
        # Done by another delivery of the same message.
        return
    tell_that_an_import_ended(workspace_id)
