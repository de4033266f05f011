"""Where the files of exports lie: EXPORT_ROOT/<workspace id>/<export uuid>/<attempt>.csv, for us alone.

No part of a path comes from a person, so no name can lead out of it; and no link is ever followed.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings

_DIRECTORY_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_BUFFER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one export lie."""

    workspace_id: int
    public_id: UUID

    @property
    def directory(self) -> Path:
        return Path(settings.EXPORT_ROOT) / str(int(self.workspace_id)) / str(UUID(str(self.public_id)))

    def file(self, attempt: int) -> Path:
        """The whole file of one attempt."""
        return self.directory / f"{int(attempt)}.csv"

    def part(self, attempt: int) -> Path:
        """The file of one attempt while it is being written."""
        return self.directory / f"{int(attempt)}.part"


class HashingFile:
    """What the writer writes to: it counts and hashes the very bytes that reach the disk."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._raw.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def writing(place: Place, attempt: int) -> Iterator[HashingFile]:
    """Write the file of an attempt: under its name only once it is whole and on the disk.

    If the block raises, nothing of the attempt is left. Raises OSError where it cannot be stored.
    """
    _make_directory(place)
    part = place.part(attempt)
    # What an attempt of the same number left behind can only be from a worker that was lost.
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER) as raw:
            file = HashingFile(raw)
            yield file
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(place.file(attempt))
        _sync(place.directory)
    finally:
        part.unlink(missing_ok=True)


def open_file(place: Place, attempt: int) -> BinaryIO:
    """The whole file of an attempt, for reading; raises FileNotFoundError, also for a link in its place."""
    try:
        descriptor = os.open(place.file(attempt), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise FileNotFoundError(place.file(attempt)) from error
    return os.fdopen(descriptor, "rb")


def remove_own(place: Place, attempt: int) -> None:
    """Delete what an attempt that was lost has left; another may be writing beside it."""
    for path in _files(place):
        if _is_of(path, attempt):
            path.unlink(missing_ok=True)


def remove_others(place: Place, attempt: int) -> None:
    """Delete what earlier attempts left; the files of this one stay."""
    for path in _files(place):
        if not _is_of(path, attempt):
            path.unlink(missing_ok=True)


def remove_all(place: Place) -> None:
    """Delete every file of the export and its directory.

    A worker that is still writing, and does not know yet that nobody wants the file, cleans up after itself.
    """
    for path in _files(place):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        place.directory.rmdir()


def _files(place: Place) -> list[Path]:
    return list(place.directory.iterdir()) if place.directory.is_dir() else []


def _is_of(path: Path, attempt: int) -> bool:
    """Whether a file is of an attempt: its own, or the changes beside it."""
    return path.name.partition(".")[0] == str(int(attempt))


def _make_directory(place: Place) -> None:
    """Make the directories, each for us alone (makedirs gives its mode only to the last)."""
    root = Path(settings.EXPORT_ROOT)
    root.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    for directory in (place.directory.parent, place.directory):
        directory.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)


def _sync(directory: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
