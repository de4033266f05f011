"""What the planner is told about a statement that is written in the order in which it should be read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def joined_as_written() -> Iterator[None]:
    """In this block tables are joined in the order in which a statement names them.

    For a long statement about one record, each of whose joins follows a key of rows that are few by then. To
    try all orders takes the planner three times as long as the reading.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        yield
        cursor.execute("SET LOCAL join_collapse_limit TO DEFAULT")
