"""The SQL by which rows move and values are written over; the same statement notes each in the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from .plan import CUSTOMER, Relation

SPEND: Final = "sales.CustomerSpend.customer"

_NOTE: Final = (
    "INSERT INTO merged_row (workspace_id, merge_id, relation, kind, row_id, origin, keeper, before, after,"
    " digest, outcome) SELECT %(workspace)s, %(merge)s, %(relation)s,"
)


@dataclass(frozen=True, slots=True)
class Ids:
    """Whom and what the statements are about."""

    workspace: int
    merge: int
    survivor: int
    losers: tuple[int, ...]

    def params(self, relation: str, **more: Any) -> dict[str, Any]:
        """The parameters of a statement about the rows of one key."""
        return {
            "workspace": self.workspace,
            "merge": self.merge,
            "survivor": self.survivor,
            "losers": list(self.losers),
            "everybody": [self.survivor, *self.losers],
            "relation": relation,
            **more,
        }


def digest_of(columns: Sequence[str], row: str) -> str:
    """The SQL of a number that changes with any of these columns."""
    return f"hashtextextended(ROW({', '.join(f'{row}.{column}' for column in columns)})::text, 0)"


def move_rows(cursor: CursorWrapper, ids: Ids, relation: Relation) -> None:
    """Give the losers' rows to the survivor."""
    table, column = relation.table, relation.column
    digest = digest_of(relation.columns, "t")
    cursor.execute(
        f"WITH old AS (SELECT id, {column} AS origin FROM {table}"
        f" WHERE workspace_id = %(workspace)s AND {column} = ANY (%(losers)s)),"
        f" moved AS (UPDATE {table} t SET {column} = %(survivor)s FROM old"
        f" WHERE t.workspace_id = %(workspace)s AND t.id = old.id"
        f" RETURNING t.id, old.origin, {digest} AS digest)"
        f" {_NOTE} 'moved', id, origin, NULL, '{{}}', '{{}}', digest, '' FROM moved",
        ids.params(relation.label),
    )


def unite_rows(cursor: CursorWrapper, ids: Ids, relation: Relation, main_of: int) -> None:
    """Give the losers' rows to the survivor; of those with one key one stays, and takes in the others.

    `main_of` is the customer whose main one is the main one afterwards.
    """
    table, column, decision = relation.table, relation.column, relation.decision
    key = ", ".join(f"t.{name}" for name in decision.key)
    widest = "".join(
        f", {way}(t.{name}) OVER (PARTITION BY {key}) AS new_{name}" for name, way in decision.widened.items()
    )
    new = {name: f"r.new_{name}" for name in decision.widened}
    if decision.main:
        new["is_primary"] = _IS_MAIN
    sets = "".join(f", {name} = {value}" for name, value in new.items())
    differs = " OR ".join(f"(r.was).{name} IS DISTINCT FROM {value}" for name, value in new.items())
    before, after = _as_json(new, "(r.was)"), _as_json(new, "t")
    cursor.execute(
        f"WITH ranked AS MATERIALIZED (SELECT t.id, t.{column} AS origin, t AS was,"
        f" first_value(t.id) OVER (PARTITION BY {key} ORDER BY t.{column} <> %(survivor)s, t.id) AS keeper"
        f" {widest} FROM {table} t WHERE workspace_id = %(workspace)s AND {column} = ANY (%(everybody)s)),"
        f" gone AS (DELETE FROM {table} t USING ranked r WHERE t.workspace_id = %(workspace)s"
        f" AND t.id = r.id AND r.id <> r.keeper RETURNING t.id, r.origin, r.keeper, to_jsonb(t) AS before),"
        f" put AS (UPDATE {table} t SET {column} = %(survivor)s{sets} FROM ranked r"
        f" WHERE t.workspace_id = %(workspace)s AND t.id = r.id AND r.id = r.keeper"
        f" AND (r.origin <> %(survivor)s OR {differs or 'false'})"
        f" RETURNING t.id, r.origin, {before} AS before, {after} AS after,"
        f" {digest_of(relation.columns, 't')} AS digest)"
        f" {_NOTE} kind, id, origin, keeper, before, after, digest, '' FROM ("
        " SELECT 'absorbed' AS kind, id, origin, keeper, before, '{}'::jsonb AS after, NULL::bigint AS digest"
        " FROM gone UNION ALL SELECT CASE WHEN origin = %(survivor)s THEN 'changed' ELSE 'moved' END, id,"
        " origin, NULL, before, after, digest FROM put) noted",
        ids.params(relation.label, main=main_of),
    )


