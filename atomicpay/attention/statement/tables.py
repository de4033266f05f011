"""The rows of the customers asked about, as far as the scope shows them: what every part reads.

The second half of the scope (a member's products) is known to the ORM alone, so each table is narrowed to
them here, as in `missing.outside`; tests/attention/test_pages.py holds it against the walls.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sales.states import PAID
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.running import CHARGING, OVER

from ..checks import LOST


def listed(values: Iterable[str]) -> str:
    """Words of a table of states, as SQL."""
    return ", ".join(f"'{value}'" for value in values)


def case(column: str, table: Mapping[str, int], otherwise: str) -> str:
    """A table of numbers by words, as SQL."""
    whens = " ".join(f"WHEN '{value}' THEN {number}" for value, number in table.items())
    return f"CASE {column} {whens} ELSE {otherwise} END"


SALE: Final = "jsonb_build_array(s.id, s.public_id, s.reference)"
SUBSCRIPTION: Final = "jsonb_build_array(u.id, u.public_id, u.external_id)"

_S = SubscriptionStatus
_PAID_UNTIL: Final = "coalesce(u.current_period_end, u.trial_ends_at)"

# Whether the subscription is paid for now, as subscriptions.running has it; a test holds the two together. Of
# one whose last paid charge went back whole nothing is paid.
_ENDS_AT: Final = f"""CASE
    WHEN u.status = '{_S.EXPIRED}' AND coalesce(u.ended_at, {_PAID_UNTIL}) IS NULL THEN u.canceled_at
    WHEN u.status IN ({listed(OVER)}) THEN least(u.ended_at, {_PAID_UNTIL})
    WHEN u.cancel_at_period_end AND u.status IN ('{_S.ACTIVE}', '{_S.TRIALING}') THEN {_PAID_UNTIL} END"""

_IS_PAID_UP: Final = """coalesce(l.payment_model = 'installment_plan' AND l.max_charges > 0
    AND u.charges_count >= l.max_charges, false)"""

_RUNS: Final = f"""(u.is_paid_up
    OR (u.status IN ({listed(CHARGING)}) AND (u.ends_at IS NULL OR u.ends_at > %(at)s))
    OR (u.status = '{_S.CANCELED}' AND u.ends_at > %(at)s))"""

_SUBSCRIPTIONS: Final = f"""
lost_charge AS MATERIALIZED (
  SELECT DISTINCT s.subscription_id
    FROM s LEFT JOIN back b ON b.sale_id = s.id LEFT JOIN contested c ON c.sale_id = s.id
   WHERE s.subscription_id IS NOT NULL
     AND (s.status IN ({listed(LOST)}) OR b.amount >= s.amount_charged OR c.dispute = 'lost')
     AND NOT EXISTS (
       SELECT FROM sale o WHERE o.workspace_id = %(workspace)s AND o.subscription_id = s.subscription_id
          AND NOT o.is_test AND o.status IN ({listed(PAID)})
          AND (s.status NOT IN ({listed(PAID)})
               OR (coalesce(o.approved_at, o.ordered_at), o.id)
                  > (coalesce(s.approved_at, s.ordered_at), s.id)))),
u AS MATERIALIZED (
  SELECT u.*, {_RUNS} AND NOT u.is_charge_lost AS is_running
    FROM (SELECT u.id, u.public_id, u.external_id, u.customer_id, u.product_id, u.plan_id, u.status,
                 {_PAID_UNTIL} AS paid_until, u.canceled_at, u.ended_at, u.cancel_at_period_end, u.started_at,
                 {_IS_PAID_UP} AS is_paid_up, {_ENDS_AT} AS ends_at,
                 EXISTS (SELECT FROM lost_charge c WHERE c.subscription_id = u.id) AS is_charge_lost
            FROM subscription u LEFT JOIN plan l ON l.workspace_id = %(workspace)s AND l.id = u.plan_id
           WHERE u.workspace_id = %(workspace)s AND u.customer_id = ANY(%(customers)s)
             {{of_products_u}}) u),
"""

TERM: Final = """'subscription_status', u.status, 'paid_until', u.paid_until, 'ended_at', u.ended_at,
         'canceled_at', u.canceled_at, 'is_last_period', u.cancel_at_period_end, 'is_paid_up', u.is_paid_up,
         'is_charge_lost', u.is_charge_lost"""
"""What a check asks a subscription for, to know whether it is paid for."""

_ROWS: Final = """
WITH s AS MATERIALIZED (
  SELECT id, public_id, reference, customer_id, product_id, plan_id, subscription_id, recurrence_number,
         status, method, buyer_email, amount_charged, ordered_at, approved_at
    FROM sale
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) AND NOT is_test
     {of_products} {of_sale} {of_charges}),
g AS MATERIALIZED (
  SELECT id, customer_id, product_id, sale_id, subscription_id, is_manual, expires_at, created_at,
         CASE WHEN status = 'granted' AND expires_at <= %(at)s THEN 'expired' ELSE status END AS status
    FROM access_grant
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) {of_products}),
e AS MATERIALIZED (
  SELECT customer_id, normalised COLLATE "default" AS email FROM customer_email
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s)
  UNION
  SELECT id, lower(btrim(email)) FROM customer
   WHERE workspace_id = %(workspace)s AND id = ANY(%(customers)s) AND email <> ''),
back AS MATERIALIZED (
  SELECT sale_id, sum(amount) AS amount FROM refund
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) AND status = 'succeeded'
   GROUP BY 1),
contested AS MATERIALIZED (
  SELECT sale_id, CASE WHEN bool_or(status = 'lost') THEN 'lost' ELSE 'open' END AS dispute FROM dispute
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) AND status IN ('lost', 'open')
   GROUP BY 1),
"""

_REPORTS: Final = """
given AS MATERIALIZED (
  SELECT DISTINCT customer_id, product_id FROM g WHERE status = 'granted'),
by_sale AS MATERIALIZED (
  SELECT DISTINCT ON (sale_id) sale_id, status FROM g WHERE sale_id IS NOT NULL ORDER BY sale_id, id DESC),
by_subscription AS MATERIALIZED (
  SELECT DISTINCT ON (subscription_id) subscription_id, status FROM g WHERE subscription_id IS NOT NULL
   ORDER BY subscription_id, id DESC),
"""

TABLES: Final = f"{_ROWS}{_SUBSCRIPTIONS}{_REPORTS}"
