"""The one statement that reads what the checks look at, for one customer's page as for thousands at once.

It only narrows: of the rows of a customer it leaves those that a check may fail on, by the same tables that
the checks are made of, so that the page of a customer with 20,000 sales reads a handful. What fails is
decided by `checks` alone.
"""

from typing import Final

from subscriptions.running import CHARGING

from ..checks import LOST
from ..facts import Check
from . import access, sales, subscriptions
from .tables import TABLES, listed

MOST: Final = 20
"""Of each check no more than so many of a customer are read, the newest."""

_PARTS: Final = (*sales.PARTS, *access.PARTS, *subscriptions.PARTS)

# How many records each check looks at, where a page says that it passed: each table is counted once.
_COUNTS: Final = f"""
UNION ALL
SELECT 0, 'looked_at', 0, '', 0, jsonb_build_object(
  '{Check.EMAIL}', of_sales.with_email,
  '{Check.UNPAID_ACCESS}', of_access.granted,
  '{Check.NO_ACCESS}', of_access.granted,
  '{Check.UNEXPLAINED_LOSS}', of_access.gone,
  '{Check.ACCESS_AFTER_LOSS}', of_sales.lost,
  '{Check.SUBSCRIPTION_ACCESS}', of_subscriptions.number,
  '{Check.DELIVERY}', of_access.number,
  '{Check.NO_SUBSCRIPTION}', of_sales.charges,
  '{Check.SUBSCRIPTION_ELSEWHERE}', (SELECT count(*) FROM (SELECT DISTINCT other_id FROM shared) o),
  '{Check.SUBSCRIBED_TWICE}', of_subscriptions.charging,
  '{Check.PAID_AFTER_CANCEL}', of_subscriptions.canceled,
  '{Check.STALE_PENDING}', of_sales.pending,
  '{Check.ILLEGAL_CHANGE}', of_sales.number + of_subscriptions.number)
  FROM (SELECT count(*) AS number, count(*) FILTER (WHERE buyer_email <> '') AS with_email,
               count(subscription_id) AS charges, count(*) FILTER (WHERE status = 'pending') AS pending,
               count(*) FILTER (WHERE status IN ({listed(LOST)})) AS lost FROM s) of_sales,
       (SELECT count(*) AS number, count(*) FILTER (WHERE status = 'granted') AS granted,
               count(*) FILTER (WHERE status IN ('revoked', 'expired')) AS gone FROM g) of_access,
       (SELECT count(*) AS number, count(canceled_at) AS canceled,
               count(*) FILTER (WHERE status IN ({listed(CHARGING)})) AS charging FROM u) of_subscriptions"""


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
    narrower = "".join((sales.UNKNOWN_EMAILS, access.OPENED, access.SILENT, *subscriptions.TABLES))
    sql = f"""{TABLES}{narrower}
found ({names}) AS ({parts}),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id, "check" ORDER BY at DESC, subject) AS place,
         count(*) OVER (PARTITION BY customer_id, "check") AS total
    FROM found)
SELECT customer_id, "check", product_id, subject, total, data FROM placed WHERE place <= {MOST}
{_COUNTS if with_counts else ""}"""
    return sql.format(**narrowed)
