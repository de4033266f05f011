"""A file that this product wrote, imported somewhere else, gives back every text and every cent (T19)."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings, strategies as st

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from exports import queue
from exports.attempts import place_of
from exports.dialects import FORMATS, Dialect
from exports.models import Export
from exports.run import run_export
from exports.services import request_export
from exports.writer import header_line, neutralise_text
from sales.intake.layout import Layout
from sales.intake.mapping_file import read_mapping
from sales.intake.reading import inspect, open_table
from sales.intake.rows import RowReader
from sales.models import Sale
from sales.states import SaleStatus
from tests import factories
from tests.conftest import Beacon

TEXTS = [
    "=1+1", "+55 11", "-x", "@SUM(A1)", "\t=tab", "\rcr", "'=quoted", "''=twice", "'plain", " =space",
    "\uff1dwide", "a;b,c\"d", "line\nbreak", "\\N", "ünïcode 🎉", "",
]  # fmt: skip

COLUMNS = [
    "sale_id", "buyer_name", "buyer_email", "product", "status", "currency", "amount_charged", "coupon",
    "ordered_at",
]  # fmt: skip

MAPPING: dict[str, Any] = {
    "name": "Our own sales",
    "provider": "own",
    "written_by_us": True,
    "identity": {"columns": ["sale_id"]},
    "fields": {
        "name": {"column": "buyer_name"},
        "email": {"column": "buyer_email"},
        "product": {"column": "product"},
        "status": {"column": "status", "words": {status: status for status in SaleStatus.values}},
        "currency": {"column": "currency"},
        "amount": {"column": "amount_charged", "decimal_mark": "."},
        "coupon": {"column": "coupon"},
        "ordered_at": {"column": "ordered_at", "format": "iso"},
    },
}

BRAZILIAN: dict[str, Any] = MAPPING | {
    "fields": MAPPING["fields"]
    | {
        "amount": {"column": "amount_charged", "decimal_mark": ","},
        "ordered_at": {"column": "ordered_at", "format": "YYYY-MM-DD hh:mm:ss", "zone": "America/Sao_Paulo"},
    }
}
"""Its times say no zone: the receipt does, and so the mapping must."""


def _books(workspace_id: int) -> list[tuple[Any, ...]]:
    with enter(workspace_id):
        names = ("coupon", "buyer_email", "amount_charged", "currency", "ordered_at")
        return sorted(Sale.objects.filter(buyer_email__startswith="t").values_list(*names))


# An export is a snapshot, which begins with its transaction.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("dialect", "mapping_of_file"), [(Dialect.STANDARD, MAPPING), (Dialect.EXCEL_BR, BRAZILIAN)]
)
def test_own_file_gives_back_every_text_and_every_cent(
    finance: Membership,
    beacon: Beacon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dialect: Dialect,
    mapping_of_file: dict[str, Any],
) -> None:
    monkeypatch.setattr(queue, "_publish", lambda *ids: None)
    with enter(finance.workspace_id):
        product = factories.ProductFactory()
        for number, text in enumerate(TEXTS):
            customer = factories.CustomerFactory(name=f"Buyer {number}", email=f"t{number}@correio.example")
            factories.SaleFactory(
                customer=customer,
                product=product,
                coupon=text,
                amount_charged=100 + number,
                # A time in a file of spreadsheets is to the second.
                ordered_at=datetime(2026, 3, 2, 15, 4, number % 60, tzinfo=UTC),
            )
    with enter_as(finance.workspace_id, finance.pk) as member:
        export = request_export(
            acting_member=member, page="sales", query="", columns=COLUMNS, dialect=dialect
        )
    run_export(workspace_id=export.workspace_id, export_id=export.pk)
    with enter(export.workspace_id):
        export = Export.objects.get(pk=export.pk)
        file = place_of(export).file(export.attempt)
    mapping = tmp_path / "own.json"
    mapping.write_text(json.dumps(mapping_of_file))
    call_command(
        "import_sales", f"--workspace={beacon.workspace.slug}", f"--mapping={mapping}", str(file),
        stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip
    assert _books(beacon.workspace.pk) == _books(finance.workspace_id)
    assert len(_books(beacon.workspace.pk)) == len(TEXTS)


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_NASTY_TEXT = st.text(st.sampled_from("=+-@'\t\r\n \u00a0\u200b\ufeff＝＋－＠﹣a1,;\"\\"), max_size=8)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(_ANY_TEXT, _NASTY_TEXT), min_size=1, max_size=8))
@pytest.mark.parametrize("dialect", [Dialect.STANDARD, Dialect.EXCEL_BR])
def test_import_reads_any_text_of_an_own_file_as_it_was(
    dialect: Dialect, texts: list[str], tmp_path: Path
) -> None:
    """From the cell to the reader's row. That the database makes the same cells, test_writer shows."""
    format_ = FORMATS[dialect]
    lines = StringIO()
    writer = csv.writer(lines, delimiter=format_.separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    heading = [*COLUMNS[:-2], "ordered_at", "coupon"]
    writer.writerows([*([""] * (len(heading) - 1)), neutralise_text(text)] for text in texts)
    file = tmp_path / "own.csv"
    file.write_bytes(format_.mark + header_line(heading, format_.separator) + lines.getvalue().encode())
    mapping = read_mapping(MAPPING)
    facts = inspect(file)
    table = open_table(file, facts, separator="", wanted=[("coupon",), ("sale_id",)])
    assert table.separator == format_.separator
    reader = RowReader(Layout(mapping, table.heading), facts.sha256, written_by_us=True)
    rows = [cells for _line, cells in table.rows() if isinstance(cells, list)]
    assert [reader.restored(cells)[-1] for cells in rows] == texts


def test_text_of_somebody_else_keeps_its_apostrophe(tmp_path: Path) -> None:
    """Without being told that we wrote the file, nothing is taken off."""
    mapping = read_mapping({**MAPPING, "written_by_us": False})
    reader = RowReader(Layout(mapping, tuple(COLUMNS)), "", written_by_us=mapping.written_by_us)
    assert reader.restored(["'=1+1"]) == ["'=1+1"]
