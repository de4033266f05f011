"""The timeline of a customer: its page, its first entries for the customer's own, the way from a file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from atomicpay.ui.registry import get_list_page
from atomicpay.ui.screen import Listing
from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from customers.history.page import name_of
from customers.history.queries import find_customer
from customers.models import Customer

from .filters import CUSTOMER
from .lists import TimelineState
from .pages import FIRST, TimelineListing, days_of


class _OfCustomer(ListView, abstract=True):
    """A view of one customer's timeline. One who is not in the member's reach: 404."""

    page = get_list_page("timeline")
    customer: Customer

    def find(self, public_id: UUID) -> Customer:
        """The customer of the address; raises Http404."""
        try:
            return find_customer(public_id)
        except Customer.DoesNotExist:
            raise Http404 from None

    def read(self, request: WorkspaceRequest) -> TimelineState:
        query = request.GET.copy()
        query[CUSTOMER] = str(self.customer.public_id)
        state: TimelineState = self.page.parse(query, request.membership)  # type: ignore[assignment] # by the page
        return state


class TimelineView(_OfCustomer):
    """All of it, a page at a time, with filters. That of a merged record is with the one it lives on in."""

    permission = "customers.view"
    template_name = "timeline/page.html"
    listing_class = TimelineListing

    def get(self, request: WorkspaceRequest, **kwargs: Any) -> HttpResponse:
        self.customer = self.find(kwargs["public_id"])
        if self.customer.merged_into_id is not None:
            survivor = get_object_or_404(Customer, pk=self.customer.merged_into_id)
            return redirect("timeline:of_customer", survivor.public_id)
        return super().get(request)

    def context(self, listing: Listing) -> dict[str, Any]:
        return {**super().context(listing), "customer": self.customer, "name": name_of(self.customer)}


class LatestView(_OfCustomer):
    """The first entries, for htmx to put into the customer's page; for anybody else the timeline itself."""

    permission = "customers.view"

    def get(self, request: WorkspaceRequest, **kwargs: Any) -> HttpResponse:
        self.customer = self.find(kwargs["public_id"])
        if not request.htmx or request.htmx.boosted:
            return redirect("timeline:of_customer", self.customer.public_id)
        latest = self.read(request).latest(FIRST)
        days = days_of(latest.rows, request.membership)
        return render(request, "timeline/latest.html", {"customer": self.customer, "days": days})


class AnyTimelineView(WorkspaceView):
    """Where a file of a timeline says it is from: leads to the page of the customer whom its query names."""

    permission = "customers.view"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        query = request.GET.copy()
        try:
            public_id = UUID(query.pop(CUSTOMER, [""])[-1])
        except ValueError:
            messages.info(request, gettext("Open a timeline from the page of its customer."))
            return redirect("customers:list")
        address = reverse("timeline:of_customer", args=[public_id])
        return redirect(f"{address}?{query.urlencode()}" if query else address)
