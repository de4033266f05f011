"""Conditions on rows of another table: who has such a row, who has none, and how many have one."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression


class HasRow(Exists):
    """EXISTS over the rows of another table that name the list's row by `key`.

    `is_single`: there is at most one such row for each, so that counting the rows counts the list's.
    """

    def __init__(self, rows: QuerySet, key: str, *, is_single: bool = False) -> None:
        self.rows, self.key, self.is_single = rows, key, is_single
        super().__init__(rows.filter(**{key: OuterRef("pk")}))

    def __invert__(self) -> Any:
        return HasNoRow(self)

    @property
    def as_text(self) -> str:
        """The same for two that ask the same."""
        return f"{self.key} {self.rows.order_by().query}"

    def of(self, least: int, greatest: int) -> "HasRow":
        """The same of the list's rows with these keys and those between."""
        rows = self.rows.filter(**{f"{self.key}__gte": least, f"{self.key}__lte": greatest})
        return HasRow(rows, self.key, is_single=self.is_single)

    def count_but(self, hidden: QuerySet) -> int:
        """How many have such a row, those aside that are hidden.

        Without the list's own table, which would be read whole: what a list hides by default is little.
        """
        rows = rows_but(self.rows, self.key, hidden)
        return rows.count() if self.is_single else rows.order_by().values(self.key).distinct().count()


class HasNoRow(NegatedExpression):
    """The opposite; `has` is what it denies."""

    def __init__(self, has: HasRow) -> None:
        self.has = has
        super().__init__(has)

    def __invert__(self) -> Any:
        return self.has

    def of(self, least: int, greatest: int) -> "HasNoRow":
        """As `HasRow.of`."""
        return HasNoRow(self.has.of(least, greatest))


def bounded(condition: Any, least: int, greatest: int) -> Any:
    """A condition on the list's rows with these keys and those between, saying so of other tables too.

    The planner does not conclude it, and would look up each row of the list where it can read a part of them.
    """
    if isinstance(condition, HasRow | HasNoRow):
        return condition.of(least, greatest)
    if isinstance(condition, Q):
        parts = [bounded(part, least, greatest) for part in condition.children]
        return Q(*parts, _connector=condition.connector, _negated=condition.negated)
    return condition


def rows_but(rows: QuerySet, key: str, hidden: QuerySet) -> QuerySet:
    """The rows that name none of the hidden ones."""
    return rows.filter(~Exists(hidden.order_by().filter(pk=OuterRef(key))))
