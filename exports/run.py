"""Running an export: one attempt, from the claim to the receipt."""

from dataclasses import asdict
from datetime import datetime

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_scope, enter

from . import attempts, limits, mails, storage, turns
from .asked import Asked, Figures
from .attempts import Attempt, Heartbeat, Written
from .changes.comparing import compare, taking_imprint
from .dialects import format_of
from .errors import AttemptLost, CannotExport
from .models import Export
from .rights import rights_of_rows
from .states import Failure
from .workbook import sink_for
from .writer import write_csv

log = structlog.get_logger(__name__)


def run_export(*, workspace_id: int, export_id: int) -> None:
    """Write the file of an export, unless there is nothing to do: it is done, canceled or in other hands."""
    with enter(workspace_id):
        export = attempts.claim(export_id)
    if export is None:
        return
    try:
        _attempt(export)
    except AttemptLost:
        log.info("export_attempt_lost", export_id=export_id, attempt=export.attempt)
    try:
        attempts.clean_up(export)
    except OSError:
        # What is left behind is no file that is offered; it must not keep the next export waiting.
        log.warning("export_not_cleaned_up", export_id=export_id, exc_info=True)
    with enter(workspace_id):
        turns.announce_next()
    mails.tell(workspace_id, export_id)


def _attempt(export: Export) -> None:
    """Write and offer the file, or say why not; raises AttemptLost, also where that is what broke it off."""
    heartbeat = Heartbeat(Attempt(export.workspace_key, export.pk, export.attempt))
    try:
        with heartbeat:
            written = _write(export, heartbeat)
        attempts.finish(export, written)
    except CannotExport as error:
        attempts.fail(export, error.failure, error.detail)
    except SoftTimeLimitExceeded:
        attempts.fail(export, Failure.TOO_LONG)
    except OSError as error:
        log.warning("export_not_stored", export_id=export.pk, exc_info=True)
        attempts.fail(export, Failure.NO_ROOM, {"errno": error.errno})
    except DatabaseError as error:
        if heartbeat.is_lost:
            raise AttemptLost(export.pk, export.attempt) from error
        log.warning("export_broken_off", export_id=export.pk, exc_info=True)
        attempts.put_back(export, Failure.DATABASE)


def _write(export: Export, heartbeat: Heartbeat) -> Written:
    """Read one snapshot with the rights the asker has now, into a file that is whole or not there."""
    try:
        with enter_as(export.workspace_key, export.requested_by_id, snapshot=True) as member:
            heartbeat.watch(connection.connection)
            return _write_as(member, export, heartbeat)
    except Membership.DoesNotExist as error:
        raise CannotExport(Failure.NO_RIGHT) from error


def _write_as(member: Membership, export: Export, heartbeat: Heartbeat) -> Written:
    # The zone is the one that was shown when it was asked for.
    member.workspace.timezone = export.timezone
    asked = Asked.read(
        export.page, export.query, export.columns, member, export.requested_at, export_id=export.pk
    )
    as_of = _snapshot_time()
    expected = asked.figures()
    limits.assert_not_too_long(expected.rows)
    heartbeat.rows_expected = expected.rows
    asked = asked.sized(expected.rows)
    place = attempts.place_of(export)
    format_ = format_of(export.dialect)
    columns = asked.file_columns(format_)
    with (
        storage.writing(place, export.attempt) as file,
        taking_imprint(export, asked) as ledger,
        sink_for(format_, file, columns) as sink,
    ):
        rows = write_csv(
            asked.queryset(),
            columns,
            sink,
            zone=export.timezone,
            separator=format_.separator,
            mark=format_.mark,
            ledger=ledger,
            on_rows=heartbeat.wrote,
        )
        _assert_equal(expected, Figures(rows, ledger.sums()))
    compared = compare(export, asked, place, on_step=lambda: heartbeat.wrote(rows))
    products = active_scope().products
    return Written(
        as_of=as_of,
        products=None if products is None else list(products),
        row_rights=rights_of_rows(asked.state),
        rows=rows,
        sums=expected.sums,
        sha256=file.sha256,
        size=file.size,
        compared=compared,
    )


def _assert_equal(expected: Figures, written: Figures) -> None:
    """Raise CannotExport unless the file holds what the books hold."""
    if written != expected:
        detail = {"expected": asdict(expected), "written": asdict(written)}
        raise CannotExport(Failure.ROWS_DIFFER, detail)


def _snapshot_time() -> datetime:
    """When the snapshot was taken, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        (moment,) = cursor.fetchone()
    return moment
