"""How the sweeper finds its work: the ids of the workspaces in which an export is due, and nothing else."""

from typing import Any

from django.conf import settings
from django.db import migrations

# Beside these intervals the querysets in exports/querysets.py decide again, inside the workspace.
DUE = """
CREATE FUNCTION exports_due() RETURNS TABLE (workspace_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT e.workspace_id FROM public.export e
   WHERE (e.state = 'queued' AND e.queued_at < statement_timestamp() - interval '60 seconds')
      OR (e.state = 'running' AND e.lease_until < statement_timestamp())
      OR (e.state = 'ready' AND e.expires_at <= statement_timestamp())
   ORDER BY 1
$$;
REVOKE ALL ON FUNCTION exports_due() FROM PUBLIC;
"""

# The history of exports and downloads is not rewritten.
GRANTS = """
GRANT EXECUTE ON FUNCTION exports_due() TO {role};
REVOKE DELETE ON export FROM {role};
REVOKE UPDATE, DELETE ON export_download FROM {role}
"""

UNGRANTS = "GRANT DELETE ON export TO {role}; GRANT UPDATE, DELETE ON export_download TO {role}"


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


def keep_history(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, GRANTS)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, UNGRANTS)


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_exports")]
    operations = [
        migrations.RunSQL(DUE, "DROP FUNCTION exports_due()"),
        migrations.RunPython(keep_history, allow_changes),
    ]
