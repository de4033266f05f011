"""How the planner is told to join as a statement is written."""

from django.db import connection

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.planning import joined_as_written


def test_joins_are_taken_as_written_in_the_block_only(in_aurora: Workspace) -> None:
    before = _limit()
    with joined_as_written():
        assert _limit() == "1"
    assert _limit() == before != "1"


def _limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        return str(cursor.fetchone()[0])
