"""What search needs to choose between its two plans, and the index of the archived customers."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

ESTIMATE = r"""
CREATE FUNCTION search_customers_estimate(q text) RETURNS bigint LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); condition text := search_condition(q); plan json;
BEGIN
  IF condition IS NULL THEN RETURN 0; END IF;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM customer WHERE workspace_id = %s AND %s', w, condition)
     INTO plan;
  RETURN (plan->0->'Plan'->>'Plan Rows')::numeric::bigint;
END $$;
REVOKE ALL ON FUNCTION search_customers_estimate(text) FROM PUBLIC;
"""

# The folded words of a text, and how many customers the planner expects with all of them, and in all: by the
# owner's statistics, which row security keeps from the runtime role. VOLATILE, because EXPLAIN is not allowed
# in a STABLE function.
PLAN = r"""
CREATE FUNCTION search_customers_plan(q text, OUT words text[], OUT matches bigint, OUT customers bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); condition text := search_condition(q); plan json;
BEGIN
  SELECT coalesce(array_agg(word), '{}') INTO words
    FROM (SELECT DISTINCT word FROM regexp_split_to_table(btrim(app_fold(q)), '\s+') word
           WHERE word <> '' LIMIT 8) found;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM customer WHERE workspace_id = %s', w) INTO plan;
  customers := (plan->0->'Plan'->>'Plan Rows')::numeric::bigint;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM customer WHERE workspace_id = %s AND %s',
                 w, coalesce(condition, 'false')) INTO plan;
  matches := (plan->0->'Plan'->>'Plan Rows')::numeric::bigint;
END $$;
REVOKE ALL ON FUNCTION search_customers_plan(text) FROM PUBLIC;
"""

DROP_ESTIMATE = "DROP FUNCTION search_customers_estimate(text);"
DROP_PLAN = "DROP FUNCTION search_customers_plan(text);"


def grant_plan(apps: Any, schema_editor: Any) -> None:
    _grant(schema_editor, "search_customers_plan(text)")


def grant_estimate(apps: Any, schema_editor: Any) -> None:
    _grant(schema_editor, "search_customers_estimate(text)")


def _grant(schema_editor: Any, function: str) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_search_and_contacts")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, grant_estimate),
        migrations.RunSQL(DROP_ESTIMATE + PLAN, DROP_PLAN + ESTIMATE),
        migrations.RunPython(grant_plan, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                F("workspace"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(archived_at__isnull=False),
                name="customer_archived_i",
            ),
        ),
    ]
