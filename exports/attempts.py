"""An attempt at writing an export: claiming it, its sign of life, and how it ends. Every write is fenced.

A worker holds an export by the number of its attempt. Whoever finds that number changed, or the export
canceled, has lost it: it throws its work away, and can overwrite nothing.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now

from atomicpay.audit.services import record
from atomicpay.workspaces.scope import enter

from . import outcomes, storage, turns
from .changes.results import Compared
from .errors import AttemptLost
from .models import Export
from .states import ExportState, Failure, sources_of

_BEAT_SECONDS: Final = 1.0
_INTERRUPT_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker's hold on one export."""

    workspace_id: int
    export_id: int
    number: int

    def update(self, **fields: Any) -> None:
        """Change the export if this attempt still holds it; raises AttemptLost if not."""
        if not Export.objects.held_by(self.number).filter(pk=self.export_id).update(**fields):
            raise AttemptLost(self.export_id, self.number)


@dataclass(frozen=True, slots=True)
class Written:
    """What an attempt wrote: the figures of the receipt."""

    as_of: Any
    products: list[int] | None
    row_rights: list[str]
    rows: int
    sums: list[dict[str, Any]]
    sha256: str
    size: int
    compared: Compared | None = None


def claim(export_id: int) -> Export | None:
    """Start an attempt at an export of the active workspace; None if there is nothing to do.

    Nor if the workspace has as many in hand as it may: whoever ends one of them tells the queue of the next.
    """
    if not turns.has_room():
        return None
    claimed = (
        Export.objects.claimable()
        .filter(pk=export_id)
        .update(
            state=ExportState.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=Now() + settings.EXPORT_LEASE,
            heartbeat_at=Now(),
            started_at=Now(),
            rows_done=0,
            rows_expected=None,
        )
    )
    return Export.objects.select_related("requested_by").get(pk=export_id) if claimed else None


class Heartbeat(threading.Thread):
    """Renews the lease and writes the progress, beside the snapshot that the export itself is read from.

    It works on a connection of its own, because what a snapshot writes is seen by nobody until it ends. When
    the attempt is lost it breaks off the running query, so that a cancellation is obeyed at once.
    """

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(name=f"export-{attempt.export_id}", daemon=True)
        self.attempt = attempt
        self.rows_done = 0
        self.rows_expected: int | None = None
        self.is_lost = False
        self._watched: psycopg.Connection[Any] | None = None
        self._over = threading.Event()

    def watch(self, reading: psycopg.Connection[Any]) -> None:
        """The connection to interrupt when the attempt is lost."""
        self._watched = reading

    def wrote(self, rows: int) -> None:
        """Told by the writer; raises AttemptLost, which ends the writing."""
        self.rows_done = rows
        if self.is_lost:
            raise AttemptLost(self.attempt.export_id, self.attempt.number)

    def run(self) -> None:
        try:
            while not self._over.wait(_BEAT_SECONDS):
                self._beat()
                if self.is_lost:
                    return
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            with enter(self.attempt.workspace_id):
                self.attempt.update(
                    lease_until=Now() + settings.EXPORT_LEASE,
                    heartbeat_at=Now(),
                    rows_done=self.rows_done,
                    rows_expected=self.rows_expected,
                )
        except AttemptLost:
            self.is_lost = True
            if self._watched is not None:
                self._watched.cancel_safe(timeout=_INTERRUPT_SECONDS)
        except DatabaseError:
            # A beat may be missed; the lease says how many.
            log.warning("export_beat_missed", export_id=self.attempt.export_id, exc_info=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self.join()


def finish(export: Export, written: Written) -> None:
    """Offer the file of this attempt; raises AttemptLost, and then the file must not be offered."""
    with enter(export.workspace_key):
        _attempt(export).update(
            state=ExportState.READY,
            finished_at=Now(),
            expires_at=Now() + settings.EXPORT_KEEP_FOR,
            lease_until=None,
            as_of=written.as_of,
            products=written.products,
            row_rights=written.row_rights,
            rows_done=written.rows,
            rows_expected=written.rows,
            rows_written=written.rows,
            sums=written.sums,
            sha256=written.sha256,
            size=written.size,
        )
        record("export.ready", acting_member=None, target=export, detail={"rows": written.rows})
        outcomes.is_ready(export, written.rows, written.compared)


def fail(export: Export, failure: Failure, detail: Mapping[str, Any] | None = None) -> None:
    """End an export for good; raises AttemptLost."""
    with enter(export.workspace_key):
        _attempt(export).update(
            state=ExportState.FAILED,
            failure=failure,
            failure_detail=dict(detail or {}),
            finished_at=Now(),
            lease_until=None,
            has_leftovers=True,
        )
        record_failure(export, failure)


def put_back(export: Export, failure: Failure) -> None:
    """Let it be tried again, or fail it after the last attempt; raises AttemptLost.

    The queue is not told: the sweeper does so in a minute, when what broke the attempt may be whole again.
    """
    if export.attempt >= export.tries:
        fail(export, failure)
        return
    with enter(export.workspace_key):
        _attempt(export).update(state=ExportState.QUEUED, queued_at=Now(), lease_until=None, rows_done=0)


def clean_up(export: Export) -> None:
    """Delete what this attempt and those before it left, but never a file that is offered."""
    with enter(export.workspace_key):
        current = Export.objects.get(pk=export.pk)
    place = place_of(export)
    if current.state == ExportState.READY:
        storage.remove_others(place, current.attempt)
    elif current.is_open:
        storage.remove_own(place, export.attempt)
    else:
        delete_files(current)


def give_up(export_id: int) -> None:
    """Fail an export whose last attempt was lost."""
    given_up = Export.objects.given_up().filter(pk=export_id, state__in=sources_of(ExportState.FAILED))
    for export in given_up.select_for_update(no_key=True):
        Export.objects.filter(pk=export.pk).update(
            state=ExportState.FAILED,
            failure=Failure.GIVEN_UP,
            finished_at=Now(),
            lease_until=None,
            has_leftovers=True,
        )
        record_failure(export, Failure.GIVEN_UP)


def delete_files(export: Export) -> None:
    """Delete all that lies there for an export that has ended; raises OSError, and the sweeper tries again.

    In no transaction: one file that cannot be deleted must undo nothing.
    """
    storage.remove_all(place_of(export))
    with enter(export.workspace_key):
        Export.objects.filter(pk=export.pk).update(has_leftovers=False)


def record_failure(export: Export, failure: Failure) -> None:
    """Write to the audit log that an export failed, and why; its schedule is told."""
    record(
        "export.failed",
        acting_member=None,
        target=export,
        detail={"failure": failure.value, "attempt": export.attempt},
    )
    outcomes.has_failed(export, failure)


def place_of(export: Export) -> storage.Place:
    """Where the files of an export lie."""
    return storage.Place(export.workspace_key, export.public_id)


def _attempt(export: Export) -> Attempt:
    return Attempt(export.workspace_key, export.pk, export.attempt)
