"""The history of exports, and the limit from which on they are told of."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from atomicpay.ui.screen import Listing
from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from ..schedules.querysets import OVERSEE
from .forms import LimitForm
from .lists import ExportHistory
from .queries import recently_told
from .services import SET_LIMIT, limit, set_limit


class HistoryView(ListView):
    """Who exported what; above it, what was large of late."""

    permission = OVERSEE
    page = ExportHistory()
    template_name: ClassVar[str] = "exports/history/list.html"

    def context(self, listing: Listing) -> dict[str, Any]:
        return {**super().context(listing), "told": recently_told(), "limit": limit()}


class LimitView(WorkspaceView):
    """Sets from how many rows on an export is told of."""

    permission = SET_LIMIT

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._show(LimitForm(initial={"rows_above": limit()}))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form = LimitForm(request.POST)
        if not form.is_valid():
            return self._show(form, HTTPStatus.BAD_REQUEST)
        set_limit(acting_member=request.membership, rows_above=form.cleaned_data["rows_above"])
        messages.success(request, gettext("The limit is saved."))
        return redirect("exports:limit")

    def _show(self, form: LimitForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        return render(self.request, "exports/history/limit.html", {"form": form}, status=status)
