"""The work of one import, from the file to the books: read, match, write chunk by chunk, report.

Without `is_all_or_nothing` each chunk is a transaction of its own, so that customers are locked for seconds
and progress is seen; what was written stays when a later chunk fails, and running again finds it unchanged.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.db import IntegrityError, OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils.timezone import now

from atomicpay.workspaces.scope import enter

from ..models import ImportProblem, ImportRun, ImportState
from .erased import leave_anonymised_alone
from .errors import (
    AnotherImportIsRunning,
    CannotReadFile,
    CannotReadMapping,
    FileProblem,
    NothingToRun,
)
from .lanes import is_worth_lanes, write_side_by_side
from .mapping import Mapping
from .mapping_file import read_mapping
from .people import match_people
from .ranges import chunk_ranges
from .reading import Table, inspect, open_table
from .ready import follow_pointers, make_ready
from .staging import PROBLEMS_KEPT, Staged, drop_tables, stage
from .statistics import advise_planner, analyse_whole, assert_known, follow_growth
from .turns import LOCK
from .writing.chunk import drop_chunk, make_chunk
from .writing.customers import unarchive_buyers, write_customers
from .writing.reversals import write_reversals
from .writing.sales import add_sales, count_acts, update_sales, write_events, write_payments
from .writing.statements import public_id_params

UNEXPECTED: Final = "unexpected"
MAPPING: Final = "mapping"

_TRIES: Final = 3
# The first chunk is small, and written alone: before it is analysed, the planner does not know the workspace.
_FIRST_CHUNKS: Final = (10_000,)
# In bytes of the file.
_WORTH_STATISTICS: Final = 1 << 20

OnProgress = Callable[[int, int], None]

Work = Callable[[CursorWrapper, int, ImportRun, Path, OnProgress], None]
"""Does one import of a claimed run, with its workspace's id and its file, and says on it how that ended."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What every step needs to know."""

    run_id: int
    workspace_id: int
    mapping: Mapping
    table: Table
    is_all_or_nothing: bool
    params: dict[str, Any]
    on_progress: OnProgress


def run_import(
    *,
    workspace_id: int,
    run_id: int,
    path: Path | None = None,
    on_progress: OnProgress = lambda done, total: None,
    work: Work | None = None,
) -> None:
    """Do the import that the row asks for, of its stored file or of the one at `path`.

    `work` is that of a file of sales unless another is given.

    Called outside any scope. Whatever happens, the row says how it ended. Raises AnotherImportIsRunning and
    NothingToRun before anything is done, and what nobody expected after it has been noted.
    """
    with _alone(workspace_id):
        run = _claim(workspace_id, run_id)
        failure: tuple[str, str] | None = (UNEXPECTED, "")
        try:
            with connection.cursor() as cursor:
                (work or _import)(cursor, workspace_id, run, path or run.stored_file, on_progress)
            failure = None
        except CannotReadFile as error:
            failure = (error.problem.value, error.detail)
        except CannotReadMapping as error:
            failure = (MAPPING, str(error))
        finally:
            if failure is not None:
                _end(workspace_id, run_id, ImportState.FAILED, *failure)


