"""A quick function beside `analyze_after_import`, for while an import is still writing."""

from typing import Any

from django.conf import settings
from django.db import migrations

# A workspace that the statistics do not know looks empty, and then every index looks as good as another: a
# look-up of 17,000 keys by the wrong one took a minute. Only the columns that keys begin with are looked at,
# so that it takes a fraction of a second; the search column alone would take seconds.
ANALYZE_KEYS = """
CREATE FUNCTION analyze_while_importing() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app_workspace();
  ANALYZE (SKIP_LOCKED) customer (workspace_id, id), customer_email (workspace_id, customer_id, normalised),
    customer_phone (workspace_id, customer_id, digits), customer_document (workspace_id, customer_id, normalised),
    customer_identity (workspace_id, customer_id, provider, external_id),
    customer_product (workspace_id, customer_id, product_id), customer_spend (workspace_id, customer_id, currency),
    sale (workspace_id, id, customer_id, product_id, provider, external_id), sale_event (workspace_id, sale_id),
    payment (workspace_id, sale_id, customer_id), refund (workspace_id, sale_id, customer_id, external_id),
    dispute (workspace_id, sale_id, customer_id, external_id);
END $$;
REVOKE ALL ON FUNCTION analyze_while_importing() FROM PUBLIC;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION analyze_while_importing() TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_statistics_after_imports")]
    operations = [
        migrations.RunSQL(ANALYZE_KEYS, "DROP FUNCTION analyze_while_importing()"),
        # Dropping the function takes the right to run it away.
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
