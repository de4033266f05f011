"""After an import, analyse only the tables of which much has changed."""

from django.db import migrations

# The search column of a million customers alone takes 3 s, and autovacuum comes within a minute to a table of
# which a hundredth has changed. Until then the pages need what the tables did not hold before at all: a third.
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
    operations = [migrations.RunSQL(CHANGED, ALL)]
