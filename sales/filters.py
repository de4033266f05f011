"""The filters of the sales list."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.choices import PLANS, PRODUCTS
from atomicpay.catalog.models import PaymentModel
from atomicpay.ui.filters import ChoicesFilter, Option, OptionFilter, RecordFilter, SearchFilter
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.ranges import (
    AmountRangeFilter,
    CurrencyFilter,
    DayRangeFilter,
    Moment,
    WhichDateFilter,
)
from customers.whose import CustomerFilter

from . import conditions, own_values
from .currencies import CURRENCIES
from .states import DisputeStatus, PaymentMethod, SaleStatus


class SaleFilters(ListFilterSet):
    """What the sales list can be narrowed by."""

    q = SearchFilter(label=pgettext_lazy("filter", "Search"), condition=conditions.named_or_bought_by)
    date_field = WhichDateFilter(
        label=_("Which date"),
        moments=(
            Moment("ordered", _("Ordered"), conditions.ordered_between, own_values.ORDERED, "ordered_at"),
            Moment(
                "approved",
                _("Approved"),
                conditions.approved_between,
                own_values.APPROVED,
                column="approved_at",
                order="approved",
            ),
            Moment(
                "completed",
                _("Completed"),
                conditions.completed_between,
                own_values.COMPLETED,
                column="completed_at",
                order="completed",
            ),
            Moment("refunded", _("Refunded"), conditions.was_refunded_between, own_values.REFUNDED_AT),
        ),
    )
    date = DayRangeFilter(label=_("Date"), which="date_field")
    status = ChoicesFilter(
        label=_("Status"),
        choices=SaleStatus.choices,
        condition=lambda words: Q(status__in=words),
        value_of=own_values.STATUS,
        dimension="status",
        is_counted=True,
    )
    method = ChoicesFilter(
        label=_("Payment method"),
        choices=PaymentMethod.choices,
        condition=conditions.paid_by,
        value_of=own_values.METHOD,
        dimension="method",
        is_counted=True,
    )
    product = RecordFilter(
        label=_("Product"),
        records=PRODUCTS,
        condition=conditions.of_product,
        value_of=own_values.PRODUCT,
        dimension="product_id",
    )
    plan = RecordFilter(
        label=_("Plan"),
        records=PLANS,
        condition=conditions.on_plan,
        value_of=own_values.PLAN,
        dimension="plan_id",
    )
    payment_model = ChoicesFilter(
        label=_("Payment model"),
        choices=PaymentModel.choices,
        condition=conditions.is_on_plan_of,
        value_of=own_values.PAYMENT_MODEL,
        dimension="plan__payment_model",
        is_counted=True,
    )
    amount = AmountRangeFilter(
        label=_("Amount"),
        condition=conditions.charged,
        field_name="amount_charged",
        value_of=own_values.AMOUNT,
    )
    currency = CurrencyFilter(
        label=_("Currency"),
        records=CURRENCIES,
        amounts="amount",
        condition=lambda code: Q(currency=code),
        value_of=own_values.CURRENCY,
        dimension="currency",
    )
    refunded = OptionFilter(
        label=_("Refunded"),
        options=(
            Option("yes", _("In whole or in part"), conditions.was_refunded),
            Option("no", _("Not at all"), lambda: ~conditions.was_refunded()),
        ),
        value_of=own_values.REFUNDED,
        is_counted=True,
    )
    disputed = OptionFilter(
        label=_("Disputed"),
        options=(
            Option("open", _("Open"), lambda: conditions.disputed(DisputeStatus.OPEN)),
            Option("lost", _("Lost (chargeback)"), lambda: conditions.disputed(DisputeStatus.LOST)),
            Option("won", _("Won"), lambda: conditions.disputed(DisputeStatus.WON)),
            Option("any", _("At any time"), lambda: conditions.disputed(*DisputeStatus)),
            Option("none", _("Never"), lambda: ~conditions.disputed(*DisputeStatus)),
        ),
        value_of=own_values.DISPUTED,
        is_counted=True,
    )
    kind = OptionFilter(
        label=_("Subscription or one-off"),
        options=(
            Option(
                "subscription",
                _("Charge of a subscription"),
                lambda: conditions.OF_SUBSCRIPTION,
                holds=True,
            ),
            Option("one_off", _("One-off"), lambda: conditions.ONE_OFF, holds=False),
        ),
        value_of=own_values.KIND,
        dimension="is_charge",
        is_counted=True,
    )
    test = OptionFilter(
        label=_("Test sales"),
        options=(
            Option("leave_out", _("Leave out"), lambda: conditions.REAL, _("left out"), holds=False),
            Option("include", _("Include"), words=_("included")),
            Option("only", _("Only test sales"), lambda: conditions.TEST, _("only these"), holds=True),
        ),
        dimension="is_test",
        is_counted=True,
        default="leave_out",
        left_out="only",
        is_counted_apart=True,
        value_of=own_values.TEST,
    )

    customer = CustomerFilter()

    groups = (
        (_("Customer"), ("customer",)),
        (_("Search"), ("q",)),
        (_("Date"), ("date_field", "date")),
        (_("Status"), ("status",)),
        (_("Payment method"), ("method",)),
        (_("Product"), ("product",)),
        (_("Plan"), ("plan", "payment_model", "kind")),
        (_("Amount"), ("amount", "currency")),
        (_("Refunded or disputed"), ("refunded", "disputed")),
        (_("Test sales"), ("test",)),
    )
