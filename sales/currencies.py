"""The currencies that stand in the books, for the choices of filters."""

from typing import Any, Final

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from atomicpay.catalog.models import Plan
from atomicpay.ui.filters import Records
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id, is_limited_to_products

# One step along the index for each currency, whatever the number of customers.
_CURRENCIES: Final = """
unnest(ARRAY(
  WITH RECURSIVE known AS (
    (SELECT currency FROM customer_spend WHERE workspace_id = %s ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT next.currency FROM customer_spend next
             WHERE next.workspace_id = %s AND next.currency > known.currency ORDER BY next.currency LIMIT 1)
      FROM known WHERE known.currency IS NOT NULL
  )
  SELECT currency FROM known WHERE currency IS NOT NULL
))
"""


def currencies() -> QuerySet[Any]:
    """One row with `currency` for each in which something was paid.

    For a member limited to products: for each in which one of theirs is offered.
    """
    if is_limited_to_products():
        return Plan.objects.all()
    workspace = active_workspace_id()
    known = RawSQL(_CURRENCIES, [workspace, workspace], TextField())  # noqa: S611 -- ids only
    return Workspace.objects.filter(pk=workspace).annotate(currency=known)


CURRENCIES: Final = Records(currencies, value="currency", label="currency")
