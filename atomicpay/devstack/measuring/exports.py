"""Exports in a process of their own, as the worker writes them, against psql's \\copy and a usual library."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.pages import measure_page
from atomicpay.devstack.measuring.setting import Setting, psql_environment
from atomicpay.workspaces.entry import enter_as
from exports.asked import Asked
from exports.dialects import Dialect
from exports.models import Export, Imprint
from exports.services import request_export

ROWS, FEWER = 1_000_000, 200_000
TURNS = 2


def export_1m(setting: Setting) -> Iterator[Figure]:
    """Seconds for about a million sales, and the most memory that the writing process ever had."""
    query = _about(setting, ROWS)
    runs = [(_write(setting, query), _copy(setting, query)) for _turn in range(TURNS)]
    best, floor = min(run["seconds"] for run, _floor in runs), min(floor for _run, floor in runs)
    rows = runs[0][0]["rows"]
    more = {"rows": rows, "rows_per_second": round(rows / best)}
    yield Figure(
        name="export_1m",
        value=best,
        unit="s",
        floor=floor,
        n=TURNS,
        floor_is="psql \\copy of the same columns, raw, as the owner",
        more=more,
    )
    yield Figure(
        name="export_memory",
        value=max(run["megabytes"] for run, _floor in runs),
        unit="MB",
        n=TURNS,
        more=more,
    )


def export_vs_import_export(setting: Setting) -> Iterator[Figure]:
    """Seconds of django-import-export for 200,000 sales, with our own for the same rows as its floor."""
    query = _about(setting, FEWER)
    ours = [_write(setting, query) for _turn in range(TURNS)]
    theirs = _as_import_export(setting, query)
    if theirs["rows"] != ours[0]["rows"]:
        raise ValueError(f"{theirs['rows']} rows against {ours[0]['rows']}")
    yield Figure(
        name="export_vs_import_export",
        value=theirs["seconds"],
        unit="s",
        floor=min(run["seconds"] for run in ours),
        n=TURNS,
        floor_is="our own export of the same rows and columns",
        more={
            "rows": theirs["rows"],
            "megabytes": round(theirs["megabytes"]),
            "our_megabytes": round(max(run["megabytes"] for run in ours)),
        },
    )


def xlsx_200k(setting: Setting) -> Iterator[Figure]:
    """Seconds for a workbook of 200,000 sales, and the most memory of its process; a CSV is the floor."""
    query = _about(setting, FEWER)
    runs = [(_write(setting, query, Dialect.XLSX), _write(setting, query)) for _turn in range(TURNS)]
    more = {"rows": runs[0][0]["rows"], "file_megabytes": round(runs[0][0]["size"] / 2**20, 1)}
    yield Figure(
        name="xlsx_200k",
        value=min(book["seconds"] for book, _csv in runs),
        unit="s",
        floor=min(csv["seconds"] for _book, csv in runs),
        n=TURNS,
        floor_is="the same rows and columns as CSV",
        more=more,
    )
    yield Figure(
        name="xlsx_200k_memory",
        value=max(book["megabytes"] for book, _csv in runs),
        unit="MB",
        n=TURNS,
        more=more,
    )


def export_confirm(setting: Setting) -> Iterator[Figure]:
    """The confirm step of all sales, of a filtered list of them, and of the customers: the slowest."""
    asked = {
        "all_sales": "list=sales",
        "sales_filtered": f"list=sales&status=approved&currency=BRL&{_about(setting, ROWS)}",
        "all_customers": "list=customers",
    }
    found = {
        name: measure_page(setting, "export_confirm", f"exports/new/?{query}")
        for name, query in asked.items()
    }
    slowest = max(found.values(), key=lambda figure: figure.value)
    each = {name: round(figure.value, 2) for name, figure in found.items()}
    yield replace(slowest, more=(slowest.more or {}) | each)


def export_changes(setting: Setting) -> Iterator[Figure]:
    """Seconds for the same file once more, with what changed since; against the first time."""
    query = _about(setting, ROWS)
    first = _write(setting, query)
    again = _write(setting, query, is_repeated=True)
    yield Figure(
        name="export_changes",
        value=again["seconds"],
        unit="s",
        floor=first["seconds"],
        n=1,
        floor_is="the same file with nothing to be compared with",
        more={"rows": again["rows"], "megabytes": again["megabytes"]},
    )


def _about(setting: Setting, rows: int) -> str:
    """The address of the sales list from a day on, so that it has as nearly so many rows as days allow."""
    found = setting.owner.execute(
        "SELECT ordered_at FROM sale WHERE workspace_id = %s AND NOT is_test"
        " ORDER BY ordered_at DESC, id DESC OFFSET %s LIMIT 1",
        [setting.workspace.pk, rows],
    ).fetchone()
    if found is None:
        return ""
    first: datetime = found[0].astimezone(setting.workspace.zone) + timedelta(days=1)
    return f"date_from={first:%Y-%m-%d}"


def _columns(setting: Setting, query: str) -> list[str]:
    from exports.asked import open_list

    state = open_list("sales", query, setting.membership)
    return [column.key for column in state.export_columns if not column.is_opt_in]


def _write(
    setting: Setting, query: str, dialect: str = Dialect.STANDARD, *, is_repeated: bool = False
) -> dict[str, Any]:
    """Ask for the export and let a new process write it; unless it is repeated, there is none before it."""
    with enter_as(setting.workspace.pk, setting.membership.pk) as member:
        if not is_repeated:
            Imprint.objects.all().delete()
        columns = _columns(setting, query)
        export = request_export(
            acting_member=member, page="sales", query=query, columns=columns, dialect=dialect
        )
    run = _in_a_process("export_process", str(setting.workspace.pk), str(export.pk))
    with enter_as(setting.workspace.pk, setting.membership.pk):
        written = Export.objects.get(pk=export.pk)
    if written.rows_written is None:
        raise ValueError(f"{written.reference} is {written.state}: {written.failure}")
    return run | {"rows": written.rows_written, "size": written.size}


def _as_import_export(setting: Setting, query: str) -> dict[str, Any]:
    """What the library takes for the rows and columns of the same list."""
    with enter_as(setting.workspace.pk, setting.membership.pk):
        columns = _columns(setting, query)
    return _in_a_process(
        "import_export_process",
        *(str(setting.workspace.pk), str(setting.membership.pk), query, ",".join(columns)),
    )


def _in_a_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of this room by itself; returns what it said last."""
    command = [sys.executable, "-m", f"atomicpay.devstack.measuring.{module}", *arguments]
    said = subprocess.run(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    run: dict[str, Any] = json.loads(said.splitlines()[-1])
    return run


def _copy(setting: Setting, query: str) -> float:
    """Seconds of psql for the same rows and columns, neither made safe nor made readable."""
    with enter_as(setting.workspace.pk, setting.membership.pk) as member:
        asked = Asked.read("sales", query, _columns(setting, query), member)
        raw = [F(value) if isinstance(value, str) else value for value in _raw_expressions(asked)]
        values = asked.queryset().values_list(*raw)
        sql, params = values.query.sql_with_params()
        operations: Any = connection.ops
        text = operations.compose_sql(sql, params).replace("\n", " ")
    with tempfile.TemporaryDirectory() as directory:
        command = f"\\copy ({text}) to '{Path(directory) / 'rows.csv'}' csv header"
        begun = time.perf_counter()
        subprocess.run(
            ["psql", "-X", "-q", "-c", command], env=psql_environment(), check=True, stdout=subprocess.DEVNULL
        )
        return time.perf_counter() - begun


def _raw_expressions(asked: Asked) -> Iterator[Any]:
    for column in asked.columns:
        yield column.expression
