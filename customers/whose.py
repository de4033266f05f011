"""The filter of one customer, for lists of what customers have."""

from uuid import UUID

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.filters import Condition, ListFilter
from atomicpay.ui.filtersets import ListForm
from atomicpay.ui.own_values import own_word

from .models import Customer


class CustomerField(forms.UUIDField):
    """The public id of a customer."""

    default_error_messages = {"invalid": _("This is not a customer's address.")}


class CustomerFilter(ListFilter):
    """Whose rows are listed, by public id; a merged record stands for the one it lives on in.

    It is set by a link from the customer's page, so it has a chip and no place in the form.
    """

    field_class = CustomerField
    is_carried = True
    # A customer's rows lie together in an index, in the order of their time.
    plans_itself = True

    def __init__(self) -> None:
        super().__init__(
            label=_("Customer"),
            permission="customers.view",
            value_of=own_word(lambda: F("customer__name")),
        )

    def settle(self, form: ListForm) -> None:
        value: UUID | None = form.cleaned_data.get(self.name)
        if not value:
            return
        known = Customer.objects.select_related("merged_into").only(
            "public_id", "name", "email", "merged_into__public_id", "merged_into__name", "merged_into__email"
        )
        customer = known.filter(public_id=value).first()
        if customer is None:
            form.add_error(self.name, gettext("There is no such customer here."))
        else:
            form.cleaned_data[self.name] = customer.merged_into or customer

    def condition_for(self, value: Customer) -> Condition:
        return Q(customer_id=value.pk)

    def words(self, value: Customer) -> str:
        return value.name or value.email or gettext("No name")
