"""A small file, a mapping for it, and one call that imports them into Aurora Cursos."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atomicpay.workspaces.models import Workspace
from sales.intake.importing import run_import
from sales.intake.mapping_file import read_mapping
from sales.intake.services import request_import
from sales.models import ImportProblem, ImportRun

HEADING = "Order,Buyer,Name,Email,Document,Phone,Product,Status,Method,Currency,Amount,Date"


def sales_mapping(**changes: Any) -> dict[str, Any]:
    """The mapping of a file with `HEADING`; `changes` replace keys, and fields by their name."""
    mapping: dict[str, Any] = {
        "name": "Orders",
        "provider": "shop",
        "identity": {"columns": ["Order"]},
        "fields": {
            "customer_id": {"column": "Buyer"},
            "name": {"column": "Name"},
            "email": {"column": "Email"},
            "document": {"column": "Document"},
            "phone": {"column": "Phone"},
            "product": {"column": "Product"},
            "status": {
                "column": "Status",
                "words": {
                    "Pending": "pending",
                    "Paid": "approved",
                    "Complete": "completed",
                    "Refunded": "refunded",
                    "Part refunded": "partially_refunded",
                    "Disputed": "disputed",
                    "Chargeback": "chargeback",
                    "Refused": "declined",
                },
            },
            "method": {"column": "Method", "words": {"Pix": "pix", "Card": "credit_card"}},
            "currency": {"column": "Currency"},
            "amount": {"column": "Amount", "decimal_mark": "."},
            "ordered_at": {"column": "Date", "format": "iso", "zone": "America/Sao_Paulo"},
        },
    }
    for key, value in changes.items():
        target = (
            mapping
            if key in ("identity", "refunds", "ignore", "file", "written_by_us")
            else mapping["fields"]
        )
        target[key] = value
    return mapping


def order(number: str = "A1", **cells: str) -> str:
    """One line under `HEADING`."""
    values = {
        "Order": number,
        "Buyer": "",
        "Name": "Antônia Figueirêdo",
        "Email": "antonia@correio.example",
        "Document": "",
        "Phone": "",
        "Product": "course",
        "Status": "Paid",
        "Method": "Pix",
        "Currency": "BRL",
        "Amount": "97.00",
        "Date": "2026-03-02 12:00",
    } | cells
    return ",".join(values.values())


Importer = Callable[..., ImportRun]


@pytest.fixture
def import_lines(in_aurora: Workspace, tmp_path: Path) -> Importer:
    """Import lines under `HEADING` (or a whole text, or bytes) and return the run as it ended."""

    def _import(
        *lines: str,
        content: str | bytes | None = None,
        mapping: dict[str, Any] | None = None,
        is_all_or_nothing: bool = False,
    ) -> ImportRun:
        path = tmp_path / "orders.csv"
        if content is None:
            content = "\n".join((HEADING, *lines)) + "\n"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        run = request_import(
            acting_member=None,
            mapping=read_mapping(sales_mapping() if mapping is None else mapping),
            file_name=path.name,
            is_all_or_nothing=is_all_or_nothing,
        )
        run_import(workspace_id=in_aurora.pk, run_id=run.pk, path=path)
        run.refresh_from_db()
        return run

    return _import


def counts(run: ImportRun) -> dict[str, int]:
    """The counts of a run that are not zero."""
    names = ("new", "changed", "unchanged", "ignored", "refused")
    return {name: count for name in names if (count := getattr(run, f"rows_{name}"))}


def problems(run: ImportRun) -> list[tuple[int, str, str, str]]:
    """What was refused: line, column, value, reason."""
    return list(
        ImportProblem.objects.filter(run=run)
        .order_by("line", "id")
        .values_list("line", "column", "value", "reason")
    )
