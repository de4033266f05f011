"""The one writer of rows: a queryset compiled to one COPY, streamed from PostgreSQL to a file of any size.

A CSV file is what it writes; a workbook is made of the same lines while they pass (`workbook`).
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

from django.db import connections
from django.db.models import F, QuerySet

from atomicpay.ui.columns import Kind

from .cells import DANGEROUS, ESCAPED, Sql
from .ledger import Ledger

_ROWS_AT_ONCE: Final = 1000


class Sink(Protocol):
    """Where the bytes go."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: its heading, the ORM expressions of its values, what makes the cell of them.

    `kind` is what the cell is in a file that tells a number from a text.
    """

    heading: str
    sources: tuple[Any, ...]
    cell: Callable[..., Sql]
    kind: Kind = Kind.TEXT


def write_csv(
    queryset: QuerySet,
    columns: Sequence[FileColumn],
    sink: Sink,
    *,
    zone: str,
    separator: str = ",",
    mark: bytes = b"",
    ledger: Ledger | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write a header and one line per row (UTF-8, LF, RFC 4180 quotes); returns the number of rows.

    Called inside a workspace entered as one snapshot; the queryset's order must be total, so that the same
    snapshot gives the same bytes. `ledger` adds up what is written. `on_rows` is told the number of rows
    after each thousand, and may raise to stop.
    """
    connection = connections[queryset.db]
    sql, params = _select(queryset, columns, ledger)
    sink.write(mark + header_line([column.heading for column in columns], separator))
    operations: Any = connection.ops
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('TimeZone'), set_config('TimeZone', %s, true)", [zone])
        before = cursor.fetchone()[0]
        # COPY takes no parameters: they are put in by the driver, quoted by the server's own rules.
        statement = operations.compose_sql(
            f"COPY ({sql}) TO STDOUT (FORMAT csv, DELIMITER '{separator}')", params
        )
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            # PostgreSQL sends one message for each row, also when a cell has line breaks in it.
            while lines := list(islice(copy, _ROWS_AT_ONCE)):
                sink.write(ledger.take(lines, separator.encode()) if ledger else b"".join(lines))
                rows += len(lines)
                on_rows(rows)
        # Django takes what it reads for times of its own zone: in another they would be hours off.
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [before])
    return rows


def _select(queryset: QuerySet, columns: Sequence[FileColumn], ledger: Ledger | None) -> Sql:
    """The rows as an ordered subquery of plain values, and around it the cells.

    A subquery with an order is never merged into the query around it, so each value is computed once, however
    often its cell and the ledger name it; and without a sort of its own the outer query keeps the order.
    """
    values = _Values()
    cells = [column.cell(*(values.name(source) for source in column.sources)) for column in columns]
    selected = [sql for sql, _ in cells]
    if len(selected) == 1:
        # No value is nothing at all, and a line of nothing is no row to who reads the file: so it is "".
        selected = [f"COALESCE(({selected[0]})::text, '')"]
    if ledger:
        selected = ledger.key(values.name) + selected
    compiler = queryset.values_list(*values.sources).query.get_compiler(connection=connections[queryset.db])
    inner, params = compiler.as_sql()
    names = ", ".join(values.names)
    sql = f"SELECT {', '.join(selected)} FROM ({inner}) AS r ({names})"  # noqa: S608 -- compiled by the ORM
    return sql, [*(param for _, cell_params in cells for param in cell_params), *params]


class _Values:
    """The values that the cells are made of, each once, by the names v1, v2, ..."""

    def __init__(self) -> None:
        self.sources: list[Any] = []
        self._names: dict[Any, str] = {}

    def name(self, source: Any) -> str:
        """The name of a value. Two references to one field are one value."""
        key = repr(source) if isinstance(source, F) else id(source)
        if key not in self._names:
            self.sources.append(source)
            self._names[key] = f"v{len(self.sources)}"
        return self._names[key]

    @property
    def names(self) -> list[str]:
        return list(self._names.values())


def header_line(headings: list[str], separator: str = ",") -> bytes:
    """The first line. Headings are our own words, and are made safe like any other text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow([neutralise_text(heading) for heading in headings])
    return text.getvalue().encode()


def neutralise_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs: what `cells.safe_text` does, for text that Python has."""
    return f"'{text}" if re.match(DANGEROUS, text) else text


def restore_text(cell: str) -> str:
    """What a cell of our own files held before it was made safe."""
    return cell[1:] if re.match(ESCAPED, cell) else cell
