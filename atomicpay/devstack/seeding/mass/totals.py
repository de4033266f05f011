"""The totals and name words of a whole workspace, a statement each, for tables whose triggers were off.

The same rules as the triggers' functions have (sales/migrations/0002_keep_totals.py); that both agree is what
`manage.py check_totals` proves after a seed.
"""

SPEND = """
INSERT INTO customer_spend (workspace_id, customer_id, currency, gross, refunded, disputed, net,
                            paid_sales, renewals, refunds, first_paid_at, last_paid_at)
SELECT %(workspace)s, customer_id, currency, sum(gross), sum(refunded), sum(disputed),
       sum(gross) - sum(refunded) - sum(disputed), sum(paid), sum(renewal), sum(refund), min(at), max(at)
  FROM (
    SELECT customer_id, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed,
           1 AS paid, CASE WHEN recurrence_number > 1 THEN 1 ELSE 0 END AS renewal, 0 AS refund,
           ordered_at AS at
      FROM sale WHERE workspace_id = %(workspace)s AND NOT is_test AND status = ANY (%(paid)s)
    UNION ALL
    SELECT customer_id, currency, 0, amount, 0, 0, 0, 1, NULL
      FROM refund WHERE workspace_id = %(workspace)s AND NOT is_test AND status = 'succeeded'
    UNION ALL
    SELECT customer_id, currency, 0, 0, amount, 0, 0, 0, NULL
      FROM dispute WHERE workspace_id = %(workspace)s AND NOT is_test AND status = ANY (%(disputed)s)
  ) entries
 GROUP BY customer_id, currency
"""

REACH = """
INSERT INTO customer_product (workspace_id, customer_id, product_id)
SELECT %(workspace)s, customer_id, product_id FROM sale WHERE workspace_id = %(workspace)s
UNION
SELECT %(workspace)s, customer_id, product_id FROM subscription WHERE workspace_id = %(workspace)s
"""

METHODS = """
INSERT INTO customer_method (workspace_id, customer_id, method)
SELECT DISTINCT workspace_id, customer_id, method FROM payment
 WHERE workspace_id = %(workspace)s AND status = 'paid'
"""

TALLY = """
INSERT INTO sale_tally (workspace_id, product_id, plan_id, status, method, currency, is_test, is_charge,
                        sales)
SELECT workspace_id, product_id, plan_id, status, method, currency, is_test, subscription_id IS NOT NULL,
       count(*)
  FROM sale WHERE workspace_id = %(workspace)s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""

DAYS = """
INSERT INTO daily_total (workspace_id, day, currency, gross, refunded, disputed, sales, refunds)
SELECT %(workspace)s, (at AT TIME ZONE %(timezone)s)::date, currency, sum(gross), sum(refunded),
       sum(disputed), sum(sales), sum(refunds)
  FROM (
    SELECT ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded, 0::bigint AS disputed,
           1 AS sales, 0 AS refunds
      FROM sale WHERE workspace_id = %(workspace)s AND NOT is_test AND status = ANY (%(paid)s)
    UNION ALL
    SELECT coalesce(completed_at, requested_at), currency, 0, amount, 0, 0, 1
      FROM refund WHERE workspace_id = %(workspace)s AND NOT is_test AND status = 'succeeded'
    UNION ALL
    SELECT opened_at, currency, 0, 0, amount, 0, 0
      FROM dispute WHERE workspace_id = %(workspace)s AND NOT is_test AND status = ANY (%(disputed)s)
  ) entries
 GROUP BY 2, 3
"""

WORDS = """
INSERT INTO name_word (workspace_id, word)
SELECT DISTINCT c.workspace_id, w.word COLLATE "C"
  FROM customer c, string_to_table(translate(c.name_sort, '.,;:()"''/-', '          '), ' ') w(word)
 WHERE c.workspace_id = %(workspace)s AND length(w.word) BETWEEN 3 AND 40
"""
