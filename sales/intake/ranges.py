"""How the ready rows are divided into the chunks that are written together."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Final

from django.db.backends.utils import CursorWrapper

from .writing.chunk import SIZE

_MOST_OF_ONE_CUSTOMER: Final = 5_000

Range = tuple[int, int]
"""The rows after the first number up to the second."""

_ROUNDS: Final = "SELECT min(seq), max(seq) FROM intake_ready GROUP BY round ORDER BY round"
_NEXT_CUSTOMER: Final = """
SELECT min(seq) FROM intake_ready
 WHERE seq > %s AND seq <= %s
   AND customer_id <> (SELECT customer_id FROM intake_ready WHERE seq = %s)
"""


def chunk_ranges(cursor: CursorWrapper, first_sizes: Sequence[int]) -> list[list[Range]]:
    """The ranges of ready rows that are written together, by round; no range reaches into two rounds."""
    cursor.execute(_ROUNDS)
    sizes = chain(first_sizes, repeat(SIZE))
    rounds = []
    for first, last in cursor.fetchall():
        after, ranges = first - 1, list[Range]()
        while after < last:
            upto = min(_end_of_customer(cursor, after + next(sizes)), last)
            ranges.append((after, upto))
            after = upto
        rounds.append(ranges)
    return rounds


def _end_of_customer(cursor: CursorWrapper, seq: int) -> int:
    """The last row of the customer to whom the row belongs: a customer's rows are not torn apart.

    Those of a customer with thousands are, and then the chunks wait for one another.
    """
    cursor.execute(_NEXT_CUSTOMER, [seq, seq + _MOST_OF_ONE_CUSTOMER, seq])
    (following,) = cursor.fetchone()
    return following - 1 if following is not None else seq
