"""The refused rows of an import as a file, by the one CSV writer."""

from typing import Final

from django.db.models import Case, F, TextField, Value, When

from exports.cells import SafeText
from exports.writer import Sink, write_csv

from ..models import ImportRun
from .queries import problems_of
from .reasons import Reason

HEADINGS: Final = ("line", "column", "value", "reason")


def write_report(run: ImportRun, sink: Sink) -> int:
    """Write line, column, value and reason of each refused row; returns how many."""
    words = Case(
        *(When(reason=reason, then=Value(str(reason.label))) for reason in Reason),
        default=F("reason"),
        output_field=TextField(),
    )
    cells = dict(zip(HEADINGS, (F("line"), SafeText("column"), SafeText("value"), words), strict=True))
    return write_csv(problems_of(run), cells, sink, zone=run.workspace.timezone)
