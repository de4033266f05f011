"""Sales of the chunk: new ones, changed ones, and an event for each change of state."""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from ...models import Payment, Sale, SaleEvent
from ...states import LEGAL_CHANGES, PAID, PaymentStatus
from ..mapping import Mapping
from .chunk import changes
from .statements import insert_from, public_id_of

LEGAL: Final = [f"{before}>{after}" for before, states in LEGAL_CHANGES.items() for after in states]
"""The legal changes of state, as the statements below compare them."""

_COUNTS: Final = """
SELECT count(*) FILTER (WHERE act = 'new'), count(*) FILTER (WHERE act = 'changed'),
       count(*) FILTER (WHERE act = 'late'), count(*) FILTER (WHERE act = 'unchanged')
  FROM intake_chunk
"""
_NEW: Final = "FROM intake_chunk WHERE act = 'new' ORDER BY seq"

# A state that arrives late takes its place in the history and changes nothing else.
_EVENTS: Final = """
FROM intake_chunk r
WHERE act = 'new'
   OR (act = 'changed' AND status <> known_status)
   OR (act = 'late' AND status <> known_status AND NOT EXISTS (
        SELECT 1 FROM sale_event e
         WHERE e.workspace_id = %(workspace)s AND e.sale_id = r.sale_id AND e.to_status = r.status
           AND e.occurred_at = r.event_at))
ORDER BY seq
"""
_IS_ILLEGAL: Final = (
    "coalesce(act = 'changed' AND known_status || '>' || status <> ALL (%(legal)s::text[]), false)"
)

# What was paid is a payment; a method alone, of a sale that was never paid, is none.
_PAYMENTS: Final = """
FROM intake_chunk r
WHERE act IN ('new', 'changed') AND method <> '' AND status = ANY (%(paid)s)
  AND (act = 'new' OR NOT EXISTS (
        SELECT 1 FROM payment p
         WHERE p.workspace_id = %(workspace)s AND p.sale_id = r.sale_id AND p.status = 'paid'))
ORDER BY seq
"""


def count_acts(cursor: CursorWrapper) -> tuple[int, int, int, int]:
    """How many sales of the chunk are new, changed, late and unchanged."""
    cursor.execute(_COUNTS)
    new, changed, late, unchanged = cursor.fetchone()
    return new, changed, late, unchanged


def add_sales(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> None:
    """Insert the new sales of the chunk."""
    sql, defaults = insert_from(Sale, _new_sale(mapping), _NEW)
    cursor.execute(sql, params | defaults)


def update_sales(cursor: CursorWrapper, mapping: Mapping, params: dict[str, Any]) -> None:
    """Bring the changed sales of the chunk up to date."""
    assignments = ", ".join(f"{column} = {value}" for column, value in changes(mapping, "r", "s").items())
    cursor.execute(
        f"UPDATE sale s SET {assignments} FROM intake_chunk r"
        " WHERE r.act = 'changed' AND s.workspace_id = %(workspace)s AND s.id = r.sale_id",
        params,
    )


def _new_sale(mapping: Mapping) -> dict[str, str]:
    own = "left(external_id, 8) || '-' || line" if mapping.is_by_line else "external_id"
    return {
        "id": "sale_id",
        "public_id": public_id_of("sale", "sale_id"),
        "workspace_id": "%(workspace)s",
        "customer_id": "customer_id",
        "product_id": "product_id",
        "provider": "%(provider)s",
        "external_id": "external_id",
        "reference": f"coalesce(nullif(reference, ''), {own})",
        "status": "status",
        "source_status": "source_status",
        "method": "method",
        "installments": "coalesce(installments, 1)",
        "recurrence_number": "charge_number",
        "currency": "currency",
        "amount_charged": "amount",
        "amount_list": "list_price",
        "amount_discount": "discount",
        "amount_tax": "tax",
        "amount_fee": "fee",
        "amount_net": "net",
        "buyer_name": "name",
        "buyer_email": "buyer_email",
        "buyer_document": "buyer_document",
        "buyer_phone": "buyer_phone",
        "coupon": "coupon",
        "utm_source": "utm_source",
        "utm_campaign": "utm_campaign",
        "affiliate": "affiliate",
        "agent": "agent",
        "is_test": "is_test",
        "ordered_at": "ordered_at",
        "approved_at": "approved_at",
        "completed_at": "completed_at",
        "source_updated_at": "updated_at",
        "created_at": "now()",
    }


def write_events(cursor: CursorWrapper, params: dict[str, Any]) -> int:
    """Write one event for each change of state, marking the jumps that the lifecycle does not know.

    Returns how many late states were new to the history.
    """
    values = {
        "workspace_id": "%(workspace)s",
        "sale_id": "sale_id",
        "from_status": "CASE WHEN act = 'changed' THEN known_status ELSE '' END",
        "to_status": "status",
        "source_status": "source_status",
        "is_illegal": _IS_ILLEGAL,
        "occurred_at": "event_at",
        "recorded_at": "now()",
        "source": "%(provider)s",
    }
    sql, defaults = insert_from(SaleEvent, values, _EVENTS)
    cursor.execute(
        f"WITH added AS ({sql} RETURNING sale_id)"
        " SELECT count(*) FROM added JOIN intake_chunk r USING (sale_id) WHERE r.act = 'late'",
        params | defaults | {"legal": LEGAL},
    )
    return int(cursor.fetchone()[0])


def write_payments(cursor: CursorWrapper, params: dict[str, Any]) -> None:
    """Write the payment of each paid sale whose method is known."""
    values = {
        "workspace_id": "%(workspace)s",
        "sale_id": "sale_id",
        "customer_id": "customer_id",
        "currency": "currency",
        "amount": "amount",
        "method": "method",
        "status": "%(payment_status)s",
        "installments": "coalesce(installments, 1)",
        "card_brand": "card_brand",
        "card_last4": "card_last4",
        "attempted_at": "ordered_at",
        "paid_at": "coalesce(approved_at, ordered_at)",
    }
    sql, defaults = insert_from(Payment, values, _PAYMENTS)
    cursor.execute(sql, params | defaults | {"paid": list(PAID), "payment_status": PaymentStatus.PAID.value})
