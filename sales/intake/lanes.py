"""Chunks written side by side, on connections of their own, so that an import is not bound to one core.

A temporary table is its connection's alone: each lane brings the rows of its chunk over from the connection
that read the file. No customer is in two chunks at once, so lanes never wait for one another for long.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Final

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from .ranges import Range
from .ready import READY
from .staging import drop_tables
from .writing.chunk import SIZE

LANES: Final = 2
_WORTH_LANES: Final = 3 * SIZE
"""Rows that are left to write. Below it a second connection costs more than it saves."""

WriteRange = Callable[[CursorWrapper, int, int], None]

_COLUMNS: Final = ", ".join(READY)
_DEFINITIONS: Final = ", ".join(f"{name} {type_}" for name, type_ in READY.items())
_SOURCE: Final = f"SELECT {_COLUMNS} FROM intake_ready WHERE seq > %s AND seq <= %s ORDER BY seq"


def is_worth_lanes(rows: int) -> bool:
    """Whether so many rows are better written side by side.

    Never inside a transaction: what it has written is hidden from every other connection.
    """
    return rows >= _WORTH_LANES and not connection.in_atomic_block


def write_side_by_side(ranges: Iterator[Range], write: WriteRange) -> None:
    """Call `write(cursor, after, upto)` for each range, two at a time; raises what the first to fail raised.

    Each lane's cursor finds the rows of its range in a table `intake_ready` of its own.
    """
    deal = _Deal(ranges)
    with ThreadPoolExecutor(LANES, thread_name_prefix="import") as threads:
        lanes = [threads.submit(_drive, deal, write) for _ in range(LANES)]
        try:
            for lane in lanes:
                lane.result()
        finally:
            deal.stop()


class _Deal:
    """What the lanes share: the ranges still to be written, and the connection that has their rows."""

    def __init__(self, ranges: Iterator[Range]) -> None:
        self._ranges, self._lock = ranges, Lock()
        connection.ensure_connection()
        self._source: psycopg.Connection = connection.connection

    def next(self, cursor: CursorWrapper) -> Range | None:
        """Take the next range and bring its rows over to the cursor's connection."""
        with self._lock:
            taken = next(self._ranges, None)
            if taken is not None:
                self._bring_over(cursor, taken)
            return taken

    def stop(self) -> None:
        """Let every lane end with the chunk that it is writing."""
        with self._lock:
            self._ranges = iter(())

    def _bring_over(self, cursor: CursorWrapper, taken: Range) -> None:
        cursor.execute("TRUNCATE intake_ready")
        with (
            self._source.cursor() as source,
            source.copy(f"COPY ({_SOURCE}) TO STDOUT (FORMAT binary)", taken) as rows,
            cursor.copy(f"COPY intake_ready ({_COLUMNS}) FROM STDIN (FORMAT binary)") as table,
        ):
            for row in rows:
                table.write(row)
        cursor.execute("ANALYZE intake_ready (seq, customer_id, external_id, is_new, is_refund)")


def _drive(deal: _Deal, write: WriteRange) -> None:
    """One lane: chunk after chunk, until none is left or another lane has failed."""
    is_done = False
    try:
        with connection.cursor() as cursor:
            try:
                drop_tables(cursor)
                cursor.execute(f"CREATE TEMP TABLE intake_ready ({_DEFINITIONS})")
                while taken := deal.next(cursor):
                    write(cursor, *taken)
                is_done = True
            finally:
                # A pool hands the connection to somebody else.
                drop_tables(cursor)
    finally:
        if not is_done:
            deal.stop()
        connection.close()
