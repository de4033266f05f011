"""The totals computed anew from the rows, in plain SQL, and where they differ from what the triggers keep.

The formulas are written here a second time on purpose: a check that called the triggers' functions could
only find that they agree with themselves. Each runs in the active workspace.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db import connection

from atomicpay.workspaces.scope import active_workspace_id

_SPEND: Final = """
  WITH paid AS (
    SELECT customer_id, currency, sum(amount_charged) AS gross, count(*) AS paid_sales,
           count(*) FILTER (WHERE recurrence_number > 1) AS renewals,
           min(ordered_at) AS first_paid_at, max(ordered_at) AS last_paid_at
      FROM sale WHERE workspace_id = %(workspace)s AND NOT is_test
       AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded',
                      'disputed', 'chargeback')
     GROUP BY 1, 2
  ), back AS (
    SELECT customer_id, currency, sum(amount) AS refunded, count(*) AS refunds
      FROM refund WHERE workspace_id = %(workspace)s AND NOT is_test AND status = 'succeeded' GROUP BY 1, 2
  ), held AS (
    SELECT customer_id, currency, sum(amount) AS disputed
      FROM dispute WHERE workspace_id = %(workspace)s AND NOT is_test AND status IN ('open', 'lost')
     GROUP BY 1, 2
  ), fresh AS (
    SELECT customer_id, currency, coalesce(gross, 0) AS gross, coalesce(refunded, 0) AS refunded,
           coalesce(disputed, 0) AS disputed,
           coalesce(gross, 0) - coalesce(refunded, 0) - coalesce(disputed, 0) AS net,
           coalesce(paid_sales, 0) AS paid_sales, coalesce(renewals, 0) AS renewals,
           coalesce(refunds, 0) AS refunds, first_paid_at, last_paid_at
      FROM paid FULL JOIN back USING (customer_id, currency) FULL JOIN held USING (customer_id, currency)
  ), kept AS (
    SELECT customer_id, currency, gross, refunded, disputed, net, paid_sales, renewals, refunds,
           first_paid_at, last_paid_at
      FROM customer_spend WHERE workspace_id = %(workspace)s
  )
  SELECT 'customer ' || coalesce(fresh.customer_id, kept.customer_id)::text
           || ' ' || coalesce(fresh.currency, kept.currency), kept::text, fresh::text
    FROM fresh FULL JOIN kept ON (kept.customer_id, kept.currency) = (fresh.customer_id, fresh.currency)
   WHERE (kept.gross, kept.refunded, kept.disputed, kept.net, kept.paid_sales, kept.renewals, kept.refunds,
          kept.first_paid_at, kept.last_paid_at)
     IS DISTINCT FROM
         (fresh.gross, fresh.refunded, fresh.disputed, fresh.net, fresh.paid_sales, fresh.renewals,
          fresh.refunds, fresh.first_paid_at, fresh.last_paid_at)
   ORDER BY 1
"""

_REACH: Final = """
  WITH fresh AS (
    SELECT customer_id, product_id FROM sale WHERE workspace_id = %(workspace)s
    UNION SELECT customer_id, product_id FROM subscription WHERE workspace_id = %(workspace)s
  ), kept AS (
    SELECT customer_id, product_id FROM customer_product WHERE workspace_id = %(workspace)s
  )
  SELECT 'customer ' || coalesce(fresh.customer_id, kept.customer_id)::text
           || ' product ' || coalesce(fresh.product_id, kept.product_id)::text, kept::text, fresh::text
    FROM fresh FULL JOIN kept ON (kept.customer_id, kept.product_id) = (fresh.customer_id, fresh.product_id)
   WHERE kept.customer_id IS NULL OR fresh.customer_id IS NULL
   ORDER BY 1
