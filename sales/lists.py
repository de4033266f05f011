"""The sales list."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column, only_what_is_read
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import register

from .columns import COLUMNS
from .filters import SaleFilters
from .models import Sale


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
            ascending=_("Sorted by order time, oldest first"),
            descending=_("Sorted by order time, newest first"),
            starts_descending=True,
        ),
    )
    default_sort = "-ordered"
    keeps_views = True
    empty_title = _("No sales yet")
    empty_text = _("Sales appear here when they are imported, or when a connected provider reports them.")
    list_url, record_url = "sales:list", "sales:detail"

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        return only_what_is_read(queryset, columns)
