"""The sweeper's question takes how long a queued export may wait: a setting now, and not a number in SQL."""

from django.conf import settings
from django.db import migrations

# Beside these intervals the querysets in exports/querysets.py decide again, inside the workspace.
DUE = """
DROP FUNCTION exports_due();
CREATE FUNCTION exports_due(unheard_after interval) RETURNS TABLE (workspace_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT e.workspace_id FROM public.export e
   WHERE (e.state = 'queued' AND e.queued_at < statement_timestamp() - unheard_after)
      OR (e.state = 'running' AND e.lease_until < statement_timestamp())
      OR (e.state = 'ready' AND e.expires_at <= statement_timestamp())
      OR (e.state IN ('ready', 'failed') AND e.mail_when_ready AND e.mailed_at IS NULL
          AND e.finished_at > statement_timestamp() - interval '1 day')
   ORDER BY 1
$$;
REVOKE ALL ON FUNCTION exports_due(interval) FROM PUBLIC;
"""

DUE_BEFORE = """
DROP FUNCTION exports_due(interval);
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


def let_the_runtime_role_ask(apps, schema_editor):
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION exports_due(interval) TO {role}", params=None)


def let_the_runtime_role_ask_as_before(apps, schema_editor):
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION exports_due() TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("exports", "0006_mail_and_limits")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, let_the_runtime_role_ask_as_before),
        migrations.RunSQL(DUE, DUE_BEFORE),
        migrations.RunPython(let_the_runtime_role_ask, migrations.RunPython.noop),
    ]
