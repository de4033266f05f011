"""manage.py import_sales: what it prints, what it makes, and how it refuses."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.models import ImportRun, Sale

from .conftest import HEADING, order, sales_mapping


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A mapping and a file with one good row and one bad."""
    mapping = sales_mapping() | {
        "workspace": {"name": "Loja Nova", "currency": "EUR", "timezone": "Europe/Lisbon"}
    }
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))
    (tmp_path / "orders.csv").write_text("\n".join((HEADING, order(), order("A2", Amount="x"))))
    return tmp_path / "mapping.json", tmp_path / "orders.csv"


def _run(mapping: Path, file: Path, *options: str, slug: str = "loja-nova") -> str:
    out = StringIO()
    arguments = (f"--workspace={slug}", f"--mapping={mapping}", *options, str(file))
    call_command("import_sales", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_command_makes_the_workspace_and_reports(db: None, files: tuple[Path, Path]) -> None:
    out = _run(*files, "--create")
    assert "new 1, changed 0, unchanged 0, ignored 0, refused 1" in out
    assert "line 3, Amount 'x': This is not an amount." in out
    workspace = Workspace.objects.get(slug="loja-nova")
    assert (workspace.name, workspace.default_currency, workspace.timezone) == (
        "Loja Nova",
        "EUR",
        "Europe/Lisbon",
    )
    with enter(workspace.pk):
        assert Sale.objects.count() == 1


def test_command_refuses_an_unknown_workspace(db: None, files: tuple[Path, Path]) -> None:
    with pytest.raises(CommandError, match="There is no workspace loja-nova"):
        _run(*files)
    assert not Workspace.objects.filter(slug="loja-nova").exists()


def test_command_writes_nothing_when_it_was_to_be_all_or_nothing(
    aurora: Workspace, files: tuple[Path, Path]
) -> None:
    with pytest.raises(CommandError, match="nothing was written"):
        _run(*files, "--all-or-nothing", slug=aurora.slug)
    with enter(aurora.pk):
        assert Sale.objects.count() == 0
        assert ImportRun.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("mapping", "content", "words"),
    [
        ("{", "x", "not JSON"),
        (sales_mapping(amount={"column": "Price"}), HEADING, "The heading has no such column. Price"),
        (sales_mapping(), "", "The file is empty"),
    ],
)
def test_command_says_what_is_wrong_before_it_makes_anything(
    db: None, files: tuple[Path, Path], mapping: Any, content: str, words: str
) -> None:
    files[0].write_text(mapping if isinstance(mapping, str) else json.dumps(mapping))
    files[1].write_text(content)
    with pytest.raises(CommandError, match=words):
        _run(*files, "--create")
    assert Workspace.objects.count() == 0