@contextmanager
def _alone(workspace_id: int) -> Iterator[None]:
    """Two imports of a workspace at once could make one new customer twice. A dead worker's lock is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})", [workspace_id])
        if not cursor.fetchone()[0]:
            raise AnotherImportIsRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({LOCK})", [workspace_id])


def _claim(workspace_id: int, run_id: int) -> ImportRun:
    with enter(workspace_id):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if not run.is_open:
            raise NothingToRun
        ImportProblem.objects.filter(run=run).delete()
        run.state = ImportState.RUNNING
        run.attempt += 1
        run.started_at = run.heartbeat_at = now()
        run.finished_at = run.rows_total = None
        for field in run._meta.fields:
            if (
                field.name.startswith("rows_") and field.name != "rows_total"
            ) or field.name == "customers_new":
                setattr(run, field.name, 0)
        run.save()
        return run


def _end(workspace_id: int, run_id: int, state: ImportState, failure: str = "", detail: str = "") -> None:
    with enter(workspace_id):
        _update(run_id, state=state, failure=failure, failure_detail=detail[:2000], finished_at=now())


def _update(run_id: int, **changes: Any) -> None:
    ImportRun.objects.filter(pk=run_id).update(heartbeat_at=now(), **changes)


def _import(
    cursor: CursorWrapper, workspace_id: int, run: ImportRun, path: Path, on_progress: OnProgress
) -> None:
    mapping = read_mapping(run.mapping)
    facts = inspect(path, mapping.encoding)
    if run.sha256 and run.sha256 != facts.sha256:
        raise CannotReadFile(FileProblem.CHANGED)
    table = open_table(path, facts, separator=mapping.separator, wanted=mapping.wanted)
    params = {
        "workspace": workspace_id,
        "provider": mapping.provider,
        "run": run.pk,
        "member": run.started_by_id,
    }
    job = _Job(run.pk, workspace_id, mapping, table, run.is_all_or_nothing, params, on_progress)
    try:
        with enter(workspace_id) if run.is_all_or_nothing else nullcontext():
            is_accepted = _read(cursor, job)
            if is_accepted:
                _write(cursor, job)
    finally:
        if not connection.needs_rollback:
            drop_chunk(cursor)
            drop_tables(cursor)
    _end(workspace_id, run.pk, ImportState.DONE if is_accepted else ImportState.REFUSED)
    if is_accepted:
        _tidy_up(cursor, workspace_id, run, table)


def _tidy_up(cursor: CursorWrapper, workspace_id: int, run: ImportRun, table: Table) -> None:
    """After the books are written: an upload is kept no longer than it is needed, for it names people."""
    if run.is_stored:
        run.stored_file.unlink(missing_ok=True)
    if table.facts.size > _WORTH_STATISTICS:
        with enter(workspace_id):
            analyse_whole(cursor)


def _read(cursor: CursorWrapper, job: _Job) -> bool:
    """Stage the file, match its people and report what was refused; whether there is something to write."""
    with enter(job.workspace_id):
        advise_planner(cursor)
        assert_known(cursor, job.workspace_id)
        staged = stage(cursor, job.table, job.mapping)
        if staged.read == 0:
            raise CannotReadFile(FileProblem.ONLY_HEADING)
        match_people(cursor, job.mapping, job.workspace_id)
        staged.refused += follow_pointers(cursor, job.mapping, job.params)
        is_accepted = not (job.is_all_or_nothing and staged.refused)
        rows = make_ready(cursor, job.mapping, job.params) if is_accepted else 0
        if rows:
            leave_anonymised_alone(cursor, job.params)
        _report(cursor, job, staged, rows)
    return is_accepted


def _report(cursor: CursorWrapper, job: _Job, staged: Staged, rows: int) -> None:
    cursor.execute(
        'INSERT INTO import_problem (workspace_id, run_id, line, "column", value, reason)'
        ' SELECT %s, %s, line, "column", value, reason FROM intake_problem ORDER BY line LIMIT %s',
        [job.workspace_id, job.run_id, PROBLEMS_KEPT],
    )
    _update(
        job.run_id,
        sha256=job.table.facts.sha256,
        rows_total=rows,
        rows_read=staged.read,
        rows_ignored=staged.ignored,
        rows_refused=staged.refused,
        rows_unchanged=staged.repeated,
    )


def _write(cursor: CursorWrapper, job: _Job) -> None:
    ranges = chunk_ranges(cursor, _FIRST_CHUNKS)
    tally = _Tally(sum(upto - after for round_ranges in ranges for after, upto in round_ranges))

    def write(cursor: CursorWrapper, after: int, upto: int) -> None:
        _write_chunk_again_if_it_met_another(cursor, job, after, upto)
        done = tally.add(upto - after)
        job.on_progress(done, tally.total)
        with enter(job.workspace_id):
            follow_growth(cursor, job.workspace_id, done)

    for round_ranges in ranges:
        left = iter(round_ranges)
        for after, upto in left:
            write(cursor, after, upto)
            if tally.done >= sum(_FIRST_CHUNKS) and is_worth_lanes(round_ranges[-1][1] - upto):
                write_side_by_side(left, write)


class _Tally:
    """How many rows are written, by all lanes together."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self._lock = total, 0, Lock()

    def add(self, rows: int) -> int:
        """Count rows; returns how many there are now."""
        with self._lock:
            self.done += rows
            return self.done


def _write_chunk_again_if_it_met_another(cursor: CursorWrapper, job: _Job, after: int, upto: int) -> None:
    """A merge or a sale that came in between refuses the chunk; the second try sees what it did."""
    for attempt in range(1, _TRIES + 1):
        try:
            with enter(job.workspace_id):
                _write_chunk(cursor, job, after, upto)
            return
        except (IntegrityError, OperationalError):
            if attempt == _TRIES:
                raise


def _write_chunk(cursor: CursorWrapper, job: _Job, after: int, upto: int) -> None:
    params = job.params | {"after": after, "upto": upto} | public_id_params()
    advise_planner(cursor)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    make_chunk(cursor, job.mapping, params)
    customers = write_customers(cursor, set(job.mapping.fields), params)
    new, changed, late, unchanged = count_acts(cursor)
    if new:
        unarchive_buyers(cursor, params)
        add_sales(cursor, job.mapping, params)
    if changed:
        update_sales(cursor, job.mapping, params)
    if new or changed or late:
        recorded = write_events(cursor, params)
        changed, unchanged = changed + recorded, unchanged + late - recorded
        write_payments(cursor, params)
    refunds = write_reversals(cursor, job.mapping, params)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    drop_chunk(cursor)
    _update(
        job.run_id,
        rows_done=F("rows_done") + upto - after,
        rows_new=F("rows_new") + new + refunds[0],
        rows_changed=F("rows_changed") + changed + refunds[1],
        rows_unchanged=F("rows_unchanged") + unchanged + refunds[2],
        customers_new=F("customers_new") + customers,
    )
