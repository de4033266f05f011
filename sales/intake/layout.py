"""A mapping laid over the heading of a file: which cell stands where, and which function reads it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from .amounts import AmountReader, amount_reader
from .cells import CellReader, cell_reader
from .errors import CannotReadFile, FileProblem
from .mapping import REQUIRED, Column, FieldForm, Mapping, RowRule

HEAD: Final = ("line", "external_id", "is_refund", "points_to", "person", "status", "refunded")
"""The first staged columns of every row; then come those of the cells, then the amounts."""

_NOT_ON_REFUNDS: Final = frozenset(("method",))
_IDENTIFYING: Final = ("customer_id", "document", "email")


class Cell(NamedTuple):
    """One cell that is read by itself."""

    name: str
    column: str
    position: int
    reader: CellReader


class Money(NamedTuple):
    """One cell with an amount, which is read in the row's currency."""

    name: str
    column: str
    position: int
    read: AmountReader


class Place(NamedTuple):
    """A column of the file that has no reader of its own."""

    column: str
    position: int


class Layout:
    """What the rows of one file look like; raises CannotReadFile when the heading lacks a column."""

    def __init__(self, mapping: Mapping, heading: tuple[str, ...]) -> None:
        self.width = len(heading)
        self.identity = [Place(str(column), _position(column, heading)) for column in mapping.identity]
        self.is_refund = _rule(mapping.refunds, heading)
        self.is_ignored = _rule(mapping.ignore, heading)
        sale = mapping.refunds.sale if mapping.refunds is not None else None
        self.pointer = Place(str(sale), _position(sale, heading)) if sale is not None else None
        self.cells: list[Cell] = []
        self.status: Cell | None = None
        moneys: dict[str, Money] = {}
        for name, form in mapping.fields.items():
            if form.column is None:
                continue
            position, column = _position(form.column, heading), str(form.column)
            if form.kind == "money":
                moneys[name] = Money(name, column, position, amount_reader(form))
            else:
                self._add_cell(name, column, position, form)
        self.amount = moneys.pop("amount")
        self.refunded = moneys.pop("refunded", None)
        self.moneys = list(moneys.values())
        self.columns = (
            *HEAD,
            *(column for cell in self.cells for column in cell.reader.columns),
            *("amount", *(money.name for money in self.moneys)),
        )
        self.constant_currency = mapping.fields["currency"].constant
        self.constant_status = mapping.fields["status"].constant or ""
        self.identifying = next(
            str(mapping.fields[name].column)
            for name in _IDENTIFYING
            if name in mapping.fields and mapping.fields[name].column is not None
        )

    def _add_cell(self, name: str, column: str, position: int, form: FieldForm) -> None:
        reader = cell_reader(name, form, required=name in REQUIRED)
        if name == "status":
            self.status = Cell(name, column, position, reader)
            reader = CellReader(("source_status",), lambda text: (text.strip(),))
        self.cells.append(Cell(name, column, position, reader))

    def place(self, column: str) -> int | None:
        """Where a staged column stands among the values of a row."""
        return self.columns.index(column) if column in self.columns else None

    def readers(self, *, of_refund: bool) -> list[tuple[Callable[[str], tuple[str | None, ...]], int]]:
        """The functions that read a row's cells, each with the position of its cell."""
        return [
            ((_nothing if of_refund and cell.name in _NOT_ON_REFUNDS else cell.reader.read), cell.position)
            for cell in self.cells
        ]


def _nothing(text: str) -> tuple[str | None, ...]:
    return ("",)


def _position(column: Column, heading: tuple[str, ...]) -> int:
    """Where a column stands; raises CannotReadFile when it is not there, or there more than once."""
    folded = [name.casefold() for name in heading]
    for name in column.names:
        places = [place for place, found in enumerate(folded) if found == name.casefold()]
        if column.occurrence is None and len(places) > 1:
            raise CannotReadFile(FileProblem.COLUMN_TWICE, name)
        if len(places) >= (column.occurrence or 1):
            return places[(column.occurrence or 1) - 1]
    known = ", ".join(heading[:20])
    raise CannotReadFile(FileProblem.COLUMN_MISSING, f"{column} ({known[:500]})")


def _rule(rule: RowRule | None, heading: tuple[str, ...]) -> Callable[[list[str]], bool] | None:
    if rule is None:
        return None
    position, words = _position(rule.column, heading), rule.words
    return lambda cells: cells[position].strip().casefold() in words
