"""A cell that the database would refuse is told like any other bad one; the rows beside it are imported."""

import random
from typing import Final

import pytest

from sales.intake.reasons import Reason
from sales.models import ImportState, Sale

from .conftest import Importer, counts, order, problems, sales_mapping

_RANDOM: Final = random.Random(59)
# Of one letter repeated PostgreSQL would make so little that it fits into every index.
LETTERS: Final = "".join(_RANDOM.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=5_000))
DIGITS: Final = "".join(_RANDOM.choices("0123456789", k=8_000))
SIGNS: Final = "".join(chr(_RANDOM.randrange(0x20000, 0x2A6D0)) for _ in range(500))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Name", LETTERS, Reason.CELL_TOO_LONG),
        ("Order", LETTERS, Reason.CELL_TOO_LONG),
        ("Phone", DIGITS, Reason.CELL_TOO_LONG),
        ("Buyer", LETTERS, Reason.CELL_TOO_LONG),
        ("Product", LETTERS, Reason.CELL_TOO_LONG),
        ("Date", "2026-03-02T12:00:00+23:00", Reason.NOT_A_DATE),
        ("Date", "2026-03-02T12:00:00-16:00", Reason.NOT_A_DATE),
        ("Date", "2026-03-02T12:00:00+03:00:00.000001", Reason.NOT_A_DATE),
    ],
)
def test_row_of_an_odd_cell_is_refused_and_the_others_are_written(
    import_lines: Importer, column: str, value: str, reason: Reason
) -> None:
    run = import_lines(order("A1"), order("A2", **{column: value}), order("A3"))
    assert (run.state, counts(run)) == (ImportState.DONE, {"new": 2, "refused": 1})
    assert problems(run) == [(3, column, value[:200], reason)]


def test_long_document_is_refused_and_only_a_part_of_it_is_told(import_lines: Importer) -> None:
    run = import_lines(order("A1"), order("A2", Document=LETTERS), order("A3"))
    assert counts(run) == {"new": 2, "refused": 1}
    ((line, column, value, reason),) = problems(run)
    assert (line, column, reason) == (3, "Document", Reason.CELL_TOO_LONG)
    assert LETTERS[:20] not in value


def test_cells_that_are_too_long_only_together_are_refused(import_lines: Importer) -> None:
    mapping = sales_mapping(identity={"columns": ["Order", "Product"]})
    run = import_lines(order("A1"), order(LETTERS[:400], Product=LETTERS[:400]), mapping=mapping)
    assert counts(run) == {"new": 1, "refused": 1}
    assert problems(run) == [(3, "Order, Product", "", Reason.CELL_TOO_LONG)]
    run = import_lines(order("A1"), order("A2", Buyer=LETTERS[:500], Email=f"{LETTERS[:150]}@x.example"))
    assert problems(run) == [(3, "Buyer", "", Reason.CELL_TOO_LONG)]


@pytest.mark.parametrize("column", ["Name", "Order", "Buyer", "Product", "Document", "Phone"])
def test_longest_cell_is_written_of_whichever_characters(import_lines: Importer, column: str) -> None:
    run = import_lines(order("A1"), order("A2", **{"Email": f"b@{column}.example", column: SIGNS}))
    assert (run.state, counts(run)) == (ImportState.DONE, {"new": 2})
    assert Sale.objects.count() == 2


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+15:59", "-15:59:59"])
def test_every_offset_that_the_database_knows_is_read(import_lines: Importer, offset: str) -> None:
    assert counts(import_lines(order(Date=f"2026-03-02T12:00:00{offset}"))) == {"new": 1}
