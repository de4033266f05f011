"""Which order a list is read in: the one that its address asks for, where the member can have it."""

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext

from atomicpay.ui.columns import Column
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.keyset import Order, Sorting
from atomicpay.ui.presentation import SORT
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListPage


class Ordered:
    """The part of a ListState that puts its rows in order."""

    page: "ListPage"
    query: QueryDict
    membership: Membership
    filterset: ListFilterSet
    notices: list[str]

    def order_of(self, column: Column) -> Order | None:
        """The order that a column's heading asks for, where the member can have it."""
        order = next((order for order in self.page.orders if order.key == column.order), None)
        return order if order is not None and self._can_sort_by(order) else None

    @cached_property
    def usual_sort(self) -> str:
        """The order where none is asked for: by the date of which a range is, or the page's own."""
        key = self.filterset.usual_order()
        order = next((order for order in self.page.orders if order.key == key), None)
        return f"-{key}" if order is not None and self._can_sort_by(order) else self.page.default_sort

    def _read_sorting(self) -> Sorting:
        currency = self.page.currency(self)  # type: ignore[arg-type] # a ListState, of which this is a part
        token = self.query.get(SORT) or self.usual_sort
        orders = {order.key: order for order in self.page.orders}
        order = orders.get(token.removeprefix("-"))
        if order is not None and self._can_sort_by(order):
            return Sorting(order, token.startswith("-"), currency)
        if order is not None and self._may_sort_by(order):
            self.notices.append(gettext("That order is not to be had within your products."))
        else:
            self.notices.append(gettext("The order in the address is not known. The usual one is used."))
        token = self.page.default_sort
        return Sorting(orders[token.removeprefix("-")], token.startswith("-"), currency)

    def _may_sort_by(self, order: Order) -> bool:
        return not order.permission or self.membership.may(order.permission)

    def _can_sort_by(self, order: Order) -> bool:
        return self._may_sort_by(order) and not (order.needs_all_products and is_limited_to_products())
