"""The rules of the house that a machine can read."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("atomicpay", "customers", "subscriptions", "sales", "exports")
MODULES = sorted(
    path
    for room in (*ROOMS, "tests")
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts and path.name != "__init__.py"
)
OUR_APPS = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in ROOMS}

LONGER_THAN_THE_GUIDE: dict[str, str] = {
    "customers/models.py": "one entity and the nine tables of facts about it; none is read alone",
}

JUNK_DRAWERS = {"utils", "helpers", "common", "manager", "managers", "data", "misc"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_opens_with_its_purpose(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "one sentence that says what may live here"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_is_no_longer_than_the_guide_or_says_why(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    limit = 300 if path.relative_to(ROOT).parts[0] != "tests" else 500
    assert (lines > limit) == (_name(path) in LONGER_THAN_THE_GUIDE), f"{lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_has_a_name_that_says_what_is_in_it(path: Path) -> None:
    assert path.stem not in JUNK_DRAWERS


def test_nothing_catches_everything_or_silences_a_checker_without_naming_it() -> None:
    patterns = {
        r"except\s*(Base)?Exception\b": "catches everything",
        r"except\s*:": "catches everything",
        r"type:\s*ignore\s*($|[^\[])": "ignores every type error",
        r"#\s*noqa\s*($|[^:])": "ignores every lint",
    }
    found = [
        f"{_name(path)}: {why}"
        for path in MODULES
        if path != Path(__file__).resolve()
        for pattern, why in patterns.items()
        if re.search(pattern, path.read_text(), re.MULTILINE)
    ]
    assert found == []


def test_environment_is_read_in_one_module() -> None:
    readers = {
        _name(path)
        for path in MODULES
        if path.relative_to(ROOT).parts[0] != "tests" and re.search(r"os\.(environ|getenv)", path.read_text())
    }
    outside = {name for name in readers if not name.startswith("atomicpay/devstack/")}
    # The two entry points name the settings module, which must be known before anything is read.
    assert outside == {"atomicpay/env.py", "atomicpay/wsgi.py", "atomicpay/celery.py"}


def test_predicate_is_never_passed_by_outside_the_kernel() -> None:
    """The ways around the compiled filter stay in the kernel."""
    ways = re.compile(r"_base_manager|_raw_delete|\.objects\.raw\(|DISABLE ROW LEVEL")
    found = {_name(path) for path in MODULES if ways.search(path.read_text())}
    assert {name for name in found if not name.startswith(("tests/", "atomicpay/workspaces/"))} == set()


def test_migrations_are_named_for_what_they_do_and_reversible() -> None:
    loader = MigrationLoader(None)
    for (label, name), migration in loader.disk_migrations.items():
        if label not in OUR_APPS:
            continue
        assert "auto" not in name, f"{label}.{name}"
        assert name.split("_", 1)[1] != "initial", f"{label}.{name}"
        for operation in migration.operations:
            if isinstance(operation, RunPython | RunSQL):
                assert operation.reversible, f"{label}.{name}"


def test_every_room_can_be_imported() -> None:
    for path in MODULES:
        if (
            path.relative_to(ROOT).parts[0] in ROOMS
            and "settings" not in path.parts
            and path.stem != "__main__"
        ):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
