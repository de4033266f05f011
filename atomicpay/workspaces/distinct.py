"""The few values of a column of many rows, read with one step along an index for each value."""

from django.db import connection, models
from django.db.models.expressions import RawSQL

from .scope import active_workspace_id

# `SELECT DISTINCT` would read the whole workspace's part of the index.
_STEPS = """
WITH RECURSIVE known AS (
  (SELECT {column} AS value FROM {table} WHERE workspace_id = %s ORDER BY {column} LIMIT 1)
  UNION ALL
  SELECT (SELECT next.{column} FROM {table} next
           WHERE next.workspace_id = %s AND next.{column} > known.value ORDER BY next.{column} LIMIT 1)
    FROM known WHERE known.value IS NOT NULL
)
SELECT value FROM known WHERE value IS NOT NULL
"""


def distinct_values(model: type[models.Model], column: str) -> RawSQL:
    """The values of a text column in the active workspace, for `__in`.

    The model must have an index that begins with the workspace and the column. Products are not looked at:
    use it where the values say nothing about what was bought.
    """
    return RawSQL(_steps(model, column), _parameters())  # noqa: S611 -- names of our own columns


def list_distinct_values(model: type[models.Model], column: str) -> list[str]:
    """The same values, read now."""
    with connection.cursor() as cursor:
        cursor.execute(_steps(model, column), _parameters())
        return [value for (value,) in cursor.fetchall()]


def distinct_values_as_rows(model: type[models.Model], column: str) -> RawSQL:
    """The same as an expression that makes one row of each value."""
    sql = f"unnest(ARRAY({_steps(model, column)}))"
    return RawSQL(sql, _parameters(), models.TextField())  # noqa: S611 -- names of our own columns


def _steps(model: type[models.Model], column: str) -> str:
    quote = connection.ops.quote_name
    return _STEPS.format(table=quote(model._meta.db_table), column=quote(column))


def _parameters() -> list[int]:
    workspace = active_workspace_id()
    return [workspace, workspace]
