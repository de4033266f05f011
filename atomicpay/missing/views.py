"""Why is it not here: the answer for a list, for something that was expected in it, and from other
workspaces."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from atomicpay.ui.errors import UnknownListPage
from atomicpay.ui.listing import ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.models import User
from atomicpay.workspaces.views import OutsideView, WorkspaceView

from .elsewhere import found_elsewhere
from .forms import ElsewhereForm, ExpectedForm
from .pages import LIST, Explanation, explain_expected, explain_list, query_of_list


class MissingView(WorkspaceView):
    """Of the list that the address names, at the address it has. What was expected is sent, never put into an
    address: it may be a document."""

    permission = "workspace.enter"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        state = self._state()
        # A part of the page is what an empty list asks for.
        is_part = bool(request.htmx) and not request.htmx.boosted
        found = explain_list(state, is_empty=is_part) if state.is_valid else Explanation([])
        if is_part:
            return render(request, "missing/reasons.html", {"answer": found})
        return self._show(state, found, ExpectedForm())

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        state, form = self._state(), ExpectedForm(request.POST)
        if not (form.is_valid() and state.is_valid):
            return self._show(state, Explanation([]), form, HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._show(state, explain_expected(state, form.cleaned_data["expected"]), form)

    def _state(self) -> ListState:
        try:
            page = get_list_page(self.request.GET.get(LIST, ""))
        except UnknownListPage as error:
            raise Http404 from error
        if not self.request.membership.may(page.permission):
            raise PermissionDenied
        return page.parse(query_of_list(self.request.GET), self.request.membership)

    def _show(
        self, state: ListState, found: Explanation, form: ExpectedForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"state": state, "answer": found, "form": form}
        return render(self.request, "missing/page.html", context, status=status)


class ElsewhereView(LoginRequiredMixin, OutsideView):
    """In one's other workspaces. Outside them all, because no workspace can be entered inside another."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ElsewhereForm(request.POST)
        text, away_from = (
            (form.cleaned_data["text"], form.cleaned_data["away_from"]) if form.is_valid() else ("", "")
        )
        found = found_elsewhere(cast(User, request.user), text, except_workspace=away_from)
        template = (
            "missing/elsewhere_found.html" if request.headers.get("HX-Request") else "missing/elsewhere.html"
        )
        return render(request, template, {"found": found})
