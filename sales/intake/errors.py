"""What cannot be imported, one class each, with the data to say why."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CannotReadMapping(ValueError):
    """A mapping that is not one; `where` is the path of keys that leads to the fault."""

    def __init__(self, where: str, problem: str | Promise) -> None:
        super().__init__(f"{where}: {problem}" if where else str(problem))
        self.where, self.problem = where, problem


class FileProblem(TextChoices):
    """Why a whole file was refused; the label is what the person who chose it reads."""

    MISSING = "missing", _("The file is not there.")
    EMPTY = "empty", _("The file is empty.")
    ONLY_HEADING = "only_heading", _("The file has a heading and no rows.")
    NOT_TEXT = "not_text", _("This is not a text file. Save the table as CSV and try again.")
    WORKBOOK = "workbook", _("This is a workbook or a zip archive. Save the table as CSV and try again.")
    BROKEN_GZIP = "broken_gzip", _("The compressed file is damaged.")
    TOO_LARGE = "too_large", _("The file is too large.")
    MIXED_ENCODING = (
        "mixed_encoding",
        _("The text is UTF-8 up to a point and then is not; name the encoding in the mapping."),
    )
    WRONG_ENCODING = "wrong_encoding", _("The text is not in the encoding that the mapping names.")
    LINE_TOO_LONG = "line_too_long", _("A line is too long for a table.")
    TOO_MANY_COLUMNS = "too_many_columns", _("The heading has too many columns.")
    COLUMN_MISSING = "column_missing", _("The heading has no such column.")
    COLUMN_TWICE = "column_twice", _("The heading has this column more than once; say which one is meant.")
    PERSON_ANONYMISED = (
        "person_anonymised",
        _("The file was deleted: it named somebody who was anonymised. Upload it again without them."),
    )
    CHANGED = "changed", _("The file is not the one that was uploaded.")


class CannotReadFile(Exception):
    """A file that cannot be imported at all, and what in it stands against that."""

    def __init__(self, problem: FileProblem, detail: str = "") -> None:
        super().__init__(f"{problem.label} {detail}".strip())
        self.problem, self.detail = problem, detail


class CannotImport(Exception):
    """An import that may not start; the subclasses say why."""


class AnotherImportIsRunning(CannotImport):
    """Two imports at once could make the same new customer twice."""


class NothingToRun(CannotImport):
    """The run is finished, or its file is gone."""
