"""The access of a customer to one product, on a page of its own."""

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

from .cards import card_of_product
from .queries import access_facts


class AccessView(WorkspaceView):
    """One product of one customer, in full; of what is not in scope or was never bought: 404."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any, product_id: Any) -> HttpResponse:
        member = request.membership
        if not member.may("customers.view"):
            raise PermissionDenied
        try:
            customer = find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None
        product = get_object_or_404(Product, public_id=product_id)
        may_see_subscriptions = member.may("subscriptions.view")
        found = access_facts(customer.pk, product.pk, may_see_subscriptions=may_see_subscriptions)
        card = card_of_product(found, customer.name, timezone.now())
        if card is None:
            raise Http404
        return render(
            request, "customers/access.html", {"customer": customer, "name": name_of(customer), "card": card}
        )
