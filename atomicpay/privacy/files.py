"""Files that hold a person: found by reading them block by block, deleted once that is decided."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from atomicpay.audit.services import record
from exports import bucket
from exports.attempts import place_of
from exports.dialects import format_of
from exports.models import Export
from exports.states import ExportState
from exports.storage import open_file
from sales.intake.errors import FileProblem
from sales.models import ImportRun, ImportState

from .marks import Marks

CAUSE: Final = FileProblem.PERSON_ANONYMISED.value
"""Why an export expired before its time, or the file of an import is gone."""

_BLOCK: Final = 1 << 20
_ROOTS: Final = ("EXPORT_ROOT", "UPLOAD_ROOT")


def ready_exports() -> QuerySet[Export]:
    """The exports that have a file, locked."""
    return Export.objects.filter(state=ExportState.READY).select_for_update(no_key=True).order_by("pk")


def expire_exports(exports: Iterable[Export], marks: Marks | None) -> list[str]:
    """Expire the ready exports whose file holds the person, or all where nobody knows the values any more.

    Returns the directories to delete.
    """
    sought = marks.in_files if marks else ()
    found = []
    for export in exports:
        if marks is None or _is_held(export, sought):
            export.state, export.failure_detail = ExportState.EXPIRED, {"cause": CAUSE}
            # The receipt says until when there was a file.
            export.expires_at = timezone.now()
            export.save(update_fields=["state", "failure_detail", "expires_at"])
            record("export.expired", acting_member=None, target=export, detail={"cause": CAUSE})
            found.append(_named(place_of(export).directory, "EXPORT_ROOT"))
    return found


def drop_uploads(workspace_id: int, marks: Marks) -> list[str]:
    """Give up the uploads that hold the person, so that none can be imported again; the files to delete."""
    sought = marks.in_files
    found = []
    for run in ImportRun.objects.filter(is_stored=True).select_for_update().order_by("pk"):
        if holds(run.stored_file, sought):
            run.is_stored = False
            if run.is_open:
                run.state, run.failure = ImportState.FAILED, CAUSE
            run.save(update_fields=["is_stored", "state", "failure"])
            found.append(_named(run.stored_file, "UPLOAD_ROOT"))
    of_admin = Path(settings.UPLOAD_ROOT) / "admin" / str(int(workspace_id))
    found += [_named(path, "UPLOAD_ROOT") for path in _files_in(of_admin) if holds(path, sought)]
    return found


def holds(path: Path, sought: tuple[bytes, ...]) -> bool:
    """Whether a file has any of these bytes; False for one that is not there. A block of it is in memory."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return has(file, sought)


def _is_held(export: Export, sought: tuple[bytes, ...]) -> bool:
    """The same for the file of an export, wherever such files are kept."""
    try:
        with open_file(place_of(export), export.attempt) as file:
            return has(file, sought, is_packed=format_of(export.dialect).is_workbook)
    except FileNotFoundError:
        return False


def has(file: IO[bytes], sought: tuple[bytes, ...], *, is_packed: bool = False) -> bool:
    """Whether a file has any of these bytes.

    A workbook is packed: its parts are looked through. Only ours are; what was uploaded is never unpacked.
    """
    if not sought:
        return False
    if not is_packed:
        return _has(file, sought)
    with TemporaryFile() as whole:
        # What a bucket sends can only be read from beginning to end.
        shutil.copyfileobj(file, whole)
        with zipfile.ZipFile(whole) as archive:
            return any(_has(archive.open(name), sought) for name in archive.namelist())


def _has(file: IO[bytes], sought: tuple[bytes, ...]) -> bool:
    overlap = max(map(len, sought)) - 1
    tail = b""
    while block := file.read(_BLOCK):
        window = tail + block
        if any(value in window for value in sought):
            return True
        tail = window[-overlap:] if overlap else b""
    return False


def delete(name: str) -> None:
    """Delete a file, or a directory with its files, by the name that was kept of it; raises OSError."""
    root, _colon, relative = name.partition(":")
    if root not in _ROOTS or ".." in Path(relative).parts or Path(relative).is_absolute():
        raise ValueError(name)
    path = Path(getattr(settings, root)) / relative
    if root == "EXPORT_ROOT" and bucket.is_used():
        bucket.remove_all(relative)
    if path.is_dir() and not path.is_symlink():
        for each in path.iterdir():
            each.unlink(missing_ok=True)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _files_in(directory: Path) -> Iterator[Path]:
    return (path for path in directory.iterdir() if path.is_file()) if directory.is_dir() else iter(())


def _named(path: Path, root: str) -> str:
    return f"{root}:{path.relative_to(getattr(settings, root))}"
