"""The file that is kept of an export to compare the next one with: for each row its key and a fingerprint.

Nothing in it can be read: a key is the public id of a record (and which of its rows, such as a currency), a
fingerprint eight bytes of BLAKE2b under a key of the installation, so that nobody who has the file alone can
try what a row may have held. Rows lie in buckets by the last, random byte of their id: two files are compared
bucket by bucket, in memory of a hundredth of them, without a sort.
"""

import hashlib
import os
import struct
from binascii import unhexlify
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from .errors import CannotCompare

VERSION: Final = 1
"""Changes whenever the same row would have another fingerprint than before; what is older is not compared."""

BUCKETS: Final = 128
KEY: Final = 16
PART: Final = 8
PRINT: Final = 8
ROW: Final = KEY + PART + PRINT
FORGOTTEN: Final = bytes(PRINT)
"""Stands where the fingerprint of somebody who was anonymised stood; it is equal to none."""

_MAGIC: Final = b"APIM"
_HEADER: Final = struct.Struct(">4sH8s")
_FRAME: Final = struct.Struct(">HI")
_FLUSH_AT: Final = 1 << 15
_ROWS: Final = struct.Struct(f">{KEY + PART}s{PRINT}s")
_SALT: Final = "exports.changes.imprints"


@dataclass(frozen=True, slots=True)
class Drawer:
    """Where the imprint of one attempt lies: beside the exports of the workspace, and longer than they do."""

    workspace_id: int
    public_id: UUID
    attempt: int

    @property
    def path(self) -> Path:
        return drawer_of(self.workspace_id) / f"{UUID(str(self.public_id))}.{int(self.attempt)}.rows"


def drawer_of(workspace_id: int) -> Path:
    """The directory of a workspace's imprints."""
    return Path(settings.EXPORT_ROOT) / str(int(workspace_id)) / "imprints"


class ImprintWriter:
    """Takes the rows of a file as they are written, in any order; holds four megabytes at most."""

    def __init__(self, file: BinaryIO, workspace_id: int) -> None:
        self._file = file
        self._hash = hashlib.blake2b(digest_size=PRINT, key=_secret(workspace_id))
        self._buckets = [bytearray() for _ in range(BUCKETS)]
        self.rows = 0
        file.write(_HEADER.pack(_MAGIC, VERSION, _name_of_secret(workspace_id)))

    def add(self, rows: Sequence[Sequence[bytes]]) -> None:
        """Rows as (id, [part,] cells)."""
        buckets, fresh, no_part = self._buckets, self._hash.copy, bytes(PART)
        for row in rows:
            key = unhexlify(row[0].replace(b"-", b""))
            part = _part(row[1]) if len(row) > 2 else no_part
            fingerprint = fresh()
            fingerprint.update(row[-1])
            bucket = buckets[key[-1] & (BUCKETS - 1)]
            bucket += key + part + fingerprint.digest()
        self.rows += len(rows)
        for number, bucket in enumerate(buckets):
            if len(bucket) >= _FLUSH_AT:
                self._flush(number)

    def close(self) -> None:
        """Write what is still held."""
        for number in range(BUCKETS):
            self._flush(number)

    def _flush(self, number: int) -> None:
        bucket = self._buckets[number]
        if bucket:
            self._file.write(_FRAME.pack(number, len(bucket)))
            self._file.write(bucket)
            bucket.clear()


@contextmanager
def writing(drawer: Drawer) -> Iterator[ImprintWriter]:
    """Write an imprint: under its name only once it is whole. If the block raises, nothing is left of it."""
    path, part = drawer.path, drawer.path.with_suffix(".part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            writer = ImprintWriter(file, drawer.workspace_id)
            yield writer
            writer.close()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


class ImprintReader:
    """The rows of an imprint, bucket by bucket. Raises CannotCompare for one that is gone or not ours."""

    def __init__(self, drawer: Drawer) -> None:
        try:
            descriptor = os.open(drawer.path, os.O_RDWR | os.O_NOFOLLOW)
        except OSError as error:
            raise CannotCompare(str(drawer.path)) from error
        self._file = os.fdopen(descriptor, "r+b")
        try:
            self._frames = self._read_frames(drawer)
        except CannotCompare:
            self.close()
            raise

    def bucket(self, number: int) -> dict[bytes, bytes]:
        """The fingerprints of a bucket by their keys."""
        data = bytearray()
        for offset, length in self._frames[number]:
            self._file.seek(offset)
            data += self._file.read(length)
        found = dict(_ROWS.iter_unpack(data))
        if len(found) * ROW != len(data):
            raise CannotCompare("two rows of one key")
        return found

    def forget(self, keys: set[bytes]) -> int:
        """Overwrite the fingerprints of the records with these ids; how many rows there were."""
        found = 0
        for number in sorted({key[-1] & (BUCKETS - 1) for key in keys}):
            for offset, length in self._frames[number]:
                self._file.seek(offset)
                data = self._file.read(length)
                for start in range(0, length, ROW):
                    if data[start : start + KEY] in keys:
                        self._file.seek(offset + start + KEY + PART)
                        self._file.write(FORGOTTEN)
                        found += 1
        self._file.flush()
        os.fsync(self._file.fileno())
        return found

    def close(self) -> None:
        self._file.close()

    def _read_frames(self, drawer: Drawer) -> list[list[tuple[int, int]]]:
        header = self._file.read(_HEADER.size)
        if header != _HEADER.pack(_MAGIC, VERSION, _name_of_secret(drawer.workspace_id)):
            raise CannotCompare("of another version or installation")
        frames: list[list[tuple[int, int]]] = [[] for _ in range(BUCKETS)]
        size = os.fstat(self._file.fileno()).st_size
        while header := self._file.read(_FRAME.size):
            number, length = _FRAME.unpack(header.ljust(_FRAME.size, b"\xff"))
            end = self._file.tell() + length
            if number >= BUCKETS or length % ROW or end > size:
                raise CannotCompare("cut off")
            frames[number].append((self._file.tell(), length))
            self._file.seek(end)
        return frames


def id_of(key: bytes) -> str:
    """The public id in a key."""
    return str(UUID(bytes=key[:KEY]))


def part_of(key: bytes) -> str:
    """Which row of the record it is; "" where there is one alone."""
    return key[KEY:].rstrip(b"\0").decode()


def key_of(public_id: bytes, part: bytes) -> bytes:
    """The key of a row as the writer gets it."""
    return unhexlify(public_id.replace(b"-", b"")) + _part(part)


def _part(text: bytes) -> bytes:
    part = text.strip(b'"')
    if len(part) > PART:
        raise ValueError(f"a part of a key is longer than {PART} bytes")
    return part.ljust(PART, b"\0")


def _secret(workspace_id: int) -> bytes:
    return salted_hmac(_SALT, str(int(workspace_id)), algorithm="sha256").digest()


def _name_of_secret(workspace_id: int) -> bytes:
    """Tells whether it is the same secret as then, without telling the secret."""
    return hashlib.blake2b(b"name", digest_size=8, key=_secret(workspace_id)).digest()
