"""The currencies that stand in the books, for the choices of filters."""

from typing import Any, Final

from django.db.models import QuerySet

from atomicpay.catalog.models import Plan
from atomicpay.ui.filters import Records
from atomicpay.workspaces.distinct import distinct_values_as_rows
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id, is_limited_to_products

from .models import CustomerSpend, Sale


def currencies() -> QuerySet[Any]:
    """One row with `currency` for each in which something was paid.

    For a member limited to products: for each in which one of theirs is offered.
    """
    if is_limited_to_products():
        return Plan.objects.all()
    known = distinct_values_as_rows(CustomerSpend, "currency")
    return Workspace.objects.filter(pk=active_workspace_id()).annotate(currency=known)


def currencies_of_sales() -> list[str]:
    """Each currency that a sale of the workspace has, paid or not; never to be shown to a limited member."""
    known = distinct_values_as_rows(Sale, "currency")
    rows = Workspace.objects.filter(pk=active_workspace_id()).annotate(currency=known)
    return list(rows.values_list("currency", flat=True))


CURRENCIES: Final = Records(currencies, value="currency", label="currency")
