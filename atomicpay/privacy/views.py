"""The pages that say what anonymising and a person's archive hold, and the buttons under them."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from atomicpay.workspaces.entry import WorkspaceRequest
from customers.archiving.errors import StillOpen
from customers.archiving.queries import holdings_of, open_matters
from customers.archiving.views import WholeCustomerView
from customers.history.page import name_of
from customers.models import Customer

from .access.services import NEEDED, export_person
from .errors import ImportIsRunning, NobodyToAnswer, ReasonNamesThem
from .forms import AnonymiseForm, SubjectAccessForm
from .pages import anonymise_lines, anonymise_page, erased_page, subject_access_lines
from .queries import (
    erasure_of,
    exports_kept,
    others_known_alike,
    records_of,
    schedules_seeking,
    views_seeking,
)
from .services import anonymise


class AnonymiseView(WholeCustomerView):
    """Says what anonymising touches, and does it; afterwards what was done and what stays, by which law."""

    permission = "customers.anonymise"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if erasure := erasure_of(customer):
            context = {"customer": customer, "page": erased_page(erasure)}
            return render(request, "privacy/anonymised.html", context)
        return self._show(customer, self._form(customer))

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if erasure_of(customer):
            return redirect("privacy:anonymise", customer.public_id)
        form = self._form(customer, request.POST)
        if not form.is_valid():
            return self._show(customer, form, status=HTTPStatus.BAD_REQUEST)
        refusal = self._anonymise(customer, form)
        if refusal:
            return self._show(customer, form, refusal, HTTPStatus.CONFLICT)
        messages.success(request, _("The customer is anonymised. Sales and totals stay as they were."))
        return redirect("privacy:anonymise", customer.public_id)

    def _anonymise(self, customer: Customer, form: AnonymiseForm) -> str:
        """Do it; why it cannot be done, or ""."""
        try:
            anonymise(
                acting_member=self.request.membership,
                customer=customer,
                reason=form.cleaned_data["reason"],
                is_forced=form.cleaned_data.get("force", False),
            )
        except StillOpen:
            return _("Not anonymised: something is still open.")
        except ImportIsRunning:
            return _(
                "Not anonymised: a file is being imported, which may name them. Try again when it has ended."
            )
        except ReasonNamesThem:
            return _(
                "Not anonymised: the reason names the very person who is to be forgotten. Write it without."
            )
        return ""

    def _form(self, customer: Customer, data: Any = None) -> AnonymiseForm:
        expected = {customer.name, customer.email}
        if not any(expected):
            # Nothing to call them by: the id in the address will do.
            expected = {str(customer.public_id)}
        return AnonymiseForm(data, expected=expected, is_open=bool(open_matters(customer)))

    def _show(
        self,
        customer: Customer,
        form: AnonymiseForm,
        refusal: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        member, still_open = self.request.membership, open_matters(customer)
        ids = records_of(customer.pk)
        lines = anonymise_lines(
            holdings_of(customer),
            still_open,
            views_seeking(ids),
            schedules_seeking(ids),
            exports_kept(),
            others_known_alike(customer),
            member,
        )
        page = anonymise_page(name_of(customer), lines, still_open, len(ids) - 1)
        context = {"customer": customer, "page": page, "form": form, "refusal": refusal}
        return render(self.request, "privacy/anonymise.html", context, status=status)


class SubjectAccessView(WholeCustomerView):
    """Says what the archive holds, and gives it once; each time it is logged."""

    permission = "customers.export_person"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        return self._show(self._find(public_id), SubjectAccessForm())

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponseBase:
        customer = self._find(public_id)
        form = SubjectAccessForm(request.POST)
        if not form.is_valid():
            return self._show(customer, form, HTTPStatus.BAD_REQUEST)
        try:
            archive = export_person(acting_member=request.membership, customer=customer)
        except NobodyToAnswer:
            return self._show(customer, form, HTTPStatus.CONFLICT)
        name = f"data-{customer.public_id}.zip"
        return FileResponse(archive.file, as_attachment=True, filename=name, content_type="application/zip")

    def _find(self, public_id: Any) -> Customer:
        if not all(self.request.membership.may(permission) for permission in NEEDED):
            raise PermissionDenied
        return self.find(public_id)

    def _show(
        self, customer: Customer, form: SubjectAccessForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {
            "customer": customer,
            "name": name_of(customer),
            "lines": subject_access_lines(holdings_of(customer), self.request.membership),
            "form": form,
        }
        return render(self.request, "privacy/subject_access.html", context, status=status)
