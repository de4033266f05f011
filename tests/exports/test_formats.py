"""The same rows in every format: CSV, CSV for Excel in Brazil, workbook; each told apart cell by cell."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db.models import F
from hypothesis import given, settings, strategies as st

from atomicpay.ui.columns import Kind
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import workbook as workbooks
from exports.dialects import FORMATS, Dialect
from exports.ledger import Ledger, MoneyColumns
from exports.states import ExportState, Failure
from exports.workbook import Workbook
from exports.writer import FileColumn, restore_text, write_csv
from sales.models import Sale
from tests.conftest import CANARY, Beacon
from tests.exports.conftest import Ask, bytes_of, files_of, run, table_of
from tests.exports.test_writer import FORMULAS, HARMLESS, may_run
from tests.factories import SaleFactory

NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001 -- a workbook's times know no zone
COLUMNS = ["sale_id", "reference", "buyer_name", "currency", "amount_charged", "installments", "ordered_at"]


def column(name: str, kind: Kind, dialect: Dialect, *more: str) -> FileColumn:
    return FileColumn(name, (F(name), *map(F, more)), FORMATS[dialect].cells[kind], kind)


def sheet_of(data: bytes) -> list[list[Any]]:
    """The rows of a workbook as another program reads them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    (sheet,) = book.worksheets
    return [list(row) for row in sheet.iter_rows()]


def values_of(data: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet_of(data)]


def made(rows: list[list[str]], kinds: list[Kind]) -> bytes:
    """A workbook of these texts, without a database."""
    sink = io.BytesIO()
    columns = [
        FileColumn(f"c{n}", (), FORMATS[Dialect.XLSX].cells[kind], kind) for n, kind in enumerate(kinds)
    ]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([[each.heading for each in columns], *rows])
    with Workbook(sink, columns) as workbook:
        workbook.write(lines.getvalue().encode())
    return sink.getvalue()


# Cells ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_brazilian_csv_has_semicolons_a_decimal_comma_and_its_mark(in_aurora: Workspace) -> None:
    SaleFactory(
        amount_charged=1_234_567,
        amount_fee=-5,
        reference='a;b,"c"',
        ordered_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    )
    dialect = Dialect.EXCEL_BR
    columns = [
        column("reference", Kind.TEXT, dialect),
        column("amount_charged", Kind.MONEY, dialect, "currency"),
        column("amount_fee", Kind.MONEY, dialect, "currency"),
        column("ordered_at", Kind.DATETIME, dialect),
    ]
    sink, format_ = io.BytesIO(), FORMATS[dialect]
    ledger = Ledger([MoneyColumns(F("currency"), ("amount_charged",), (F("amount_charged"),))])
    write_csv(
        Sale.objects.order_by("pk"),
        columns,
        sink,
        zone="America/Sao_Paulo",
        separator=format_.separator,
        mark=format_.mark,
        ledger=ledger,
    )
    assert sink.getvalue().decode() == (
        "\ufeffreference;amount_charged;amount_fee;ordered_at\n"
        '"a;b,""c""";12345,67;-0,05;2026-03-02 12:00:00\n'
    )
    assert ledger.sums() == [{"currency": "BRL", "rows": 1, "sums": {"amount_charged": 1_234_567}}]


def test_workbook_tells_numbers_dates_and_texts_apart() -> None:
    kinds = [Kind.TEXT, Kind.MONEY, Kind.MONEY, Kind.INTEGER, Kind.BOOLEAN, Kind.DATETIME, Kind.PHONE]
    rows = [
        ["0012", "89.00", "-0.05", "12", "true", "46083.500000000", "5511912340142"],
        ["", "12345", "", "", "false", "", ""],
        ["1.234", "1234.567", "0.0015", "-3", "", "1899-12-01 10:00:00", "0"],
    ]
    heading, *cells = sheet_of(made(rows, kinds))
    assert [cell.value for cell in heading] == [f"c{n}" for n in range(7)]
    assert [[cell.value for cell in row] for row in cells] == [
        ["0012", 89, -0.05, 12, True, NOON, "5511912340142"],
        [None, 12345, None, None, False, None, None],
        ["1.234", 1234.567, 0.0015, -3, None, "1899-12-01 10:00:00", "0"],
    ]
    assert [cell.data_type for cell in cells[0]] == ["s", "n", "n", "n", "b", "d", "s"]
    formats = [[cell.number_format for cell in row] for row in cells]
    assert formats[0][:3] == ["@", "#,##0.00", "#,##0.00"]
    assert (formats[1][1], formats[2][1], formats[2][2]) == ("#,##0", "#,##0.000", "#,##0.0000")


def test_number_that_a_spreadsheet_would_round_is_written_as_text() -> None:
    amounts = ["9999999999999.99", "90071992547409.93", "-90071992547409.93", "123456789012345"]
    cells = [row[0] for row in sheet_of(made([[amount] for amount in amounts], [Kind.MONEY]))[1:]]
    assert [cell.value for cell in cells] == [float(amounts[0]), amounts[1], amounts[2], 123456789012345]
    assert [cell.data_type for cell in cells] == ["n", "s", "s", "n"]


MARKUP = [
    "<r>rich</r>",
    '<r><t>x</t></r></is></c><c t="str"><f>1+1</f></c><r></r>',
    "]]>",
    "&amp; &#61;1",
    "_x0041_",
    "_x005F_x0041_",
    "\x01\x08\x0b\x1f\r\n\t ",
    "\ufffe\uffff",
    "  spaces  ",
    "👩🏽‍🎨",
]


