"""The functions that the triggers call to keep the totals, and that nobody else may call."""

from typing import Any

from django.conf import settings
from django.db import migrations

# Each locks the customers concerned first, in id order, so that two writers can neither lose an update nor
# wait for one another in a circle. NO KEY UPDATE does not fight the KEY SHARE of the foreign keys. The lock is
# a statement of its own: under READ COMMITTED the next one takes its snapshot after it.
# force_custom_plan: from its sixth call on, plpgsql would keep a plan made for one customer; a chunk of 50,000
# sales then took 60 s instead of 3.
SPEND = """
CREATE FUNCTION customer_spend_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM customer WHERE workspace_id = w AND id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
  WITH fresh AS (
    SELECT customer_id, currency, sum(gross)::bigint AS gross, sum(refunded)::bigint AS refunded,
           sum(disputed)::bigint AS disputed, sum(paid)::int AS paid_sales, sum(renewal)::int AS renewals,
           sum(refund)::int AS refunds, min(at) AS first_paid_at, max(at) AS last_paid_at
      FROM (
        SELECT customer_id, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed,
               1 AS paid, CASE WHEN recurrence_number > 1 THEN 1 ELSE 0 END AS renewal, 0 AS refund,
               ordered_at AS at
          FROM sale
         WHERE workspace_id = w AND customer_id = ANY (ids) AND NOT is_test
           AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded',
                          'disputed', 'chargeback')
        UNION ALL
        SELECT customer_id, currency, 0, amount, 0, 0, 0, 1, NULL
          FROM refund
         WHERE workspace_id = w AND customer_id = ANY (ids) AND NOT is_test AND status = 'succeeded'
        UNION ALL
        SELECT customer_id, currency, 0, 0, amount, 0, 0, 0, NULL
          FROM dispute
         WHERE workspace_id = w AND customer_id = ANY (ids) AND NOT is_test AND status IN ('open', 'lost')
      ) entries
     GROUP BY 1, 2
  ), gone AS (
    DELETE FROM customer_spend c
     WHERE c.workspace_id = w AND c.customer_id = ANY (ids)
       AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.customer_id = c.customer_id AND f.currency = c.currency)
  )
  INSERT INTO customer_spend AS c (workspace_id, customer_id, currency, gross, refunded, disputed, net,
                                   paid_sales, renewals, refunds, first_paid_at, last_paid_at)
  SELECT w, customer_id, currency, gross, refunded, disputed, gross - refunded - disputed,
         paid_sales, renewals, refunds, first_paid_at, last_paid_at
    FROM fresh ORDER BY customer_id, currency
  ON CONFLICT (workspace_id, customer_id, currency) DO UPDATE
    SET gross = excluded.gross, refunded = excluded.refunded, disputed = excluded.disputed,
        net = excluded.net, paid_sales = excluded.paid_sales, renewals = excluded.renewals,
        refunds = excluded.refunds, first_paid_at = excluded.first_paid_at,
        last_paid_at = excluded.last_paid_at
    WHERE (c.gross, c.refunded, c.disputed, c.paid_sales, c.renewals, c.refunds, c.first_paid_at, c.last_paid_at)
       IS DISTINCT FROM (excluded.gross, excluded.refunded, excluded.disputed, excluded.paid_sales,
                         excluded.renewals, excluded.refunds, excluded.first_paid_at, excluded.last_paid_at);
END $$;
REVOKE ALL ON FUNCTION customer_spend_recompute(bigint, bigint[]) FROM PUBLIC;
"""

PRODUCTS = """
CREATE FUNCTION customer_products_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM customer WHERE workspace_id = w AND id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
  DELETE FROM customer_product c
   WHERE c.workspace_id = w AND c.customer_id = ANY (ids)
     AND NOT EXISTS (SELECT 1 FROM sale s WHERE s.workspace_id = w AND s.customer_id = c.customer_id
                        AND s.product_id = c.product_id)
     AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.workspace_id = w AND s.customer_id = c.customer_id
                        AND s.product_id = c.product_id);
  INSERT INTO customer_product (workspace_id, customer_id, product_id)
  SELECT w, customer_id, product_id FROM sale WHERE workspace_id = w AND customer_id = ANY (ids)
  UNION SELECT w, customer_id, product_id FROM subscription WHERE workspace_id = w AND customer_id = ANY (ids)
  ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION customer_products_recompute(bigint, bigint[]) FROM PUBLIC;
"""

# The one way to fold the book of days: only entries that this call deletes are added up, so that entries
# written meanwhile stay, and two calls at once do no harm.
FOLD_DAYS = """
CREATE FUNCTION fold_daily_totals() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w bigint := app_workspace(); folded bigint;
BEGIN
  WITH gone AS (
    DELETE FROM daily_total WHERE workspace_id = w AND (day, currency) IN (
      SELECT day, currency FROM daily_total WHERE workspace_id = w GROUP BY 1, 2 HAVING count(*) > 1)
    RETURNING day, currency, gross, refunded, disputed, sales, refunds
  ), kept AS (
    INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds)
    SELECT w, day, currency, sum(gross), sum(refunded), sum(disputed), sum(sales), sum(refunds)
      FROM gone GROUP BY day, currency
  )
  SELECT count(*) INTO folded FROM gone;
  RETURN folded;
END $$;
REVOKE ALL ON FUNCTION fold_daily_totals() FROM PUBLIC;
"""

# Index-only counts and the recompute read the heap for pages that no vacuum has seen.
VACUUM = "ALTER TABLE sale SET (autovacuum_vacuum_insert_scale_factor = 0.02);"

DROP = """
ALTER TABLE sale RESET (autovacuum_vacuum_insert_scale_factor);
DROP FUNCTION fold_daily_totals();
DROP FUNCTION customer_products_recompute(bigint, bigint[]);
DROP FUNCTION customer_spend_recompute(bigint, bigint[]);
"""


def make_read_only(apps: Any, schema_editor: Any) -> None:
    _execute(
        schema_editor,
        "REVOKE INSERT, UPDATE, DELETE ON customer_spend, customer_product, daily_total FROM {role};"
        "GRANT EXECUTE ON FUNCTION fold_daily_totals() TO {role}",
    )


def make_writable(apps: Any, schema_editor: Any) -> None:
    _execute(
        schema_editor,
        "GRANT INSERT, UPDATE, DELETE ON customer_spend, customer_product, daily_total TO {role}",
    )


def _execute(schema_editor: Any, sql: str) -> None:
    schema_editor.execute(sql.format(role=schema_editor.quote_name(settings.RUNTIME_ROLE)), params=None)


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_sales_and_totals")]
    operations = [
        migrations.RunSQL(SPEND + PRODUCTS + FOLD_DAYS + VACUUM, DROP),
        migrations.RunPython(make_read_only, make_writable),
    ]
