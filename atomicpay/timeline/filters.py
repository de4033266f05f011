"""What a timeline can be narrowed by: the customer whose it is, kinds, a product, days."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.ui.filters import ChoicesFilter, Condition, ListFilter, RecordFilter, Records
from atomicpay.ui.filtersets import ListFilterSet, ListForm
from atomicpay.ui.ranges import DayRangeFilter
from atomicpay.workspaces.models import Membership
from customers.models import Customer
from customers.whose import CustomerField

from .kinds import Kind, kinds_for, of_kinds, visible_to

CUSTOMER = "customer"


class CustomerFilter(ListFilter):
    """Whose timeline it is, by public id. Nothing is listed without one.

    It also leaves out what the member may not read: its condition stands in every page, count and file.
    """

    field_class = CustomerField

    def settle(self, form: ListForm) -> None:
        value: UUID | None = form.cleaned_data.get(self.name)
        customer = Customer.objects.only("public_id").filter(public_id=value).first() if value else None
        if customer is None:
            form.add_error(self.name, gettext("Open a timeline from the page of its customer."))
        form.cleaned_data[self.name] = customer

    def condition_for(self, value: Customer) -> Condition:
        return Q(customer_id=value.pk) & visible_to(self.parent.membership)

    def words(self, value: Customer) -> str:
        # These words are kept with a file that is asked for, and outlive the name.
        return str(value.public_id)


class TimelineFilters(ListFilterSet):
    """The filters of a timeline."""

    # The first of all: a file is found as one of its customer by the beginning of its query.
    customer = CustomerFilter(label=_("Customer"))
    kind = ChoicesFilter(label=_("Kind"), choices=Kind.choices, condition=of_kinds)
    product = RecordFilter(
        label=_("Product"),
        records=Records(lambda: Product.objects.all()),
        condition=lambda product: Q(product_id=product),
    )
    days = DayRangeFilter(label=_("When"), field_name="at")

    groups = (
        (_("Customer"), (CUSTOMER,)),
        (_("Kind"), ("kind",)),
        (_("Product"), ("product",)),
        (_("When"), ("days",)),
    )

    def __init__(self, data: QueryDict, queryset: Any, membership: Membership) -> None:
        super().__init__(data, queryset, membership)
        allowed = kinds_for(membership)
        self.filters["kind"].extra["choices"] = [(kind.value, kind.label) for kind in allowed]
