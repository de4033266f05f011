"""Rows of a list counted by the rows that other tables have of them, all by one statement.

The SQL is that of querysets, each with its own scope, put together: Django can neither group what is distinct
nor say a WITH, and without that the list's rows would be found anew for every count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, UniqueConstraint

from atomicpay.ui.filters import Condition
from atomicpay.ui.filtersets import filtered
from atomicpay.ui.related import rows_but

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListState


@dataclass(frozen=True, slots=True)
class Having:
    """Whom of the list to count: who has one of these rows, in all (as `choice`) or by a column's values."""

    choice: str
    rows: QuerySet
    key: str
    column: str = ""

    @property
    def is_single(self) -> bool:
        """Whether a constraint keeps a second row of the same from being."""
        fields = {"workspace", self.key, self.column.partition("__")[0]}
        constraints = self.rows.model._meta.constraints
        return any(isinstance(c, UniqueConstraint) and set(c.fields) == fields for c in constraints)


@dataclass(frozen=True, slots=True)
class Base:
    """The listed rows: those of `listed`, or where the list hides but few all that are not `hidden`."""

    listed: QuerySet | None
    hidden: QuerySet | None

    @classmethod
    def of(cls, state: "ListState", conditions: Mapping[str, Condition]) -> "Base":
        hidden = state.page.hidden_rows(conditions)
        if hidden is not None and not state.counter.narrowing(conditions):
            return cls(None, hidden)
        return cls(filtered(state.filterset.queryset.all(), conditions.values()).order_by(), None)


def count_groups(base: Base, questions: Mapping[str, Sequence[Having]]) -> dict[str, dict[str, int]]:
    """For each name: how many listed rows have a row, by choice or by the value of the column."""
    found: dict[str, dict[str, int]] = {
        name: {having.choice: 0 for having in asked if not having.column} for name, asked in questions.items()
    }
    pairs = [(name, having) for name, asked in questions.items() for having in asked]
    parts = [part for name, having in pairs for part in _parts(base, name, having)]
    if not parts:
        return found
    sql, params = " UNION ALL ".join(sql for sql, _ in parts), [value for _, p in parts for value in p]
    if base.listed is not None:
        try:
            listed, listed_params = _compiled(base.listed.values("pk"))
        except EmptyResultSet:
            return found
        sql, params = f"WITH listed (id) AS MATERIALIZED ({listed}) {sql}", [*listed_params, *params]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for name, choice, number in cursor.fetchall():
            found[name][choice] = number
    return found


def _parts(base: Base, name: str, having: Having) -> list[tuple[str, list[Any]]]:
    rows = having.rows if base.hidden is None else rows_but(having.rows, having.key, base.hidden)
    named = {"listed_row": F(having.key)} | ({"choice": F(having.column)} if having.column else {})
    try:
        inner, params = _compiled(rows.order_by().values(**named))
    except EmptyResultSet:
        return []
    columns, distinct = ", ".join(named), "" if having.is_single else "DISTINCT "
    listed = " WHERE listed_row IN (SELECT id FROM listed)" if base.listed is not None else ""
    once = f"SELECT {distinct}{columns} FROM ({inner}) r ({columns}){listed}"  # noqa: S608 -- compiled by Django
    if having.column:
        sql = f"SELECT %s, choice::text, count(*) FROM ({once}) o GROUP BY choice"  # noqa: S608 -- as above
        return [(sql, [name, *params])]
    return [(f"SELECT %s, %s, count(*) FROM ({once}) o", [name, having.choice, *params])]  # noqa: S608 -- as above


def _compiled(queryset: QuerySet) -> tuple[str, list[Any]]:
    sql, params = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, list(params)
