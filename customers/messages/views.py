"""The messages of a customer: all of them, one more, one less."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView
from customers.history.base import NOBODY_THERE, CustomerRecordView
from customers.history.page import name_of
from customers.models import Customer, Message

from . import services
from .errors import CannotDelete, CannotRecord
from .forms import FindForm, MessageForm
from .pages import messages_page, shown_message
from .queries import find_message, read_messages, sales_around


class MessagesView(CustomerRecordView):
    """All messages of a customer, newest first, or those with some words."""

    permission = "customers.view"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer, form = self.find(public_id), FindForm(request.GET)
        text = form.asked()
        found = read_messages(customer, text, request.GET)
        sales = []
        if request.membership.may("sales.view"):
            sales = sales_around(customer.pk, [message.sent_at for message in found.rows])
        page = messages_page(customer, found, sales, request.membership, text)
        context = {"customer": customer, "name": name_of(customer), "page": page, "form": form, "text": text}
        return render(request, "customers/messages/all.html", context)


class RecordMessageView(CustomerRecordView):
    """The form for one message on a page of its own; the one on the customer page is sent here as well."""

    permission = "messages.write"

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer = self.find(public_id)
        if customer.is_anonymised:
            messages.error(request, NOBODY_THERE)
            return redirect("customers:messages", customer.public_id)
        return self._show(customer, MessageForm.empty())

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer, form = self.find(public_id), MessageForm(request.POST)
        if not form.is_valid():
            return self._show(customer, form, HTTPStatus.BAD_REQUEST)
        try:
            message = services.record_message(
                acting_member=request.membership, customer=customer, **form.cleaned_data
            )
        except CannotRecord:
            changed = gettext("The message was not saved: the record has changed meanwhile.")
            messages.error(request, NOBODY_THERE if customer.is_anonymised else changed)
        else:
            messages.success(request, gettext("The message is saved."))
            self.say_whose_it_is(customer, message.customer)
            customer = message.customer
        page = reverse("customers:detail", args=[customer.public_id])
        return HttpResponseRedirect(f"{page}#messages")

    def _show(
        self, customer: Customer, form: MessageForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"customer": customer, "name": name_of(customer), "form": form}
        return render(self.request, "customers/messages/new.html", context, status=status)


class DeleteMessageView(WorkspaceView):
    """Deletes a message after showing it once more, for its author and for who may delete any."""

    permission = "messages.write"

    def find(self, public_id: Any) -> Message:
        """The message that the address names; what is not in scope and what never was: the same 404."""
        if not self.request.membership.may("customers.view"):
            raise PermissionDenied
        try:
            message = find_message(public_id)
        except Message.DoesNotExist:
            raise Http404 from None
        if not services.may_delete(self.request.membership, message):
            raise PermissionDenied
        return message

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        message = self.find(public_id)
        customer = message.customer
        context = {
            "customer": customer,
            "name": name_of(customer),
            "message": shown_message(message, [], request.membership),
        }
        return render(request, "customers/messages/delete.html", context)

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        message = self.find(public_id)
        try:
            services.delete_message(acting_member=request.membership, message=message)
        except CannotDelete:
            raise PermissionDenied from None
        messages.success(request, gettext("The message is deleted."))
        return redirect("customers:messages", message.customer.public_id)
