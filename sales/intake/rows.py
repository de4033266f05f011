"""One row of a file turned into the values that are staged for it. Millions pass here, one at a time."""

from typing import Final

from exports.writer import restore_text

from ..states import SaleStatus
from .cells import UNREADABLE, BadCell, fitting
from .layout import Layout
from .reasons import Reason

BETWEEN_KEYS: Final = "\x1f"
"""Stands between id, document and email in the column `person`."""

_LONGEST_PERSON: Final = 600
"""Characters, as `LONGEST_INDEXED`: each part may fit into an index and the whole not."""

_TELLS_OF_REFUND: Final = (SaleStatus.REFUNDED.value, SaleStatus.PARTIALLY_REFUNDED.value)
_PAID: Final = (SaleStatus.APPROVED.value, SaleStatus.COMPLETED.value)

Row = list[str | None]


class BadRow(Exception):
    """A row that cannot be staged; `faults.explain` says why."""


class RowReader:
    """Reads the rows of one file into values for `layout.columns`."""

    def __init__(self, layout: Layout, sha256: str, *, written_by_us: bool) -> None:
        self.layout = layout
        self._sha256, self._restores = sha256, written_by_us
        self._sale_readers = layout.readers(of_refund=False)
        self._refund_readers = layout.readers(of_refund=True)
        self._identity = [place.position for place in layout.identity]
        self._currency = layout.place("currency")
        self._customer_ref = layout.place("customer_ref")
        self._document, self._document_valid = layout.place("document"), layout.place("document_valid")
        self._email = layout.place("email")

    def restored(self, cells: list[str]) -> list[str]:
        """The cells as they were before one of our own exports made them safe."""
        if not self._restores:
            return cells
        return [restore_text(cell) if cell[:1] == "'" else cell for cell in cells]

    def read(self, line: int, cells: list[str]) -> Row | None:
        """The values of a row, or None for one that the mapping ignores; raises BadRow."""
        layout = self.layout
        if len(cells) != layout.width:
            # Some programs end each row with empty cells.
            if len(cells) < layout.width or any(cells[layout.width :]):
                raise BadRow
            cells = cells[: layout.width]
        cells = self.restored(cells)
        if layout.is_ignored is not None and layout.is_ignored(cells):
            return None
        is_refund = layout.is_refund is not None and layout.is_refund(cells)
        try:
            return self.read_refund(line, cells) if is_refund else self.read_sale(line, cells)
        except UNREADABLE as error:
            raise BadRow from error

    def read_sale(self, line: int, cells: list[str]) -> Row:
        """The values of a row that is a sale; raises what the readers of its cells raise."""
        layout = self.layout
        row: Row = [str(line), self.external_id(line, cells), "f", "", "", "", None]
        for read, position in self._sale_readers:
            row += read(cells[position])
        currency = layout.constant_currency or str(row[self._currency])  # type: ignore[index]
        amount = self._amount(cells, currency)
        status = layout.constant_status
        if layout.status is not None:
            status = str(layout.status.reader.read(cells[layout.status.position])[0])
        refunded = None
        if layout.refunded is not None and (text := cells[layout.refunded.position].strip()):
            refunded = layout.refunded.read(text, currency)
        if amount < 0 or (refunded or 0) < 0:
            raise BadCell(Reason.NEGATIVE_AMOUNT)
        if refunded or status in _TELLS_OF_REFUND:
            status, refunded = status_and_refunded(status, amount, refunded)
            row[6] = str(refunded)
        row[4], row[5] = self._person(row), status
        row.append(str(amount))
        self._add_moneys(row, cells, currency)
        return row

    def read_refund(self, line: int, cells: list[str]) -> Row:
        """The values of a row that is a refund, whichever sign its amount has."""
        layout = self.layout
        points_to = cells[layout.pointer.position].strip() if layout.pointer is not None else ""
        row: Row = [str(line), self.external_id(line, cells), "t", points_to, "", "", None]
        for read, position in self._refund_readers:
            row += read(cells[position])
        currency = layout.constant_currency or str(row[self._currency])  # type: ignore[index]
        row[4] = self._person(row)
        row.append(str(abs(self._amount(cells, currency))))
        self._add_moneys(row, cells, currency)
        return row

    def external_id(self, line: int, cells: list[str]) -> str:
        """What names the row among all of its provider; raises BadCell."""
        if not self._identity:
            return f"{self._sha256}:{line}"
        parts = [cells[position].strip() for position in self._identity]
        if not all(parts):
            raise BadCell(Reason.EMPTY)
        if len(parts) == 1:
            return fitting(parts[0])
        return fitting("|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts))

    def _amount(self, cells: list[str], currency: str) -> int:
        text = cells[self.layout.amount.position].strip()
        if not text:
            raise BadCell(Reason.EMPTY)
        return self.layout.amount.read(text, currency)

    def _add_moneys(self, row: Row, cells: list[str], currency: str) -> None:
        for money in self.layout.moneys:
            text = cells[money.position].strip()
            row.append(str(money.read(text, currency)) if text else None)

    def _person(self, row: Row) -> str:
        """What identifies the buyer: id, document when its check digits agree, email."""
        key = row[self._customer_ref] if self._customer_ref is not None else ""
        document = ""
        if self._document is not None and row[self._document_valid] == "t":  # type: ignore[index]
            document = row[self._document] or ""
        email = row[self._email] if self._email is not None else ""
        if not (key or document or email):
            raise BadCell(Reason.NO_BUYER)
        person = f"{key}{BETWEEN_KEYS}{document}{BETWEEN_KEYS}{email}"
        if len(person) > _LONGEST_PERSON:
            raise BadCell(Reason.CELL_TOO_LONG)
        return person


def status_and_refunded(status: str, amount: int, refunded: int | None) -> tuple[str, int]:
    """The state and how much of the sale was given back, which say the same thing in two ways."""
    if refunded is not None and refunded > amount:
        raise BadCell(Reason.MORE_REFUNDED)
    if refunded and status in _PAID:
        status = SaleStatus.REFUNDED.value if refunded == amount else SaleStatus.PARTIALLY_REFUNDED.value
    if status == SaleStatus.PARTIALLY_REFUNDED and not refunded:
        raise BadCell(Reason.REFUND_UNKNOWN)
    return status, refunded or amount
