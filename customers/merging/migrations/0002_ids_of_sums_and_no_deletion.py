"""Let an undo give the sums of a customer the ids they had, and let nobody delete what the log of merges says."""

from typing import Any

from django.conf import settings
from django.db import migrations

# The sums are derived, and only triggers write them: after an undo the database has added them up again, as new
# rows. This gives them back the ids that the merge noted, and nothing else.
IDS_OF_SPEND = """
CREATE FUNCTION merging_restore_spend_ids(undone bigint) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE customer_spend c SET id = m.row_id
    FROM merged_row m
   WHERE m.workspace_id = app_workspace() AND m.merge_id = undone AND m.kind = 'derived'
     AND m.relation = 'sales.CustomerSpend.customer'
     AND c.workspace_id = m.workspace_id AND c.customer_id = m.origin
     AND c.currency = m.before->>'currency' AND c.id <> m.row_id;
$$;
REVOKE ALL ON FUNCTION merging_restore_spend_ids(bigint) FROM PUBLIC;
"""


def keep(apps: Any, schema_editor: Any) -> None:
    _execute(
        schema_editor,
        "REVOKE DELETE ON merge, merged_record FROM {role};"
        " GRANT EXECUTE ON FUNCTION merging_restore_spend_ids(bigint) TO {role}",
    )


def let_go(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, "GRANT DELETE ON merge, merged_record TO {role}")


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


class Migration(migrations.Migration):
    dependencies = [("merging", "0001_merges"), ("sales", "0015_lighter_totals")]
    operations = [
        migrations.RunSQL(IDS_OF_SPEND, "DROP FUNCTION merging_restore_spend_ids(bigint)"),
        migrations.RunPython(keep, let_go),
    ]
