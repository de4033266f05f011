"""Values from another table that few rows have, for lists and files of any length.

A subquery for each row is quick for a page and slow for a million rows: most look into an index to find
nothing. Asked first whether there is anything, the planner chooses by the number of rows: for few it looks
into the index, for many it makes a set of all that have something, once, and asking that is nearly free.
"""

from typing import Any

from django.db.models import Case, Exists, QuerySet, Subquery, When


class SparseValue(Case):
    """A subquery's value for the rows that have anything, `default` (or NULL) for all others.

    rows   what the value is made of, with an OuterRef; only whether there are any is asked
    value  the subquery itself
    """

    def __init__(self, rows: QuerySet, value: QuerySet, default: Any = None) -> None:
        super().__init__(When(Exists(rows), then=Subquery(value)), default=default)
        # To read the rows that have anything alone, and their values without asking again.
        self.has_any, self.value = Exists(rows), Subquery(value)
