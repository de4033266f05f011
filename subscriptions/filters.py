"""The filters of the subscription list."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.choices import PLANS, PRODUCTS
from atomicpay.ui.filters import ChoicesFilter, Option, OptionFilter, RecordFilter, SearchFilter
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.periods import Period
from atomicpay.ui.ranges import DayRangeFilter
from customers.whose import CustomerFilter

from . import conditions, own_values
from .lifecycle import SubscriptionStatus
from .models import CanceledBy


class SubscriptionFilters(ListFilterSet):
    """What the subscription list can be narrowed by."""

    q = SearchFilter(label=pgettext_lazy("filter", "Search"), condition=conditions.named_or_held_by)
    status = ChoicesFilter(
        label=_("Status"),
        choices=SubscriptionStatus.choices,
        condition=lambda words: Q(status__in=words),
        value_of=own_values.STATUS,
        dimension="status",
        is_counted=True,
    )
    risk = OptionFilter(
        label=_("At risk"),
        options=(
            Option("any", _("Late or ending soon"), conditions.is_at_risk),
            Option("late", _("Late with a payment"), lambda: conditions.LATE),
            Option("ends", _("Ends within 30 days"), conditions.ends_soon),
        ),
        value_of=own_values.STATUS,
        is_counted=True,
    )
    product = RecordFilter(
        label=_("Product"),
        records=PRODUCTS,
        condition=lambda pk: Q(product=pk),
        value_of=own_values.PRODUCT,
    )
    plan = RecordFilter(
        label=_("Plan"), records=PLANS, condition=lambda pk: Q(plan=pk), value_of=own_values.PLAN
    )
    started = DayRangeFilter(label=_("Started"), field_name="started_at")
    ended = DayRangeFilter(label=_("Ended"), field_name="ended_at")
    next_charge = DayRangeFilter(label=_("Next charge"), field_name="next_charge_at", periods=tuple(Period))
    canceled_by = ChoicesFilter(
        label=_("Canceled by"),
        choices=CanceledBy.choices,
        condition=conditions.canceled_by,
        value_of=own_values.CANCELED_BY,
        dimension="canceled_by",
        is_counted=True,
    )

    customer = CustomerFilter()

    groups = (
        (_("Customer"), ("customer",)),
        (_("Search"), ("q",)),
        (_("Status"), ("status",)),
        (_("At risk"), ("risk",)),
        (_("Product"), ("product", "plan")),
        (_("Started"), ("started",)),
        (_("Next charge"), ("next_charge",)),
        (_("Ended"), ("ended",)),
        (_("Canceled by"), ("canceled_by",)),
    )
