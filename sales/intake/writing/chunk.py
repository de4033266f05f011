"""One chunk of ready rows beside what the books say of them now: what is new, changed, late or unchanged."""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from ..mapping import Mapping
from .statements import sequence_of

SIZE: Final = 50_000
"""Rows. Ordered by customer, so that the totals of a customer are computed once; wider is slower."""

TEXT: Final = {
    "name": "buyer_name",
    "email": "buyer_email",
    "document": "buyer_document",
    "phone": "buyer_phone",
    "coupon": "coupon",
    "utm_source": "utm_source",
    "utm_campaign": "utm_campaign",
    "affiliate": "affiliate",
    "agent": "agent",
    "method": "method",
    "reference": "reference",
}
AMOUNTS: Final = {
    "list_price": "amount_list",
    "discount": "amount_discount",
    "tax": "amount_tax",
    "fee": "amount_fee",
    "net": "amount_net",
    "approved_at": "approved_at",
    "completed_at": "completed_at",
    "installments": "installments",
    "charge_number": "recurrence_number",
    "updated_at": "source_updated_at",
}
"""Our fields and the columns of `sale` they fill. An empty cell says nothing: it takes nothing away."""

_STAGED_AS: Final = {
    "name": "name",
    "email": "buyer_email",
    "document": "buyer_document",
    "phone": "buyer_phone",
}

# The ids as an array: a join may be turned round, and then each customer of the workspace is looked for in
# the chunk. Where the statistics do not know the workspace, that took a minute.
_LOCK: Final = """
WITH locked AS (
  SELECT merged_into_id FROM customer
   WHERE workspace_id = %(workspace)s
     AND id = ANY (ARRAY(SELECT DISTINCT customer_id FROM intake_ready
                          WHERE seq > %(after)s AND seq <= %(upto)s AND NOT is_new))
   ORDER BY id FOR NO KEY UPDATE)
SELECT count(*) FROM locked WHERE merged_into_id IS NOT NULL
"""
# Merged while the file was read: the sale belongs to the survivor.
_FOLLOW: Final = """
UPDATE intake_ready y SET customer_id = c.merged_into_id
  FROM customer c
 WHERE c.workspace_id = %(workspace)s AND c.id = y.customer_id AND c.merged_into_id IS NOT NULL
   AND y.seq > %(after)s AND y.seq <= %(upto)s
"""
# The identity is unique; LIMIT keeps the look-up a look-up. As a join, each chunk read all sales of the
# workspace once it was large: 5.6 s instead of 0.4 at a million.
_CHUNK: Final = """
CREATE TEMP TABLE intake_chunk AS
SELECT y.*, s.id AS known_id, s.customer_id AS known_customer_id, s.status AS known_status,
       CASE WHEN y.is_refund THEN NULL
            ELSE coalesce(s.id, nextval({sequence})) END AS sale_id,
       CASE WHEN y.is_refund THEN 'refund'
            WHEN s.id IS NULL THEN 'new'
            WHEN y.updated_at < s.source_updated_at THEN 'late'
            WHEN {differs} THEN 'changed'
            ELSE 'unchanged' END AS act,
       coalesce(y.updated_at,
                CASE y.status WHEN 'refunded' THEN y.refunded_at WHEN 'partially_refunded' THEN y.refunded_at
                              WHEN 'completed' THEN y.completed_at WHEN 'approved' THEN y.approved_at END,
                CASE WHEN s.id IS NULL THEN y.ordered_at ELSE now() END) AS event_at
  FROM intake_ready y
  LEFT JOIN LATERAL (
    SELECT * FROM sale k
     WHERE k.workspace_id = %(workspace)s AND k.provider = %(provider)s AND k.external_id = y.external_id
       AND NOT y.is_refund
     LIMIT 1) s ON true
 WHERE y.seq > %(after)s AND y.seq <= %(upto)s
"""

# How much was given back is not a column of the sale: it is in its refunds.
_REFUNDED_DIFFERS: Final = """(y.refunded > 0 AND (
  SELECT greatest(y.refunded - coalesce(sum(k.amount) FILTER (WHERE NOT k.is_told), 0), 0)
         <> coalesce(sum(k.amount) FILTER (WHERE k.is_told), 0)
    FROM (SELECT amount, provider = %(provider)s AND external_id = y.external_id || ':refund' AS is_told
            FROM refund WHERE workspace_id = %(workspace)s AND sale_id = s.id AND status = 'succeeded') k))"""


def make_chunk(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> None:
    """Lock the customers of a range of ready rows, lowest id first, and lay the rows beside their sales."""
    drop_chunk(cursor)
    cursor.execute(_LOCK, params)
    while cursor.fetchone()[0]:
        cursor.execute(_FOLLOW, params)
        cursor.execute(_LOCK, params)
    differs = " OR ".join(
        f"s.{column} IS DISTINCT FROM {value}" for column, value in changes(mapping).items()
    )
    if "refunded" in mapping.fields:
        differs = f"{differs} OR {_REFUNDED_DIFFERS}"
    cursor.execute(_CHUNK.format(differs=differs, sequence=sequence_of("sale")), params)
    # A sale that is known stays with its customer.
    cursor.execute(
        "UPDATE intake_chunk SET customer_id = known_customer_id, is_new = false"
        " WHERE known_customer_id <> customer_id"
    )
    cursor.execute(
        "ANALYZE intake_chunk (seq, act, is_new, customer_id, sale_id, external_id, status, known_status)"
    )


def drop_chunk(cursor: CursorWrapper) -> None:
    """Make room for the next chunk."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_chunk")


def changes(mapping: Mapping, row: str = "y", sale: str = "s") -> dict[str, str]:
    """The columns of a known sale that a row of the file may change, and what each becomes."""
    columns = {
        "status": f"{row}.status",
        "currency": f"{row}.currency",
        "amount_charged": f"{row}.amount",
        "ordered_at": f"{row}.ordered_at",
        "product_id": f"{row}.product_id",
    }
    for name, column in TEXT.items():
        if name in mapping.fields:
            columns[column] = f"coalesce(nullif({row}.{_STAGED_AS.get(name, name)}, ''), {sale}.{column})"
    for name, column in AMOUNTS.items():
        if name in mapping.fields:
            columns[column] = f"coalesce({row}.{name}, {sale}.{column})"
    if mapping.fields["status"].column is not None:
        columns["source_status"] = f"{row}.source_status"
    if "is_test" in mapping.fields:
        columns["is_test"] = f"{row}.is_test"
    return columns
