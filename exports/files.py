"""What was asked as a file in its format: the writer's lines as they are, or a workbook made of them."""

from collections.abc import Callable

from .asked import Asked
from .dialects import Format
from .ledger import Ledger
from .workbook import Workbook
from .writer import Sink, write_csv


def write_file(
    format_: Format,
    asked: Asked,
    sink: Sink,
    *,
    zone: str,
    ledger: Ledger | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write the rows to the sink; returns their number. See `writer.write_csv`; raises CannotExport."""
    columns = asked.file_columns(format_)

    def write(target: Sink) -> int:
        return write_csv(
            asked.queryset(),
            columns,
            target,
            zone=zone,
            separator=format_.separator,
            mark=format_.mark,
            ledger=ledger,
            on_rows=on_rows,
        )

    if not format_.is_workbook:
        return write(sink)
    with Workbook(sink, columns) as workbook:
        return write(workbook)
