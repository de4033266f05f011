"""A crash after any statement of a merge or an undo leaves everything as it was: all or nothing (T30)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from atomicpay.workspaces.models import Membership
from customers.merging.models import Merge
from customers.merging.services import merge_customers, undo_merge
from tests.assertions import owned_tables

from .conftest import Person


class Crash(Exception):
    """The process was killed here."""


class _After:
    """Stops after so many statements; counts them."""

    def __init__(self, number: int | None) -> None:
        self.number, self.seen = number, 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        result = execute(*args)
        self.seen += 1
        if self.seen == self.number:
            raise Crash
        return result


def everything() -> dict[str, list[str]]:
    """Every row of every table, the log among them."""
    found = {}
    with connection.cursor() as cursor:
        for table in owned_tables():
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def _crash_after_each_statement(act: Callable[[], Any]) -> int:
    counter = _After(None)
    try:
        with transaction.atomic(), connection.execute_wrapper(counter):
            act()
            raise Crash
    except Crash:
        pass
    before = everything()
    for number in range(1, counter.seen + 1):
        with pytest.raises(Crash), transaction.atomic(), connection.execute_wrapper(_After(number)):
            act()
        assert everything() == before, number
    return counter.seen


def test_crash_after_each_statement_of_a_merge_leaves_nothing(person: Person, owner: Membership) -> None:
    statements = _crash_after_each_statement(
        lambda: merge_customers(
            acting_member=owner, survivor=person.first, losers=[person.second], reason="x"
        )
    )
    assert statements > 30


def test_crash_after_each_statement_of_an_undo_leaves_the_merge(person: Person, owner: Membership) -> None:
    merge = merge_customers(
        acting_member=owner, survivor=person.first, losers=[person.second, person.third], reason="x"
    )
    statements = _crash_after_each_statement(
        lambda: undo_merge(acting_member=owner, merge=Merge.objects.get(pk=merge.pk))
    )
    assert statements > 50
