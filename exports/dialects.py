"""The formats a file can have: how its values become cells, and what divides them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Kind

from . import cells

CellMaker = Callable[..., cells.Sql]


class Dialect(TextChoices):
    """What a file is written for; the label is what a person chooses by."""

    STANDARD = "standard", _("CSV: comma, decimal point, times with offset")
    EXCEL_BR = "excel_br", _("CSV for Excel in Brazil: semicolon, decimal comma")
    XLSX = "xlsx", _("Excel workbook (XLSX)")


@dataclass(frozen=True, slots=True)
class Format:
    """How a dialect is written; `mark` is what stands before the first line."""

    extension: str
    content_type: str
    cells: Mapping[Kind, CellMaker]
    separator: str = ","
    mark: bytes = b""
    is_workbook: bool = False


_STANDARD: Final[dict[Kind, CellMaker]] = {
    Kind.ID: cells.public_id,
    Kind.TEXT: cells.safe_text,
    Kind.CHOICE: cells.safe_text,
    Kind.PHONE: cells.digits,
    Kind.MONEY: cells.decimal_amount,
    Kind.INTEGER: cells.whole_number,
    Kind.BOOLEAN: cells.yes_or_no,
    Kind.DATETIME: cells.local_time,
}

FORMATS: Final[dict[Dialect, Format]] = {
    Dialect.STANDARD: Format("csv", "text/csv; charset=utf-8", _STANDARD),
    Dialect.EXCEL_BR: Format(
        "csv",
        "text/csv; charset=utf-8",
        # Excel reads no time that has an offset.
        _STANDARD | {Kind.MONEY: cells.comma_amount, Kind.DATETIME: cells.plain_time},
        separator=";",
        # Without it Excel takes the file for one in Windows-1252.
        mark=b"\xef\xbb\xbf",
    ),
    Dialect.XLSX: Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _STANDARD | {Kind.DATETIME: cells.day_number},
        is_workbook=True,
    ),
}


def format_of(dialect: str) -> Format:
    """The format that an export was asked for in."""
    return FORMATS[Dialect(dialect)]