"""

_DAYS: Final = """
  WITH entries AS (
    SELECT ordered_at AS at, currency, amount_charged AS gross, 0 AS refunded, 0 AS disputed, 1 AS sales,
           0 AS refunds
      FROM sale WHERE workspace_id = %(workspace)s AND NOT is_test
       AND status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded',
                      'disputed', 'chargeback')
    UNION ALL
    SELECT coalesce(completed_at, requested_at), currency, 0, amount, 0, 0, 1
      FROM refund WHERE workspace_id = %(workspace)s AND NOT is_test AND status = 'succeeded'
    UNION ALL
    SELECT opened_at, currency, 0, 0, amount, 0, 0
      FROM dispute WHERE workspace_id = %(workspace)s AND NOT is_test AND status IN ('open', 'lost')
  ), fresh AS (
    SELECT (at AT TIME ZONE workspace.timezone)::date AS day, currency, sum(gross) AS gross,
           sum(refunded) AS refunded, sum(disputed) AS disputed, sum(sales) AS sales, sum(refunds) AS refunds
      FROM entries JOIN workspace ON workspace.id = %(workspace)s GROUP BY 1, 2
    HAVING sum(gross) <> 0 OR sum(refunded) <> 0 OR sum(disputed) <> 0 OR sum(sales) <> 0 OR sum(refunds) <> 0
  ), kept AS (
    SELECT day, currency, sum(gross) AS gross, sum(refunded) AS refunded, sum(disputed) AS disputed,
           sum(sales) AS sales, sum(refunds) AS refunds
      FROM daily_total WHERE workspace_id = %(workspace)s GROUP BY 1, 2
    HAVING sum(gross) <> 0 OR sum(refunded) <> 0 OR sum(disputed) <> 0 OR sum(sales) <> 0 OR sum(refunds) <> 0
  )
  SELECT 'day ' || coalesce(fresh.day, kept.day)::text || ' ' || coalesce(fresh.currency, kept.currency),
         kept::text, fresh::text
    FROM fresh FULL JOIN kept ON (kept.day, kept.currency) = (fresh.day, fresh.currency)
   WHERE (kept.gross, kept.refunded, kept.disputed, kept.sales, kept.refunds)
     IS DISTINCT FROM (fresh.gross, fresh.refunded, fresh.disputed, fresh.sales, fresh.refunds)
   ORDER BY 1
"""

_METHODS: Final = """
  WITH fresh AS (
    SELECT DISTINCT customer_id, method FROM payment
     WHERE workspace_id = %(workspace)s AND status = 'paid'
  ), kept AS (
    SELECT customer_id, method FROM customer_method WHERE workspace_id = %(workspace)s
  )
  SELECT 'customer ' || coalesce(fresh.customer_id, kept.customer_id)::text
           || ' ' || coalesce(fresh.method, kept.method), kept::text, fresh::text
    FROM fresh FULL JOIN kept ON (kept.customer_id, kept.method) = (fresh.customer_id, fresh.method)
   WHERE kept.customer_id IS NULL OR fresh.customer_id IS NULL
   ORDER BY 1
"""

_TALLY: Final = """
  WITH fresh AS (
    SELECT concat_ws(' ', product_id, coalesce(plan_id, 0), status, method, currency, is_test,
                     subscription_id IS NOT NULL) AS kind, count(*) AS sales
      FROM sale WHERE workspace_id = %(workspace)s GROUP BY 1
  ), kept AS (
    SELECT concat_ws(' ', product_id, coalesce(plan_id, 0), status, method, currency, is_test, is_charge)
             AS kind, sum(sales) AS sales
      FROM sale_tally WHERE workspace_id = %(workspace)s GROUP BY 1 HAVING sum(sales) <> 0
  )
  SELECT 'kind ' || coalesce(fresh.kind, kept.kind), kept.sales::text, fresh.sales::text
    FROM fresh FULL JOIN kept ON kept.kind = fresh.kind
   WHERE kept.sales IS DISTINCT FROM fresh.sales
   ORDER BY 1
"""

TOTALS: Final = {
    "customer_spend": _SPEND,
    "customer_product": _REACH,
    "customer_method": _METHODS,
    "sale_tally": _TALLY,
    "daily_total": _DAYS,
}
"""For each table of totals the query that finds where it is wrong."""


class Difference(NamedTuple):
    """A total that is kept wrongly: where, what is kept and what the rows say; "" for no row at all."""

    table: str
    place: str
    kept: str
    fresh: str


def differences() -> Iterator[Difference]:
    """Every total of the active workspace that differs from what its rows say."""
    for table, query in TOTALS.items():
        with connection.cursor() as cursor:
            cursor.execute(query, {"workspace": active_workspace_id()})
            for place, kept, fresh in cursor:
                yield Difference(table, place, kept or "", fresh or "")
