"""Telling a worker that an export waits. Only a hint: one that is lost costs a minute, never an export."""

from typing import Final

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

_TASK: Final = "exports.tasks.write_export"
_PATIENCE_SECONDS: Final = 1

log = structlog.get_logger(__name__)


def announce(workspace_id: int, export_id: int) -> None:
    """Tell the queue of an export once the transaction is committed.

    A queue that does not answer holds nobody up for longer than about a second: the row is what counts, and
    the sweeper tells the queue of it again.
    """
    transaction.on_commit(lambda: _publish(workspace_id, export_id))


def _publish(workspace_id: int, export_id: int) -> None:
    try:
        with current_app.connection_for_write(
            connect_timeout=_PATIENCE_SECONDS,
            transport_options={
                **current_app.conf.broker_transport_options,
                "socket_connect_timeout": _PATIENCE_SECONDS,
                "socket_timeout": _PATIENCE_SECONDS,
                "max_retries": 0,
            },
        ) as connection:
            current_app.send_task(
                _TASK,
                kwargs={"workspace_id": workspace_id, "export_id": export_id},
                connection=connection,
                # By then the sweeper has told the queue again, so hints cannot pile up.
                expires=settings.EXPORT_UNHEARD_AFTER.total_seconds(),
                retry=False,
            )
    except OperationalError as error:
        log.warning("export_not_announced", export_id=export_id, reason=str(error))
