"""The one CSV writer: a queryset compiled to one COPY, streamed from PostgreSQL to a file of any size."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final, Protocol

from django.db import connections
from django.db.models import Expression, F, QuerySet
from psycopg.abc import Buffer

from .cells import DANGEROUS, ESCAPED
from .ledger import Ledger

_ROWS_AT_ONCE: Final = 1000


class Sink(Protocol):
    """Where the bytes go."""

    def write(self, data: bytes) -> None: ...


def write_csv(
    queryset: QuerySet,
    cells: Mapping[str, Expression | F],
    sink: Sink,
    *,
    zone: str,
    ledger: Ledger | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write a header and one line per row (UTF-8, comma, LF, RFC 4180 quotes); returns the number of rows.

    `cells` maps each heading to the expression that makes the cell, see `cells`. Called inside a workspace
    entered as one snapshot; the queryset's order must be total, so that the same snapshot gives the same
    bytes. `ledger` adds up what is written. `on_rows` is told the number of rows after each thousand, and may
    raise to stop.
    """
    connection = connections[queryset.db]
    keys = [ledger.row_key] if ledger else []
    query = queryset.values_list(*keys, *cells.values()).query
    sql, params = query.get_compiler(connection=connection).as_sql()
    sink.write(header_line(list(cells)))
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        # COPY takes no parameters: they are put in by the driver, quoted by the server's own rules.
        statement = connection.ops.compose_sql(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params)
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            # PostgreSQL sends one message for each row, also when a cell has line breaks in it.
            while lines := list(islice(copy, _ROWS_AT_ONCE)):
                _write_lines(lines, sink, ledger)
                rows += len(lines)
                on_rows(rows)
    return rows


def _write_lines(lines: list[Buffer], sink: Sink, ledger: Ledger | None) -> None:
    if ledger is None:
        sink.write(b"".join(lines))
        return
    parts = [bytes(line).partition(b",") for line in lines]
    sink.write(b"".join([cells for _, _, cells in parts]))
    ledger.count([key for key, _, _ in parts])


def header_line(headings: list[str]) -> bytes:
    """The first line. Headings are our own words, and are made safe like any other text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([neutralise_text(heading) for heading in headings])
    return text.getvalue().encode()


def neutralise_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs: what `cells.SafeText` does, for text that Python has."""
    return f"'{text}" if re.match(DANGEROUS, text) else text


def restore_text(cell: str) -> str:
    """What a cell of our own files held before it was made safe."""
    return cell[1:] if re.match(ESCAPED, cell) else cell
