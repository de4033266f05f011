"""Lock the customers whose totals are recomputed by their primary key."""

from django.db import migrations

# The statistics of the primary key are right whatever they know of the workspace. "workspace_id = w" would offer
# every index that begins with the workspace; while the statistics do not know it, each of them looks as good as
# another, and one that reads the whole workspace is as likely as not. "+ 0" keeps them out of it.
BY_KEY = """
CREATE OR REPLACE FUNCTION customer_spend_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM unnest(ids) i(id) JOIN customer c ON c.id = i.id
   WHERE c.workspace_id + 0 = w ORDER BY c.id FOR NO KEY UPDATE OF c;
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

CREATE OR REPLACE FUNCTION customer_products_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM 1 FROM unnest(ids) i(id) JOIN customer c ON c.id = i.id
   WHERE c.workspace_id + 0 = w ORDER BY c.id FOR NO KEY UPDATE OF c;
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
"""

BY_WORKSPACE = """
CREATE OR REPLACE FUNCTION customer_spend_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
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

CREATE OR REPLACE FUNCTION customer_products_recompute(w bigint, ids bigint[]) RETURNS void LANGUAGE plpgsql
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
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0007_analyze_sooner")]
    operations = [migrations.RunSQL(BY_KEY, BY_WORKSPACE)]
