"""The customer list."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column, only_what_is_read
from atomicpay.ui.filters import Condition
from atomicpay.ui.filtersets import filtered
from atomicpay.ui.listing import ListPage, ListState
from atomicpay.ui.registry import register
from atomicpay.workspaces.scope import is_limited_to_products
from sales.spend import further_currencies, with_spend_rows

from .changes import customers_changed_because
from .columns import COLUMNS
from .conditions import LISTABLE, hidden_customers
from .filters import CustomerFilters
from .models import Customer
from .orders import ORDERS


@register
class CustomerList(ListPage):
    """Everybody who ever bought, or tried to."""

    name = "customers"
    title = _("Customers")
    noun, noun_plural = _("customer"), _("customers")
    model = Customer
    permission = "customers.view"
    filterset = CustomerFilters
    columns = COLUMNS
    on_screen = (
        "customer",
        "subscription_statuses",
        "paid_sales",
        "lifetime_spend",
        "last_purchase_at",
        "payment_methods",
    )
    orders = ORDERS
    default_sort = "-created"
    keeps_views = True
    empty_title = _("No customers yet")
    empty_text = _("Customers appear here with their first sale: import sales, or connect a provider.")
    list_url, record_url = "customers:list", "customers:detail"
    row_key = ("public_id", "spend_currency")

    def all_rows(self) -> QuerySet:
        return Customer.objects.filter(LISTABLE)

    def hidden_rows(self, conditions: Mapping[str, Condition]) -> QuerySet | None:
        return hidden_customers(conditions.get("archived"))

    def kept_out(self) -> list[tuple[str | Promise, QuerySet]]:
        return [(_("Merged into another customer"), Customer.objects.filter(merged_into__isnull=False))]

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        return only_what_is_read(queryset, columns)

    def rows_for_export(self, queryset: QuerySet) -> QuerySet:
        return with_spend_rows(queryset).order_by(*queryset.query.order_by, "spend_currency")

    def count_for_export(self, state: ListState) -> int:
        """One row for each customer, and one more for each currency beyond the first."""
        if is_limited_to_products():
            return state.export_queryset().order_by().count()
        conditions = state.counter.of_list
        hidden = self.hidden_rows(conditions)
        if hidden is not None and not state.counter.narrowing(conditions):
            return state.count() + further_currencies() - further_currencies(hidden)
        listed = filtered(self.all_rows(), conditions.values())
        return state.count() + further_currencies(listed)

    def changed_because(self, since: datetime) -> Mapping[str, Sequence[tuple[str, Condition]]]:
        return customers_changed_because(since)
