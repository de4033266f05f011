"""The parts about subscriptions: missing, under another record, twice, or charged after their end."""

from typing import Final

from subscriptions.running import CHARGING, OVER

from ..checks import KEPT, LIVING
from ..facts import Check
from .tables import SALE, SUBSCRIPTION, listed

_UNLINKED: Final = f"""
unlinked AS MATERIALIZED (
  SELECT s.*, l.payment_model, l.plan_type
    FROM s JOIN plan l ON l.workspace_id = %(workspace)s AND l.id = s.plan_id
   WHERE s.subscription_id IS NULL
     AND l.payment_model <> 'one_time' AND l.plan_type NOT IN ('lifetime', 'free')
     AND (s.status IN ({listed(KEPT)}) OR (l.plan_type = 'trial' AND s.status = 'pending'))),
"""

_NO_SUBSCRIPTION: Final = f"""
SELECT s.customer_id, '{Check.NO_SUBSCRIPTION}', s.product_id, 'l' || s.plan_id, s.ordered_at,
       jsonb_build_object('sale', {SALE}, 'sale_status', s.status, 'payment_model', s.payment_model,
         'plan_type', s.plan_type, 'number', s.number, 'ordered_at', s.ordered_at,
         'has_own', EXISTS (
           SELECT FROM u WHERE u.customer_id = s.customer_id AND u.product_id = s.product_id))
  FROM (SELECT unlinked.*, count(*) OVER (PARTITION BY customer_id, plan_id) AS number,
               row_number() OVER (PARTITION BY customer_id, plan_id
                                  ORDER BY ordered_at DESC, id DESC) AS place
          FROM unlinked) s
 WHERE s.place = 1"""

# By what another record is taken for the same person. The email typed when a subscription was first paid is
# read as it was typed, for which there is an index; a document only with right check digits, for others are
# made up and shared.
_SHARED: Final = """
shared AS MATERIALIZED (
  SELECT d.customer_id, o.customer_id AS other_id, NULL::bigint AS subscription_id, 'document' AS sign
    FROM customer_document d JOIN customer_document o ON o.workspace_id = %(workspace)s
         AND o.normalised = d.normalised AND o.customer_id <> d.customer_id
   WHERE d.workspace_id = %(workspace)s AND d.customer_id = ANY(%(customers)s) AND d.is_valid
  UNION ALL
  SELECT d.customer_id, o.customer_id, NULL, 'email'
    FROM customer_email d JOIN customer_email o ON o.workspace_id = %(workspace)s
         AND o.normalised = d.normalised AND o.customer_id <> d.customer_id
   WHERE d.workspace_id = %(workspace)s AND d.customer_id = ANY(%(customers)s)
  UNION ALL
  SELECT e.customer_id, f.customer_id, f.subscription_id, 'checkout_email'
    FROM e JOIN sale f ON f.workspace_id = %(workspace)s AND f.buyer_email = e.email
         AND f.recurrence_number = 1 AND f.subscription_id IS NOT NULL AND f.customer_id <> e.customer_id
   WHERE true {of_products_f}
  UNION ALL
  SELECT n.customer_id, f.customer_id, f.subscription_id, 'card_and_name'
    FROM unlinked n
    JOIN payment own ON own.workspace_id = %(workspace)s AND own.sale_id = n.id AND own.card_last4 <> ''
    JOIN payment paid ON paid.workspace_id = %(workspace)s AND paid.card_last4 = own.card_last4
         AND paid.card_last4 <> '' AND paid.card_brand = own.card_brand AND paid.customer_id <> n.customer_id
         AND paid.status = 'paid'
    JOIN sale f ON f.workspace_id = %(workspace)s AND f.id = paid.sale_id AND f.product_id = n.product_id
         AND f.subscription_id IS NOT NULL
    JOIN customer c ON c.workspace_id = %(workspace)s AND c.id = n.customer_id
    JOIN customer o ON o.workspace_id = %(workspace)s AND o.id = f.customer_id AND o.name_sort = c.name_sort
   WHERE c.name <> ''),
"""

_ELSEWHERE: Final = f"""
SELECT h.customer_id, '{Check.SUBSCRIPTION_ELSEWHERE}', u.product_id, 'u' || u.id, u.started_at,
       jsonb_build_object('subscription', {SUBSCRIPTION}, 'subscription_status', u.status,
         'other', jsonb_build_array(o.id, o.public_id, o.name), 'shared', array_agg(DISTINCT h.sign))
  FROM shared h
  JOIN subscription u ON u.workspace_id = %(workspace)s AND u.customer_id = h.other_id
       AND (h.subscription_id IS NULL OR h.subscription_id = u.id) AND u.status IN ({listed(LIVING)})
       {{of_products_u}}
  JOIN customer o ON o.workspace_id = %(workspace)s AND o.id = h.other_id AND NOT o.is_test
       AND o.merged_into_id IS NULL
 WHERE NOT EXISTS (SELECT FROM u own WHERE own.customer_id = h.customer_id AND own.product_id = u.product_id
                      AND own.status IN ({listed(LIVING)}))
 GROUP BY h.customer_id, u.id, u.public_id, u.external_id, u.product_id, u.status, u.started_at,
          o.id, o.public_id, o.name"""

_TWICE: Final = f"""
SELECT u.customer_id, '{Check.SUBSCRIBED_TWICE}', u.product_id, 'l' || u.plan_id, max(u.started_at),
       jsonb_build_object('together', jsonb_agg({SUBSCRIPTION} ORDER BY u.started_at, u.id))
  FROM u
 WHERE u.status IN ({listed(CHARGING)}) AND u.plan_id IS NOT NULL AND NOT u.cancel_at_period_end
 GROUP BY u.customer_id, u.product_id, u.plan_id HAVING count(*) > 1"""

_PAID_AFTER: Final = f"""
SELECT s.customer_id, '{Check.PAID_AFTER_CANCEL}', s.product_id, 'u' || s.subscription_id, s.ordered_at,
       s.data
  FROM (SELECT s.customer_id, s.product_id, s.subscription_id, s.ordered_at,
               row_number() OVER (PARTITION BY u.id ORDER BY s.ordered_at DESC, s.id DESC) AS place,
               jsonb_build_object('sale', {SALE}, 'subscription', {SUBSCRIPTION}, 'sale_status', s.status,
                 'subscription_status', u.status, 'canceled_at', u.canceled_at, 'ordered_at', s.ordered_at,
                 'number', count(*) OVER (PARTITION BY u.id)) AS data
          FROM u JOIN s ON s.subscription_id = u.id AND s.ordered_at > u.canceled_at
         WHERE u.status IN ({listed(OVER)}) AND s.status IN ({listed(KEPT)})) s
 WHERE s.place = 1"""

PARTS: Final = (_NO_SUBSCRIPTION, _ELSEWHERE, _TWICE, _PAID_AFTER)

TABLES: Final = (_UNLINKED, _SHARED)
