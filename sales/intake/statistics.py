"""What the planner believes of the workspace, corrected while an import makes it untrue.

Autovacuum analyses a table a minute after it has grown; an import is over by then. To a planner who does not
know a workspace it is empty, and every index of it is as good as another.
"""

import json
from typing import Final

from django.db.backends.utils import CursorWrapper

_BELIEVED_EMPTY: Final = 1_000
_GROWN: Final = 4


def advise_planner(cursor: CursorWrapper) -> None:
    """For one transaction: sorts stay in memory, and looking a row up is as cheap as it is where it was just
    written. With the price of a spinning disk each chunk would read the whole workspace instead."""
    cursor.execute("SET LOCAL work_mem = '64MB'")
    cursor.execute("SET LOCAL random_page_cost = 1.1")


def assert_known(cursor: CursorWrapper, workspace_id: int) -> None:
    """Before an import: see to it that a workspace which is full is not taken for empty."""
    if _believed_sales(cursor, workspace_id) >= _BELIEVED_EMPTY:
        return
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM sale WHERE workspace_id = %s OFFSET %s)",
        [workspace_id, _GROWN * _BELIEVED_EMPTY],
    )
    if cursor.fetchone()[0]:
        cursor.execute("SELECT analyze_while_importing()")


def follow_growth(cursor: CursorWrapper, workspace_id: int, rows_written: int) -> None:
    """After a chunk: analyse again when the workspace has outgrown what the planner believes."""
    if rows_written > _GROWN * _believed_sales(cursor, workspace_id):
        cursor.execute("SELECT analyze_while_importing()")


def analyse_whole(cursor: CursorWrapper) -> None:
    """After an import: everything, for the pages that will read it now; search among them."""
    cursor.execute("SELECT analyze_after_import()")


def _believed_sales(cursor: CursorWrapper, workspace_id: int) -> int:
    cursor.execute("EXPLAIN (FORMAT JSON) SELECT 1 FROM sale WHERE workspace_id = %s", [workspace_id])
    (plan,) = cursor.fetchone()
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
