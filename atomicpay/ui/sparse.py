"""Values from another table that few rows have, for lists and files of any length.

A subquery for each row is quick for a page and slow for a million rows: most look into an index to find
nothing. Asked first whether there is anything, PostgreSQL makes a set of all rows that have something, once,
and asking that is nearly free. For few rows the set costs more than it saves: see `looked_up`.
"""

from typing import Any

from django.db.models import Case, Exists, QuerySet, Subquery, When
from django.db.models.functions import Coalesce


class SparseValue(Case):
    """A subquery's value for the rows that have anything, `default` (or NULL) for all others.

    rows       what the value is made of, with an OuterRef; only whether there are any is asked
    value      the subquery itself
    has_any    the condition that a row has anything
    looked_up  the same value by one look for each row: quicker for few rows
    """

    def __init__(self, rows: QuerySet, value: QuerySet, default: Any = None) -> None:
        self.has_any, self.value = Exists(rows), Subquery(value)
        self.looked_up = self.value if default is None else Coalesce(self.value, default)
        super().__init__(When(self.has_any, then=self.value), default=default)
