"""The orders that the customer list can be read in, each with an index behind it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from atomicpay.ui.keyset import Order
from sales.spend import (
    in_order_of_first_purchase,
    in_order_of_last_purchase,
    in_order_of_purchases,
    in_order_of_spend,
)

from . import conditions

ORDERS: Final = (
    Order(
        key="created",
        expression="created_at",
        follows_keys=True,
        ascending=_("Sorted by creation, oldest first"),
        descending=_("Sorted by creation, newest first"),
    ),
    Order(
        key="name",
        expression="name_sort",
        ascending=_("Sorted by name, A to Z"),
        descending=_("Sorted by name, Z to A"),
    ),
    Order(
        key="spend",
        expression="net",
        tiebreak="net_of",
        ascending=_("Sorted by lifetime spend in %(currency)s, lowest first; only those with any"),
        descending=_("Sorted by lifetime spend in %(currency)s, highest first; only those with any"),
        starts_descending=True,
        prepare=in_order_of_spend,
        only=conditions.has_money_in,
        permission="spend.view",
        needs_all_products=True,
    ),
    Order(
        key="last_purchase",
        expression="last_paid",
        tiebreak="last_paid_by",
        ascending=_("Sorted by last purchase, longest ago first; only those with one"),
        descending=_("Sorted by last purchase, latest first; only those with one"),
        starts_descending=True,
        prepare=in_order_of_last_purchase,
        only=conditions.has_a_purchase,
        permission="sales.view",
        needs_all_products=True,
    ),
    Order(
        key="first_purchase",
        expression="first_paid",
        tiebreak="first_paid_by",
        ascending=_("Sorted by first purchase, longest ago first; only those with one"),
        descending=_("Sorted by first purchase, latest first; only those with one"),
        starts_descending=True,
        prepare=in_order_of_first_purchase,
        only=conditions.has_a_purchase,
        permission="sales.view",
        needs_all_products=True,
    ),
    Order(
        key="purchases",
        expression="bought",
        tiebreak="bought_by",
        ascending=_("Sorted by purchases in %(currency)s, fewest first; only those with any"),
        descending=_("Sorted by purchases in %(currency)s, most first; only those with any"),
        starts_descending=True,
        prepare=in_order_of_purchases,
        only=conditions.has_purchases_in,
        permission="sales.view",
        needs_all_products=True,
    ),
)
