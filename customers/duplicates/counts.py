"""How common values are: counted from all records by a scan, and read back for scores."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import connection

from atomicpay.workspaces.scope import active_workspace_id

from .matching.frequencies import FIRST_PRIOR, Frequencies
from .models import Scan, ValueFrequency
from .records import read_json

# In the order of `Person.pack`.
_FILLED: Final = """
SELECT count(*), count(*) FILTER (WHERE "values" ->> 8 <> ''), count(*) FILTER (WHERE "values" ->> 9 <> ''),
       count(*) FILTER (WHERE "values" ->> 10 <> '')
  FROM customer_match WHERE workspace_id = %s
"""
_COUNT: Final = """
INSERT INTO value_frequency (workspace_id, key, holders)
SELECT %(workspace)s, counted.key, count(*)
  FROM customer_match m, unnest(m.counted) counted(key)
 WHERE m.workspace_id = %(workspace)s
 GROUP BY counted.key HAVING count(*) > 1
"""
_ALL: Final = "SELECT key, holders FROM value_frequency WHERE workspace_id = %s"


def count_values(scan: Scan) -> None:
    """Count every value anew; the numbers stand until the next scan."""
    workspace_id = active_workspace_id()
    ValueFrequency.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"workspace": workspace_id})
        cursor.execute(_FILLED, [workspace_id])
        scan.number, *filled = cursor.fetchone()
    scan.filled = dict(zip(("street", "postcode", "city"), filled, strict=True))
    scan.save(update_fields=["number", "filled"])


def frequencies(scan: Scan, keys: Collection[int] | None = None) -> Frequencies:
    """The counts of the last scan: of these values, or of all."""
    sql, values = _ALL, [active_workspace_id()]
    parameters: list[Any] = list(values)
    if keys is not None:
        sql, parameters = f"{_ALL} AND key = ANY(%s)", [*values, list(keys)]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        holders = dict(_rows(cursor))
    return Frequencies(scan.number, read_json(scan.filled), holders, scan.prior or FIRST_PRIOR)


def _rows(cursor: Any) -> Iterable[tuple[int, int]]:
    while rows := cursor.fetchmany(10_000):
        yield from rows
