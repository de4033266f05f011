"""A column of a list: one object that knows its heading, its cell on the screen and its value in a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.safestring import SafeString


class Kind(StrEnum):
    """What a column's value is, so that a file can be written without knowing the list."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    PHONE = "phone"
    MONEY = "money"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of the screen; `sub` is a second, fainter line."""

    html: str | SafeString
    sub: str | Promise | SafeString = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column.

    expression  what the file holds, as an ORM expression or field path over `ListState.export_queryset()`;
                None for a column that only the screen has
    currency    of a money column: where its ISO 4217 code is found; the expression is in minor units
    cell        makes the screen's cell from a row of `ListState.rows()`; None for a column only files have
    reads       the fields that the cell reads, those of joined rows too ("plan__name")
    annotations what the cell reads beside them, by name
    beside      reads for all rows of a page at once; gets the rows and the list's currency
    order       the key of the order that its heading asks for
    permission  who lacks it gets the column neither on the screen nor in a file
    in_file     of a column that only the screen has: the keys of those that stand for it in a file
    is_opt_in   in a file only when asked for by name (a document, for instance)
    adds_up     False for money that is told more than once, which no receipt may add up
    is_self_explaining  its value needs no label where the table is folded (a state, the leading amount)
    css         "", "main", "figure", "lead-figure" or "quiet": see templates/ui/list_page.html
    """

    key: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    expression: str | Combinable | None = None
    currency: str | Combinable | None = None
    cell: Callable[[Any], Cell] | None = None
    reads: tuple[str, ...] = ()
    annotations: Mapping[str, Any] = field(default_factory=dict, hash=False)
    beside: Callable[[list[Any], str], None] | None = None
    order: str = ""
    permission: str = ""
    in_file: tuple[str, ...] = ()
    is_opt_in: bool = False
    adds_up: bool = True
    is_self_explaining: bool = False
    css: str = ""

    def __post_init__(self) -> None:
        if self.expression is None and self.cell is None:
            raise ValueError(f"column {self.key!r} is neither on the screen nor in a file")
        if (self.kind is Kind.MONEY) and self.expression is not None and self.currency is None:
            raise ValueError(f"money column {self.key!r} must say where its currency is")

    @property
    def header(self) -> str:
        """The column's name in the first line of a file, the same in every language."""
        return self.key


def plain(name: str) -> Callable[[Any], Cell]:
    """A cell that shows a field as it is, of a joined row too ("plan__name"); "" where there is no row."""

    def cell(row: Any) -> Cell:
        value = row
        for part in name.split("__"):
            value = getattr(value, part, None)
        return Cell("" if value is None else str(value))

    return cell


def only_what_is_read(queryset: QuerySet, columns: Iterable[Column]) -> QuerySet:
    """The rows with what the cells of these columns read: a column that is not shown costs nothing."""
    columns = tuple(columns)
    fields = sorted({name for column in columns for name in column.reads})
    joined = sorted({name.rpartition("__")[0] for name in fields} - {""})
    annotations = {name: value for column in columns for name, value in column.annotations.items()}
    rows = queryset.only("public_id", *fields)
    return (rows.select_related(*joined) if joined else rows).annotate(**annotations)


def read_beside(rows: list[Any], columns: Iterable[Column], currency: str) -> None:
    """Read what these columns show for all rows of a page at once, each thing once."""
    for read in dict.fromkeys(column.beside for column in columns):
        if read is not None:
            read(rows, currency)
