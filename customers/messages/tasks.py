"""Imports of messages in the worker."""

from celery import Task, shared_task

from sales.intake.errors import AnotherImportIsRunning, NothingToRun
from sales.intake.importing import run_import
from sales.intake.tasks import PATIENCE, WAIT, ImportTask

from .importing import import_messages_of


@shared_task(base=ImportTask, bind=True, max_retries=PATIENCE)
def import_messages(self: Task, workspace_id: int, run_id: int) -> None:
    """Import the stored file of a run. May run twice: what is done is not done again."""
    try:
        run_import(workspace_id=workspace_id, run_id=run_id, work=import_messages_of)
    except AnotherImportIsRunning as busy:
        raise self.retry(countdown=WAIT, exc=busy) from busy
    except NothingToRun:
        # Done by another delivery of the same message.
        return
