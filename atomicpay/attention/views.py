"""The list's way to a finding, and what a member may do with one."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.saved_views.views import KeptListView
from atomicpay.ui.registry import get_list_page
from atomicpay.ui.screen import Listing
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from customers.history.base import CustomerRecordView
from customers.history.page import name_of
from customers.history.queries import find_customer
from customers.models import Customer

from . import services
from .errors import CannotDismiss
from .forms import DismissForm, FindingForm
from .models import Finding
from .pages import checks_of_customer, progress_words
from .queries import rounds


class AttentionView(KeptListView):
    """The list, and up to when everything was checked."""

    permission = "attention.view"
    page = get_list_page("attention")
    template_name = "attention/list.html"

    def context(self, listing: Listing) -> dict[str, Any]:
        return {**super().context(listing), "progress": progress_words(rounds())}


class FindingView(WorkspaceView):
    """A finding stands on the page of its customer."""

    permission = "attention.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        try:
            finding = (
                Finding.objects.select_related("customer")
                .only("customer__public_id")
                .get(public_id=public_id)
            )
        except Finding.DoesNotExist:
            raise Http404 from None
        return _back(finding.customer)


class ChecksView(CustomerRecordView):
    """The checks of one customer by themselves; htmx puts them into the customer's page."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        checks = checks_of_customer(customer, request.membership)
        is_part = bool(request.htmx) and not request.htmx.boosted
        if is_part and checks is not None:
            return render(request, checks.template, {"panel": checks.content})
        context = {"customer": customer, "name": name_of(customer), "checks": checks}
        return render(request, "attention/page.html", context)


def _find(request: WorkspaceRequest, public_id: Any) -> Customer:
    """The customer of an address, for who may see customers and sales; 404 for one out of scope."""
    if not (request.membership.may("customers.view") and request.membership.may("sales.view")):
        raise PermissionDenied
    try:
        return find_customer(public_id)
    except Customer.DoesNotExist:
        raise Http404 from None


class _ActView(WorkspaceView, abstract=True):
    """An act on one finding of a customer; afterwards back to where it stands."""

    permission = services.PERMISSION
    http_method_names = ["post"]
    form_class: ClassVar[type[Form]]
    done: ClassVar[str | Promise]
    refusal: ClassVar[str | Promise]

    def act(self, customer: Customer, **sent: Any) -> None:
        raise NotImplementedError

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = _find(request, public_id)
        form = self.form_class(request.POST)
        try:
            if not form.is_valid():
                raise CannotDismiss
            self.act(customer, **form.cleaned_data)
        except CannotDismiss:
            messages.error(request, str(self.refusal))
        else:
            messages.success(request, str(self.done))
        return _back(customer)


class DismissView(_ActView):
    """Puts a finding aside until its evidence changes."""

    permission = services.PERMISSION
    form_class = DismissForm
    done = _("Dismissed until its evidence changes.")
    refusal = _("Not dismissed: say why, in at most 500 characters; or what was found is not there any more.")

    def act(self, customer: Customer, **sent: Any) -> None:
        services.dismiss(acting_member=self.request.membership, customer=customer, **sent)


class RestoreView(_ActView):
    """Takes a dismissal back."""

    permission = services.PERMISSION
    form_class = FindingForm
    done = _("The dismissal is taken back.")
    refusal = _("Nothing was taken back: the finding is not dismissed any more.")

    def act(self, customer: Customer, **sent: Any) -> None:
        services.take_back(acting_member=self.request.membership, customer=customer, **sent)


def _back(customer: Customer) -> HttpResponse:
    page = reverse("customers:detail", args=[customer.public_id])
    return HttpResponseRedirect(f"{page}#checks")
