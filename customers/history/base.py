"""What every view of one customer begins with: finding them, or leading to the one they live on in."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.workspaces.views import WorkspaceView
from customers.errors import LivesOnElsewhere
from customers.models import Customer

from .page import name_of
from .queries import find_customer

NOBODY_THERE: Final = _("Not saved: whoever this was is anonymised.")


class CustomerRecordView(WorkspaceView, abstract=True):
    """A view of one customer, for who may see customers at all.

    One that does not exist, is another workspace's, or has nothing in the member's products: 404. What is
    looked at of a record that was merged into another leads to the same of that one; what is written on a
    page from before the merge is kept with that one, and any other act is refused by its service.
    """

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except LivesOnElsewhere as merged:
            survivor = get_object_or_404(Customer, pk=merged.customer.merged_into_id)
            return self.lead_to(survivor, merged.customer)

    def find(self, public_id: Any) -> Customer:
        """The customer of the address; raises LivesOnElsewhere where one is looked at that was merged."""
        if not self.request.membership.may("customers.view"):
            raise PermissionDenied
        try:
            customer = find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None
        if customer.merged_into_id is not None and self.request.method != "POST":
            raise LivesOnElsewhere(customer)
        return customer

    def lead_to(self, survivor: Customer, merged: Customer) -> HttpResponseBase:
        """To the same page of the record that a merged one lives on in, with what was asked of it."""
        match = self.request.resolver_match
        if match is None:
            raise Http404
        query = self.request.GET.urlencode()
        response = redirect(match.view_name, **{**match.kwargs, "public_id": survivor.public_id})
        if query:
            response["Location"] += f"?{query}"
        return response

    def say_whose_it_is(self, written_on: Customer, stands_with: Customer) -> None:
        """Tell who wrote on the page of a record that was merged meanwhile where it is now."""
        if stands_with.pk != written_on.pk:
            words = gettext("%(name)s was merged into this customer: what you wrote is kept here.")
            messages.info(self.request, words % {"name": name_of(written_on)})
