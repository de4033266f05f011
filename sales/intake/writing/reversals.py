"""Refunds and disputes of the chunk: those that rows of the file are, and those that states tell of."""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from ...models import Dispute, Refund
from ..mapping import Mapping
from .statements import insert_from

# --- Rows that are refunds. Without a pointer to a sale they are the customer's alone. ---
_REFUND_ROWS: Final = """
CREATE TEMP TABLE intake_refund AS
SELECT r.*, s.id AS of_sale_id, k.id AS refund_id, k.amount AS known_amount, k.currency AS known_currency
  FROM intake_chunk r
  LEFT JOIN sale s ON s.workspace_id = %(workspace)s AND s.provider = %(provider)s
                  AND s.external_id = r.points_to
                  AND r.points_to <> ''
  LEFT JOIN refund k ON k.workspace_id = %(workspace)s AND k.provider = %(provider)s
                    AND k.external_id = r.external_id
 WHERE r.act = 'refund'
"""
_REFUND_COUNTS: Final = """
SELECT count(*) FILTER (WHERE refund_id IS NULL),
       count(*) FILTER (WHERE known_amount <> amount OR known_currency <> currency), count(*)
  FROM intake_refund
"""
_REFUND_CHANGES: Final = """
UPDATE refund k SET amount = r.amount, currency = r.currency
  FROM intake_refund r
 WHERE k.workspace_id = %(workspace)s AND k.id = r.refund_id
   AND (k.amount <> r.amount OR k.currency <> r.currency)
"""
# A refund that a sale's state told of before, and that now has a row of its own, is not counted twice.
_REFUND_ABSORBED: Final = """
UPDATE refund k SET amount = greatest(k.amount - told.amount, 0),
                    status = CASE WHEN k.amount > told.amount THEN k.status ELSE 'canceled' END
  FROM (SELECT r.of_sale_id, r.points_to, sum(r.amount) AS amount FROM intake_refund r
         WHERE r.of_sale_id IS NOT NULL AND r.refund_id IS NULL
           AND r.of_sale_id NOT IN (SELECT sale_id FROM intake_reversal) GROUP BY 1, 2) told
 WHERE k.workspace_id = %(workspace)s AND k.sale_id = told.of_sale_id AND k.status = 'succeeded'
   AND k.provider = %(provider)s AND k.external_id = told.points_to || ':refund'
"""

# --- Sales whose state tells of a refund or a dispute, or told of one before. ---
_REVERSALS: Final = """
CREATE TEMP TABLE intake_reversal AS
SELECT sale_id, customer_id, external_id, currency, amount, status, method, source_status, refunded, is_test,
       coalesce(refunded_at, event_at) AS at, event_at
  FROM intake_chunk
 WHERE act IN ('new', 'changed')
   AND (refunded > 0 OR status IN ('disputed', 'chargeback')
        OR known_status IN ('partially_refunded', 'refunded', 'disputed', 'chargeback'))
"""
_GIVEN_BACK: Final = """
SELECT coalesce(sum(k.amount), 0) FROM refund k
 WHERE k.workspace_id = %(workspace)s AND k.sale_id = r.sale_id AND k.status = 'succeeded'
   AND k.currency = r.currency
"""
_OTHERS: Final = (
    f"{_GIVEN_BACK} AND (k.provider, k.external_id) <> (%(provider)s, r.external_id || ':refund')"
)
_TOLD_REFUNDS: Final = f"""
FROM (SELECT r.*, greatest(r.refunded - ({_OTHERS}), 0) AS remaining FROM intake_reversal r
       WHERE r.refunded > 0) told
WHERE remaining > 0 OR EXISTS (
  SELECT 1 FROM refund k
   WHERE k.workspace_id = %(workspace)s AND k.provider = %(provider)s
     AND k.external_id = told.external_id || ':refund')
ORDER BY sale_id
ON CONFLICT (workspace_id, provider, external_id) DO UPDATE
  SET amount = excluded.amount, status = excluded.status, currency = excluded.currency,
      completed_at = excluded.completed_at
"""
# Back to approved: the refund failed, the dispute was won. Refunded: the dispute is over.
_REFUND_FAILED: Final = """
UPDATE refund k SET status = 'failed'
  FROM intake_reversal r
 WHERE k.workspace_id = %(workspace)s AND k.sale_id = r.sale_id AND k.provider = %(provider)s
   AND k.external_id = r.external_id || ':refund' AND k.status = 'succeeded'
   AND r.refunded IS NULL AND r.status IN ('approved', 'completed')
"""
_DISPUTE_OVER: Final = """
UPDATE dispute k SET status = CASE r.status WHEN 'refunded' THEN 'closed' ELSE 'won' END,
                     closed_at = r.event_at
  FROM intake_reversal r
 WHERE k.workspace_id = %(workspace)s AND k.sale_id = r.sale_id AND k.provider = %(provider)s
   AND k.external_id = r.external_id || ':dispute' AND k.status IN ('open', 'lost')
   AND r.status IN ('approved', 'completed', 'refunded')
"""
_TOLD_DISPUTES: Final = f"""
FROM (SELECT r.*, greatest(r.amount - ({_GIVEN_BACK}), 0) AS remaining FROM intake_reversal r
       WHERE r.status IN ('disputed', 'chargeback')) told
WHERE NOT EXISTS (SELECT 1 FROM dispute k WHERE k.workspace_id = %(workspace)s AND k.sale_id = told.sale_id
                     AND k.status IN ('open', 'lost')
                     AND (k.provider, k.external_id) <> (%(provider)s, told.external_id || ':dispute'))
ORDER BY sale_id
ON CONFLICT (workspace_id, provider, external_id) DO UPDATE
  SET amount = excluded.amount, status = excluded.status, currency = excluded.currency,
      closed_at = excluded.closed_at
"""


