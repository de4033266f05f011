"""A limit of time for reads that may be skipped: what is not answered by then is told as not counted.

The database breaks a read off. A filter over three tables that leaves nothing of a million rows cannot be
known to leave nothing without looking at all of them, and nobody waits for that.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

_SHORTEST: Final = 0.005

_T = TypeVar("_T")


class OutOfTime(Exception):
    """A read was broken off."""


def read_in_time(reads: list[Callable[[], _T]], seconds: float) -> list[_T | None]:
    """What each read gives, or None. First each has its share of the time, what others leave over included;
    then those that were broken off share what is left."""
    results: list[_T | None] = [None] * len(reads)
    end = time.monotonic() + seconds
    waiting = list(range(len(reads)))
    for _round in range(2):
        late = []
        for done, place in enumerate(waiting):
            share = (end - time.monotonic()) / (len(waiting) - done)
            try:
                results[place] = _read(reads[place], share)
            except OutOfTime:
                late.append(place)
        waiting = late
    return results


def _read(read: Callable[[], _T], seconds: float) -> _T:
    if seconds < _SHORTEST:
        raise OutOfTime
    with _broken_off_after(seconds):
        return read()


@contextmanager
def _broken_off_after(seconds: float) -> Iterator[None]:
    """In a savepoint, so that the transaction goes on."""
    try:
        with transaction.atomic():
            before = _limit(f"{max(1, int(seconds * 1000))}ms")
            yield
            _limit(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise OutOfTime from error
        raise


def _limit(value: str) -> str:
    """Set the limit of a statement until the transaction ends; the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [value]
        )
        before: str = cursor.fetchone()[0]
    return before
