"""What is wrong with a row that was refused: read again, cell by cell, to say all of it."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from atomicpay.ui.masks import mask_document
from customers.contacts import read_document

from .cells import LONGEST_INDEXED, UNREADABLE, BadCell
from .layout import Money
from .reasons import Reason
from .rows import RowReader

_LONGEST_VALUE: Final = 200
_MOST_DIGITS_HIDDEN: Final = 16


class Problem(NamedTuple):
    """What is wrong with a row: where, what stands there, and why it was refused."""

    line: int
    column: str
    value: str
    reason: Reason


def explain(reader: RowReader, line: int, cells: list[str]) -> list[Problem]:
    """Everything that is wrong with a row that `reader` refused."""
    layout = reader.layout
    if len(cells) < layout.width or any(cells[layout.width :]):
        return [Problem(line, "", "", Reason.WRONG_CELLS)]
    cells = reader.restored(cells[: layout.width])
    is_refund = layout.is_refund is not None and layout.is_refund(cells)
    found = [*_of_cells(reader, line, cells, is_refund)]
    return found or [_of_the_whole(reader, line, cells, is_refund)]


def _of_cells(reader: RowReader, line: int, cells: list[str], is_refund: bool) -> Iterator[Problem]:
    layout = reader.layout
    for place in layout.identity:
        identity = cells[place.position].strip()
        if not identity:
            yield Problem(line, place.column, "", Reason.EMPTY)
        elif len(identity) > LONGEST_INDEXED:
            yield Problem(line, place.column, identity[:_LONGEST_VALUE], Reason.CELL_TOO_LONG)
    currency = layout.constant_currency or ""
    status = [layout.status] if layout.status is not None and not is_refund else []
    for cell, (read, _) in zip(layout.cells, layout.readers(of_refund=is_refund), strict=True):
        try:
            values = read(cells[cell.position])
        except UNREADABLE as error:
            yield Problem(line, cell.column, _shown(cell.name, cells[cell.position]), error.reason)
        else:
            currency = str(values[0]) if cell.name == "currency" else currency
    for cell in status:
        try:
            cell.reader.read(cells[cell.position])
        except UNREADABLE as error:
            yield Problem(line, cell.column, _shown(cell.name, cells[cell.position]), error.reason)
    if currency:
        yield from _of_amounts(reader, line, cells, currency, is_refund)


def _of_amounts(
    reader: RowReader, line: int, cells: list[str], currency: str, is_refund: bool
) -> Iterator[Problem]:
    layout = reader.layout
    refunded = [layout.refunded] if layout.refunded is not None and not is_refund else []
    for money in (layout.amount, *refunded, *layout.moneys):
        reason = _amount_fault(money, cells[money.position].strip(), currency)
        if reason is None and money in (layout.amount, *refunded) and not is_refund:
            reason = _sign_fault(money, cells[money.position].strip(), currency)
        if reason is None and money is layout.amount and not cells[money.position].strip():
            reason = Reason.EMPTY
        if reason is not None:
            yield Problem(line, money.column, cells[money.position][:_LONGEST_VALUE], reason)


def _amount_fault(money: Money, text: str, currency: str) -> Reason | None:
    try:
        money.read(text or "0", currency)
    except UNREADABLE as error:
        return error.reason
    return None


def _sign_fault(money: Money, text: str, currency: str) -> Reason | None:
    return Reason.NEGATIVE_AMOUNT if text and money.read(text, currency) < 0 else None


def _of_the_whole(reader: RowReader, line: int, cells: list[str], is_refund: bool) -> Problem:
    """What no cell shows alone: a buyer whom nothing identifies, a refund that does not fit its sale."""
    layout = reader.layout
    try:
        reader.read_refund(line, cells) if is_refund else reader.read_sale(line, cells)
    except BadCell as error:
        if error.reason == Reason.NO_BUYER:
            return Problem(line, layout.identifying, "", error.reason)
        if error.reason == Reason.CELL_TOO_LONG:
            return _too_long_together(reader, line, cells)
        place = layout.refunded if error.reason == Reason.MORE_REFUNDED else layout.status
        if place is None:
            return Problem(line, "", "", error.reason)
        return Problem(line, place.column, cells[place.position][:_LONGEST_VALUE], error.reason)
    raise AssertionError("a row was refused and nothing is wrong with it")


def _too_long_together(reader: RowReader, line: int, cells: list[str]) -> Problem:
    """Cells that fit each by itself: those that make the identity, or else those that name the buyer."""
    layout = reader.layout
    try:
        reader.external_id(line, cells)
    except BadCell as error:
        return Problem(line, ", ".join(place.column for place in layout.identity), "", error.reason)
    return Problem(line, layout.identifying, "", Reason.CELL_TOO_LONG)


def _shown(name: str, value: str) -> str:
    """The cell as the report shows it: of a document only a part, of a card's digits none."""
    if name == "document":
        document = read_document(value)
        return mask_document(document.normalised if document else value)[:_LONGEST_VALUE]
    if name == "card_last4":
        return "•" * min(len(value), _MOST_DIGITS_HIDDEN)
    return value[:_LONGEST_VALUE]
