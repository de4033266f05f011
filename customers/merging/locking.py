"""Holding the records of an act, lowest id first, so that two acts can neither cross nor wait in a circle."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from customers.models import Customer

_TRIES: Final = 5

T = TypeVar("T")


def hold_records(customer_ids: Iterable[int]) -> dict[int, Customer]:
    """These customers and those that were merged into them, each held against every writer, by id.

    A writer of their rows holds them too, or its key is checked when it commits: it waits, and is then
    refused. Looked for again until nobody was merged into them meanwhile.
    """
    wanted = set(customer_ids)
    held: dict[int, Customer] = {}
    while True:
        merged = Customer.objects.filter(merged_into__in=wanted).values_list("pk", flat=True)
        ids = wanted | set(merged)
        if ids == held.keys():
            return held
        rows = Customer.objects.without_search_text().filter(pk__in=ids).order_by("pk")
        held = {row.pk: row for row in rows.select_for_update()}
        if not wanted <= held.keys() or ids - held.keys():
            return held


def again_after_deadlock(act: Callable[[], T]) -> T:
    """Do it in a transaction of its own, and anew where the database ended a circle of waiting by it."""
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if attempt == _TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError("the last try returns or raises")


def check_keys_later() -> None:
    """Let rows point at each other wrongly until the end of the act."""
    _constraints("DEFERRED")


def check_keys_now() -> None:
    """Find out now what the commit would refuse; afterwards as before."""
    _constraints("IMMEDIATE")
    _constraints("DEFERRED")


def _constraints(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL {when}")
