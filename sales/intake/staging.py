"""A file brought into temporary tables: typed rows, and the problems of those that were refused."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from django.db.backends.utils import CursorWrapper

from .faults import Problem, explain
from .layout import Layout
from .mapping import Mapping
from .reading import Table
from .reasons import Reason
from .rows import BadRow, Row, RowReader

STAGED: Final = {
    "line": "integer NOT NULL",
    "external_id": 'text COLLATE "C" NOT NULL',
    "is_refund": "boolean NOT NULL",
    "points_to": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "person": 'text COLLATE "C" NOT NULL',
    "customer_ref": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "email": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "buyer_email": "text NOT NULL DEFAULT ''",
    "document": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "document_kind": "text NOT NULL DEFAULT ''",
    "document_valid": "boolean NOT NULL DEFAULT false",
    "buyer_document": "text NOT NULL DEFAULT ''",
    "phone_digits": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "buyer_phone": "text NOT NULL DEFAULT ''",
    "status": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "product": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    "currency": "text COLLATE \"C\" NOT NULL DEFAULT ''",
    **dict.fromkeys(
        ("name", "country", "product_name", "reference", "source_status", "method", "card_brand",
         "card_last4", "coupon", "utm_source", "utm_campaign", "affiliate", "agent"),
        "text NOT NULL DEFAULT ''",
    ),
    **dict.fromkeys(("installments", "charge_number"), "smallint"),
    **dict.fromkeys(("amount", "refunded", "list_price", "discount", "tax", "fee", "net"), "bigint"),
    "is_test": "boolean NOT NULL DEFAULT false",
    **dict.fromkeys(
        ("ordered_at", "approved_at", "completed_at", "refunded_at", "updated_at"), "timestamptz"
    ),
    # When a file tells of one sale more than once, each time is written in a round of its own, oldest first.
    "round": "integer NOT NULL DEFAULT 1",
}  # fmt: skip
"""The columns of the table `intake_row`."""

_NULL: Final = "\x1d"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", _NULL: r"\x1d"})

TABLES: Final = ("intake_row", "intake_problem", "intake_person", "intake_product", "intake_ready")

_FLAGS: Final = {"yes": "t", "no": "f"}
PROBLEMS_KEPT: Final = 100_000
"""In the report of one import. All refused rows are counted."""
_BLOCK: Final = 1 << 18
_MOST_ROUNDS: Final = 20


@dataclass(slots=True)
class Staged:
    """What came of reading the file."""

    read: int = 0
    ignored: int = 0
    refused: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problems: list[Problem]) -> None:
        """Count a refused row and keep what is wrong with it, as far as a report is read."""
        self.refused += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems += problems


def drop_tables(cursor: CursorWrapper) -> None:
    """Leave nothing of an earlier import on the connection."""
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in TABLES)}")


def stage(cursor: CursorWrapper, table: Table, mapping: Mapping) -> Staged:
    """Make the temporary tables and fill them with the rows of the file; raises CannotReadFile."""
    layout = Layout(mapping, table.heading)
    reader = RowReader(layout, table.facts.sha256, written_by_us=mapping.written_by_us)
    _make_tables(cursor, mapping)
    staged = Staged()
    with cursor.copy(f"COPY intake_row ({', '.join(layout.columns)}) FROM STDIN (NULL '{_NULL}')") as copy:
        for block in _blocks(_lines(table, reader, staged)):
            copy.write(block)
    _copy_problems(cursor, staged.problems)
    cursor.execute("ANALYZE intake_row (line, external_id, person, product, is_refund)")
    if not mapping.is_by_line:
        _settle_repetitions(cursor, staged, by_time="updated_at" in mapping.fields)
    return staged


def _make_tables(cursor: CursorWrapper, mapping: Mapping) -> None:
    drop_tables(cursor)
    constants = {
        name: _FLAGS.get(form.constant, form.constant)
        for name, form in mapping.fields.items()
        if form.constant is not None and name != "status"
    }
    columns = {
        name: f"{definition.partition(' DEFAULT')[0]} DEFAULT %s" if name in constants else definition
        for name, definition in STAGED.items()
    }
    params = [constants[name] for name in columns if name in constants]
    definition = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
    cursor.execute(f"CREATE TEMP TABLE intake_row ({definition})", params)
    cursor.execute('CREATE TEMP TABLE intake_problem (line integer, "column" text, value text, reason text)')


def _lines(table: Table, reader: RowReader, staged: Staged) -> Iterator[str]:
    read = reader.read
    with closing(table.rows()) as records:
        for line, cells in records:
            staged.read += 1
            if isinstance(cells, Reason):
                staged.refuse([Problem(line, "", "", cells)])
                continue
            try:
                row = read(line, cells)
            except BadRow:
                staged.refuse(explain(reader, line, cells))
                continue
            if row is None:
                staged.ignored += 1
            else:
                yield copy_line(row)


def copy_line(row: Row) -> str:
    """The row as a line of COPY's text format."""
    text = "\t".join([_NULL if value is None else value for value in row])
    if (
        "\\" in text
        or "\n" in text
        or "\r" in text
        or text.count("\t") != len(row) - 1
        or text.count(_NULL) != row.count(None)
    ):
        text = "\t".join([_NULL if value is None else value.translate(_ESCAPES) for value in row])
    return text


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    block: list[str] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size > _BLOCK:
            yield "\n".join(block) + "\n"
            block, size = [], 0
    if block:
        yield "\n".join(block) + "\n"


