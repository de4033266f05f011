"""What only the tests of the walls need: the owner's connection, to take a wall down for a test."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from django.db import connection

from atomicpay.env import read_environment


class Owner:
    """The owner of the test database, who can take a wall down for one test."""

    def __init__(self, raw: psycopg.Connection[Any], undo: ExitStack) -> None:
        self._raw, self._undo = raw, undo

    def read(self, sql: str) -> Any:
        """The one value that a query gives."""
        row = self._raw.execute(sql).fetchone()
        assert row is not None
        return row[0]

    def change(self, sql: str, *, undo: str) -> None:
        """Run `sql` now and `undo` when the test is over."""
        self._raw.execute(sql)
        self._undo.callback(self._raw.execute, undo)

    def undo_with(self, sql: str) -> None:
        """Run `sql` when the test is over."""
        self._undo.callback(self._raw.execute, sql)


@pytest.fixture
def database_owner(transactional_db: None) -> Iterator[Owner]:
    """The owner; what it changes is undone, last change first, when the test is over."""
    login = read_environment().owner_database
    with (
        psycopg.connect(
            host=login["HOST"],
            port=login["PORT"] or 5432,
            user=login["USER"],
            password=login["PASSWORD"],
            dbname=connection.settings_dict["NAME"],
            autocommit=True,
        ) as raw,
        ExitStack() as undo,
    ):
        yield Owner(raw, undo)


def take_down_row_security(database_owner: Owner, table: str) -> None:
    database_owner.change(
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        undo=f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    )
