"""The page that says what archiving touches and archives, and the act that takes it back."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from customers.history.base import CustomerRecordView
from customers.history.page import name_of
from customers.models import Customer

from .errors import CannotArchive, StillOpen
from .forms import ArchiveForm
from .pages import archive_lines, archive_page
from .queries import holdings_of, open_matters, schedules_that_lose, views_that_lose
from .services import archive_customer, unarchive_customer


class WholeCustomerView(CustomerRecordView, abstract=True):
    """A view of an act on all of a customer, for who may see customers and is not limited to products.

    One that does not exist or is another workspace's: 404. So is an act on one that was merged: whoever sends
    it has read of another customer than it would be done to.
    """

    def find(self, public_id: Any) -> Customer:
        customer = super().find(public_id)
        if customer.merged_into_id is not None:
            raise Http404
        if is_limited_to_products():
            raise PermissionDenied
        return customer


class ArchiveView(WholeCustomerView):
    """Says what archiving touches; the button does it. There is nobody to archive in an anonymised record."""

    permission = "customers.archive"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if customer.archived_at is not None or customer.is_anonymised:
            return redirect("customers:detail", customer.public_id)
        return self._show(customer, ArchiveForm(is_open=bool(open_matters(customer))))

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if customer.is_anonymised:
            messages.error(request, _("Not archived: whoever this was is anonymised."))
            return redirect("customers:detail", customer.public_id)
        form = ArchiveForm(request.POST, is_open=bool(open_matters(customer)))
        if not form.is_valid():
            return self._show(customer, form, HTTPStatus.BAD_REQUEST)
        try:
            archive_customer(
                acting_member=request.membership,
                customer=customer,
                reason=form.cleaned_data["reason"],
                is_forced=form.cleaned_data.get("force", False),
            )
        except (StillOpen, CannotArchive):
            return self._show(customer, form, HTTPStatus.CONFLICT)
        messages.success(request, _("The customer is archived. No total has changed."))
        return redirect("customers:detail", customer.public_id)

    def _show(
        self, customer: Customer, form: ArchiveForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        member = self.request.membership
        still_open = open_matters(customer)
        views = [view.name for view in views_that_lose(customer, member)]
        schedules = [schedule.name for schedule in schedules_that_lose(customer, member)]
        lines = archive_lines(holdings_of(customer), still_open, views, schedules, member)
        page = archive_page(name_of(customer), lines, still_open)
        context = {"customer": customer, "page": page, "form": form}
        return render(self.request, "customers/archiving/archive.html", context, status=status)


class UnarchiveView(WholeCustomerView):
    """Lists the customer again."""

    permission = "customers.archive"
    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        unarchive_customer(acting_member=request.membership, customer=customer)
        messages.success(request, _("The customer is listed again."))
        return redirect("customers:detail", customer.public_id)
