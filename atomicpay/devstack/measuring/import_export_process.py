"""A process that writes the rows of a list by django-import-export, and says how long and with what memory.

`python -m atomicpay.devstack.measuring.import_export_process WORKSPACE MEMBER QUERY COLUMNS`

The library gets the rows as well prepared as they can be: every value is in one query, none is read by
itself, and nothing is made safe or readable.
"""

import json
import sys
import time
from typing import Any

import django

from atomicpay.devstack.measuring.export_process import most_memory


def main(workspace_id: int, member_id: int, query: str, columns: list[str]) -> None:
    """Write the rows to a text in memory, which is what the library does, and print one JSON object."""
    django.setup()
    from django.db.models import F
    from import_export.fields import Field
    from import_export.resources import ModelResource, modelresource_factory

    from atomicpay.workspaces.entry import enter_as
    from exports.asked import Asked

    begun = time.perf_counter()
    with enter_as(workspace_id, member_id, snapshot=True) as member:
        asked = Asked.read("sales", query, columns, member)
        values: dict[str, Any] = {
            f"cell_{column.key}": F(column.expression)
            if isinstance(column.expression, str)
            else column.expression
            for column in asked.columns
        }
        rows = asked.queryset().only("pk").annotate(**values)
        fields = {name: Field(attribute=name, column_name=name, readonly=True) for name in values}
        resource = type("Rows", (ModelResource,), fields)
        made = modelresource_factory(
            rows.model, resource_class=resource, meta_options={"fields": list(values)}
        )
        dataset = made().export(rows)
        written = dataset.csv.encode()
    seconds = time.perf_counter() - begun
    figures = {"rows": len(dataset), "size": len(written), "seconds": seconds, "megabytes": most_memory()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].split(","))
