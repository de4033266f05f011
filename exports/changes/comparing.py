"""Comparing an export with the one before it of the same view, inside the snapshot that it was read from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db.models import Case, F, QuerySet, TextField, Value, When

from .. import cells, storage
from ..asked import Asked
from ..dialects import Dialect, format_of
from ..errors import CannotExport
from ..ledger import Ledger
from ..models import Export, Imprint
from ..states import Failure
from ..writer import FileColumn, header_line, write_csv
from .errors import CannotCompare
from .imprints import BUCKETS, Drawer, ImprintReader, id_of, part_of, writing
from .recording import Picker, Recorder
from .results import Change, Compared, Differences, Found

CHUNK: Final = 20_000
"""So many rows are looked up by their ids at once."""

_LATE: Final = timedelta(minutes=5)
"""A row that was stamped so long before the last snapshot may have been committed after it."""

OTHERWISE: Final = {Change.NEW: "matches_now", Change.CHANGED: "changed", Change.GONE: "no_longer_matches"}
"""The reason of what no list has a better one for."""

NOT_VISIBLE: Final = "not_visible"
OTHER_ROWS: Final = "other_rows"

Sink = Any
log = structlog.get_logger(__name__)


def previous_of(export: Export) -> Imprint | None:
    """What there is to compare an export with: the last of its schedule, or of the same list and filters.

    Of the same member, for rows that another may see are no news; and with the same columns in the same form,
    for else every row would differ.
    """
    same = ("requested_by_id", "page", "columns", "dialect", "timezone", "schedule_id")
    view = {f"export__{name}": getattr(export, name) for name in same}
    if export.schedule_id is None:
        view["export__query"] = export.query
    earlier = Imprint.objects.filter(**view).exclude(export=export.pk).select_related("export")
    return earlier.order_by("-export__as_of", "-pk").first()


@contextmanager
def taking_imprint(export: Export, asked: Asked) -> Iterator[Ledger]:
    """The ledger of a file while it is written, with an imprint taken where the list's rows have keys."""
    row_key = asked.state.page.row_key
    if not row_key:
        yield Ledger(asked.money())
        return
    with writing(Drawer(export.workspace_key, export.public_id, export.attempt)) as imprint:
        yield Recorder(asked.money(), row_key, imprint)


def compare(
    export: Export, asked: Asked, place: storage.Place, on_step: Callable[[], None]
) -> Compared | None:
    """Write the file of changes beside the export, where there is one to compare it with.

    None where the rows of the list have no keys. `on_step` is called now and then, and may raise to stop.
    Raises CannotExport where a row that differs is not found again: that would be a hole in the walls or in
    the snapshot.
    """
    if not asked.state.page.row_key:
        return None
    imprint = previous_of(export)
    return Compared(_compare(export, asked, place, imprint, on_step) if imprint else None)


def _compare(
    export: Export, asked: Asked, place: storage.Place, imprint: Imprint, on_step: Callable[[], None]
) -> Found | None:
    before = imprint.export
    try:
        with (
            _opened(place, export.attempt) as now,
            _opened(storage.Place(before.workspace_key, before.public_id), imprint.attempt) as then,
            storage.writing(place, export.attempt, storage.CHANGES) as file,
        ):
            writer = _ChangesWriter(export, asked, before, file)
            for difference in differences(then, now):
                writer.add(difference)
                on_step()
            writer.finish()
    except CannotCompare as error:
        log.warning("exports_not_compared", export_id=export.pk, reason=str(error))
        return None
    writer.found.sha256, writer.found.size = file.sha256, file.size
    return writer.found


def differences(then: ImprintReader, now: ImprintReader) -> Iterator[Differences]:
    """What differs between two imprints, bucket by bucket; raises CannotCompare."""
    for number in range(BUCKETS):
        old, new = then.bucket(number), now.bucket(number)
        both = old.keys() & new.keys()
        changed = [key for key in both if old[key] != new[key]]
        keys = {
            Change.NEW: sorted(new.keys() - both),
            Change.CHANGED: sorted(changed),
            Change.GONE: sorted(old.keys() - both),
        }
        yield Differences(keys, len(both) - len(changed))


