"""The file of changes: beside the export's own, under the same rules, and gone with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..storage import HashingFile, Place


def changes_file(place: Place, attempt: int) -> Path:
    """Where the changes of an attempt lie."""
    return place.directory / f"{int(attempt)}.changes.csv"


@contextmanager
def writing_changes(place: Place, attempt: int) -> Iterator[HashingFile]:
    """Write the file of changes, under its name once it is whole; the export's own file is there already."""
    path = changes_file(place, attempt)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as raw:
            yield HashingFile(raw)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def open_changes(place: Place, attempt: int) -> BinaryIO:
    """The file of changes, for reading; raises FileNotFoundError, also for a link in its place."""
    path = changes_file(place, attempt)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise FileNotFoundError(path) from error
    return os.fdopen(descriptor, "rb")
