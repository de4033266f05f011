"""The subscription list."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column, only_what_is_read
from atomicpay.ui.filters import Condition
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import register

from . import conditions
from .columns import COLUMNS
from .filters import SubscriptionFilters
from .models import Subscription


@register
class SubscriptionList(ListPage):
    """Every subscription, living or over."""

    name = "subscriptions"
    title = _("Subscriptions")
    noun, noun_plural = _("subscription"), _("subscriptions")
    model = Subscription
    permission = "subscriptions.view"
    filterset = SubscriptionFilters
    columns = COLUMNS
    on_screen = (
        "customer",
        "product",
        "status",
        "started_at",
        "next_charge_at",
        "charges_count",
        "amount",
    )
    orders = (
        Order(
            key="started",
            expression="started_at",
            follows_keys=True,
            ascending=_("Sorted by start, oldest first"),
            descending=_("Sorted by start, newest first"),
            starts_descending=True,
        ),
        Order(
            key="next_charge",
            expression="next_charge_at",
            ascending=_("Sorted by next charge, soonest first"),
            descending=_("Sorted by next charge, latest first"),
            is_nullable=True,
        ),
        Order(
            key="ended",
            expression="ended_at",
            ascending=_("Sorted by end, oldest first"),
            descending=_("Sorted by end, newest first"),
            starts_descending=True,
            is_nullable=True,
        ),
        Order(
            key="charges",
            expression="charges_count",
            ascending=_("Sorted by charges, fewest first"),
            descending=_("Sorted by charges, most first"),
            starts_descending=True,
        ),
        Order(
            key="amount",
            expression="amount",
            ascending=_("Sorted by amount in %(currency)s, lowest first; only those in it"),
            descending=_("Sorted by amount in %(currency)s, highest first; only those in it"),
            starts_descending=True,
            prepare=conditions.in_order_of_amount,
            only=conditions.priced_in,
        ),
    )
    default_sort = "-started"
    keeps_views = True
    empty_title = _("No subscriptions yet")
    empty_text = _("Subscriptions appear here with the first sale of a recurring plan.")
    list_url, record_url = "subscriptions:list", "subscriptions:detail"

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        return only_what_is_read(queryset, columns)

    def changed_because(self, since: datetime) -> Mapping[str, Sequence[tuple[str, Condition]]]:
        return {"new": [("new_subscription", Q(created_at__gte=since))]}
