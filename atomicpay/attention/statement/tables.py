"""The rows of the customers asked about, as far as the scope shows them: what every part reads.

The second half of the scope (a member's products) is known to the ORM alone, so each table is narrowed to
them here, as in `missing.outside`; tests/attention/test_pages.py holds it against the walls.
"""

from collections.abc import Iterable, Mapping
from typing import Final


def listed(values: Iterable[str]) -> str:
    """Words of a table of states, as SQL."""
    return ", ".join(f"'{value}'" for value in values)


def case(column: str, table: Mapping[str, int], otherwise: str) -> str:
    """A table of numbers by words, as SQL."""
    whens = " ".join(f"WHEN '{value}' THEN {number}" for value, number in table.items())
    return f"CASE {column} {whens} ELSE {otherwise} END"


SALE: Final = "jsonb_build_array(s.id, s.public_id, s.reference)"
SUBSCRIPTION: Final = "jsonb_build_array(u.id, u.public_id, u.external_id)"

TABLES: Final = """
WITH s AS MATERIALIZED (
  SELECT id, public_id, reference, customer_id, product_id, plan_id, subscription_id, recurrence_number,
         status, method, buyer_email, amount_charged, ordered_at, approved_at
    FROM sale
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) AND NOT is_test
     {of_products} {of_sale} {of_charges}),
u AS MATERIALIZED (
  SELECT id, public_id, external_id, customer_id, product_id, plan_id, status, current_period_end,
         canceled_at, ended_at, cancel_at_period_end, started_at, charges_count
    FROM subscription
   WHERE workspace_id = %(workspace)s AND customer_id = ANY(%(customers)s) {of_products}),
g AS MATERIALIZED (
  SELECT id, customer_id, product_id, sale_id, subscription_id, status, is_manual, expires_at, created_at
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
given AS MATERIALIZED (
  SELECT DISTINCT customer_id, product_id FROM g WHERE status = 'granted'),
by_sale AS MATERIALIZED (
  SELECT DISTINCT ON (sale_id) sale_id, status FROM g WHERE sale_id IS NOT NULL ORDER BY sale_id, id DESC),
by_subscription AS MATERIALIZED (
  SELECT DISTINCT ON (subscription_id) subscription_id, status FROM g WHERE subscription_id IS NOT NULL
   ORDER BY subscription_id, id DESC),
"""
