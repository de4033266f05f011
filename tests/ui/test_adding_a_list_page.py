"""The guide's example works as it is printed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from atomicpay.ui import registry
from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership, Workspace
from tests import factories
from tests.conftest import Beacon
from tests.lists import listed, open_list

GUIDE = Path(settings.BASE_DIR) / "docs" / "adding-a-list-page.md"


@pytest.fixture
def product_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ListPage]]:
    """The page that the guide declares, registered for one test."""
    monkeypatch.setattr(registry, "_pages", dict(registry._pages))
    example, _urls = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "example.lists"}
    exec(compile(example, str(GUIDE), "exec"), names)  # noqa: S102 -- the guide's own text
    return names["ProductList"]


@pytest.mark.usefixtures("product_list")
def test_example_lists_filters_counts_and_exports(
    in_aurora: Workspace, beacon: Beacon, owner: Membership
) -> None:
    course = factories.ProductFactory(name="Curso", created_at=factories.NOON)
    ebook = factories.ProductFactory(
        name="Ebook", kind="ebook", created_at=factories.NOON + timedelta(days=1)
    )
    assert listed("products", "", owner) == {course.pk, ebook.pk}
    assert listed("products", "kind=ebook", owner) == {ebook.pk}
    assert listed("products", "created_before=2026-03-03", owner) == {course.pk}
    assert listed("products", "kind=nonsense", owner) == set()
    with open_list("products", "created_before=2026-03-03", owner) as state:
        counts = state.count_choices()["kind"]
        assert (counts["course"], counts["ebook"]) == (1, 0)
    with open_list("products", "sort=-name", owner) as state:
        cells = [
            column.cell(row) for row in state.read_page().rows for column in state.columns if column.cell
        ]
        assert [str(cell.html) for cell in cells[::2]] == ["Ebook", "Curso"]
        in_file = state.export_queryset().values_list(*(column.expression for column in state.export_columns))
        assert [row[1] for row in in_file] == ["Ebook", "Curso"]
