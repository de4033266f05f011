"""Why is it not here: the answer for a list, and for something that was expected in it."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render

from atomicpay.ui.errors import UnknownListPage
from atomicpay.ui.listing import ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from .forms import ExpectedForm
from .pages import (
    LIST,
    Explanation,
    explain_anywhere,
    explain_expected,
    explain_list,
    lists_of,
    query_of_list,
)


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


class AnywhereView(WorkspaceView):
    """Of everything that can be searched for: where the search found nothing."""

    permission = "workspace.enter"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._show(ExpectedForm())

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form = ExpectedForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._show(form, form.cleaned_data["expected"])

    def _show(
        self, form: ExpectedForm, expected: str = "", status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        if not (lists := lists_of(self.request.membership)):
            raise PermissionDenied
        context = {"form": form, "answer": explain_anywhere(lists, expected) if expected else None}
        return render(self.request, "missing/anywhere.html", context, status=status)
