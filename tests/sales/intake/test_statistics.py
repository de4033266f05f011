"""The planner learns of a workspace while an import fills it."""

from django.db import connection

from atomicpay.workspaces.models import Workspace
from sales.intake.statistics import _believed_sales

from .conftest import Importer, order, sales_mapping


def test_planner_knows_a_workspace_that_an_import_has_filled(
    in_aurora: Workspace, import_lines: Importer
) -> None:
    lines = [order(Email=f"{n % 300}@correio.example") for n in range(1_100)]
    with connection.cursor() as cursor:
        before = _believed_sales(cursor, in_aurora.pk)
        import_lines(*lines, mapping=sales_mapping(identity="file and line"))
        assert before < 100
        assert 900 < _believed_sales(cursor, in_aurora.pk) < 1_300
