"""The SQL by which the rows of a merge go back to whose they were."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from .decisions import Act
from .manifest import Ids
from .models import RowOutcome
from .plan import Relation, relations_that, stored_columns

_ROWS: Final = (
    "m.workspace_id = %(workspace)s AND m.merge_id = %(merge)s AND m.relation = %(relation)s"
    " AND m.outcome = ''"
)


def mark(cursor: CursorWrapper, ids: Ids, relation: str, row_ids: Iterable[int], outcome: str) -> None:
    """Say of rows what becomes of them, so that nothing else does."""
    cursor.execute(
        f"UPDATE merged_row m SET outcome = %(outcome)s WHERE {_ROWS} AND m.row_id = ANY (%(rows)s)"
        " AND m.kind = 'moved'",
        ids.params(relation, rows=list(row_ids), outcome=outcome),
    )


def send_after_parents(cursor: CursorWrapper, ids: Ids, relation: Relation) -> None:
    """Give rows to whom the sale or subscription goes that they belong to, new ones as well."""
    for column, parent in relation.parents:
        # LIMIT keeps the look-up a look-up: as a join, each row of the manifest was looked for among all.
        cursor.execute(
            f"UPDATE {relation.table} t SET {relation.column} = g.origin FROM ("
            f"SELECT c.id, p.origin FROM {relation.table} c CROSS JOIN LATERAL (SELECT m.origin"
            f" FROM merged_row m WHERE {_ROWS} AND m.row_id = c.{column} AND m.kind IN ('moved', 'new')"
            f" LIMIT 1) p WHERE c.workspace_id = %(workspace)s AND c.{relation.column} = %(survivor)s) g"
            " WHERE t.workspace_id = %(workspace)s AND t.id = g.id",
            ids.params(parent),
        )


def send_back(cursor: CursorWrapper, ids: Ids, relation: Relation) -> None:
    """Give the moved rows back, with the values that were written over; not those whose parent stays."""
    overwritten = [*relation.decision.widened, *(["is_primary"] if relation.decision.main else [])]
    sets = "".join(f", {name} = (jsonb_populate_record(t, m.before)).{name}" for name in overwritten)
    alone = "".join(
        " AND NOT EXISTS (SELECT FROM merged_row p WHERE p.workspace_id = %(workspace)s"
        f" AND p.merge_id = %(merge)s AND p.relation = '{parent}' AND p.row_id = t.{column})"
        for column, parent in relation.parents
    )
    cursor.execute(
        f"UPDATE {relation.table} t SET {relation.column} = m.origin{sets} FROM merged_row m"
        f" WHERE {_ROWS} AND m.kind IN ('moved', 'new') AND t.workspace_id = %(workspace)s"
        f" AND t.id = m.row_id AND t.{relation.column} = %(survivor)s{alone}",
        ids.params(relation.label),
    )


def put_back(cursor: CursorWrapper, ids: Ids, relation: Relation) -> None:
    """Make the rows again that were united with others or set aside, as they were.

    But none about somebody else who has been merged or anonymised since.
    """
    columns = ("id", "workspace_id", *stored_columns(relation.model))
    values = ", ".join(f"(was).{column}" for column in columns)
    gone = "".join(
        " AND NOT EXISTS (SELECT FROM customer c WHERE c.workspace_id = %(workspace)s"
        f" AND c.id = (was).{other} AND (c.anonymised_at IS NOT NULL"
        " OR c.merged_into_id IS NOT NULL AND c.id <> ALL (%(everybody)s)))"
        for other in relation.others
    )
    cursor.execute(
        f"INSERT INTO {relation.table} ({', '.join(columns)}) SELECT {values}"
        f" FROM (SELECT jsonb_populate_record(NULL::{relation.table}, m.before) AS was FROM merged_row m"
        f" WHERE {_ROWS} AND m.kind = 'absorbed' ORDER BY m.row_id) absorbed WHERE true{gone}",
        ids.params(relation.label),
    )


def restore_values(
    cursor: CursorWrapper,
    ids: Ids,
    relation: str,
    table: str,
    staying: Mapping[tuple[str, int], set[str]],
) -> None:
    """Write the old values of rows that were changed where they are, but for columns that stay."""
    cursor.execute(
        f"SELECT m.row_id, array(SELECT jsonb_object_keys(m.before)) FROM merged_row m"
        f" WHERE {_ROWS} AND m.kind = 'changed' ORDER BY m.row_id",
        ids.params(relation),
    )
    for row_id, columns in cursor.fetchall():
        kept = staying.get((relation, row_id), set())
        sets = ", ".join(
            f"{name} = (jsonb_populate_record(t, m.before)).{name}" for name in columns if name not in kept
        )
        if sets:
            cursor.execute(
                f"UPDATE {table} t SET {sets} FROM merged_row m WHERE {_ROWS} AND m.kind = 'changed'"
                " AND m.row_id = %(row)s AND t.workspace_id = %(workspace)s AND t.id = m.row_id",
                ids.params(relation, row=row_id),
            )


def close_rows(cursor: CursorWrapper, ids: Ids) -> dict[str, dict[str, int]]:
    """Say of each row what became of it, and forget the values, which nobody needs any more."""
    for relation in relations_that(Act.MOVE, Act.UNITE, Act.SET_ASIDE):
        cursor.execute(
            f"UPDATE merged_row m SET before = '{{}}', after = '{{}}', outcome = CASE WHEN m.outcome <> ''"
            f" THEN m.outcome WHEN t.id IS NULL THEN '{RowOutcome.ELSEWHERE}'"
            f" WHEN t.{relation.column} = m.origin THEN '{RowOutcome.BACK}' ELSE '{RowOutcome.STAYED}' END"
            f" FROM merged_row k LEFT JOIN {relation.table} t"
            " ON t.workspace_id = %(workspace)s AND t.id = k.row_id"
            " WHERE m.id = k.id AND k.workspace_id = %(workspace)s AND k.merge_id = %(merge)s"
            " AND k.relation = %(relation)s",
            ids.params(relation.label),
        )
    cursor.execute(
        "UPDATE merged_row m SET before = '{}', after = '{}', outcome = 'back'"
        " WHERE m.workspace_id = %(workspace)s AND m.merge_id = %(merge)s AND m.outcome = ''",
        ids.params(""),
    )
    cursor.execute(
        "SELECT relation, outcome, count(*) FROM merged_row WHERE workspace_id = %(workspace)s"
        " AND merge_id = %(merge)s AND kind <> 'derived' GROUP BY 1, 2 ORDER BY 1, 2",
        ids.params(""),
    )
    counts: dict[str, Any] = {}
    for relation, outcome, number in cursor.fetchall():
        counts.setdefault(relation, {})[outcome] = number
    return counts