def write_reversals(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> tuple[int, int, int]:
    """Write what lowers net spend; how many refund rows of the chunk are new, changed and unchanged."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_refund, pg_temp.intake_reversal")
    cursor.execute(_REVERSALS)
    counts = _write_refund_rows(cursor, params) if mapping.refunds is not None else (0, 0, 0)
    cursor.execute("SELECT EXISTS (SELECT 1 FROM intake_reversal)")
    if cursor.fetchone()[0]:
        cursor.execute("ANALYZE intake_reversal")
        _write_what_states_tell(cursor, params)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_refund, pg_temp.intake_reversal")
    return counts


def _write_refund_rows(cursor: CursorWrapper, params: dict[str, Any]) -> tuple[int, int, int]:
    cursor.execute(_REFUND_ROWS, params)
    cursor.execute(_REFUND_COUNTS)
    new, changed, total = cursor.fetchone()
    if changed:
        cursor.execute(_REFUND_CHANGES, params)
    if new:
        cursor.execute(_REFUND_ABSORBED, params)
        values = {
            "workspace_id": "%(workspace)s",
            "sale_id": "of_sale_id",
            "customer_id": "customer_id",
            "currency": "currency",
            "amount": "amount",
            "status": "'succeeded'",
            "reason": "source_status",
            "provider": "%(provider)s",
            "external_id": "external_id",
            "is_test": "is_test",
            "requested_at": "ordered_at",
            "completed_at": "ordered_at",
        }
        sql, defaults = insert_from(Refund, values, "FROM intake_refund WHERE refund_id IS NULL ORDER BY seq")
        cursor.execute(sql, params | defaults)
    return new, changed, total - new - changed


def _write_what_states_tell(cursor: CursorWrapper, params: dict[str, Any]) -> None:
    cursor.execute(_REFUND_FAILED, params)
    cursor.execute(_DISPUTE_OVER, params)
    own = {
        "workspace_id": "%(workspace)s",
        "sale_id": "sale_id",
        "customer_id": "customer_id",
        "currency": "currency",
        "amount": "remaining",
        "provider": "%(provider)s",
        "is_test": "is_test",
    }
    refund = {
        **own,
        "status": "CASE WHEN remaining > 0 THEN 'succeeded' ELSE 'canceled' END",
        "reason": "source_status",
        "external_id": "external_id || ':refund'",
        "requested_at": "at",
        "completed_at": "at",
    }
    dispute = {
        **own,
        "kind": "CASE WHEN method IN ('pix', 'pix_automatico') THEN 'pix_med' ELSE 'card_chargeback' END",
        "status": "CASE status WHEN 'disputed' THEN 'open' ELSE 'lost' END",
        "external_id": "external_id || ':dispute'",
        "opened_at": "event_at",
        "closed_at": "CASE status WHEN 'chargeback' THEN event_at END",
    }
    for model, values, source in ((Refund, refund, _TOLD_REFUNDS), (Dispute, dispute, _TOLD_DISPUTES)):
        sql, defaults = insert_from(model, values, source)
        cursor.execute(sql, params | defaults)
