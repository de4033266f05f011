"""The functions that keep a customer's contacts in the search column, and that search it."""

from typing import Any

from django.conf import settings
from django.db import migrations

CONTACTS = """
-- Called by triggers with the rows' own workspace; the owner is exempt from row security.
-- force_custom_plan: from its sixth call on, plpgsql would keep a plan made for one customer.
CREATE FUNCTION customer_contacts_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM customer WHERE workspace_id = w AND id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
  UPDATE customer c SET contacts_text = known.contacts
    FROM (
      SELECT i.id, concat_ws(' ',
        (SELECT string_agg(normalised, ' ' ORDER BY normalised COLLATE "C") FROM customer_email
          WHERE workspace_id = w AND customer_id = i.id),
        (SELECT string_agg(digits, ' ' ORDER BY digits COLLATE "C") FROM customer_phone
          WHERE workspace_id = w AND customer_id = i.id),
        (SELECT string_agg(external_id, ' ' ORDER BY external_id COLLATE "C") FROM customer_identity
          WHERE workspace_id = w AND customer_id = i.id)) AS contacts
      FROM unnest(ids) i(id)
    ) known
   WHERE c.workspace_id = w AND c.id = known.id AND c.contacts_text IS DISTINCT FROM known.contacts;
END $$;
REVOKE ALL ON FUNCTION customer_contacts_recompute(bigint, bigint[]) FROM PUBLIC;
"""

# LIKE is not leakproof, so under a policy the planner would not use the trigram index for it. These functions
# run as the owner, give ids only, and filter on the same app_workspace() as the policy. Dynamic SQL with
# literals, so that the planner sees the pattern and the workspace.
SEARCH = r"""
CREATE FUNCTION search_condition(q text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public AS $$
  SELECT string_agg(format('haystack LIKE %L', CASE WHEN length(word) < 3 THEN '% ' ELSE '%' END
           || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'), ' AND ')
    FROM (SELECT DISTINCT word FROM regexp_split_to_table(btrim(public.app_fold(q)), '\s+') word
           WHERE word <> '' LIMIT 8) words
$$;

CREATE FUNCTION search_customers(q text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER ROWS 1000 COST 1000 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); condition text := search_condition(q);
BEGIN
  IF condition IS NULL THEN RETURN; END IF;
  RETURN QUERY EXECUTE format('SELECT id FROM customer WHERE workspace_id = %s AND %s', w, condition);
END $$;

-- How many rows the planner expects, by the owner's statistics. VOLATILE, because EXPLAIN is not allowed in a
-- STABLE function.
CREATE FUNCTION search_customers_estimate(q text) RETURNS bigint LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); condition text := search_condition(q); plan json;
BEGIN
  IF condition IS NULL THEN RETURN 0; END IF;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM customer WHERE workspace_id = %s AND %s', w, condition)
     INTO plan;
  RETURN (plan->0->'Plan'->>'Plan Rows')::numeric::bigint;
END $$;

REVOKE ALL ON FUNCTION search_condition(text), search_customers(text), search_customers_estimate(text) FROM PUBLIC;
-- The default sample is too small to tell a rare word of a name from a common one.
ALTER TABLE customer ALTER haystack SET STATISTICS 1000;
-- Index-only counts read the heap for pages that no vacuum has seen.
ALTER TABLE customer SET (autovacuum_vacuum_insert_scale_factor = 0.02);
"""

DROP = """
ALTER TABLE customer RESET (autovacuum_vacuum_insert_scale_factor);
ALTER TABLE customer ALTER haystack SET STATISTICS -1;
DROP FUNCTION search_customers_estimate(text);
DROP FUNCTION search_customers(text);
DROP FUNCTION search_condition(text);
DROP FUNCTION customer_contacts_recompute(bigint, bigint[]);
"""


def grant_search(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.RUNTIME_ROLE)
    schema_editor.execute(
        "GRANT EXECUTE ON FUNCTION search_condition(text), search_customers(text),"
        f" search_customers_estimate(text) TO {role}",
        params=None,
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_customers")]
    operations = [
        migrations.RunSQL(CONTACTS + SEARCH, DROP),
        # Dropping the functions takes the right to run them away.
        migrations.RunPython(grant_search, migrations.RunPython.noop),
    ]
