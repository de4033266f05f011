"""Files opened by a spreadsheet program without a screen: nothing runs, and every text is still that text."""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.dialects import Dialect
from exports.writer import restore_text
from tests.exports.conftest import Ask, bytes_of, run
from tests.exports.test_formats import MARKUP
from tests.exports.test_writer import FORMULAS
from tests.factories import SaleFactory

OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        OFFICE is None,
        reason="LibreOffice is not here (no soffice on the PATH): files were not opened in a spreadsheet",
    ),
]

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE_NS = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

COLUMNS = ["coupon", "currency", "amount_charged", "installments", "ordered_at"]

# What a spreadsheet keeps of a text: no control characters but these, and its own line breaks.
TEXTS = [
    text
    for text in [*FORMULAS, *MARKUP, "a;b", 'say "hi"', "ünïcode 🎉", "0012", "1-2"]
    if not any(ord(character) < 32 for character in text) and text.strip() == text and "  " not in text
    if "\ufffe" not in text
]


def cells_of(data: bytes, name: str, directory: Path, separator: str = "") -> list[list[ElementTree.Element]]:
    """The cells of a file as the program holds them; formulas are evaluated where it finds any."""
    file = directory / name
    file.write_bytes(data)
    # Separator, quote, UTF-8, from the first line; the last says that formulas are formulas.
    options = f"{ord(separator)},34,76,1,,0,false,true,false,false,false,-1,true" if separator else ""
    command = [
        *(str(OFFICE), f"-env:UserInstallation={(directory / 'profile').as_uri()}", "--headless"),
        *([f"--infilter=Text - txt - csv (StarCalc):{options}"] if options else []),
        *("--convert-to", "fods", "--outdir", str(directory), str(file)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    tree = ElementTree.parse(file.with_suffix(".fods"))  # noqa: S314 -- written by the program just now
    rows = tree.getroot().iter(f"{TABLE}table-row")
    return [list(row.iter(f"{TABLE}table-cell")) for row in rows]


def formulas_in(rows: list[list[ElementTree.Element]]) -> list[str]:
    return [formula for row in rows for cell in row if (formula := cell.get(f"{TABLE}formula"))]


def text_of(cell: ElementTree.Element) -> str:
    return "\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p"))


@pytest.fixture
def sales(aurora: Workspace) -> None:
    with enter(aurora.pk):
        first = SaleFactory(coupon=TEXTS[0], amount_charged=8_900)
        for number, text in enumerate(TEXTS[1:]):
            SaleFactory(
                customer=first.customer,
                product=first.product,
                external_id=f"s{number}",
                coupon=text,
                amount_charged=8_900,
            )


@pytest.mark.parametrize(
    ("dialect", "name", "separator"),
    [(Dialect.STANDARD, "a.csv", ","), (Dialect.EXCEL_BR, "b.csv", ";"), (Dialect.XLSX, "c.xlsx", "")],
)
def test_no_formula_runs_in_a_spreadsheet_and_no_text_changes(
    finance: Membership,
    sales: None,
    ask: Ask,
    tmp_path: Path,
    dialect: Dialect,
    name: str,
    separator: str,
) -> None:
    export = run(ask(finance, columns=COLUMNS, dialect=dialect))
    rows = cells_of(bytes_of(export), name, tmp_path, separator)
    assert formulas_in(rows) == []
    found = sorted(restore_text(text_of(row[0])) for row in rows[1 : len(TEXTS) + 1])
    # A program that opens CSV guesses at what looks like a number or a date; a workbook says it is text.
    guessed = {"0012", "1-2"} if dialect is not Dialect.XLSX else set()
    assert [text for text in found if text in set(TEXTS) - guessed] == sorted(set(TEXTS) - guessed)
    if dialect is Dialect.XLSX:
        kinds = [cell.get(f"{OFFICE_NS}value-type") for cell in rows[1]]
        assert kinds[:5] == ["string", "string", "float", "float", "date"]
        assert {cell.get(f"{OFFICE_NS}value") for cell in [row[2] for row in rows[1 : len(TEXTS) + 1]]} == {
            "89"
        }


def test_formula_that_is_not_made_safe_would_run(tmp_path: Path) -> None:
    """The control: the program does evaluate what begins a formula."""
    rows = cells_of(b"coupon\n=1+1\n", "d.csv", tmp_path, ",")
    assert formulas_in(rows) == ["of:=1+1"]
    assert text_of(rows[1][0]) == "2"
