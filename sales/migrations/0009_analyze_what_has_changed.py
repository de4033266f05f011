"""Analyse while an import runs even where autovacuum is at work, and afterwards only what has changed."""

from django.db import migrations

# A table that autovacuum was just looking at was passed over, and the planner went on taking the workspace for
# empty: to lock the customers of a chunk took a minute. Who waits makes autovacuum give way after a second; a
# VACUUM by hand does not, and is not waited for longer than five. One at a time is enough for all imports.
PATIENT = """
CREATE OR REPLACE FUNCTION analyze_while_importing() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE keys text;
BEGIN
  PERFORM app_workspace();
  IF NOT pg_try_advisory_xact_lock(hashtextextended('analyze_while_importing', 0)) THEN
    RETURN;
  END IF;
  FOREACH keys IN ARRAY ARRAY[
    'customer (workspace_id, id)', 'customer_email (workspace_id, customer_id, normalised)',
    'customer_phone (workspace_id, customer_id, digits)',
    'customer_document (workspace_id, customer_id, normalised)',
    'customer_identity (workspace_id, customer_id, provider, external_id)',
    'customer_product (workspace_id, customer_id, product_id)',
    'customer_spend (workspace_id, customer_id, currency)',
    'sale (workspace_id, id, customer_id, product_id, provider, external_id)',
    'sale_event (workspace_id, sale_id)', 'payment (workspace_id, sale_id, customer_id)',
    'refund (workspace_id, sale_id, customer_id, external_id)',
    'dispute (workspace_id, sale_id, customer_id, external_id)'
  ] LOOP
    BEGIN
      EXECUTE 'ANALYZE public.' || keys;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
END $$;
"""

# The search column of a million customers alone takes 3 s, and autovacuum comes within a minute to a table of
# which a hundredth has changed. Until then pages need to know of what was not there before: a third.
CHANGED = """
CREATE OR REPLACE FUNCTION analyze_after_import() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changed text;
BEGIN
  PERFORM app_workspace();
  SELECT string_agg(format('public.%I', relname), ', ') INTO changed
    FROM pg_stat_user_tables
   WHERE schemaname = 'public' AND n_mod_since_analyze > n_live_tup / 3
     AND relname IN ('customer', 'customer_email', 'customer_phone', 'customer_document', 'customer_identity',
                     'customer_product', 'customer_spend', 'sale', 'sale_event', 'payment', 'refund', 'dispute');
  IF changed IS NOT NULL THEN
    EXECUTE 'ANALYZE (SKIP_LOCKED) ' || changed;
  END IF;
END $$;
"""

PASSING_OVER = """
CREATE OR REPLACE FUNCTION analyze_while_importing() RETURNS void LANGUAGE plpgsql
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
"""

ALL = """
CREATE OR REPLACE FUNCTION analyze_after_import() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app_workspace();
  ANALYZE (SKIP_LOCKED) customer, customer_email, customer_phone, customer_document, customer_identity,
    customer_product, customer_spend, sale, sale_event, payment, refund, dispute;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0008_lock_customers_by_key")]
    operations = [migrations.RunSQL(PATIENT + CHANGED, PASSING_OVER + ALL)]