class _ChangesWriter:
    """Writes the rows that differ, as they are now, each with why; of those that are gone only the key."""

    def __init__(self, export: Export, asked: Asked, before: Export, file: Sink) -> None:
        self.asked, self.file, self.zone = asked, file, export.timezone
        self.page = asked.state.page
        self.found = Found(before.pk)
        self._waiting: dict[Change, list[bytes]] = {change: [] for change in Change}
        since = (before.as_of or before.requested_at) - _LATE
        self._because = self.page.changed_because(since)
        self._columns = asked.file_columns(format_of(Dialect.STANDARD))
        headings = ["change", "reason", "row", *(["part"] if self._has_parts else [])]
        file.write(header_line([*headings, *(column.heading for column in self._columns)]))

    @property
    def _has_parts(self) -> bool:
        return len(self.page.row_key) > 1

    def add(self, difference: Differences) -> None:
        self.found.same += difference.same
        for change, keys in difference.keys.items():
            waiting = self._waiting[change]
            waiting += keys
            while len(waiting) >= CHUNK:
                self._write(change, waiting[:CHUNK])
                del waiting[:CHUNK]

    def finish(self) -> None:
        for change, keys in self._waiting.items():
            if keys:
                self._write(change, keys)

    def _write(self, change: Change, keys: list[bytes]) -> None:
        if change is Change.GONE:
            self._write_gone(keys)
            return
        row_key = self.page.row_key
        picker = Picker(row_key, set(keys))
        own = [_text("change", Value(change.value)), _text("reason", self._reason(change))]
        own += [FileColumn("row", (F("public_id"),), cells.public_id)]
        own += [_text("part", F(row_key[1]))] if self._has_parts else []
        rows = self.asked.queryset().filter(public_id__in=sorted(set(map(id_of, keys))))
        write_csv(rows, [*own, *self._columns], _Body(self.file), zone=self.zone, ledger=picker)
        if picker.reasons.total() != len(keys):
            detail = {"expected": {"rows": len(keys)}, "written": {"rows": picker.reasons.total()}}
            raise CannotExport(Failure.ROWS_DIFFER, detail)
        self.found.reasons[change] += picker.reasons

    def _write_gone(self, keys: list[bytes]) -> None:
        ids = sorted(set(map(id_of, keys)))
        model: Any = self.page.model
        records = model.objects.filter(public_id__in=ids)
        reasons = dict(_reasons(records, self._reason(Change.GONE)))
        if self._has_parts:
            # The record is listed still, with other rows than then: bought for the first time, or in another
            # currency.
            listed = self.asked.state.queryset().order_by().filter(public_id__in=ids)
            reasons |= {str(key): OTHER_ROWS for key in listed.values_list("public_id", flat=True)}
        empty = "," * len(self._columns)
        for key in keys:
            reason = reasons.get(id_of(key), NOT_VISIBLE)
            self.found.reasons[Change.GONE][reason] += 1
            part = f",{part_of(key)}" if self._has_parts else ""
            self.file.write(f"{Change.GONE.value},{reason},{id_of(key)}{part}{empty}\n".encode())

    def _reason(self, change: Change) -> Case:
        cases = [When(condition, then=Value(code)) for code, condition in self._because.get(change.value, ())]
        return Case(*cases, default=Value(OTHERWISE[change]), output_field=TextField())


@contextmanager
def _opened(place: storage.Place, attempt: int) -> Iterator[ImprintReader]:
    reader = ImprintReader(Drawer(place.workspace_id, place.public_id, attempt))
    try:
        yield reader
    finally:
        reader.close()


def _text(heading: str, source: Any) -> FileColumn:
    return FileColumn(heading, (source,), cells.safe_text)


def _reasons(records: QuerySet, reason: Case) -> Iterator[tuple[str, str]]:
    for public_id, code in records.annotate(because=reason).values_list("public_id", "because"):
        yield str(public_id), code


class _Body:
    """A sink without the first line that is written to it: the headings are in the file already."""

    def __init__(self, file: Sink) -> None:
        self._file, self._is_begun = file, False

    def write(self, data: bytes, /) -> None:
        if self._is_begun:
            self._file.write(data)
        self._is_begun = True
