"""The work of one import of messages: read the file, find the customers, record, report every bad row.

Each batch is a transaction of its own, so that progress is seen; what was recorded stays when a later batch
fails, and running again finds it unchanged. Nothing that anybody said is copied into the report.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db import IntegrityError
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils.timezone import now

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.intake.errors import CannotReadFile, FileProblem
from sales.intake.faults import Problem
from sales.intake.importing import OnProgress
from sales.intake.reading import FileFacts, Table, inspect, open_table
from sales.intake.staging import PROBLEMS_KEPT
from sales.models import ImportProblem, ImportRun, ImportState

from .layout import NAMES, MessageLayout
from .rows import Batch, RowReader
from .services import Recorded, record_drafts

LARGEST: Final = 20 * 1024**2
"""In bytes, uncompressed."""

_TRIES: Final = 3


def look_at(path: Path) -> FileFacts:
    """See whether a file can be read as messages at all; raises CannotReadFile."""
    facts = inspect(path)
    if facts.size > LARGEST:
        raise CannotReadFile(FileProblem.TOO_LARGE)
    MessageLayout(_table(path, facts).heading)
    return facts


def import_messages_of(
    cursor: CursorWrapper, workspace_id: int, run: ImportRun, path: Path, on_progress: OnProgress
) -> None:
    """Import the messages of a claimed run, and say on it how that ended; raises CannotReadFile."""
    facts = look_at(path)
    if run.sha256 and run.sha256 != facts.sha256:
        raise CannotReadFile(FileProblem.CHANGED)
    table = _table(path, facts)
    rows = sum(1 for _record in table.rows())
    if not rows:
        raise CannotReadFile(FileProblem.ONLY_HEADING)
    with enter(workspace_id):
        zone = Workspace.objects.only("timezone").get(pk=workspace_id).zone
        _update(run, sha256=facts.sha256, rows_total=rows)
    kept = 0
    for batch in RowReader(table, run.mapping["provider"], zone).batches():
        kept += _record_again_if_it_met_a_merge(workspace_id, run, batch, PROBLEMS_KEPT - kept)
        on_progress(batch.read, rows)
    with enter(workspace_id):
        _update(run, state=ImportState.DONE, finished_at=now())
    if run.is_stored:
        # An upload is kept no longer than it is needed: it holds what people said.
        run.stored_file.unlink(missing_ok=True)


def _table(path: Path, facts: FileFacts) -> Table:
    return open_table(path, facts, separator="", wanted=list(NAMES.values()))


def _record_again_if_it_met_a_merge(workspace_id: int, run: ImportRun, batch: Batch, most: int) -> int:
    """Record a batch and report its bad rows, at most so many; returns how many were reported."""
    for attempt in range(1, _TRIES + 1):
        try:
            with enter(workspace_id):
                return _record(run, batch, most)
        except IntegrityError:
            if attempt == _TRIES:
                raise
    raise AssertionError("the last try returns or raises")


def _record(run: ImportRun, batch: Batch, most: int) -> int:
    outcomes = record_drafts(batch.drafts)
    new = sum(outcome.is_new for outcome in outcomes)
    nobody = list(_refused(batch, outcomes))
    problems = sorted([*batch.problems, *nobody])[:most]
    ImportProblem.objects.bulk_create(
        ImportProblem(
            run=run, line=problem.line, column=problem.column, value=problem.value, reason=problem.reason
        )
        for problem in problems
    )
    _update(
        run,
        rows_read=F("rows_read") + batch.read,
        rows_done=F("rows_done") + batch.read,
        rows_new=F("rows_new") + new,
        rows_unchanged=F("rows_unchanged") + batch.repeated + len(outcomes) - new - len(nobody),
        rows_refused=F("rows_refused") + batch.refused + len(nobody),
    )
    return len(problems)


def _refused(batch: Batch, outcomes: list[Recorded]) -> Iterator[Problem]:
    """The rows of nobody, by the column that should have said whose they are."""
    for line, column, outcome in zip(batch.lines, batch.whose, outcomes, strict=True):
        if outcome.refusal is not None:
            yield Problem(line, column, "", outcome.refusal)


def _update(run: ImportRun, **changes: object) -> None:
    ImportRun.objects.filter(pk=run.pk).update(heartbeat_at=now(), **changes)
