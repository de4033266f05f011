"""Staged rows joined with their customer and product and put in the order in which they are written."""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from atomicpay.catalog.models import Product

from .mapping import Mapping
from .reasons import Reason
from .staging import STAGED
from .writing.statements import insert_from

READY: Final = {
    "seq": "bigint NOT NULL",
    **STAGED,
    "product_id": "bigint NOT NULL",
    "customer_id": "bigint NOT NULL",
    "is_new": "boolean NOT NULL",
}
"""The columns of the table `intake_ready`."""

_POINTERS: Final = """
CREATE TEMP TABLE intake_pointer AS
SELECT DISTINCT ON (r.line) r.line, coalesce(s.customer_id, p.customer_id) AS customer_id,
       s.id IS NULL AND p.is_new AS is_new
  FROM intake_row r
  LEFT JOIN sale s ON s.workspace_id = %(workspace)s AND s.provider = %(provider)s
                  AND s.external_id = r.points_to
  LEFT JOIN (intake_row o JOIN intake_person p ON p.person = o.person)
         ON NOT o.is_refund AND o.external_id = r.points_to
 WHERE r.is_refund AND r.points_to <> ''
 ORDER BY r.line
"""
_LOST_POINTERS: Final = """
WITH gone AS (
  DELETE FROM intake_row r USING intake_pointer t WHERE t.line = r.line AND t.customer_id IS NULL
  RETURNING r.line, r.points_to)
INSERT INTO intake_problem SELECT line, %(column)s, points_to, %(reason)s FROM gone
"""
_NEW_PRODUCTS: Final = """
FROM (SELECT product, coalesce(nullif(max(product_name), ''), product) AS called
        FROM intake_row GROUP BY 1) sold
WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.workspace_id = %(workspace)s AND p.provider = %(provider)s
                     AND p.external_id = sold.product)
ORDER BY product
"""
_PRODUCTS: Final = """
CREATE TEMP TABLE intake_product AS
SELECT external_id AS product, id FROM product WHERE workspace_id = %(workspace)s AND provider = %(provider)s
"""
# All rows of a customer together, sales before refunds; states of one sale in rounds, oldest first.
_READY: Final = """
CREATE TEMP TABLE intake_ready AS
SELECT row_number() OVER (ORDER BY round, customer_id, is_refund, line) AS seq, *
  FROM (SELECT r.*, d.id AS product_id, {customer} AS customer_id, {is_new} AS is_new
          FROM intake_row r
          JOIN intake_person p ON p.person = r.person
          JOIN intake_product d ON d.product = r.product {pointer}) rows
 ORDER BY seq
"""


def follow_pointers(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> int:
    """Find the sale that each refund names; returns how many rows were refused as theirs is not known."""
    if mapping.refunds is None or mapping.refunds.sale is None:
        return 0
    cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_pointer")
    cursor.execute(_POINTERS, params)
    column, reason = str(mapping.refunds.sale), Reason.SALE_NOT_KNOWN.value
    cursor.execute(_LOST_POINTERS, {"column": column, "reason": reason})
    return int(cursor.rowcount)


def make_ready(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> int:
    """Make the products that are new and the table `intake_ready`; returns its number of rows."""
    values = {
        "workspace_id": "%(workspace)s",
        "name": "called",
        "provider": "%(provider)s",
        "external_id": "product",
    }
    sql, defaults = insert_from(Product, values, _NEW_PRODUCTS)
    cursor.execute(sql, params | defaults)
    cursor.execute(_PRODUCTS, params)
    points = mapping.refunds is not None and mapping.refunds.sale is not None
    ready = _READY.format(
        customer="coalesce(t.customer_id, p.customer_id)" if points else "p.customer_id",
        is_new="coalesce(t.is_new, p.is_new)" if points else "p.is_new",
        pointer="LEFT JOIN intake_pointer t ON t.line = r.line" if points else "",
    )
    cursor.execute(ready)
    rows = int(cursor.rowcount)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_row, pg_temp.intake_person, pg_temp.intake_pointer")
    cursor.execute("CREATE UNIQUE INDEX ON intake_ready (seq)")
    cursor.execute("ANALYZE intake_ready (seq, customer_id, external_id, is_new, is_refund)")
    return rows
