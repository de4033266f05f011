"""The access of a customer to everything they bought: a page of its own, or a part that comes later."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from customers.history.page import name_of
from customers.history.queries import find_customer
from customers.models import Customer

from .cards import access_panel, card_of_product
from .queries import AccessFacts, access_facts


class _AccessView(WorkspaceView, abstract=True):
    """Access is decided by sales, and stands under the name of a customer."""

    permission = "sales.view"

    def find(self, public_id: Any) -> Customer:
        """The customer of the address, for who may see customers."""
        if not self.request.membership.may("customers.view"):
            raise PermissionDenied
        try:
            return find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None

    def read(self, customer: Customer, product: Product | None = None) -> AccessFacts:
        """What decides about one product or about all, as far as the member may see it."""
        may_see = self.request.membership.may("subscriptions.view")
        product_id = product.pk if product else None
        return access_facts(customer.pk, product_id, may_see_subscriptions=may_see)


class AccessView(_AccessView):
    """The panel of the customer page by itself: that of a very long history is asked for after the page."""

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        panel = access_panel(self.read(customer), customer, timezone.now())
        template = "customers/detail/access.html" if request.htmx else "customers/access.html"
        return render(request, template, {"customer": customer, "name": name_of(customer), "access": panel})


class AccessCardView(_AccessView):
    """The card of one product, which opens in its line of the panel; without scripts a page of its own."""

    def get(self, request: WorkspaceRequest, public_id: Any, product: Any) -> HttpResponse:
        customer = self.find(public_id)
        found = self.read(customer, get_object_or_404(Product, public_id=product))
        card = card_of_product(found, customer.name, timezone.now())
        if card is None:
            raise Http404
        template = "ui/access_card.html" if request.htmx else "customers/access_of_product.html"
        return render(request, template, {"customer": customer, "name": name_of(customer), "card": card})
