"""Which customers are to be checked again: something was written of them since, or their time has run out.

Nothing is marked when it is written: a trigger on sales would slow every import down. What was recorded when
is in the rows, and an index of a few pages (BRIN) finds the latest of them. An undone merge gives its records
their old times back, so those are found by the time at which it was undone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from atomicpay.workspaces.scope import active_workspace_id
from sales.usual import ACCESS_MINUTES, LONGEST_PENDING_HOURS, PENDING_HOURS
from subscriptions.running import OVER

OVERLAP: Final = timedelta(minutes=10)
"""A row carries the time at which its transaction wrote it, and is seen when that ends: no request takes as
long as this. Imports do, and are waited for."""

_HOURS: Final = " ".join(f"WHEN '{method}' THEN {hours}" for method, hours in PENDING_HOURS.items())
_MINUTES: Final = " ".join(
    f"WHEN '{delivery}' THEN {minutes}" for delivery, minutes in ACCESS_MINUTES.items()
)

_WRITTEN: Final = """
SELECT customer_id FROM sale WHERE workspace_id = %(workspace)s AND created_at >= %(since)s
UNION
SELECT s.customer_id FROM sale_event v JOIN sale s ON s.workspace_id = %(workspace)s AND s.id = v.sale_id
 WHERE v.workspace_id = %(workspace)s AND v.recorded_at >= %(since)s
UNION
SELECT customer_id FROM subscription WHERE workspace_id = %(workspace)s AND created_at >= %(since)s
UNION
SELECT u.customer_id FROM subscription_event v
  JOIN subscription u ON u.workspace_id = %(workspace)s AND u.id = v.subscription_id
 WHERE v.workspace_id = %(workspace)s AND v.recorded_at >= %(since)s
UNION
SELECT customer_id FROM access_grant WHERE workspace_id = %(workspace)s AND created_at >= %(since)s
UNION
SELECT id FROM customer WHERE workspace_id = %(workspace)s AND updated_at >= %(since)s
UNION
SELECT survivor_id FROM merge WHERE workspace_id = %(workspace)s AND undone_at >= %(since)s
UNION
SELECT r.customer_id FROM merge m
  JOIN merged_record r ON r.workspace_id = %(workspace)s AND r.merge_id = m.id
 WHERE m.workspace_id = %(workspace)s AND m.undone_at >= %(since)s
"""

# Of what was sold, paid for or canceled so long ago that its time ran out between the two moments.
_DUE: Final = f"""
SELECT customer_id FROM sale
 WHERE workspace_id = %(workspace)s AND status = 'pending'
   AND ordered_at + CASE method {_HOURS} ELSE {LONGEST_PENDING_HOURS} END * interval '1 hour'
       BETWEEN %(due)s AND %(until)s
UNION
SELECT s.customer_id
  FROM (SELECT id, coalesce(access_within_minutes, CASE delivery {_MINUTES} END)
                   * interval '1 minute' AS usual
          FROM product WHERE workspace_id = %(workspace)s AND delivery <> 'none') p
  JOIN sale s ON s.workspace_id = %(workspace)s AND s.product_id = p.id AND s.approved_at IS NOT NULL
       AND s.approved_at BETWEEN %(due)s - p.usual AND %(until)s - p.usual
       AND s.approved_at BETWEEN %(due)s - interval '60 days' AND %(until)s
UNION
SELECT customer_id FROM subscription
 WHERE workspace_id = %(workspace)s AND status IN ({", ".join(f"'{status}'" for status in OVER)})
   AND current_period_end BETWEEN %(due)s AND %(until)s
"""


def customers_to_check(since: datetime, until: datetime) -> list[int]:
    """The ids of the customers of the active workspace of whom something was written or ran out."""
    values: Mapping[str, Any] = {
        "workspace": active_workspace_id(),
        "since": since - OVERLAP,
        "due": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_WRITTEN} UNION {_DUE} ORDER BY 1", values)
        return [customer_id for (customer_id,) in cursor.fetchall()]
