"""Reads that take too long are broken off by the database, and the transaction goes on."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

from atomicpay.ui.budget import read_in_time
from atomicpay.workspaces.models import Workspace


def sql(statement: str) -> Callable[[], int]:
    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.fetchone()[0])

    return read


def test_slow_read_is_none_and_the_others_are_answered(in_aurora: Workspace) -> None:
    slow = sql("SELECT 1 FROM pg_sleep(5)")
    assert read_in_time([sql("SELECT 1"), slow, sql("SELECT 3")], 0.5) == [1, None, 3]
    assert sql("SELECT count(*) FROM customer")() == 0


def test_time_that_is_left_is_given_to_who_had_too_little(in_aurora: Workspace) -> None:
    late = sql("SELECT 2 FROM pg_sleep(0.4)")
    assert read_in_time([late, sql("SELECT 1"), sql("SELECT 1")], 1.0) == [2, 1, 1]


def test_limit_of_the_request_is_as_it_was(in_aurora: Workspace) -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    before = limit()
    read_in_time([sql("SELECT 1"), sql("SELECT 1 FROM pg_sleep(5)")], 0.2)
    assert limit() == before


def test_another_error_is_not_taken_for_lateness(in_aurora: Workspace) -> None:
    def fail() -> int:
        raise OperationalError("connection lost")

    with pytest.raises(OperationalError):
        read_in_time([fail], 1.0)
