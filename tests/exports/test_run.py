"""Running an export: one claim, one snapshot, one whole file, whatever happens (T13-T17, T21, T34)."""

import hashlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports import run as running, storage
from exports.attempts import place_of
from exports.models import Export
from exports.states import ExportState, Failure
from sales.models import Sale
from tests.conftest import CANARY, Beacon
from tests.exports.conftest import Ask, again, bytes_of, change, files_of, run, table_of
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sales(aurora: Workspace, course: Product) -> list[Sale]:
    with enter(aurora.pk):
        return [
            SaleFactory(product=course, amount_charged=8_900),
            SaleFactory(currency="USD", amount_charged=100),
            SaleFactory(amount_charged=1),
        ]


def test_export_is_written_with_its_receipt(
    finance: Membership, beacon: Beacon, sales: list[Sale], ask: Ask
) -> None:
    export = run(ask(finance))
    data = bytes_of(export)
    assert {row["reference"] for row in table_of(export)} == {sale.reference for sale in sales}
    assert (export.state, export.attempt) == (ExportState.READY, 1)
    assert (export.rows_expected, export.rows_written, export.rows_done) == (3, 3, 3)
    assert export.sums == [
        {"currency": "BRL", "rows": 2, "sums": {"amount_charged": 8_901}},
        {"currency": "USD", "rows": 1, "sums": {"amount_charged": 100}},
    ]
    assert (export.sha256, export.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert export.as_of is not None
    assert export.as_of >= export.requested_at
    assert export.products is None
    assert export.expires_at is not None
    assert export.finished_at is not None
    assert export.expires_at - export.finished_at == settings.EXPORT_KEEP_FOR
    assert CANARY not in data.decode()


def test_export_holds_what_its_filter_lets_through(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    export = run(ask(finance, "currency=USD"))
    assert [row["reference"] for row in table_of(export)] == [sales[1].reference]
    assert ["Currency", "USD"] in [[part["label"], part["value"]] for part in export.filters]


def test_file_is_private(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    export = run(ask(finance))
    file = place_of(export).file(1)
    assert file == Path(settings.EXPORT_ROOT) / str(export.workspace_id) / str(export.public_id) / "1.csv"
    assert file.stat().st_mode & 0o777 == 0o600
    for directory in (file.parent, file.parent.parent, file.parent.parent.parent):
        assert directory.stat().st_mode & 0o777 == 0o700
    assert files_of(export) == ["1.csv"]


def test_zero_rows_are_a_file_with_headings(finance: Membership, ask: Ask) -> None:
    export = run(ask(finance))
    assert (export.state, export.rows_written, export.sums) == (ExportState.READY, 0, [])
    assert bytes_of(export).count(b"\n") == 1


def test_same_books_give_the_same_bytes(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    first, second = run(ask(finance)), run(ask(finance))
    assert first.sha256 == second.sha256
    assert place_of(first).directory != place_of(second).directory


def test_export_is_limited_to_the_products_of_the_asker_when_it_runs(
    aurora: Workspace, finance: Membership, course: Product, sales: list[Sale], ask: Ask
) -> None:
    export = ask(finance)
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
        ProductGrant.objects.create(membership=finance, product=course)
    export = run(export)
    assert [row["reference"] for row in table_of(export)] == [sales[0].reference]
    assert export.products == [course.pk]
    assert export.sums == [{"currency": "BRL", "rows": 1, "sums": {"amount_charged": 8_900}}]


@pytest.mark.parametrize(
    "loss",
    [{"role": Role.SUPPORT_AGENT}, {"ended_at": timezone.now()}, {"role": Role.EMPLOYEE}],
    ids=["role", "removed", "employee"],
)
def test_right_lost_before_the_run_fails_the_export(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask, loss: dict[str, Any]
) -> None:
    export = ask(finance)
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(**loss)
    export = run(export)
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NO_RIGHT)
    assert files_of(export) == []


def test_disabled_user_fails_the_export(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    export = ask(finance)
    finance.user.is_active = False
    finance.user.save()
    assert run(export).failure == Failure.NO_RIGHT


def test_column_that_needs_a_lost_permission_fails_the_export(
    aurora: Workspace, admin: Membership, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(
            role=Role.EMPLOYEE, extra_permissions=["exports.create", "customers.view", "customers.view_pii"]
        )
    export = ask(finance, page="customers", columns=["name", "document"])
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(
            extra_permissions=["exports.create", "customers.view"]
        )
    assert run(export).failure == Failure.NO_RIGHT


def test_filter_that_is_no_longer_understood_fails_the_export(
    finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    export = change(ask(finance, "currency=USD"), query="currency=USD&gone=1")
    export = run(export)
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NOT_UNDERSTOOD)
    assert files_of(export) == []


def test_rows_that_differ_from_the_books_fail_the_export(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv = running.write_csv

    def drop_a_row(queryset: Any, *args: Any, **kwargs: Any) -> int:
        return write_csv(queryset.exclude(reference=sales[0].reference), *args, **kwargs)

    monkeypatch.setattr(running, "write_csv", drop_a_row)
    export = run(ask(finance))
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.ROWS_DIFFER)
    assert (export.failure_detail["expected"]["rows"], export.failure_detail["written"]["rows"]) == (3, 2)
    assert files_of(export) == []


def test_sums_that_differ_from_the_books_fail_the_export(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv = running.write_csv
    with enter(finance.workspace_id):
        other = SaleFactory(amount_charged=2, is_test=True)

    def repeat_a_row(queryset: Any, *args: Any, **kwargs: Any) -> int:
        return write_csv(queryset.exclude(pk=sales[2].pk) | queryset.filter(pk=other.pk), *args, **kwargs)

    monkeypatch.setattr(running, "write_csv", repeat_a_row)
    export = run(ask(finance))
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.ROWS_DIFFER)


def test_what_changes_during_the_run_is_not_in_the_file(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv = running.write_csv

    def change_the_books(*args: Any, **kwargs: Any) -> int:
        def in_another_session() -> None:
            with enter(aurora.pk):
                SaleFactory()
                Sale.objects.filter(pk=sales[0].pk).update(amount_charged=5)
            connection.close()

        other = threading.Thread(target=in_another_session)
        other.start()
        other.join()
        return write_csv(*args, **kwargs)

    monkeypatch.setattr(running, "write_csv", change_the_books)
    export = run(ask(finance))
    assert (export.state, export.rows_written) == (ExportState.READY, 3)
    assert {row["amount_charged"] for row in table_of(export)} == {"89.00", "1.00", "0.01"}
    with enter(aurora.pk):
        assert Sale.objects.count() == 4


def test_second_worker_finds_nothing_to_do(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same export delivered to two workers at once: one attempt, one file, one entry (T34)."""
    export = ask(finance)
    both_there = threading.Barrier(2)

    def work() -> None:
        both_there.wait()
        run(export)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    export = again(export)
    assert (export.state, export.attempt) == (ExportState.READY, 1)
    assert files_of(export) == ["1.csv"]
    with enter(export.workspace_id):
        assert AuditEntry.objects.filter(action="export.ready").count() == 1


def test_finished_export_is_not_run_again(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    first = run(ask(finance))
    assert run(first).finished_at == first.finished_at


def test_attempt_that_was_overtaken_changes_nothing(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that slept through its lease wakes up after another has finished (the fence)."""
    export = ask(finance)
    write_csv = running.write_csv
    overtaking: list[Export] = []

    def sleep_through_the_lease(*args: Any, **kwargs: Any) -> int:
        monkeypatch.setattr(running, "write_csv", write_csv)

        def another_worker() -> None:
            change(export, lease_until=timezone.now() - timedelta(seconds=1))
            overtaking.append(run(export))
            connection.close()

        other = threading.Thread(target=another_worker)
        other.start()
        other.join()
        return write_csv(*args, **kwargs)

    monkeypatch.setattr(running, "write_csv", sleep_through_the_lease)
    export = run(export)
    assert (export.state, export.attempt) == (ExportState.READY, 2)
    assert export.finished_at == overtaking[0].finished_at
    assert files_of(export) == ["2.csv"]
    assert hashlib.sha256(bytes_of(export)).hexdigest() == export.sha256


def test_terminated_backend_leaves_nothing_and_the_next_attempt_is_whole(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection dies in the middle of the file (T16)."""
    undisturbed = run(ask(finance))
    export = ask(finance)
    write_csv = running.write_csv

    def lose_the_connection(queryset: Any, cells: Any, sink: Any, **kwargs: Any) -> int:
        sink.write(b"half of a li")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return write_csv(queryset, cells, sink, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(running, "write_csv", lose_the_connection)
        export = run(export)
    assert (export.state, export.attempt, export.sha256) == (ExportState.QUEUED, 1, "")
    assert files_of(export) == []
    export = run(export)
    assert (export.state, export.attempt) == (ExportState.READY, 2)
    assert export.sha256 == undisturbed.sha256


def test_database_that_breaks_off_every_attempt_fails_the_export(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*args: Any, **kwargs: Any) -> int:
        raise DatabaseError

    monkeypatch.setattr(running, "write_csv", break_off)
    export = ask(finance)
    states = [run(export).state for _ in range(4)]
    assert states == [ExportState.QUEUED, ExportState.QUEUED, ExportState.FAILED, ExportState.FAILED]
    assert (again(export).failure, again(export).attempt) == (Failure.DATABASE, 3)


def test_full_disk_fails_the_export_and_leaves_nothing(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    export = ask(finance)
    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "fsync", no_room)
        export = run(export)
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NO_ROOM)
    assert files_of(export) == []


def test_cancellation_during_the_run_is_obeyed(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the database is at work and no row has come yet."""
    export = ask(finance)

    def cancel_and_wait(queryset: Any, *args: Any, **kwargs: Any) -> int:
        def cancel() -> None:
            change(export, state=ExportState.CANCELED, lease_until=None)
            connection.close()

        other = threading.Thread(target=cancel)
        other.start()
        other.join()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return 0

    monkeypatch.setattr(running, "write_csv", cancel_and_wait)
    started = timezone.now()
    export = run(export)
    assert (export.state, export.sha256) == (ExportState.CANCELED, "")
    assert timezone.now() - started < timedelta(seconds=5)
    assert files_of(export) == []


def test_heartbeat_shows_progress_and_holds_the_lease(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(finance)
    seen: list[Export] = []

    def be_watched(queryset: Any, *args: Any, on_rows: Any, **kwargs: Any) -> int:
        on_rows(2)

        def watch() -> None:
            change(export, lease_until=timezone.now() + timedelta(seconds=1))
            threading.Event().wait(1.6)
            seen.append(again(export))
            connection.close()

        other = threading.Thread(target=watch)
        other.start()
        other.join()
        return 3

    monkeypatch.setattr(running, "write_csv", be_watched)
    run(export)
    (watched,) = seen
    assert (watched.state, watched.rows_done, watched.rows_expected, watched.percent) == ("running", 2, 3, 66)
    assert watched.lease_until is not None
    assert watched.lease_until > timezone.now() + settings.EXPORT_LEASE / 2


def test_periods_are_counted_from_the_moment_of_asking(
    aurora: Workspace, finance: Membership, course: Product, ask: Ask
) -> None:
    """A file that waits over midnight still holds what "today" was when it was asked for."""
    asked_at = timezone.now()
    with enter(aurora.pk):
        sale = SaleFactory(product=course, ordered_at=asked_at)
        SaleFactory(product=course, ordered_at=asked_at + timedelta(days=1))
    export = ask(finance, "date=today")
    with time_machine.travel(asked_at + timedelta(days=1)):
        export = run(export)
    assert [row["reference"] for row in table_of(export)] == [sale.reference]


def test_zone_is_the_one_that_was_shown(aurora: Workspace, finance: Membership, ask: Ask) -> None:
    """A day range asked for in São Paulo stays one of São Paulo, though the workspace moves meanwhile."""
    with enter(aurora.pk):
        SaleFactory(reference="in", ordered_at="2026-03-02T02:59:59Z")
        SaleFactory(reference="out", ordered_at="2026-03-02T03:00:00Z")
    export = ask(finance, "date_before=2026-03-02")
    Workspace.objects.filter(pk=aurora.pk).update(timezone="UTC")
    assert [(row["reference"], row["ordered_at"]) for row in table_of(run(export))] == [
        ("in", "2026-03-01T23:59:59-03:00")
    ]


def test_ready_cannot_be_written_without_a_whole_file(
    finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    """The database itself refuses an export that is offered with fewer rows than expected (T16)."""
    export = ask(finance)
    whole = {
        "state": ExportState.READY,
        "rows_expected": 3,
        "rows_written": 3,
        "sha256": "0" * 64,
        "size": 1,
        "as_of": Now(),
        "expires_at": Now(),
    }
    for missing in (
        {"rows_written": 2},
        {"rows_written": None},
        {"sha256": ""},
        {"size": None},
        {"as_of": None},
    ):
        with pytest.raises(DatabaseError, match="export_ready_is_whole"):
            change(export, **{**whole, **missing})
    assert change(export, **whole).state == ExportState.READY


def test_export_runs_inside_its_own_workspace_only(
    beacon: Beacon, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    export = ask(finance)
    running.run_export(workspace_id=beacon.workspace.pk, export_id=export.pk)
    assert again(export).state == ExportState.QUEUED


def test_asker_is_who_reads(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Controls the tests of lost rights: the run enters with the asker's membership, and no other."""
    entered: list[int] = []

    def entering(workspace_id: int, membership_id: int, **kwargs: Any) -> Any:
        entered.append(membership_id)
        return enter_as(workspace_id, membership_id, **kwargs)

    monkeypatch.setattr(running, "enter_as", entering)
    run(ask(finance))
    assert entered == [finance.pk]
