"""What finds messages by their words: a folded column, its indexes, the function that may use them."""

from typing import Any

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import atomicpay.workspaces.fields

# As search_customers(): run as the owner, ids only, the same app_workspace() as the policy. The planner sees the
# words: common ones are met walking from the newest message on, rare ones are fetched by their letters.
SEARCH = r"""
CREATE FUNCTION search_messages(q text, most integer) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER ROWS 100 COST 1000 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); condition text := search_condition(q);
BEGIN
  IF condition IS NULL THEN RETURN; END IF;
  RETURN QUERY EXECUTE format('SELECT id FROM message WHERE workspace_id = %s AND %s'
    ' ORDER BY sent_at DESC, id DESC LIMIT %s', w, condition, coalesce(most::text, 'ALL'));
END $$;
REVOKE ALL ON FUNCTION search_messages(text, integer) FROM PUBLIC;
-- The default sample is too small to tell a rare word from a common one.
ALTER TABLE message ALTER haystack SET STATISTICS 500;
"""

DROP = "DROP FUNCTION search_messages(text, integer);"


def grant_search(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION search_messages(text, integer) TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_counts_less_the_hidden"),
        ("workspaces", "0006_rights_to_messages_and_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="haystack",
            field=models.GeneratedField(
                db_persist=True,
                expression=atomicpay.workspaces.fields.Fold(
                    django.db.models.functions.text.Concat(
                        models.Value(" ", output_field=models.TextField()),
                        django.db.models.functions.text.Left("subject", 300),
                        models.Value(" ", output_field=models.TextField()),
                        django.db.models.functions.text.Left("body", 4000),
                        output_field=models.TextField(),
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("sent_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="message_recent_i",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["workspace", "haystack"],
                name="message_haystack_i",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("url", ""), ("url__startswith", "https://"), _connector="OR"),
                name="message_url_https",
            ),
        ),
        migrations.RunSQL(SEARCH, DROP),
        # Dropping the function takes the right to run it away.
        migrations.RunPython(grant_search, migrations.RunPython.noop),
    ]
