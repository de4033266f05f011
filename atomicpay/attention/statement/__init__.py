"""The one statement that reads what the checks look at, for one customer's page as for thousands at once.

It only narrows: of the rows of a customer it leaves those that a check may fail on, by the same tables that
the checks are made of, so that the page of a customer with 20,000 sales reads a handful. What fails is
decided by `checks` alone.
"""

from typing import Final

from ..checks import CHARGING, LOST
from ..facts import Check
from . import access, sales, subscriptions
from .tables import TABLES, listed

MOST: Final = 20
"""Of each check no more than so many of a customer are read, the newest."""

_PARTS: Final = (*sales.PARTS, *access.PARTS, *subscriptions.PARTS)

# How many records each check looks at, where a page says that it passed.
_COUNTS: Final = f"""
UNION ALL
SELECT 0, 'looked_at', 0, '', 0, jsonb_build_object(
  '{Check.EMAIL}', (SELECT count(*) FROM s WHERE buyer_email <> ''),
  '{Check.UNPAID_ACCESS}', (SELECT count(*) FROM g WHERE status = 'granted'),
  '{Check.NO_ACCESS}', (SELECT count(*) FROM g WHERE status = 'granted'),
  '{Check.UNEXPLAINED_LOSS}', (SELECT count(*) FROM g WHERE status IN ('revoked', 'expired')),
  '{Check.ACCESS_AFTER_LOSS}', (SELECT count(*) FROM s LEFT JOIN back b ON b.sale_id = s.id
     LEFT JOIN contested c ON c.sale_id = s.id
     WHERE s.status IN ({listed(LOST)}) OR b.amount >= s.amount_charged OR c.dispute = 'lost'),
  '{Check.SUBSCRIPTION_ACCESS}', (SELECT count(*) FROM u),
  '{Check.DELIVERY}', (SELECT count(*) FROM g),
  '{Check.NO_SUBSCRIPTION}', (SELECT count(*) FROM s WHERE subscription_id IS NOT NULL),
  '{Check.SUBSCRIPTION_ELSEWHERE}', (SELECT count(*) FROM (SELECT DISTINCT other_id FROM shared) o),
  '{Check.SUBSCRIBED_TWICE}', (SELECT count(*) FROM u WHERE status IN ({listed(CHARGING)})),
  '{Check.PAID_AFTER_CANCEL}', (SELECT count(*) FROM u WHERE canceled_at IS NOT NULL),
  '{Check.STALE_PENDING}', (SELECT count(*) FROM s WHERE status = 'pending'),
  '{Check.ILLEGAL_CHANGE}', (SELECT count(*) FROM s) + (SELECT count(*) FROM u))"""


def statement(*, is_limited: bool, with_counts: bool, of_sale: bool = False, of_charges: bool = False) -> str:
    """The SQL. Its parameters are workspace, customers, at and, where they are asked for, products, sale and
    subscription."""
    one = "AND {}product_id = ANY(%(products)s)" if is_limited else ""
    narrowed = {
        "of_products": one.format(""),
        "of_products_f": one.format("f."),
        "of_products_u": one.format("u."),
        "of_sale": "AND id = %(sale)s" if of_sale else "",
        "of_charges": "AND subscription_id = %(subscription)s" if of_charges else "",
    }
    parts = "\nUNION ALL\n".join(f"(SELECT * FROM ({part}) part)" for part in _PARTS)
    names = 'customer_id, "check", product_id, subject, at, data'
    sql = f"""{TABLES}{access.SILENT}{subscriptions.UNLINKED}{subscriptions.SHARED}
found ({names}) AS ({parts}),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id, "check" ORDER BY at DESC, subject) AS place,
         count(*) OVER (PARTITION BY customer_id, "check") AS total
    FROM found)
SELECT customer_id, "check", product_id, subject, total, data FROM placed WHERE place <= {MOST}
{_COUNTS if with_counts else ""}"""
    return sql.format(**narrowed)
