"""INSERT ... SELECT for a model, with Django's defaults, which the tables themselves do not have."""

from typing import Any

from django.db import connection, models
from django.utils import timezone


def insert(model: type[models.Model], columns: dict[str, str], source: str, *, at: str) -> str:
    """The statement that inserts `columns` (name: SQL expression) from `source`.

    Every other column that may not be empty takes its default; `at` is the expression for the moments among
    them. A `%` in the text must be doubled.
    """
    values = dict(columns)
    for field in model._meta.local_concrete_fields:
        column = str(field.column)
        if column not in values and not field.null:
            default = _default(field, at)
            if default is not None:
                values[column] = default
    names = ", ".join(connection.ops.quote_name(name) for name in values)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values.values())} FROM {source}"


def _default(field: Any, at: str) -> str | None:
    """The SQL of a field's default; None when the database gives the value."""
    if field.generated or field.primary_key or field.has_db_default():
        return None
    if getattr(field, "auto_now", False) or field.default is timezone.now:
        return at
    if not field.has_default():
        raise ValueError(f"{field} has no default: give it a value.")
    operations: Any = connection.ops
    return str(operations.compose_sql("%s", [field.get_db_prep_save(field.get_default(), connection)]))
