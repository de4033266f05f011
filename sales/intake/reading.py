"""The bytes of a file turned into rows of cells with their line numbers, in bounded memory.

Encodings, compression and separators are recognised here; what is no table of text is refused here.
"""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from .errors import CannotReadFile, FileProblem
from .reasons import Reason

LARGEST: Final = 2 * 1024**3
"""In bytes, uncompressed: a compressed file that grows beyond it is given up while it is read."""

Record = tuple[int, list[str] | Reason]
"""A row's first line, counted from 1 in the file, and its cells, or why they cannot be told apart."""

_BLOCK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 20
_MOST_COLUMNS: Final = 1000
_SEPARATORS: Final = (",", ";", "\t")
_ARCHIVES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP: Final = b"\x1f\x8b"
_CODECS: Final = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "latin-1": "latin-1", "windows-1252": "cp1252"}
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one look through a file tells: its codec, and the hash and size of its uncompressed content."""

    codec: str
    sha256: str
    size: int


def inspect(path: Path, encoding: str = "") -> FileFacts:
    """Read a file once, through to its end; raises CannotReadFile.

    The text is UTF-8 or UTF-16 where it can be, otherwise Windows-1252 or Latin-1; `encoding` may name it.
    """
    digest, size = hashlib.sha256(), 0
    recogniser: _Recogniser | None = None
    for block in _blocks(path):
        if recogniser is None:
            recogniser = _Recogniser(block, encoding)
        digest.update(block)
        size += len(block)
        if size > LARGEST:
            raise CannotReadFile(FileProblem.TOO_LARGE)
        recogniser.feed(block)
    if recogniser is None:
        raise CannotReadFile(FileProblem.EMPTY)
    return FileFacts(recogniser.finish(), digest.hexdigest(), size)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with _opened(path) as file:
            while block := file.read(_BLOCK):
                yield block
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise CannotReadFile(FileProblem.BROKEN_GZIP) from None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The uncompressed content of a file."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise CannotReadFile(FileProblem.MISSING, error.strerror or "") from None
    with raw:
        is_compressed = raw.read(2) == _GZIP
        raw.seek(0)
        if is_compressed:
            with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield raw


class _Recogniser:
    """Finds the codec of a text, block by block."""

    def __init__(self, start: bytes, encoding: str) -> None:
        if start.startswith(_ARCHIVES):
            raise CannotReadFile(FileProblem.WORKBOOK)
        self._is_named = bool(encoding)
        self._codecs = [_CODECS[encoding]] if encoding else _candidates(start)
        self._decoder = codecs.getincrementaldecoder(self._codecs[0])()
        self._has_multibyte = False
        # Whether the bytes between 0x80 and 0x9f are used, which are letters only in Windows-1252.
        self._may_be_windows = True

    def feed(self, block: bytes) -> None:
        if not self._codecs[0].startswith("utf-16") and b"\0" in block:
            raise CannotReadFile(FileProblem.NOT_TEXT)
        if not block.isascii() and "cp1252" in self._codecs[1:]:
            self._may_be_windows &= _decodes(block, "cp1252")
        self._decode(block)

    def _decode(self, block: bytes, *, final: bool = False) -> None:
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self._fall_back(not error.object[: error.start].isascii())
            return
        self._has_multibyte |= not text.isascii()

    def _fall_back(self, block_has_multibyte: bool) -> None:
        if self._is_named:
            raise CannotReadFile(FileProblem.WRONG_ENCODING)
        if len(self._codecs) == 1:
            raise CannotReadFile(FileProblem.NOT_TEXT)
        # Real UTF-8 letters before the fault: a damaged UTF-8 file, which Latin-1 would turn into noise.
        if self._has_multibyte or block_has_multibyte:
            raise CannotReadFile(FileProblem.MIXED_ENCODING)
        self._codecs = ["latin-1", "cp1252"]
        self._decoder = codecs.getincrementaldecoder("latin-1")()

    def finish(self) -> str:
        self._decode(b"", final=True)
        if self._codecs[0] == "latin-1" and not self._is_named and self._may_be_windows:
            return "cp1252"
        return self._codecs[0]


def _candidates(start: bytes) -> list[str]:
    """The codecs to try, by the mark at the beginning or, without one, by where the zero bytes are."""
    if start.startswith(_UTF16_MARKS):
        return ["utf-16"]
    if start.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    sample = start[:4096]
    for codec, zeros, letters in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if len(sample) > 3 and zeros.count(0) > len(zeros) * 0.8 and letters.count(0) == 0:
            return [codec]
    return ["utf-8-sig", "cp1252"]


def _decodes(block: bytes, codec: str) -> bool:
    try:
        block.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened as a table: its heading, and its rows when they are asked for."""

    path: Path
    facts: FileFacts
    separator: str
    heading: tuple[str, ...]

    def rows(self) -> Generator[Record, None, None]:
        """The rows below the heading."""
        records = _records(self.path, self.facts, self.separator)
        next(records)
        return records


def open_table(path: Path, facts: FileFacts, *, separator: str, wanted: list[tuple[str, ...]]) -> Table:
    """Read the heading. Without a separator, the one that divides it into the `wanted` columns is taken."""
    headings = {mark: _heading(path, facts, mark) for mark in ([separator] if separator else _SEPARATORS)}

    def found(mark: str) -> tuple[int, int]:
        names = {name.casefold() for name in headings[mark]}
        return sum(any(name.casefold() in names for name in want) for want in wanted), len(headings[mark])

    best = max(headings, key=found)
    if len(headings[best]) > _MOST_COLUMNS:
        raise CannotReadFile(FileProblem.TOO_MANY_COLUMNS)
    return Table(path, facts, best, headings[best])


def _heading(path: Path, facts: FileFacts, separator: str) -> tuple[str, ...]:
    with closing(_records(path, facts, separator)) as records:
        for _line, cells in records:
            return tuple(cell.strip() for cell in cells) if isinstance(cells, list) else ()
    raise CannotReadFile(FileProblem.EMPTY)


def _records(path: Path, facts: FileFacts, separator: str) -> Generator[Record, None, None]:
    with _opened(path) as file, io.TextIOWrapper(file, facts.codec, newline="") as text:
        reader = csv.reader(_lines(text), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                # The reader starts anew with the next line.
                yield line, Reason.CELL_TOO_LONG if "limit" in str(error) else Reason.BROKEN_QUOTES
                continue
            if cells:
                yield line, cells


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
            problem = FileProblem.TOO_MANY_COLUMNS if number == 1 else FileProblem.LINE_TOO_LONG
            raise CannotReadFile(problem, f"({number})")
        if "\0" in line:
            raise CannotReadFile(FileProblem.NOT_TEXT, f"({number})")
        yield line