def test_no_text_of_a_workbook_is_anything_but_that_text() -> None:
    texts = [*FORMULAS, *MARKUP, *(text for text in HARMLESS if text and len(text) < 30_000)]
    data = made([[text] for text in texts], [Kind.TEXT])
    cells = [row[0] for row in sheet_of(data)[1:]]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [unescaped(cell.value) for cell in cells] == texts
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<family", b"")


def unescaped(text: str) -> str:
    """What `_xHHHH_` stands for; openpyxl leaves it as it is in the cells of a sheet."""
    from openpyxl.utils.escape import unescape

    return unescape(text)


_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
    )
)
def test_any_text_comes_back_from_a_workbook(texts: list[str]) -> None:
    cells = [row[0] for row in sheet_of(made([[text] for text in texts], [Kind.TEXT]))[1:]]
    assert [unescaped(cell.value) for cell in cells] == texts


def test_workbook_refuses_what_a_sheet_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    made([["x" * 32_767]], [Kind.TEXT])
    for rows in ([["x" * 32_768]], [["👩" * 16_384]], [["x" * 200_000]]):
        with pytest.raises(workbooks.CannotExport) as refused:
            made(rows, [Kind.TEXT])
        assert refused.value.failure is Failure.NOT_IN_WORKBOOK
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    made([["1"], ["2"]], [Kind.INTEGER])
    with pytest.raises(workbooks.CannotExport):
        made([["1"], ["2"], ["3"]], [Kind.INTEGER])


# Runs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sales(aurora: Workspace) -> list[Sale]:
    with enter(aurora.pk):
        return [
            SaleFactory(amount_charged=8_900, coupon="=1+1", reference="HP;1"),
            SaleFactory(currency="JPY", amount_charged=12_345),
            SaleFactory(currency="KWD", amount_charged=1_234_567),
        ]


def texts_of(data: bytes, dialect: Dialect) -> list[dict[str, str]]:
    """The rows of a file with every cell as the text that a person reads."""
    if dialect is Dialect.XLSX:
        heading, *rows = values_of(data)
        return [
            dict(zip(heading, ["" if cell is None else str(cell) for cell in row], strict=True))
            for row in rows
        ]
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=FORMATS[dialect].separator))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_every_format_has_the_rows_and_sums_of_its_receipt(
    dialect: Dialect, finance: Membership, beacon: Beacon, sales: list[Sale], ask: Ask
) -> None:
    export = run(ask(finance, columns=[*COLUMNS, "coupon"], dialect=dialect))
    assert (export.state, export.dialect, export.rows_written) == (ExportState.READY, dialect, 3)
    assert {entry["currency"]: entry["sums"]["amount_charged"] for entry in export.sums} == {
        "BRL": 8_900,
        "JPY": 12_345,
        "KWD": 1_234_567,
    }
    data = bytes_of(export)
    assert len(data) == export.size
    assert CANARY.encode() not in data
    rows = texts_of(data, dialect)
    amounts = {row["currency"]: Decimal(row["amount_charged"].replace(",", ".")) for row in rows}
    assert amounts == {"BRL": Decimal("89.00"), "JPY": 12_345, "KWD": Decimal("1234.567")}
    assert not any(may_run(row["coupon"]) for row in rows if row["coupon"])
    assert sorted(restore_text(row["coupon"]) for row in rows)[-1] == "=1+1"
    assert {row["reference"] for row in rows} == {sale.reference for sale in sales}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_same_books_give_the_same_bytes_in_every_format(
    dialect: Dialect, finance: Membership, sales: list[Sale], ask: Ask, time_machine_far: None
) -> None:
    first = run(ask(finance, columns=COLUMNS, dialect=dialect))
    second = run(ask(finance, columns=COLUMNS, dialect=dialect))
    assert first.sha256 == second.sha256 != ""


@pytest.fixture
def time_machine_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock by the archive or by the library is years after the last."""
    import time

    real, calls = time.localtime, iter(range(1, 10_000))
    monkeypatch.setattr(time, "localtime", lambda *given: real(*given) if given else real(next(calls) * 1e7))


@pytest.mark.django_db(transaction=True)
def test_workbook_that_cannot_hold_the_rows_fails_and_leaves_nothing(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    export = run(ask(finance, columns=COLUMNS, dialect=Dialect.XLSX))
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NOT_IN_WORKBOOK)
    assert export.failure_detail == {"rows": 3, "most": 2}
    assert files_of(export) == []
    assert run(ask(finance, columns=COLUMNS)).state == ExportState.READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_zero_rows_are_a_file_with_headings_in_every_format(
    dialect: Dialect, finance: Membership, ask: Ask
) -> None:
    export = run(ask(finance, columns=COLUMNS, dialect=dialect))
    assert (export.state, export.rows_written) == (ExportState.READY, 0)
    data = bytes_of(export)
    if dialect is Dialect.XLSX:
        assert values_of(data) == [COLUMNS]
    else:
        assert data.decode("utf-8-sig").strip().split(FORMATS[dialect].separator) == COLUMNS


@pytest.mark.django_db(transaction=True)
def test_standard_file_is_as_it_always_was(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    export = run(ask(finance, columns=["reference", "amount_charged"]))
    assert bytes_of(export).startswith(b"reference,amount_charged\n")
    assert {row["amount_charged"] for row in table_of(export)} == {"89.00", "12345", "1234.567"}
