"""Asking for exports, by hand and by the clock, and running them as the worker does."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import queue
from exports.attempts import place_of
from exports.dialects import Dialect
from exports.models import Export, Schedule
from exports.run import run_export
from exports.schedules.clock import Timing
from exports.schedules.services import make_schedule
from exports.schedules.sources import read_source
from exports.schedules.states import Rhythm
from exports.services import request_export

Ask = Callable[..., Export]

DAILY = Timing(Rhythm.DAILY, 6)
COLUMNS = ["reference", "currency", "amount_charged"]
SALE_COLUMNS = ["sale_id", "reference", "buyer_name", "status", "currency", "amount_charged", "ordered_at"]


@pytest.fixture(autouse=True)
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What the queue would have been told, in place of telling it: a test runs its exports by itself."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(
        queue, "_publish", lambda workspace_id, export_id: told.append((workspace_id, export_id))
    )
    return told


@pytest.fixture
def ask() -> Ask:
    """Ask for an export as a member, the list of sales unless another is named."""

    def _ask(
        member: Membership,
        query: str = "",
        *,
        page: str = "sales",
        columns: list[str] | None = None,
        dialect: str = Dialect.STANDARD,
    ) -> Export:
        with enter_as(member.workspace_id, member.pk) as acting_member:
            return request_export(
                acting_member=acting_member,
                page=page,
                query=query,
                columns=columns or SALE_COLUMNS,
                dialect=dialect,
            )

    return _ask


def run(export: Export) -> Export:
    """Run one attempt, as the task does."""
    run_export(workspace_id=export.workspace_id, export_id=export.pk)
    return again(export)


def again(export: Export) -> Export:
    """The export as it stands now."""
    with enter(export.workspace_id):
        return Export.objects.get(pk=export.pk)


def change(export: Export, **fields: Any) -> Export:
    """Put the row of an export into a state that only time or misfortune would."""
    with enter(export.workspace_id):
        Export.objects.filter(pk=export.pk).update(**fields)
    return again(export)


def bytes_of(export: Export) -> bytes:
    """The file that is offered."""
    return place_of(export).file(export.attempt).read_bytes()


def table_of(export: Export) -> list[dict[str, str]]:
    """The file's rows."""
    return list(csv.DictReader(io.StringIO(bytes_of(export).decode(), newline="")))


def files_of(export: Export) -> list[str]:
    """The names of all files that lie there for the export."""
    directory = place_of(export).directory
    return sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []


@pytest.fixture
def make(finance: Membership) -> Callable[..., Schedule]:
    """Schedule an export of sales as a member, finance unless another is named."""

    def _make(member: Membership = finance, query: str = "", **kwargs: Any) -> Schedule:
        with enter_as(member.workspace_id, member.pk) as acting_member:
            source = kwargs.pop("source", None) or read_source("sales", query, "", acting_member)
            given = {"name": "Vendas", "columns": COLUMNS, "timing": DAILY, **kwargs}
            return make_schedule(acting_member=acting_member, source=source, **given)

    return _make


def now_is(schedule: Schedule, **fields: Any) -> Schedule:
    """Change what only time would."""
    with enter(schedule.workspace_id):
        Schedule.objects.filter(pk=schedule.pk).update(**fields)
        return Schedule.objects.get(pk=schedule.pk)


def as_it_is(schedule: Schedule) -> Schedule:
    return now_is(schedule, name="Vendas")


def exports_of(schedule: Schedule) -> list[Export]:
    with enter(schedule.workspace_id):
        return list(Export.objects.filter(schedule=schedule.pk).order_by("pk"))


def write_customers(workspace: Workspace, number: int) -> None:
    """Customers enough for a file that takes a while."""
    with enter(workspace.pk), connection.cursor() as cursor:
        columns = "document document_kind country street street_number complement neighbourhood city state"
        empty = f"{columns} postal_code locale phone archive_reason contacts_text".split()
        cursor.execute(
            "INSERT INTO customer (workspace_id, name, email, is_test, created_at, updated_at,"
            f" {', '.join(empty)}) SELECT %s, 'Antônia ' || n, n || '@correio.example', false, now(), now()"
            f"{', %s' * len(empty)}"
            " FROM generate_series(1, %s) n",
            [workspace.pk, *[""] * len(empty), number],
        )
