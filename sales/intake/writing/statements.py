"""INSERT statements whose columns come from a model: one that is added later gets the model's default."""

import secrets
import time
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


def sequence_of(table: str) -> str:
    """The sequence of a table's ids, looked up once in a statement and not once for each row."""
    return f"(SELECT pg_get_serial_sequence('{table}', 'id')::regclass)"


def public_id_of(table: str, id_column: str) -> str:
    """A public id made of the row's own id and the import's secret; it takes `public_id_params()`.

    As unguessable as the column's default (app_uuid7), which asks the system for random bytes for each row;
    on some servers that takes longer than all else that a row's values do.
    """
    digest = f"sha256(convert_to(%(secret)s || '{table}' || {id_column}, 'UTF8'))"
    # The version (7) comes with the moment; 17 is where the variant (RFC 9562, section 4.1) stands.
    random = f"overlay(left(encode({digest}, 'hex'), 32) PLACING 'a' FROM 17)"
    return f"overlay({random} PLACING %(moment)s FROM 1)::uuid"


def public_id_params() -> dict[str, str]:
    """What `public_id_of` needs: a secret, and the moment in milliseconds with the version after it."""
    return {"secret": secrets.token_hex(16), "moment": f"{time.time_ns() // 1_000_000:012x}7"}


def _database_fills(field: Field) -> bool:
    has_default = field.db_default is not NOT_PROVIDED
    return field.generated or has_default or field.primary_key or (field.null and not field.has_default())
