"""Who may write what files say: one import of a workspace at a time, and none while something else must not
meet one."""

from typing import Final

from django.db import connection

LOCK: Final = "hashtextextended('sales.import', %s)"
"""The key of the advisory lock, as SQL; its parameter is the workspace's id."""


def hold_imports_back(workspace_id: int) -> bool:
    """Let no import of the workspace begin until the transaction ends; False when one is under way."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({LOCK})", [workspace_id])
        (is_held,) = cursor.fetchone()
    return bool(is_held)
