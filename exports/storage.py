"""Where the files of exports lie: EXPORT_ROOT/<workspace id>/<export uuid>/<attempt>.csv, for us alone.

With a bucket it is written there in the same way, and goes into the bucket by the same name once it is whole.

No part of a path comes from a person, so no name can lead out of it; and no link is ever followed.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings

from . import bucket

_DIRECTORY_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_BUFFER: Final = 1 << 20

FILE: Final = ".csv"
CHANGES: Final = ".changes.csv"
"""What is written for an attempt: the file, and what changed since the export before."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one export lie."""

    workspace_id: int
    public_id: UUID

    @property
    def name(self) -> str:
        """Its directory below the root, also in a bucket."""
        return f"{int(self.workspace_id)}/{UUID(str(self.public_id))}"

    @property
    def directory(self) -> Path:
        return Path(settings.EXPORT_ROOT) / self.name

    def key(self, attempt: int, suffix: str = FILE) -> str:
        """What a whole file of one attempt is called below the root, also in a bucket."""
        return f"{self.name}/{self.file(attempt, suffix).name}"

    def file(self, attempt: int, suffix: str = FILE) -> Path:
        """A whole file of one attempt: the export's own, or the changes beside it."""
        return self.directory / f"{int(attempt)}{suffix}"

    def part(self, attempt: int, suffix: str = FILE) -> Path:
        """A file of one attempt while it is being written."""
        return self.file(attempt, suffix).with_suffix(".part")


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
def writing(place: Place, attempt: int, suffix: str = FILE) -> Iterator[HashingFile]:
    """Write the file of an attempt: under its name only once it is whole and on the disk.

    If the block raises, nothing of the attempt is left. Raises OSError where it cannot be stored.
    """
    _make_directory(place)
    part = place.part(attempt, suffix)
    # What an attempt of the same number left behind can only be from a worker that was lost.
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER) as raw:
            file = HashingFile(raw)
            yield file
            raw.flush()
            os.fsync(raw.fileno())
        if bucket.is_used():
            bucket.put(place.key(attempt, suffix), part, sha256=file.sha256)
        else:
            part.rename(place.file(attempt, suffix))
            _sync(place.directory)
    finally:
        part.unlink(missing_ok=True)


def open_file(place: Place, attempt: int, suffix: str = FILE) -> BinaryIO:
    """The whole file of an attempt, for reading; raises FileNotFoundError, also for a link in its place."""
    if bucket.is_used():
        return bucket.open_file(place.key(attempt, suffix))
    path = place.file(attempt, suffix)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise FileNotFoundError(path) from error
    return os.fdopen(descriptor, "rb")


def is_there(place: Place, attempt: int) -> bool:
    """Whether the whole file of an attempt can be had."""
    if bucket.is_used():
        return bucket.is_there(place.key(attempt))
    file = place.file(attempt)
    return file.is_file() and not file.is_symlink()


def remove_own(place: Place, attempt: int) -> None:
    """Delete what an attempt that was lost has left; another may be writing beside it."""
    _remove(place, lambda name: _is_of(name, attempt))


def remove_others(place: Place, attempt: int) -> None:
    """Delete what earlier attempts left; the files of this one stay."""
    _remove(place, lambda name: not _is_of(name, attempt))


def remove_all(place: Place) -> None:
    """Delete every file of the export and its directory.

    A worker that is still writing, and does not know yet that nobody wants the file, cleans up after itself.
    """
    _remove(place, lambda _name: True)
    with suppress(OSError):
        place.directory.rmdir()


def _remove(place: Place, goes: Callable[[str], bool]) -> None:
    for path in place.directory.iterdir() if place.directory.is_dir() else ():
        if goes(path.name):
            path.unlink(missing_ok=True)
    if bucket.is_used():
        bucket.remove_all(place.name, goes)


def _is_of(name: str, attempt: int) -> bool:
    """Whether a file is of an attempt: its own, or the changes beside it."""
    return name.partition(".")[0] == str(int(attempt))


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
