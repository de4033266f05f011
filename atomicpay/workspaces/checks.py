"""The boot check of wall 3: `check --database default` and readiness fail where it could be passed."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_UNPROTECTED = """
    SELECT c.relname, c.relrowsecurity, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
           pg_has_role(current_user, c.relowner, 'MEMBER')
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    ORDER BY 1
"""


@register(Tags.database)
def check_row_security(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Errors for a runtime role that may pass row security, and for owned tables without it."""
    return [error for alias in databases or () for error in find_holes(alias)]


def find_holes(alias: str) -> list[CheckMessage]:
    """What lets one workspace reach another on this connection. Nothing for the owner, who migrates."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, bypasses = cursor.fetchone()
        cursor.execute(_UNPROTECTED)
        tables = cursor.fetchall()
    if connections[alias].settings_dict.get("CONNECTED_AS_OWNER"):
        return []
    errors: list[CheckMessage] = []
    if bypasses:
        errors.append(Error(f"The role {role} bypasses row security.", id="workspaces.E001"))
    for table, has_security, has_policy, may_act_as_owner in tables:
        if not (has_security and has_policy):
            errors.append(Error(f"{table} has a workspace_id but no row security.", id="workspaces.E002"))
        if may_act_as_owner:
            errors.append(Error(f"The role {role} can act as the owner of {table}.", id="workspaces.E003"))
    if errors:
        errors[0].hint = f"Connect as {settings.RUNTIME_ROLE}; see docs/tenancy.md."
    return errors