def _copy_problems(cursor: CursorWrapper, problems: list[Problem]) -> None:
    with cursor.copy('COPY intake_problem (line, "column", value, reason) FROM STDIN') as copy:
        for block in _blocks(copy_line([str(p.line), p.column, p.value, p.reason.value]) for p in problems):
            copy.write(block)


def _settle_repetitions(cursor: CursorWrapper, staged: Staged, *, by_time: bool) -> None:
    """What a file says twice counts once; what it says of one identity in two ways is refused.

    Unless it says when: then the rows are the states of one sale, in the order of their times.
    """
    cursor.execute("""
        CREATE TEMP TABLE intake_repeated AS
        SELECT line, external_id, is_refund, updated_at,
               md5((to_jsonb(r) - 'line')::text) AS content
          FROM intake_row r
         WHERE (is_refund, external_id) IN
               (SELECT is_refund, external_id FROM intake_row GROUP BY 1, 2 HAVING count(*) > 1)
    """)
    cursor.execute("""
        DELETE FROM intake_row WHERE line IN (
          SELECT line FROM (
            SELECT line, row_number() OVER (PARTITION BY is_refund, external_id, content ORDER BY line) AS nth
              FROM intake_repeated) same
           WHERE nth > 1)
        RETURNING line
    """)
    staged.repeated = cursor.rowcount
    time = "updated_at" if by_time else "NULL::timestamptz"
    cursor.execute(f"""
        CREATE TEMP TABLE intake_round AS
        SELECT line, external_id, first_line,
               is_refund OR moment IS NULL OR is_tied OR place > {_MOST_ROUNDS} AS is_refused, place
          FROM (SELECT line, external_id, is_refund, {time} AS moment,
                       min(line) OVER same AS first_line,
                       count(*) OVER (PARTITION BY is_refund, external_id, {time}) > 1 AS is_tied,
                       row_number() OVER (PARTITION BY is_refund, external_id ORDER BY {time}, line) AS place
                  FROM intake_repeated JOIN (SELECT line FROM intake_row) kept USING (line)
                WINDOW same AS (PARTITION BY is_refund, external_id)) states
    """)
    cursor.execute(
        """
        WITH gone AS (
          DELETE FROM intake_row r USING intake_round o
           WHERE o.line = r.line AND o.is_refused AND o.line <> o.first_line RETURNING r.line, r.external_id
        )
        INSERT INTO intake_problem SELECT line, '', external_id, %s FROM gone
        """,
        [Reason.TWICE_IN_FILE.value],
    )
    staged.refused += cursor.rowcount
    cursor.execute(
        "UPDATE intake_row r SET round = o.place FROM intake_round o"
        " WHERE o.line = r.line AND NOT o.is_refused"
    )
    cursor.execute("DROP TABLE intake_repeated, intake_round")