# The row that took in the main one of whoever was chosen; where they had none, the survivor's own.
_WANTED: Final = (
    "(SELECT w.keeper FROM ranked w WHERE w.origin = %(main)s AND (w.was).is_primary ORDER BY w.id LIMIT 1)"
)
_IS_MAIN: Final = f"coalesce(r.id = {_WANTED}, r.origin = %(survivor)s AND (r.was).is_primary)"


def set_rows_aside(cursor: CursorWrapper, ids: Ids, relation: Relation) -> None:
    """Take the losers' rows out; the manifest holds them whole."""
    table, column = relation.table, relation.column
    cursor.execute(
        f"WITH gone AS (DELETE FROM {table} t WHERE workspace_id = %(workspace)s"
        f" AND {column} = ANY (%(losers)s) RETURNING t.id, t.{column} AS origin, to_jsonb(t) AS before)"
        f" {_NOTE} 'absorbed', id, origin, NULL, before, '{{}}', NULL, '' FROM gone",
        ids.params(relation.label),
    )


def overwrite_customer(cursor: CursorWrapper, ids: Ids, customer_id: int, values: Mapping[str, Any]) -> None:
    """Write these columns of a customer, and note what stood there."""
    sets = ", ".join(f"{column} = %({column})s" for column in values)
    cursor.execute(
        f"WITH old AS (SELECT id, {_as_json(values, 'c')} AS before FROM customer c"
        " WHERE workspace_id = %(workspace)s AND id = %(customer)s),"
        f" new AS (UPDATE customer c SET {sets} FROM old WHERE c.workspace_id = %(workspace)s"
        f" AND c.id = old.id RETURNING c.id, old.before, {_as_json(values, 'c')} AS after)"
        f" {_NOTE} 'changed', id, id, NULL, before, after, NULL, '' FROM new",
        ids.params(CUSTOMER, customer=customer_id, **values),
    )


def note_ids_of_spend(cursor: CursorWrapper, ids: Ids) -> None:
    """Remember the ids of the sums, which the database will make anew."""
    cursor.execute(
        f"{_NOTE} 'derived', id, customer_id, NULL, jsonb_build_object('currency', currency), '{{}}', NULL,"
        " '' FROM customer_spend WHERE workspace_id = %(workspace)s AND customer_id = ANY (%(everybody)s)",
        ids.params(SPEND),
    )


def highest_ids(cursor: CursorWrapper, tables: Sequence[str]) -> dict[str, int]:
    """The last id that each table gave; a row with a higher one came later."""
    columns = ", ".join(
        f"coalesce(pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass), 0)"
        for table in tables
    )
    cursor.execute(f"SELECT {columns}")
    return dict(zip(tables, cursor.fetchone(), strict=True))


def counts_of(cursor: CursorWrapper, ids: Ids) -> dict[str, dict[str, int]]:
    """How many rows of each key were moved, united and changed."""
    cursor.execute(
        "SELECT relation, kind, count(*) FROM merged_row WHERE workspace_id = %(workspace)s"
        " AND merge_id = %(merge)s AND kind <> 'derived' GROUP BY 1, 2 ORDER BY 1, 2",
        ids.params(""),
    )
    counts: dict[str, dict[str, int]] = {}
    for relation, kind, number in cursor.fetchall():
        counts.setdefault(relation, {})[kind] = number
    return counts


def _as_json(columns: Mapping[str, Any], row: str) -> str:
    pairs = ", ".join(f"'{column}', {row}.{column}" for column in columns)
    return f"jsonb_build_object({pairs})"
