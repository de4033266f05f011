"""What brings an archived customer back by itself: a new sale, by whatever way it comes in."""

import pgtrigger

from atomicpay.workspaces.triggers import INSERTED, StatementTrigger

# Called after the totals' trigger (they fire in the order of their names), which holds the customers of the
# statement locked, in id order: whoever archives one of them meanwhile has finished by then, or waits.
_WAKE = """
WITH woken AS (
  UPDATE customer c SET archived_at = NULL, archived_by_id = NULL, archive_reason = '', updated_at = now()
    FROM (SELECT workspace_id, customer_id, max(created_at) AS recorded_at FROM new_rows
           GROUP BY workspace_id, customer_id) bought
   WHERE c.id = bought.customer_id AND c.workspace_id + 0 = bought.workspace_id
     AND c.archived_at < bought.recorded_at
  RETURNING c.workspace_id, c.id, c.public_id)
INSERT INTO audit_entry (workspace_id, at, action, target_type, target_id, target_label, reason, detail,
                         request_id)
SELECT workspace_id, now(), 'customer.restored', 'customers.customer', id, public_id::text, '',
       '{"cause": "new_sale"}', ''
  FROM woken ORDER BY id;
"""


def take_buyers_out_of_the_archive() -> StatementTrigger:
    """List an archived customer again who has a sale that was recorded since, with an entry in the audit log.

    Books that are copied with the moments at which their rows were recorded keep their archive.
    An import does so itself, a moment before, and its entry names the import (`intake/writing/customers`).
    """
    return StatementTrigger(
        name="wake_ins", operation=pgtrigger.Insert, referencing=INSERTED, func=_WAKE.strip()
    )
