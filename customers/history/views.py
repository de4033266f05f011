"""The customer page, its older purchases, and what a member may do on it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.explainers import CUSTOMER_CHECKS, explain
from atomicpay.ui.views import RUNS_SCRIPTS_COOKIE
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from customers import services
from customers.duplicates.pages import duplicates_of
from customers.errors import CannotAnnotate, NoSuchFigure, NothingToReveal
from customers.messages.forms import MessageForm
from customers.models import Customer
from sales.figure_rows import read_counted, total_of
from sales.purchases import page_pager, purchase_rows, read_purchases

from .base import NOBODY_THERE, CustomerRecordView
from .figures import AskedFigure, figure_page
from .forms import NoteForm, TagForm
from .page import customer_page, name_of
from .queries import read_history, sales_of_customer


class CustomerView(CustomerRecordView):
    """Everything about one buyer. A merged record leads to the one it lives on in."""

    permission = "customers.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        history = read_history(customer, request.membership, timezone.get_current_timezone())
        page = customer_page(history, request.workspace.default_currency)
        return render(
            request,
            "customers/detail.html",
            {
                "customer": customer,
                "page": page,
                "note_form": NoteForm(),
                "tag_form": TagForm(),
                "message_form": MessageForm.empty(),
                "duplicates": duplicates_of(customer, request.membership),
                "checks": explain(
                    CUSTOMER_CHECKS,
                    customer,
                    request.membership,
                    page.purchases,
                    runs_scripts=RUNS_SCRIPTS_COOKIE in request.COOKIES,
                ),
            },
        )

    def lead_to(self, survivor: Customer, merged: Customer) -> HttpResponseBase:
        words = gettext("%(name)s was merged into this customer; the old address leads here.")
        messages.info(self.request, words % {"name": name_of(merged)})
        return super().lead_to(survivor, merged)


class PurchasesView(CustomerRecordView):
    """All purchases of a customer, a page at a time; htmx takes the rows out of it."""

    permission = "sales.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        sales = sales_of_customer(customer)
        found = read_purchases(sales, request.GET)
        pager = page_pager(request.path, found, sales.count(), appends=bool(request.htmx))
        return render(
            request,
            "customers/purchases.html",
            {
                "customer": customer,
                "name": name_of(customer),
                "rows": purchase_rows(found.rows),
                "pager": pager,
            },
        )


class FigureView(CustomerRecordView):
    """The rows behind one figure of what a customer spent, and what all of them add up to.

    It needs the right to see the figures, and to see such rows.
    """

    permission = "spend.view"

    def get(self, request: WorkspaceRequest, public_id: Any, currency: str, figure: str) -> HttpResponse:
        customer = self.find(public_id)
        try:
            asked = AskedFigure.read(figure, currency, request.GET)
        except NoSuchFigure:
            raise Http404 from None
        if not request.membership.may(asked.figure.permission):
            raise PermissionDenied
        of = asked.of(customer, timezone.get_current_timezone())
        page = figure_page(
            customer, asked, read_counted(asked.figure, of, request.GET), total_of(asked.figure, of)
        )
        shown = {"name": name_of(customer), "page": page, "is_limited": is_limited_to_products()}
        return render(request, "customers/figure.html", {"customer": customer, **shown})


class RevealDocumentView(CustomerRecordView):
    """Shows a document in full once, in the answer to a POST; each time it is logged."""

    permission = "customers.view_pii"
    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        try:
            document = services.reveal_document(acting_member=request.membership, customer=customer)
        except NothingToReveal:
            raise Http404 from None
        template = "customers/detail/document.html" if request.htmx else "customers/document.html"
        return render(
            request, template, {"customer": customer, "name": name_of(customer), "document": document}
        )


class _WordsView(CustomerRecordView, abstract=True):
    """An act on the words that the team keeps about a customer; afterwards back to where they stand."""

    permission = "customers.annotate"
    http_method_names = ["post"]

    form_class: ClassVar[type[Form]]
    field: ClassVar[str]
    place: ClassVar[str]
    refusal: ClassVar[str | Promise]

    def write(self, customer: Customer, words: str) -> Customer:
        """Do it; the customer with whom the words stand now."""
        raise NotImplementedError

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer, form = self.find(public_id), self.form_class(request.POST)
        try:
            if not form.is_valid():
                raise CannotAnnotate
            stands_with = self.write(customer, form.cleaned_data[self.field])
        except CannotAnnotate:
            messages.error(request, str(NOBODY_THERE if customer.is_anonymised else self.refusal))
        else:
            self.say_whose_it_is(customer, stands_with)
            customer = stands_with
        page = reverse("customers:detail", args=[customer.public_id])
        return HttpResponseRedirect(f"{page}#{self.place}")


class AddNoteView(_WordsView):
    """Writes a note."""

    permission = "customers.annotate"
    form_class, field, place = NoteForm, "body", "notes"
    refusal = _("The note was not saved: write something, in at most 5,000 characters.")

    def write(self, customer: Customer, words: str) -> Customer:
        note = services.add_note(acting_member=self.request.membership, customer=customer, body=words)
        return note.customer


class AddTagView(_WordsView):
    """Puts a tag on."""

    permission = "customers.annotate"
    form_class, field, place = TagForm, "name", "identity"
    refusal = _("The tag was not saved: write a word or a few, in at most 60 characters.")

    def write(self, customer: Customer, words: str) -> Customer:
        put = services.add_tag(acting_member=self.request.membership, customer=customer, name=words)
        return put.customer


class RemoveTagView(_WordsView):
    """Takes a tag off."""

    permission = "customers.annotate"
    form_class, field, place = TagForm, "name", "identity"
    refusal = _("The tag was not removed: the record has changed meanwhile.")

    def write(self, customer: Customer, words: str) -> Customer:
        services.remove_tag(acting_member=self.request.membership, customer=customer, name=words)
        return customer
