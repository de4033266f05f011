"""What only the tests of the walls need: the owner's own connection, to take a wall down and put it up again."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from atomicpay.env import read_environment


@pytest.fixture
def as_owner(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the test database; what it changes is undone afterwards."""
    login = read_environment().owner_database
    with psycopg.connect(
        host=login["HOST"],
        port=login["PORT"] or 5432,
        user=login["USER"],
        password=login["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    ) as owner:
        undo: list[str] = []
        owner.undo = undo  # type: ignore[attr-defined]
        yield owner
        for statement in reversed(undo):
            owner.execute(statement)
