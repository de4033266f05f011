"""One row of a file turned into one staged row: the mapping and the heading compiled into functions."""

from collections.abc import Callable
from typing import Final, NamedTuple

from atomicpay.ui.masks import mask_document
from customers.contacts import read_document
from exports.writer import restore_text

from ..states import SaleStatus
from .amounts import amount_reader
from .cells import UNREADABLE, BadCell, CellReader, cell_reader
from .errors import CannotReadFile, FileProblem
from .mapping import REQUIRED, Column, FieldForm, Mapping, RowRule
from .reasons import Reason

BETWEEN_KEYS: Final = "\x1f"
"""Stands between id, document and email in the column `person`."""

_LONGEST_VALUE: Final = 200
_NOT_ON_REFUNDS: Final = frozenset(("status", "method", "refunded"))
_MASKED: Final = frozenset(("document",))

Row = list[str | None]


class Problem(NamedTuple):
    """What is wrong with a row: where, what stands there, and why it was refused."""

    line: int
    column: str
    value: str
    reason: Reason


class BadRow(Exception):
    """A row that is refused, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Cell(NamedTuple):
    name: str
    column: str
    position: int
    reader: CellReader


class _Money(NamedTuple):
    name: str
    column: str
    position: int
    read: Callable[[str, str], int]


class RowReader:
    """Reads the rows of one file. `columns` are the staged columns in the order of the values it gives."""

    def __init__(self, mapping: Mapping, heading: tuple[str, ...], sha256: str) -> None:
        self._width = len(heading)
        self._mapping, self._sha256 = mapping, sha256
        self._restores = mapping.written_by_us
        self._identity = [(str(column), _position(column, heading)) for column in mapping.identity]
        self._is_refund = _rule(mapping.refunds, heading)
        self._is_ignored = _rule(mapping.ignore, heading)
        self._points_to = _position(mapping.refunds.sale, heading) if _has_sale(mapping) else None
        self._cells: list[_Cell] = []
        self._moneys: list[_Money] = []
        for name, form in mapping.fields.items():
            if form.column is not None:
                self._add(name, form, form.column, _position(form.column, heading))
        self.columns = (
            *("line", "external_id", "is_refund", "points_to", "person"),
            *(column for cell in self._cells for column in cell.reader.columns),
            *(money.name for money in self._moneys),
            *(("status",) if "status" not in self._staged else ()),
            *(("refunded",) if "refunded" not in mapping.fields else ()),
        )
        self._place = {column: place for place, column in enumerate(self.columns)}
        self._constant_currency = mapping.fields["currency"].constant
        self._constant_status = mapping.fields["status"].constant or ""
        self._identifying = next(
            form.column for name in ("customer_id", "document", "email")
            if (form := mapping.fields.get(name)) and form.column
        )  # fmt: skip

    @property
    def _staged(self) -> set[str]:
        return {column for cell in self._cells for column in cell.reader.columns}

    def _add(self, name: str, form: FieldForm, column: Column, position: int) -> None:
        if form.kind == "money":
            self._moneys.append(_Money(name, str(column), position, amount_reader(form)))
        else:
            reader = cell_reader(name, form, required=name in REQUIRED)
            self._cells.append(_Cell(name, str(column), position, reader))

    def read(self, line: int, cells: list[str]) -> Row | None:
        """The staged values of a row, or None for one that the mapping ignores; raises BadRow."""
        if len(cells) != self._width:
            cells = self._without_empty_end(line, cells)
        if self._restores:
            cells = [restore_text(cell) if cell[:1] == "'" else cell for cell in cells]
        if self._is_ignored is not None and self._is_ignored(cells):
            return None
        is_refund = self._is_refund is not None and self._is_refund(cells)
        try:
            row: Row = [str(line), self._external_id(line, cells), "t" if is_refund else "f", "", ""]
            if is_refund and self._points_to is not None:
                row[3] = cells[self._points_to].strip()
            for cell in self._cells:
                if is_refund and cell.name in _NOT_ON_REFUNDS:
                    row.extend(
                        "" if column != "source_status" else cells[cell.position]
                        for column in cell.reader.columns
                    )
                else:
                    row.extend(cell.reader.read(cells[cell.position]))
            return self._settle(row, cells, is_refund)
        except UNREADABLE:
            raise BadRow(self._problems(line, cells, is_refund)) from None

    def _without_empty_end(self, line: int, cells: list[str]) -> list[str]:
        """Some programs end each row with an empty cell."""
        if len(cells) < self._width or any(cells[self._width :]):
            raise BadRow([Problem(line, "", "", Reason.WRONG_CELLS)])
        return cells[: self._width]

    def _external_id(self, line: int, cells: list[str]) -> str:
        if not self._identity:
            return f"{self._sha256}:{line}"
        parts = [cells[position].strip() for _name, position in self._identity]
        if not all(parts):
            raise BadCell(Reason.EMPTY)
        if len(parts) == 1:
            return parts[0]
        return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)

    def _settle(self, row: Row, cells: list[str], is_refund: bool) -> Row:
        """Add the amounts, the status they decide, and who the buyer is."""
        place = self._place
        currency = self._constant_currency or str(row[place["currency"]])
        amounts = {money.name: self._amount(money, cells, currency, is_refund) for money in self._moneys}
        amount = abs(amounts["amount"] or 0) if is_refund else amounts["amount"] or 0
        status = (
            ""
            if is_refund
            else str(row[place["status"]] if "status" in self._staged else self._constant_status)
        )
        refunded = None if is_refund else amounts.get("refunded")
        if not is_refund:
            status, refunded = _status_and_refunded(status, amount, refunded)
        amounts |= {"amount": amount, "refunded": refunded}
        row.extend(_text(amounts[money.name]) for money in self._moneys)
        if "status" not in self._staged:
            row.append(status)
        else:
            row[place["status"]] = status
        if "refunded" not in self._mapping.fields:
            row.append(_text(refunded))
        row[4] = self._person(row)
        return row

    def _amount(self, money: _Money, cells: list[str], currency: str, is_refund: bool) -> int | None:
        text = cells[money.position].strip()
        if not text:
            if money.name == "amount":
                raise BadCell(Reason.EMPTY)
            return None
        amount = money.read(text, currency)
        if amount < 0 and not is_refund and money.name in ("amount", "refunded"):
            raise BadCell(Reason.NEGATIVE_AMOUNT)
        return amount

    def _person(self, row: Row) -> str:
        place = self._place
        known = [
            row[place["customer_ref"]] if "customer_ref" in place else "",
            row[place["document"]] if "document" in place and row[place["document_valid"]] == "t" else "",
            row[place["email"]] if "email" in place else "",
        ]
        if not any(known):
            raise BadCell(Reason.NO_BUYER)
        return BETWEEN_KEYS.join(part or "" for part in known)

    def _problems(self, line: int, cells: list[str], is_refund: bool) -> list[Problem]:
        """Read a bad row again, cell by cell, to say everything that is wrong with it."""
        found = [
            Problem(line, name, "", Reason.EMPTY)
            for name, position in self._identity if not cells[position].strip()
        ]  # fmt: skip
        row: Row = [str(line), "", "", "", ""]
        for cell in self._cells:
            try:
                skips = is_refund and cell.name in _NOT_ON_REFUNDS
                row.extend(
                    ("",) * len(cell.reader.columns) if skips else cell.reader.read(cells[cell.position])
                )
            except UNREADABLE as error:
                row.extend(("",) * len(cell.reader.columns))
                value = _shown(cell.name, cells[cell.position])
                found.append(Problem(line, cell.column, value, error.reason))
        currency = self._constant_currency or str(row[self._place["currency"]])
        for money in self._moneys if currency else ():
            try:
                self._amount(money, cells, currency, is_refund)
            except UNREADABLE as error:
                found.append(
                    Problem(line, money.column, _shown(money.name, cells[money.position]), error.reason)
                )
        return found or [self._problem_of_the_whole(line, cells, row, is_refund)]

    def _problem_of_the_whole(self, line: int, cells: list[str], row: Row, is_refund: bool) -> Problem:
        """What no cell shows alone: a buyer whom nothing identifies, a refund that does not fit its sale."""
        try:
            self._settle(row, cells, is_refund)
        except BadCell as error:
            if error.reason == Reason.NO_BUYER:
                return Problem(line, str(self._identifying), "", error.reason)
            name = "refunded" if error.reason == Reason.MORE_REFUNDED else "status"
            column = self._mapping.fields.get(name, self._mapping.fields["status"]).column
            position = next(
                (c.position for c in (*self._cells, *self._moneys) if c.column == str(column)), None
            )
            return Problem(line, str(column or ""), "" if position is None else cells[position], error.reason)
        raise AssertionError("a row was refused and nothing is wrong with it")


def _status_and_refunded(status: str, amount: int, refunded: int | None) -> tuple[str, int | None]:
    """The state and how much of the sale was given back, which say the same thing in two ways."""
    if refunded is not None and refunded > amount:
        raise BadCell(Reason.MORE_REFUNDED)
    if refunded and status in (SaleStatus.APPROVED, SaleStatus.COMPLETED):
        status = SaleStatus.REFUNDED.value if refunded == amount else SaleStatus.PARTIALLY_REFUNDED.value
    if status == SaleStatus.PARTIALLY_REFUNDED and not refunded:
        raise BadCell(Reason.REFUND_UNKNOWN)
    if status == SaleStatus.REFUNDED and not refunded:
        refunded = amount
    return status, refunded or None


def _position(column: Column | None, heading: tuple[str, ...]) -> int:
    """Where a column stands; raises CannotReadFile when it is not there, or there more than once."""
    if column is None:
        raise CannotReadFile(FileProblem.COLUMN_MISSING)
    folded = [name.casefold() for name in heading]
    for name in column.names:
        places = [place for place, found in enumerate(folded) if found == name.casefold()]
        if column.occurrence is not None and len(places) >= column.occurrence:
            return places[column.occurrence - 1]
        if len(places) > 1 and column.occurrence is None:
            raise CannotReadFile(FileProblem.COLUMN_TWICE, name)
        if places and column.occurrence is None:
            return places[0]
    known = ", ".join(heading[:20])
    raise CannotReadFile(FileProblem.COLUMN_MISSING, f"{column} ({known[:500]})")


def _rule(rule: RowRule | None, heading: tuple[str, ...]) -> Callable[[list[str]], bool] | None:
    if rule is None:
        return None
    position, words = _position(rule.column, heading), rule.words
    return lambda cells: cells[position].strip().casefold() in words


def _has_sale(mapping: Mapping) -> bool:
    return mapping.refunds is not None and mapping.refunds.sale is not None


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _shown(name: str, value: str) -> str:
    """The cell as the report shows it; of a document only a part."""
    if name in _MASKED:
        document = read_document(value)
        return mask_document(document.normalised if document else value)
    if name == "card_last4":
        return "•" * min(len(value), 16)
    return value[:_LONGEST_VALUE]
