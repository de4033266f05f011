"""A workbook made of the writer's lines while they pass: one sheet, no formula, nothing kept but one batch.

XlsxWriter makes the package around it: styles, properties, the head of the sheet. The rows are written here,
straight into the archive. Its own way of writing millions of cells takes five times as long, keeps the whole
sheet on the disk twice, and lets a text that looks like its marks for rich text into the file as it stands.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import xlsxwriter

from atomicpay.ui.columns import Kind

from .dialects import Format
from .errors import CannotExport
from .states import Failure
from .writer import FileColumn, Sink

MOST_ROWS: Final = 1_048_575
"""Below the headings; a sheet has 2^20 lines (ECMA-376, and every program that reads it)."""

MOST_TEXT: Final = 32_767
"""UTF-16 units of a cell."""

MOST_BYTES: Final = 2**31 - 1
"""Of the sheet, unpacked: above it an archive needs marks that not every spreadsheet reads."""

EXACT_DIGITS: Final = 15
"""A spreadsheet's numbers hold no more; a longer one is written as text, so that no digit is lost."""

_SHEET: Final = "xl/worksheets/sheet1.xml"
_TEXT, _HEADING, _TIME, _NUMBER = "text", "heading", "time", "number"
_STYLES: Final[dict[str, dict[str, Any]]] = {
    # As text also when somebody edits the cell: "@" keeps a spreadsheet from reading it anew.
    _TEXT: {"num_format": "@"},
    _HEADING: {"num_format": "@", "bold": True},
    _TIME: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    _NUMBER: {"num_format": "0"},
    # Amounts, by the digits after the point.
    "0": {"num_format": "#,##0"},
    **{str(digits): {"num_format": f"#,##0.{'0' * digits}"} for digits in (1, 2, 3, 4)},
}
_WIDTHS: Final = {Kind.ID: 37, Kind.TEXT: 24, Kind.DATETIME: 19, Kind.MONEY: 14, Kind.PHONE: 16}

# What stands for itself nowhere in XML, and what would be read as standing for something else.
_SPECIAL: Final = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SHEET_DATA: Final = re.compile(rb"(.*<sheetData>)(.*)(</sheetData>.*)", re.DOTALL)
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)

Styles = dict[str, str]


