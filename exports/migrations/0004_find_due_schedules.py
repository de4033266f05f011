"""How beat and the nightly cleaning find their work: ids of workspaces, and nothing else."""

from typing import Any

from django.conf import settings
from django.db import migrations

# What is to be done is decided inside each workspace, by exports/schedules/querysets.py and changes/keeping.py.
FIND = """
CREATE FUNCTION export_schedules_due() RETURNS TABLE (workspace_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT s.workspace_id FROM public.export_schedule s
    JOIN public.workspace w ON w.id = s.workspace_id AND w.status = 'active'
   WHERE s.state = 'active' AND (s.next_at <= statement_timestamp() OR s.zone <> w.timezone)
   ORDER BY 1
$$;
CREATE FUNCTION workspaces_with_imprints() RETURNS TABLE (workspace_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT i.workspace_id FROM public.export_imprint i ORDER BY 1
$$;
REVOKE ALL ON FUNCTION export_schedules_due() FROM PUBLIC;
REVOKE ALL ON FUNCTION workspaces_with_imprints() FROM PUBLIC;
"""

UNFIND = "DROP FUNCTION export_schedules_due(); DROP FUNCTION workspaces_with_imprints()"

# What was found between two exports is not rewritten.
GRANTS = """
GRANT EXECUTE ON FUNCTION export_schedules_due() TO {role};
GRANT EXECUTE ON FUNCTION workspaces_with_imprints() TO {role};
REVOKE UPDATE, DELETE ON export_comparison FROM {role}
"""

UNGRANTS = "GRANT UPDATE, DELETE ON export_comparison TO {role}"


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


def keep_comparisons(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, GRANTS)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, UNGRANTS)


class Migration(migrations.Migration):
    dependencies = [("exports", "0003_schedules_changes_history")]
    operations = [
        migrations.RunSQL(FIND, UNFIND),
        migrations.RunPython(keep_comparisons, allow_changes),
    ]
