"""The parts about access: open without being paid for, not there, gone, left open, or of the wrong kind."""

from typing import Final

from sales.states import PAID, AccessStatus, SaleStatus
from sales.usual import ACCESS_MINUTES, LOOKED_THROUGH, REPORTING, SAMPLE, WAITED_FOR
from subscriptions.lifecycle import SubscriptionStatus

from ..checks import KEPT, LOST, UNPAID
from ..facts import Check
from .tables import SALE, SUBSCRIPTION, TERM, case, listed

_EXPECTING: Final = (SaleStatus.APPROVED, SaleStatus.COMPLETED, SaleStatus.PARTIALLY_REFUNDED)
_NEVER_OPEN: Final = (SubscriptionStatus.INCOMPLETE, SubscriptionStatus.EXPIRED)
_GRANTED: Final = AccessStatus.GRANTED.value
_ACCESS_MINUTES: Final = (
    f"coalesce(p.access_within_minutes, {case('p.delivery', ACCESS_MINUTES, 'NULL')}) * interval '1 minute'"
)

# Nothing else that the customer has pays for the product of `g`, beside a sale and a subscription. A charge
# pays for the term of its subscription, which is asked itself.
_NOT_PAID_OTHERWISE: Final = f"""NOT EXISTS (
   SELECT FROM sale o WHERE o.workspace_id = %(workspace)s AND o.product_id = g.product_id
      AND o.customer_id = g.customer_id AND NOT o.is_test AND o.status IN ({listed(PAID)})
      AND o.status IN ({listed(KEPT)}) AND o.subscription_id IS NULL AND o.id <> coalesce({{sale}}, 0))
 AND NOT EXISTS (
   SELECT FROM u o WHERE o.customer_id = g.customer_id AND o.product_id = g.product_id
      AND o.is_running AND o.id <> coalesce({{subscription}}, 0))"""

# Open, and the sale behind it was not paid or not kept.
OPENED: Final = f"""
opened AS MATERIALIZED (
  SELECT DISTINCT ON (s.id) s.*, g.status AS access
    FROM (SELECT s.*, c.dispute, coalesce(b.amount >= s.amount_charged, false) AS is_refunded
            FROM s LEFT JOIN back b ON b.sale_id = s.id LEFT JOIN contested c ON c.sale_id = s.id
           WHERE s.status IN ({listed((*UNPAID, *LOST))}) OR b.amount >= s.amount_charged
              OR c.dispute = 'lost') s
    JOIN g ON g.sale_id = s.id AND g.status = '{_GRANTED}' AND NOT g.is_manual
   WHERE {_NOT_PAID_OTHERWISE.format(sale="s.id", subscription="NULL::bigint")}),
"""
_UNPAID_ACCESS: Final = f"""
SELECT s.customer_id, '{Check.UNPAID_ACCESS}', s.product_id, 's' || s.id, s.ordered_at,
       jsonb_build_object('sale', {SALE}, 'sale_status', s.status, 'access', s.access,
         'ordered_at', s.ordered_at)
  FROM opened s WHERE s.status IN ({listed(UNPAID)})"""

_AFTER_LOSS: Final = f"""
SELECT s.customer_id, '{Check.ACCESS_AFTER_LOSS}', s.product_id, 's' || s.id, s.ordered_at,
       jsonb_build_object('sale', {SALE}, 'sale_status', s.status, 'access', s.access,
         'is_refunded', s.is_refunded, 'dispute', s.dispute, 'ordered_at', s.ordered_at)
  FROM opened s WHERE s.status NOT IN ({listed(UNPAID)})"""

# Paid, with nothing to open; and of how many of a product's latest sales access was reported at all.
SILENT: Final = f"""
ungiven AS MATERIALIZED (
  SELECT s.* FROM s
   WHERE coalesce(s.recurrence_number, 1) = 1
     AND (s.status IN ({listed(_EXPECTING)}) OR s.subscription_id IS NOT NULL)
     AND NOT EXISTS (SELECT FROM given WHERE given.customer_id = s.customer_id
                        AND given.product_id = s.product_id)),
silent AS MATERIALIZED (
  SELECT s.*, p.delivery, p.access_within_minutes, coalesce(r.status, t.status) AS access,
         coalesce(u.started_at, s.approved_at, s.ordered_at) AS since,
         coalesce(b.amount >= s.amount_charged, false) AS is_refunded, c.dispute
    FROM ungiven s JOIN product p ON p.workspace_id = %(workspace)s AND p.id = s.product_id
    LEFT JOIN u ON u.id = s.subscription_id
    LEFT JOIN back b ON b.sale_id = s.id LEFT JOIN contested c ON c.sale_id = s.id
    LEFT JOIN by_sale r ON r.sale_id = s.id
    LEFT JOIN by_subscription t ON t.subscription_id = s.subscription_id
   WHERE p.delivery <> 'none'
     AND coalesce(u.started_at, s.approved_at, s.ordered_at) < %(at)s - {_ACCESS_MINUTES}
     AND (s.subscription_id IS NULL OR u.is_running)
     AND (coalesce(r.status, t.status) IN ('pending', 'failed')
          OR (coalesce(r.status, t.status) IS NULL AND p.delivery IN ({listed(REPORTING)})
              AND s.status IN ({listed(_EXPECTING)}) AND c.dispute IS NULL
              AND coalesce(u.started_at, s.approved_at, s.ordered_at)
                  >= %(at)s - interval '{WAITED_FOR.days} days'))),
reports AS MATERIALIZED (
  SELECT p.product_id, count(*) AS sampled,
         count(*) FILTER (WHERE EXISTS (
           SELECT FROM access_grant a WHERE a.workspace_id = %(workspace)s
              AND (a.sale_id = l.id OR a.subscription_id = l.subscription_id))) AS reported
    FROM (SELECT DISTINCT product_id, delivery, access_within_minutes FROM silent WHERE access IS NULL) p,
         LATERAL (
           SELECT id, subscription_id
             FROM (SELECT * FROM sale l
                    WHERE l.workspace_id = %(workspace)s AND l.product_id = p.product_id
                      AND l.ordered_at < %(at)s - {_ACCESS_MINUTES}
                    ORDER BY l.ordered_at DESC, l.id DESC LIMIT {LOOKED_THROUGH}) l
            WHERE NOT l.is_test AND l.status IN ('approved', 'completed')
              AND coalesce(l.recurrence_number, 1) = 1
            LIMIT {SAMPLE}) l
   GROUP BY 1),
"""

