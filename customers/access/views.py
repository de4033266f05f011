"""The access of a customer to everything they bought: a page of its own, or a part that comes later."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.workspaces.entry import WorkspaceRequest
from customers.history.base import CustomerRecordView
from customers.history.page import name_of
from customers.models import Customer

from .cards import access_panel, card_of_product
from .queries import AccessFacts, access_facts, find_product


class AccessView(CustomerRecordView):
    """The panel of the customer page by itself: that of a very long history is asked for after the page.

    With a product in the query, its card alone, which opens in its line of the panel.
    """

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if "product" in request.GET:
            return self._card(customer, find_product(request.GET["product"]))
        panel = access_panel(self._read(customer), customer, timezone.now())
        return self._show("detail/access" if request.htmx else "access", customer, access=panel)

    def _card(self, customer: Customer, product: Product | None) -> HttpResponse:
        found = self._read(customer, product) if product else None
        card = card_of_product(found, customer.name, timezone.now()) if found else None
        if card is None:
            raise Http404
        template = "detail/access_of_product" if self.request.htmx else "access_of_product"
        return self._show(template, customer, card=card)

    def _read(self, customer: Customer, product: Product | None = None) -> AccessFacts:
        """What decides about one product or about all, as far as the member may see it."""
        may_see = self.request.membership.may("subscriptions.view")
        return access_facts(customer.pk, product.pk if product else None, may_see_subscriptions=may_see)

    def _show(self, template: str, customer: Customer, **shown: Any) -> HttpResponse:
        context = {"customer": customer, "name": name_of(customer), **shown}
        return render(self.request, f"customers/{template}.html", context)
