"""The sales list."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column, only_what_is_read
from atomicpay.ui.filters import Condition
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import register

from . import conditions
from .changes import sales_changed_because
from .columns import COLUMNS
from .conditions import test_sales_hidden_by
from .filters import SaleFilters
from .models import Sale, SaleTally


@register
class SaleList(ListPage):
    """Every sale, paid or not."""

    name = "sales"
    title = _("Sales")
    noun, noun_plural = _("sale"), _("sales")
    model = Sale
    permission = "sales.view"
    filterset = SaleFilters
    columns = COLUMNS
    on_screen = ("buyer", "product", "status", "payment_method", "amount_charged", "ordered_at")
    orders = (
        Order(
            key="ordered",
            expression="ordered_at",
            follows_keys=True,
            ascending=_("Sorted by order time, oldest first"),
            descending=_("Sorted by order time, newest first"),
            starts_descending=True,
        ),
        Order(
            key="approved",
            expression="approved_at",
            ascending=_("Sorted by approval, oldest first; only approved ones"),
            descending=_("Sorted by approval, newest first; only approved ones"),
            starts_descending=True,
            prepare=conditions.in_order_of_approval,
            only=conditions.was_approved,
        ),
        Order(
            key="completed",
            expression="completed_at",
            ascending=_("Sorted by completion, oldest first; only completed ones"),
            descending=_("Sorted by completion, newest first; only completed ones"),
            starts_descending=True,
            prepare=conditions.in_order_of_completion,
            only=conditions.was_completed,
        ),
        Order(
            key="amount",
            expression="amount_charged",
            ascending=_("Sorted by amount in %(currency)s, lowest first; only those in it"),
            descending=_("Sorted by amount in %(currency)s, highest first; only those in it"),
            starts_descending=True,
            prepare=conditions.in_order_of_amount,
            only=conditions.priced_in,
            only_in="currency",
        ),
    )
    default_sort = "-ordered"
    keeps_views = True
    empty_title = _("No sales yet")
    empty_text = _("Sales appear here when they are imported, or when a connected provider reports them.")
    list_url, record_url = "sales:list", "sales:detail"

    tally_number = "sales"

    def hidden_rows(self, conditions: Mapping[str, Condition]) -> QuerySet | None:
        return test_sales_hidden_by(conditions.get("test"))

    def tally(self) -> QuerySet | None:
        return SaleTally.objects.all()

    def with_dimensions(self, queryset: QuerySet) -> QuerySet:
        return queryset.with_kind()  # type: ignore[attr-defined]

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        return only_what_is_read(queryset, columns)

    def changed_because(self, since: datetime) -> Mapping[str, Sequence[tuple[str, Condition]]]:
        return sales_changed_because(since)
