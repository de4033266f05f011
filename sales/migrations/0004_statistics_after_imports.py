"""A function with which the runtime role can have the tables analysed that an import has just filled."""

from typing import Any

from django.conf import settings
from django.db import migrations

# ANALYZE is the owner's to run, and autovacuum comes a minute later: until then the planner would take a table
# that has just grown from nothing to a million rows for an empty one. The names are fixed, so that the right to
# call it is a right to nothing else; SKIP_LOCKED, so that it never waits behind a vacuum.
ANALYZE = """
CREATE FUNCTION analyze_after_import() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app_workspace();
  ANALYZE (SKIP_LOCKED) customer, customer_email, customer_phone, customer_document, customer_identity,
    customer_product, customer_spend, sale, sale_event, payment, refund, dispute;
END $$;
REVOKE ALL ON FUNCTION analyze_after_import() FROM PUBLIC;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION analyze_after_import() TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_imports")]
    operations = [
        migrations.RunSQL(ANALYZE, "DROP FUNCTION analyze_after_import()"),
        # Dropping the function takes the right to run it away.
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
