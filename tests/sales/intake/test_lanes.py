"""Large files are written by two connections side by side, and make the same books."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.intake import importing, lanes, ranges
from sales.intake.importing import run_import
from sales.intake.mapping_file import read_mapping
from sales.intake.services import request_import
from sales.models import ImportRun, ImportState, Payment, Sale, SaleEvent
from sales.verification import differences
from tests import factories

from .conftest import HEADING, order, sales_mapping

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, BUYERS = 900, 230


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lanes begin after 50 rows, with chunks of 100."""
    monkeypatch.setattr(ranges, "SIZE", 100)
    monkeypatch.setattr(importing, "_FIRST_CHUNKS", (50,))
    monkeypatch.setattr(lanes, "_WORTH_LANES", 300)


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the threads that wrote a chunk."""
    names: set[str] = set()
    write_chunk = importing._write_chunk

    def watched(*args: Any) -> None:
        names.add(threading.current_thread().name)
        write_chunk(*args)

    monkeypatch.setattr(importing, "_write_chunk", watched)
    return names


@pytest.fixture
def aurora_committed() -> Iterator[Workspace]:
    yield factories.WorkspaceFactory(slug="aurora-cursos")
    # A lane that left its temporary tables behind would show them to the next test.
    connection.close()


def lines() -> list[str]:
    return [
        order(
            f"A{number}",
            Email=f"buyer{number % BUYERS}@correio.example",
            Product=f"course {number % 7}",
            Status=("Paid", "Refused", "Refunded", "Chargeback")[number % 4],
        )
        for number in range(ROWS)
    ]


def import_file(workspace: Workspace, path: Path, *, is_all_or_nothing: bool = False) -> ImportRun:
    path.write_text("\n".join((HEADING, *lines())) + "\n")
    with enter(workspace.pk):
        run = request_import(
            acting_member=None,
            mapping=read_mapping(sales_mapping()),
            file_name=path.name,
            is_all_or_nothing=is_all_or_nothing,
        )
    run_import(workspace_id=workspace.pk, run_id=run.pk, path=path)
    with enter(workspace.pk):
        run.refresh_from_db()
    return run


def test_lanes_write_every_row_once_and_keep_the_totals(
    aurora_committed: Workspace, tmp_path: Path, small_chunks: None, writers: set[str]
) -> None:
    run = import_file(aurora_committed, tmp_path / "orders.csv")

    assert len(writers - {threading.main_thread().name}) == lanes.LANES
    assert (run.state, run.rows_new, run.rows_done, run.customers_new) == (
        ImportState.DONE,
        ROWS,
        ROWS,
        BUYERS,
    )
    with enter(aurora_committed.pk):
        assert (Sale.objects.count(), SaleEvent.objects.count()) == (ROWS, ROWS)
        assert Payment.objects.count() == ROWS * 3 // 4
        assert Customer.objects.count() == BUYERS
        assert list(differences()) == []

    again = import_file(aurora_committed, tmp_path / "orders.csv")
    assert (again.rows_unchanged, again.rows_new, again.customers_new) == (ROWS, 0, 0)


def test_all_or_nothing_is_written_by_one_connection(
    aurora_committed: Workspace, tmp_path: Path, small_chunks: None, writers: set[str]
) -> None:
    run = import_file(aurora_committed, tmp_path / "orders.csv", is_all_or_nothing=True)

    assert writers == {threading.main_thread().name}
    assert (run.state, run.rows_new, run.rows_done) == (ImportState.DONE, ROWS, ROWS)


def test_lane_that_fails_stops_the_others_and_the_run_can_be_repeated(
    aurora_committed: Workspace, tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_chunk = importing._write_chunk

    def broken(cursor: Any, job: Any, after: int, upto: int) -> None:
        if upto > ROWS // 2:
            raise OperationalError("the disk is full")
        write_chunk(cursor, job, after, upto)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_write_chunk", broken)
        with pytest.raises(OperationalError, match="the disk is full"):
            import_file(aurora_committed, tmp_path / "orders.csv")
    with enter(aurora_committed.pk):
        failed = ImportRun.objects.get()
        written = Sale.objects.count()
        assert (failed.state, failed.rows_done) == (ImportState.FAILED, written)
        assert 0 < written < ROWS

    again = import_file(aurora_committed, tmp_path / "orders.csv")
    assert (again.rows_unchanged, again.rows_new) == (written, ROWS - written)
    with enter(aurora_committed.pk):
        assert list(differences()) == []


def test_no_customer_is_in_two_chunks(
    aurora_committed: Workspace, tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lanes with one new customer would make them twice, and one of the chunks would have to go back."""
    seen: dict[int, set[int]] = {}
    write_chunk = importing._write_chunk

    def watched(cursor: Any, job: Any, after: int, upto: int) -> None:
        cursor.execute(
            "SELECT DISTINCT customer_id FROM intake_ready WHERE seq > %s AND seq <= %s", [after, upto]
        )
        seen[upto] = {customer for (customer,) in cursor.fetchall()}
        write_chunk(cursor, job, after, upto)

    monkeypatch.setattr(importing, "_write_chunk", watched)
    import_file(aurora_committed, tmp_path / "orders.csv")

    assert len(seen) > lanes.LANES
    assert sum(map(len, seen.values())) == len(set().union(*seen.values())) == BUYERS


def test_lanes_leave_no_temporary_table_on_a_connection(
    aurora_committed: Workspace, tmp_path: Path, small_chunks: None
) -> None:
    import_file(aurora_committed, tmp_path / "orders.csv")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'intake\\_%%'", [])
        assert cursor.fetchone() == (0,)
