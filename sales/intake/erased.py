"""What a file says of people who were anonymised: their known sales stay theirs, nothing names them again.

A sale that the books do not know yet makes a new customer of whoever bought it, as anybody's first sale does:
the ids and emails by which the old record could be found are gone, and that is the point.
"""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

_ANY: Final = """
SELECT EXISTS (SELECT FROM customer WHERE workspace_id = %(workspace)s AND anonymised_at IS NOT NULL)
"""
_WHO: Final = ", ".join(
    f"{column} = ''"
    for column in (
        *("name", "customer_ref", "email", "buyer_email", "document", "document_kind", "buyer_document"),
        *("phone_digits", "buyer_phone", "country", "card_brand", "card_last4"),
        *("coupon", "utm_source", "utm_campaign", "affiliate", "agent"),
    )
)
_EMPTIED: Final = f"customer_id = c.id, is_new = false, document_valid = false, {_WHO}"

# No import runs while somebody is anonymised (`turns`), so what is true here is true when it is written.
_SALES: Final = f"""
UPDATE intake_ready y SET {_EMPTIED}
  FROM sale s JOIN customer c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id
 WHERE c.workspace_id = %(workspace)s AND c.anonymised_at IS NOT NULL
   AND s.provider = %(provider)s
   AND s.external_id = CASE WHEN y.is_refund THEN y.points_to ELSE y.external_id END
"""
_REFUNDS: Final = f"""
UPDATE intake_ready y SET {_EMPTIED}
  FROM refund k JOIN customer c ON c.workspace_id = k.workspace_id AND c.id = k.customer_id
 WHERE c.workspace_id = %(workspace)s AND c.anonymised_at IS NOT NULL
   AND k.provider = %(provider)s AND y.is_refund AND k.external_id = y.external_id
"""


def leave_anonymised_alone(cursor: CursorWrapper, params: dict[str, Any]) -> None:
    """Take out of the ready rows who bought, where that is a customer who was anonymised."""
    cursor.execute(_ANY, params)
    if cursor.fetchone()[0]:
        cursor.execute(_SALES, params)
        cursor.execute(_REFUNDS, params)
