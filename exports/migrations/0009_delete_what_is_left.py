"""What could not be deleted with an export is deleted later: the sweeper asks for those with leftovers too."""

from django.db import migrations, models
from django.db.models import Q

# Beside these intervals the querysets in exports/querysets.py decide again, inside the workspace.
DUE = """
CREATE OR REPLACE FUNCTION exports_due(unheard_after interval) RETURNS TABLE (workspace_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT e.workspace_id FROM public.export e
   WHERE (e.state = 'queued' AND e.queued_at < statement_timestamp() - unheard_after)
      OR (e.state = 'running' AND e.lease_until < statement_timestamp())
      OR (e.state = 'ready' AND e.expires_at <= statement_timestamp()){leftovers}
      OR (e.state IN ('ready', 'failed') AND e.mail_when_ready AND e.mailed_at IS NULL
          AND e.finished_at > statement_timestamp() - interval '1 day')
   ORDER BY 1
$$;
"""

LEFTOVERS = """
      OR (e.has_leftovers AND e.state IN ('failed', 'canceled', 'expired'))"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0008_keep_the_rights_of_rows")]
    operations = [
        migrations.AddField(
            model_name="export",
            name="has_leftovers",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                fields=["workspace"], condition=Q(has_leftovers=True), name="export_leftovers_i"
            ),
        ),
        migrations.RunSQL(DUE.format(leftovers=LEFTOVERS), DUE.format(leftovers="")),
    ]
