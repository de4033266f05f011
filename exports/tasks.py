"""The exports' work for Celery: write one, sweep, ask for what is scheduled, and mail."""

from typing import Any, Final

from celery import shared_task

from atomicpay.workspaces.tasks import WorkspaceTask

from . import letter_texts, run, sweep
from .changes import keeping
from .models import Export, Schedule
from .schedules import starting

_MAIL: Final[dict[str, Any]] = {
    "base": WorkspaceTask,
    "autoretry_for": (OSError,),
    "retry_backoff": 10,
    "retry_backoff_max": 600,
    "max_retries": 8,
}
"""OSError is whatever keeps mail from going."""

_BEAT_SECONDS: Final = 60
"""By then beat has looked again, so hints cannot pile up."""


# Acknowledged when it begins: the row says what is to be done again. A worker whose queue restarts while it
# works cannot acknowledge afterwards: kombu has no channel any more, and the whole worker ends.
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


@shared_task
def forget_old_imprints() -> None:
    """Delete what nothing will be compared with any more. Of no workspace: it enters each that has such."""
    keeping.forget_old()


@shared_task
def start_schedules() -> None:
    """Tell the queue of each schedule that is due. Of no workspace; two at once only tell it twice."""
    for workspace_id, schedule_id in starting.due_schedules():
        start_schedule.apply_async(
            kwargs={"workspace_id": workspace_id, "schedule_id": schedule_id}, expires=_BEAT_SECONDS
        )


@shared_task(base=WorkspaceTask, enters_workspace=False)
def start_schedule(*, workspace_id: int, schedule_id: int) -> None:
    """Ask for the file of a schedule. Harmless where it is not due any more, or in other hands.

    It enters the workspace by itself, as the owner of the schedule.
    """
    starting.start(workspace_id=workspace_id, schedule_id=schedule_id)


@shared_task(**_MAIL)
def mail_scheduled_file(*, workspace_id: int, export_id: int) -> None:
    """Mail the owner of a schedule the link to its file."""
    letter_texts.mail_scheduled_file(Export.objects.get(pk=export_id))


@shared_task(**_MAIL)
def mail_paused_schedule(*, workspace_id: int, schedule_id: int) -> None:
    """Mail that a schedule is paused; one that was resumed or deleted meanwhile is not told of."""
    for schedule in Schedule.objects.exclude(pause="").filter(pk=schedule_id):
        letter_texts.mail_paused_schedule(schedule)


@shared_task(**_MAIL)
def mail_large_export(*, workspace_id: int, export_id: int) -> None:
    """Mail those who oversee exports that one is larger than the workspace's limit."""
    letter_texts.mail_large_export(Export.objects.get(pk=export_id))
