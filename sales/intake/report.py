"""The refused rows of an import as a file, by the one CSV writer."""

from django.db.models import Case, F, TextField, Value, When

from exports.cells import safe_text, whole_number
from exports.writer import FileColumn, Sink, write_csv

from ..models import ImportRun
from .queries import problems_of
from .reasons import Reason


def write_report(run: ImportRun, sink: Sink) -> int:
    """Write line, column, value and reason of each refused row; returns how many."""
    words = Case(
        *(When(reason=reason, then=Value(str(reason.label))) for reason in Reason),
        default=F("reason"),
        output_field=TextField(),
    )
    columns = [
        FileColumn("line", (F("line"),), whole_number),
        FileColumn("column", (F("column"),), safe_text),
        FileColumn("value", (F("value"),), safe_text),
        FileColumn("reason", (words,), safe_text),
    ]
    return write_csv(problems_of(run), columns, sink, zone=run.workspace.timezone)
