"""What a member decides on a suggestion on the customer's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from atomicpay.workspaces.entry import WorkspaceRequest
from customers.history.base import CustomerRecordView

from .errors import CannotDecide
from .forms import SuggestionForm
from .pages import GONE, KEPT_APART
from .services import dismiss


class DismissView(CustomerRecordView):
    """Says that two records are not of one person."""

    permission = "customers.suggest_merge"
    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        customer, form = self.find(public_id), SuggestionForm(request.POST)
        try:
            if not form.is_valid():
                raise CannotDecide
            dismiss(acting_member=request.membership, public_id=form.cleaned_data["suggestion"])
        except CannotDecide:
            messages.error(request, str(GONE))
        else:
            messages.success(request, str(KEPT_APART))
        return redirect("customers:detail", customer.public_id)
