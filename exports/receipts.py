"""The receipt of a file as data, for who keeps it beside the file or compares it by a program."""

from typing import Any
from zoneinfo import ZoneInfo

from atomicpay.ui.money import minor_to_decimal

from .changes.pages import receipt_of_changes
from .models import Export
from .pages import ExportPage

VERSION = 2
"""Changes when a name in the receipt means something else than before."""


def receipt_of(page: ExportPage) -> dict[str, Any]:
    """Everything the receipt's page says of a written file: names in English, times with their offset.

    Amounts are decimal text in the currency's own unit, each currency by itself.
    """
    export = page.export
    return {
        "receipt": VERSION,
        "reference": export.reference,
        "workspace": page.member.workspace.name,
        "list": export.page,
        "query": export.query,
        "filters": export.filters,
        "products": _products(page),
        "columns": [page.known_columns[key].header for key in export.columns if key in page.known_columns],
        "format": export.dialect,
        "zone": export.timezone,
        "as_of": page.as_of,
        "rows": {"expected": export.rows_expected, "written": export.rows_written},
        "left_out": export.left_out,
        "sums": [_sums(entry, page) for entry in export.sums],
        "changes": receipt_of_changes(export),
        "file": {"name": page.file_name, "bytes": export.size, "sha256": export.sha256},
        "asked": {"by": str(export.requested_by), "at": _local(export, "requested_at")},
        "written": {"at": _local(export, "finished_at"), "attempts": export.attempt},
        "kept_until": _local(export, "expires_at"),
    }


def _products(page: ExportPage) -> str | list[dict[str, str]]:
    """The scope: "all", or which products the rows were limited to."""
    if page.products is None:
        return "all"
    return [{"id": str(product.public_id), "name": product.name} for product in page.products]


def _sums(entry: dict[str, Any], page: ExportPage) -> dict[str, Any]:
    currency = entry["currency"]
    headers = {column.key: column.header for column in page.money_columns}
    return {
        "currency": currency,
        "rows": entry["rows"],
        "sums": {headers.get(key, key): _decimal(amount, currency) for key, amount in entry["sums"].items()},
    }


def _decimal(amount: int, currency: str) -> str:
    return str(minor_to_decimal(amount, currency)) if currency else str(amount)


def _local(export: Export, field: str) -> str:
    moment = getattr(export, field)
    return moment.astimezone(ZoneInfo(export.timezone)).isoformat(timespec="seconds") if moment else ""
