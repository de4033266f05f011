"""The parts about sales by themselves: the email typed, the payment waited for, changes nobody knows."""

from typing import Final

from sales.usual import LONGEST_PENDING_HOURS, PENDING_HOURS

from ..facts import Check
from .tables import SALE, SUBSCRIPTION, case

_PENDING_HOURS: Final = case("s.method", PENDING_HOURS, str(LONGEST_PENDING_HOURS))

# Each part gives (customer_id, check, product_id, subject, at, data).
# Each email once, and only then compared: a customer of 20,000 sales has typed a few.
UNKNOWN_EMAILS: Final = """
unknown AS MATERIALIZED (
  SELECT * FROM (
    SELECT customer_id, product_id, buyer_email, number, lower(btrim(buyer_email)) AS email
      FROM (SELECT customer_id, product_id, buyer_email, count(*) AS number
              FROM s WHERE buyer_email <> '' GROUP BY 1, 2, 3 OFFSET 0) typed) t
   WHERE t.email <> '' AND NOT EXISTS (
     SELECT FROM e WHERE e.customer_id = t.customer_id AND e.email = t.email)),
"""
# What the finding is about is named by a hash, salted with the customer: it is kept, and an email is not.
_EMAIL: Final = f"""
SELECT DISTINCT ON (s.customer_id, s.product_id, t.email)
       s.customer_id, '{Check.EMAIL}' AS "check", s.product_id,
       'p' || s.product_id || ':' || left(md5(s.customer_id || t.email), 12) AS subject, s.ordered_at AS at,
       jsonb_build_object('sale', {SALE}, 'email', t.email, 'ordered_at', s.ordered_at,
         'number', (SELECT sum(x.number) FROM unknown x WHERE x.customer_id = t.customer_id
                       AND x.product_id = t.product_id AND x.email = t.email))
  FROM unknown t
  JOIN s ON s.customer_id = t.customer_id AND s.product_id = t.product_id AND s.buyer_email = t.buyer_email
 ORDER BY s.customer_id, s.product_id, t.email, s.ordered_at DESC, s.id DESC"""

_STALE: Final = f"""
SELECT s.customer_id, '{Check.STALE_PENDING}', s.product_id, 's' || s.id, s.ordered_at,
       jsonb_build_object('sale', {SALE}, 'sale_status', s.status, 'method', s.method,
         'ordered_at', s.ordered_at)
  FROM s WHERE s.status = 'pending' AND s.ordered_at < %(at)s - {_PENDING_HOURS} * interval '1 hour'"""

_ILLEGAL: Final = f"""
SELECT * FROM (
  SELECT DISTINCT ON (s.id) s.customer_id, '{Check.ILLEGAL_CHANGE}', s.product_id, 's' || s.id, v.occurred_at,
         jsonb_build_object('sale', {SALE}, 'event_id', v.id, 'before', v.from_status, 'after', v.to_status,
           'occurred_at', v.occurred_at)
    FROM s JOIN sale_event v ON v.workspace_id = %(workspace)s AND v.sale_id = s.id AND v.is_illegal
   ORDER BY s.id, v.occurred_at DESC, v.id DESC) of_sales
UNION ALL
SELECT * FROM (
  SELECT DISTINCT ON (u.id) u.customer_id, '{Check.ILLEGAL_CHANGE}', u.product_id, 'u' || u.id, v.occurred_at,
         jsonb_build_object('subscription', {SUBSCRIPTION}, 'event_id', v.id, 'before', v.from_status,
           'after', v.to_status, 'occurred_at', v.occurred_at)
    FROM u JOIN subscription_event v ON v.workspace_id = %(workspace)s AND v.subscription_id = u.id
         AND v.is_illegal
   ORDER BY u.id, v.occurred_at DESC, v.id DESC) of_subscriptions"""

PARTS: Final = (_EMAIL, _STALE, _ILLEGAL)