_NO_ACCESS: Final = f"""
SELECT s.customer_id, '{Check.NO_ACCESS}', s.product_id, 's' || s.id, s.ordered_at,
       jsonb_build_object('sale', {SALE}, 'sale_status', s.status, 'access', coalesce(s.access, ''),
         'delivery', s.delivery, 'access_within_minutes', s.access_within_minutes,
         'ordered_at', s.ordered_at, 'approved_at', s.approved_at,
         'is_refunded', s.is_refunded, 'dispute', s.dispute, 'started_at', u.started_at, {TERM},
         'reported', coalesce(r.reported, 0), 'sampled', coalesce(r.sampled, 0))
  FROM silent s LEFT JOIN u ON u.id = s.subscription_id LEFT JOIN reports r ON r.product_id = s.product_id
 WHERE s.access IS NOT NULL OR 2 * r.reported >= r.sampled"""

_UNEXPLAINED_LOSS: Final = f"""
SELECT DISTINCT ON (coalesce('s' || s.id, 'u' || u.id))
       g.customer_id, '{Check.UNEXPLAINED_LOSS}', g.product_id,
       coalesce('s' || s.id, 'u' || u.id), coalesce(s.ordered_at, u.started_at),
       jsonb_build_object('sale', CASE WHEN s.id IS NOT NULL THEN {SALE} END,
         'subscription', CASE WHEN u.id IS NOT NULL THEN {SUBSCRIPTION} END,
         'sale_status', coalesce(s.status, 'approved'), {TERM}, 'access', g.status,
         'is_manual', g.is_manual, 'is_refunded', coalesce(b.amount >= s.amount_charged, false),
         'dispute', c.dispute, 'ordered_at', s.ordered_at, 'others_paid', given.product_id IS NOT NULL)
  FROM g LEFT JOIN s ON s.id = g.sale_id
  LEFT JOIN u ON u.id = coalesce(g.subscription_id, s.subscription_id)
  LEFT JOIN back b ON b.sale_id = s.id LEFT JOIN contested c ON c.sale_id = s.id
  LEFT JOIN given ON given.customer_id = g.customer_id AND given.product_id = g.product_id
 WHERE g.status IN ('revoked', 'expired') AND NOT g.is_manual AND given.product_id IS NULL
   AND (s.id IS NOT NULL OR (g.sale_id IS NULL AND u.id IS NOT NULL))
   AND c.dispute IS DISTINCT FROM 'open'
   AND (u.is_running OR (u.id IS NULL AND g.status = 'revoked' AND c.dispute IS NULL
                         AND s.status IN ({listed(KEPT)})))
 ORDER BY coalesce('s' || s.id, 'u' || u.id), g.id DESC"""

# By the grant's own subscription, or by that of its sale.
_SUBSCRIPTION_ACCESS: Final = f"""
SELECT DISTINCT ON (u.id)
       u.customer_id, '{Check.SUBSCRIPTION_ACCESS}', u.product_id, 'u' || u.id, u.started_at,
       jsonb_build_object('subscription', {SUBSCRIPTION}, {TERM}, 'access', g.status,
         'expires_at', g.expires_at)
  FROM u
  JOIN (SELECT g.*, g.subscription_id AS of_id FROM g WHERE g.subscription_id IS NOT NULL
        UNION ALL
        SELECT g.*, s.subscription_id FROM g JOIN s ON s.id = g.sale_id
         WHERE g.subscription_id IS NULL AND s.subscription_id IS NOT NULL) g ON g.of_id = u.id
 WHERE g.status = '{_GRANTED}' AND NOT g.is_manual AND (g.expires_at IS NULL OR g.expires_at > %(at)s)
   AND (u.status IN ({listed(_NEVER_OPEN)}) OR u.ends_at <= %(at)s)
   AND NOT u.is_paid_up AND {_NOT_PAID_OTHERWISE.format(sale="NULL::bigint", subscription="u.id")}
 ORDER BY u.id, g.id DESC"""

_DELIVERY: Final = f"""
SELECT DISTINCT ON (g.customer_id, g.product_id) g.customer_id, '{Check.DELIVERY}', g.product_id,
       'p' || g.product_id, g.created_at,
       jsonb_build_object('delivery', p.delivery, 'access', g.status)
  FROM g JOIN product p ON p.workspace_id = %(workspace)s AND p.id = g.product_id
 WHERE (p.delivery = 'none' AND g.status IN ('granted', 'pending', 'failed'))
    OR (p.delivery <> 'none' AND g.status = 'not_applicable')
 ORDER BY g.customer_id, g.product_id, g.id DESC"""

PARTS: Final = (
    *(_UNPAID_ACCESS, _NO_ACCESS, _UNEXPLAINED_LOSS, _AFTER_LOSS, _SUBSCRIPTION_ACCESS, _DELIVERY),
)
