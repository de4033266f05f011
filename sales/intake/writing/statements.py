"""INSERT statements whose columns come from a model: one that is added later gets the model's default."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils.timezone import now


def insert_from(model: type[Model], values: Mapping[str, str], source: str) -> tuple[str, dict[str, Any]]:
    """The INSERT of the expressions in `values` (by column) from a FROM clause, and its parameters.

    A column that `values` does not name gets what the model would give it.
    """
    columns, expressions, params = list(values), list(values.values()), dict[str, Any]()
    for field in model._meta.concrete_fields:
        if field.column in values or _database_fills(field):
            continue
        name = f"default_{field.column}"
        columns.append(str(field.column))
        expressions.append("now()" if field.default is now else f"%({name})s")
        params[name] = field.get_db_prep_save(field.get_default(), connection)
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(expressions)} {source}'
    return sql, params


def _database_fills(field: Field) -> bool:
    has_default = field.db_default is not NOT_PROVIDED
    return field.generated or has_default or field.primary_key or (field.null and not field.has_default())
