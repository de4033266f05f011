"""Asking for the mails of exports once what they tell of is committed. What is sent to the queue is ids."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from .models import Export, Schedule

log = structlog.get_logger(__name__)


def tell_of_file(export: Export) -> None:
    """Mail the owner that the file of their schedule is there."""
    _send("exports.tasks.mail_scheduled_file", export.workspace_key, export_id=export.pk)


def tell_of_pause(schedule: Schedule) -> None:
    """Mail the owner, or who oversees exports where the owner is gone, that a schedule is paused."""
    _send("exports.tasks.mail_paused_schedule", schedule.workspace_key, schedule_id=schedule.pk)


def tell_of_large_export(export: Export) -> None:
    """Mail those who oversee exports that one is larger than the workspace's limit."""
    _send("exports.tasks.mail_large_export", export.workspace_key, export_id=export.pk)


def _send(task: str, workspace_id: int, **ids: int) -> None:
    def publish() -> None:
        try:
            current_app.send_task(task, kwargs={"workspace_id": workspace_id, **ids}, retry=False)
        except OperationalError as error:
            # What the mail would say stands on the page too; the work it tells of is done.
            log.warning("export_mail_not_asked_for", task=task, reason=str(error), **ids)

    transaction.on_commit(publish)
