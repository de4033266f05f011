"""The filters of the customer list."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.choices import PRODUCTS
from atomicpay.ui.filters import (
    ChoicesFilter,
    CountryFilter,
    Option,
    OptionFilter,
    Records,
    Related,
    SearchFilter,
)
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.ranges import AmountRangeFilter, CurrencyFilter, DayRangeFilter
from atomicpay.ui.records import RecordsFilter, all_of_them, any_of_them, none_of_them
from sales.currencies import CURRENCIES
from sales.states import DisputeStatus, PaymentMethod
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription

from . import conditions, own_values
from .models import CustomerTag, Tag
from .search import found_by

TAGS: Final = Records(Tag.objects.all, value="name")


class CustomerFilters(ListFilterSet):
    """What the customer list can be narrowed by."""

    q = SearchFilter(label=pgettext_lazy("filter", "Search"), condition=found_by)
    created = DayRangeFilter(label=_("Created"), field_name="created_at")
    first_purchase = DayRangeFilter(
        label=_("First paid"),
        condition=conditions.first_bought,
        order="first_purchase",
        column="first_paid",
        permission="sales.view",
        value_of=own_values.FIRST_PURCHASE,
    )
    last_purchase = DayRangeFilter(
        label=_("Last paid"),
        condition=conditions.last_bought,
        order="last_purchase",
        column="last_paid",
        permission="sales.view",
        value_of=own_values.LAST_PURCHASE,
    )
    spend = AmountRangeFilter(
        label=_("Lifetime spend"),
        condition=conditions.spent,
        permission="spend.view",
        value_of=own_values.SPEND,
    )
    currency = CurrencyFilter(
        label=_("Currency"),
        records=CURRENCIES,
        amounts="spend",
        condition=conditions.spent_in,
        permission="spend.view",
        value_of=own_values.SPEND,
    )
    bought = RecordsFilter(
        label=_("Has bought"),
        records=PRODUCTS,
        join=all_of_them,
        condition=conditions.bought_all,
        permission="sales.view",
        help_text=_("Of several, all."),
        value_of=own_values.PRODUCTS_BOUGHT,
    )
    not_bought = RecordsFilter(
        label=_("Has not bought"),
        records=PRODUCTS,
        join=none_of_them,
        condition=conditions.bought_none,
        permission="sales.view",
        help_text=_("Of several, none."),
        value_of=own_values.PRODUCTS_BOUGHT,
    )
    purchases = OptionFilter(
        label=_("Purchases"),
        options=(
            Option("any", _("Has a paid sale"), conditions.has_paid_sale),
            Option("none", _("No paid sale"), lambda: ~conditions.has_paid_sale()),
        ),
        permission="sales.view",
        value_of=own_values.PURCHASES,
    )
    subscription = ChoicesFilter(
        label=_("Subscription"),
        choices=(*SubscriptionStatus.choices, (conditions.NO_SUBSCRIPTION, _("No subscription"))),
        condition=conditions.subscribes,
        permission="subscriptions.view",
        is_counted=True,
        related=Related(Subscription.objects.all, "customer", "status", none=conditions.NO_SUBSCRIPTION),
        value_of=own_values.SUBSCRIPTION,
    )
    method = ChoicesFilter(
        label=_("Paid with"),
        choices=PaymentMethod.choices,
        condition=conditions.paid_with,
        permission="sales.view",
        is_counted=True,
        related=Related(conditions.methods_of_customers, "customer", "method"),
        value_of=own_values.METHOD,
    )
    refund = OptionFilter(
        label=_("Refunds"),
        options=(
            Option("yes", _("Has a refund"), conditions.was_refunded),
            Option("no", _("Has none"), conditions.was_not_refunded),
        ),
        permission="sales.view",
        is_counted=True,
        value_of=own_values.REFUND,
    )
    dispute = OptionFilter(
        label=_("Disputes"),
        options=(
            Option("open", _("Has an open one"), lambda: conditions.disputed(DisputeStatus.OPEN)),
            Option("lost", _("Lost one (chargeback)"), lambda: conditions.disputed(DisputeStatus.LOST)),
            Option("won", _("Won one"), lambda: conditions.disputed(DisputeStatus.WON)),
            Option("any", _("Has any"), lambda: conditions.disputed(*DisputeStatus)),
            Option("none", _("Has none"), lambda: ~conditions.disputed(*DisputeStatus)),
        ),
        permission="sales.view",
        value_of=own_values.DISPUTE,
        is_counted=True,
    )
    country = CountryFilter(
        label=_("Country"), condition=lambda code: Q(country=code), value_of=own_values.COUNTRY
    )
    tag = RecordsFilter(
        label=_("Tag"),
        records=TAGS,
        join=any_of_them,
        condition=conditions.is_tagged,
        are_boxes=True,
        is_counted=True,
        related=Related(CustomerTag.objects.all, "customer", "tag__name"),
        value_of=own_values.TAG,
    )
    archived = OptionFilter(
        label=_("Archived"),
        options=(
            Option("leave_out", _("Leave out"), lambda: conditions.NOT_ARCHIVED, _("left out")),
            Option("include", _("Include"), words=_("included")),
            Option("only", _("Only archived"), lambda: conditions.ARCHIVED, _("only these")),
        ),
        default="leave_out",
        left_out="only",
        value_of=own_values.ARCHIVED,
        is_counted=True,
    )

    groups = (
        (_("Search"), ("q",)),
        (_("Lifetime spend"), ("spend", "currency")),
        (_("Products"), ("bought", "not_bought", "purchases")),
        (_("First paid"), ("first_purchase",)),
        (_("Last paid"), ("last_purchase",)),
        (_("Created"), ("created",)),
        (_("Subscription"), ("subscription",)),
        (_("Payment method"), ("method",)),
        (_("Refund or dispute"), ("refund", "dispute")),
        (_("Country"), ("country",)),
        (_("Tag"), ("tag",)),
        (_("Archived"), ("archived",)),
    )