class Workbook:
    """A sink for the writer's lines, in UTF-8 with commas; leaving the block writes the end of the file."""

    def __init__(self, sink: Sink, columns: Sequence[FileColumn]) -> None:
        parts, self._styles, head, self._tail = _package(tuple(column.kind for column in columns))
        self._archive = zipfile.ZipFile(_Stream(sink), "w", zipfile.ZIP_DEFLATED)
        for name, content in parts:
            self._archive.writestr(_entry(name), content)
        self._sheet = self._archive.open(_entry(_SHEET), "w")
        self._makers = [_maker(column.kind, self._styles) for column in columns]
        self._rows = -1
        self._size = 0
        self._put(head)

    def write(self, data: bytes, /) -> None:
        """Add whole lines; the first of all is that of the headings. Raises CannotExport."""
        rows = _cells_of(data)
        if self._rows < 0:
            heading = self._styles[_HEADING]
            self._put_rows([[_text(name, heading) for name in rows.pop(0)]])
            self._rows = 0
        self._rows += len(rows)
        if self._rows > MOST_ROWS:
            raise CannotExport(Failure.NOT_IN_WORKBOOK, {"rows": self._rows, "most": MOST_ROWS})
        made = [
            [make(cell) if cell else "<c/>" for cell in cells]
            for make, cells in zip(self._makers, zip(*rows, strict=True), strict=False)
        ]
        self._put_rows(zip(*made, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._put(self._tail)
            self._sheet.close()
            self._archive.close()
            return
        # What is closed after a failure is thrown away; that it fails again says nothing new.
        for file in (self._sheet, self._archive):
            with suppress(OSError):
                file.close()

    def _put_rows(self, rows: Iterable[Iterable[str]]) -> None:
        self._put("".join(f"<row>{''.join(cells)}</row>" for cells in rows).encode())

    def _put(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MOST_BYTES:
            raise CannotExport(Failure.NOT_IN_WORKBOOK, {"rows": self._rows, "bytes": self._size})
        self._sheet.write(data)


def sink_for(format_: Format, file: Sink, columns: Sequence[FileColumn]) -> AbstractContextManager[Sink]:
    """Where the writer's lines go: into the file as they are, or into a workbook that is made of them."""
    return Workbook(file, columns) if format_.is_workbook else nullcontext(file)


class _Stream:
    """A sink as an archive writes to it: forwards only, so that it is written and hashed as it grows."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        self._sink.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Who made the sink closes it."""


def _cells_of(lines: bytes) -> list[list[str]]:
    """The cells of whole lines; a line with nothing in it is one empty cell."""
    try:
        return [row or [""] for row in csv.reader(io.StringIO(lines.decode(), newline=""))]
    except csv.Error as error:
        # The reader's own limit of a cell, which is above that of a workbook.
        raise CannotExport(Failure.NOT_IN_WORKBOOK, {"most": MOST_TEXT}) from error


def _package(kinds: tuple[Kind, ...]) -> tuple[list[tuple[str, bytes]], Styles, bytes, bytes]:
    """The parts of an empty workbook, the numbers of its styles, what stands before and after the rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        # Nothing in the file depends on the clock.
        workbook.set_properties({"created": _MADE})
        sheet = workbook.add_worksheet("Export")
        sheet.freeze_panes(1, 0)
        for position, kind in enumerate(kinds):
            sheet.set_column(position, position, _WIDTHS.get(kind, 14))
        for position, style in enumerate(_STYLES.values()):
            sheet.write_string(0, position, "", workbook.add_format(style))
    with zipfile.ZipFile(file) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    body = dict(parts)[_SHEET]
    head, rows, tail = _SHEET_DATA.fullmatch(body).groups()  # type: ignore[union-attr]
    numbers = re.findall(rb'<c r="[A-Z]+1" s="(\d+)"', rows)
    styles = dict(zip(_STYLES, (number.decode() for number in numbers), strict=True))
    head = re.sub(rb"<dimension[^>]*/>", b"", head)
    return [(name, content) for name, content in parts if name != _SHEET], styles, head, tail


def _entry(name: str) -> zipfile.ZipInfo:
    """A member of the archive with one date for all time."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _maker(kind: Kind, styles: Styles) -> Callable[[str], str]:
    """What makes the cell of a value that is not empty."""
    text, time, number = styles[_TEXT], styles[_TIME], styles[_NUMBER]
    if kind is Kind.MONEY:
        return lambda value: _number(value, styles[str(len(value.partition(".")[2]))], text)
    if kind is Kind.INTEGER:
        return lambda value: _number(value, number, text)
    if kind is Kind.DATETIME:
        return lambda value: _number(value, time, text) if "-" not in value else _text(value, text)
    if kind is Kind.BOOLEAN:
        return lambda value: f'<c t="b"><v>{int(value == "true")}</v></c>'
    return lambda value: _text(value, text)


def _number(value: str, style: str, text: str) -> str:
    if len(value) > EXACT_DIGITS and sum(map(str.isdigit, value)) > EXACT_DIGITS:
        return _text(value, text)
    return f'<c s="{style}"><v>{value}</v></c>'


def _text(value: str, style: str) -> str:
    """A text that is told to be one: never read as a formula, a number or a date."""
    if len(value) * 2 > MOST_TEXT and len(value.encode("utf-16-le")) // 2 > MOST_TEXT:
        raise CannotExport(Failure.NOT_IN_WORKBOOK, {"characters": len(value), "most": MOST_TEXT})
    if _SPECIAL.search(value):
        value = _SPECIAL.sub(_escaped, value)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _escaped(found: re.Match[str]) -> str:
    """As XML has it, or as workbooks write what XML has no way for (ECMA-376 part 1, 22.9.2.19)."""
    character = found[0]
    return _NAMED.get(character) or f"_x{ord(character):04X}_"
