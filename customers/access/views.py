"""The access of a customer to everything they bought: a page of its own, or the part that comes later."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from customers.history.page import name_of
from customers.history.queries import find_customer
from customers.models import Customer

from .cards import access_panel
from .queries import access_facts


class AccessView(WorkspaceView):
    """The panel of the customer page by itself: that of a very long history is asked for after the page."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        member = request.membership
        if not member.may("customers.view"):
            raise PermissionDenied
        try:
            customer = find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None
        facts = access_facts(customer.pk, may_see_subscriptions=member.may("subscriptions.view"))
        panel = access_panel(facts, customer, timezone.now())
        template = "customers/detail/access.html" if request.htmx else "customers/access.html"
        return render(request, template, {"customer": customer, "name": name_of(customer), "access": panel})
