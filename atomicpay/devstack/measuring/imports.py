"""An import of a million rows into a new workspace of the seeded database, against a bare \\copy."""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.setting import Setting, psql_environment
from atomicpay.devstack.seeding.documents import make_cpf
from atomicpay.devstack.seeding.names import BRAZILIAN_FIRST, BRAZILIAN_LAST
from atomicpay.devstack.seeding.streams import stream
from atomicpay.workspaces.models import Workspace

ROWS, BUYERS, PRODUCTS = 1_000_000, 250_000, 50
HEADER = ("id", "ordered", "name", "email", "document", "product", "status", "method", "amount")
MAPPING = {
    "name": "Bench",
    "provider": "bench",
    "workspace": {"name": "Bench import", "currency": "BRL", "timezone": "America/Sao_Paulo"},
    "identity": {"columns": ["id"]},
    "fields": {
        "email": {"column": "email"},
        "document": {"column": "document"},
        "name": {"column": "name"},
        "product": {"column": "product"},
        "status": {"column": "status", "words": {"paid": "approved", "refused": "declined"}},
        "method": {"column": "method", "words": {"pix": "pix"}},
        "currency": {"constant": "BRL"},
        "amount": {"column": "amount", "unit": "decimal", "decimal_mark": "."},
        "ordered_at": {"column": "ordered", "format": "YYYY-MM-DD hh:mm:ss"},
    },
}


def import_1m(setting: Setting) -> Iterator[Figure]:
    """Rows a second with totals kept: a million sales of 250,000 buyers who are all new at first."""
    rows = min(ROWS, setting.customers)
    with tempfile.TemporaryDirectory() as directory:
        file, mapping = Path(directory) / "sales.csv", Path(directory) / "mapping.json"
        _write_file(file, rows)
        mapping.write_text(json.dumps(MAPPING))
        seconds = _import(file, mapping)
        floor = _copy(file)
    yield Figure(
        name="import_1m",
        value=rows / seconds,
        unit="rows/s",
        floor=rows / floor,
        floor_is="psql \\copy of the same file into a bare table of texts",
        more={"seconds": round(seconds, 1), "rows": rows},
    )


def _write_file(path: Path, rows: int) -> None:
    chance: random.Random = stream("import", rows)
    buyers = [_buyer(chance, number) for number in range(max(1, rows * BUYERS // ROWS))]
    start = datetime(2025, 1, 1)  # noqa: DTZ001 -- the file has local times; its mapping names the zone
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            name, email, document = buyers[chance.randrange(len(buyers))]
            writer.writerow(
                (
                    f"T{number}",
                    f"{start + timedelta(seconds=number * 20):%Y-%m-%d %H:%M:%S}",
                    name,
                    email,
                    document,
                    f"Curso {1 + number % PRODUCTS}",
                    "paid" if chance.random() < 0.9 else "refused",
                    "pix",
                    f"{number % 500}.{number % 100:02d}",
                )
            )


def _buyer(chance: random.Random, number: int) -> tuple[str, str, str]:
    name = f"{chance.choice(BRAZILIAN_FIRST)} {chance.choice(BRAZILIAN_LAST)}"
    document = make_cpf(chance) if chance.random() < 0.6 else ""
    return name, f"comprador{number}@import.example", document


def _import(file: Path, mapping: Path) -> float:
    """Seconds of the import command from start to end, the start of the process among them."""
    slug = f"bench-import-{Workspace.objects.filter(slug__startswith='bench-import-').count() + 1}"
    command = [
        *(sys.executable, "manage.py", "import_sales", f"--workspace={slug}", "--create"),
        *(f"--mapping={mapping}", str(file)),
    ]
    begun = time.perf_counter()
    subprocess.run(command, cwd=settings.BASE_DIR, stdout=sys.stderr, check=True)
    return time.perf_counter() - begun


def _copy(file: Path) -> float:
    columns = ", ".join(f"{name} text" for name in HEADER)
    script = f"CREATE TEMPORARY TABLE bare ({columns});\n\\copy bare FROM '{file}' csv header\n"
    begun = time.perf_counter()
    subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
        input=script,
        text=True,
        env=psql_environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun
