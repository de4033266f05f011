"""The one search of a workspace, as a page and as one types; and what one's other workspaces have."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect, render

from atomicpay.team.queries import is_member_elsewhere
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from atomicpay.workspaces.views import OutsideView, WorkspaceView
from customers.search_text import read_search

from .elsewhere import found_elsewhere
from .forms import ElsewhereForm, SearchForm
from .hits import SHOWN_WHILE_TYPING
from .keys import key_of, records_named
from .prefixes import prefixes
from .results import is_long_enough, search, sees_anything


class SearchView(WorkspaceView):
    """The results. Asked by htmx while one types, only their lines; nobody is sent anywhere then."""

    permission = "workspace.enter"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        text = form.asked()
        parts = read_search(text)
        if request.htmx and not request.htmx.boosted:
            results = search(text, request.membership, most=SHOWN_WHILE_TYPING)
            return render(request, "search/typed.html", {"results": results})
        named = records_named(parts, request.membership)
        if len(named) == 1:
            return redirect(f"{named[0].kind}:detail", named[0].public_id)
        results, is_asked = search(text, request.membership), is_long_enough(parts)
        context = {
            "form": form,
            "results": results,
            "is_asked": is_asked,
            "asks_why": is_asked and results.is_nowhere and sees_anything(request.membership),
            "is_within_products": is_limited_to_products(),
            "elsewhere": self._elsewhere(text),
            "away_from": request.workspace.slug,
            "prefixes": prefixes(),
        }
        return render(request, "search/page.html", context)

    def _elsewhere(self, text: str) -> str:
        """The key to ask the person's other workspaces for; "" where there is none, or no other one."""
        return text if key_of(text) and is_member_elsewhere(self.request.user) else ""


class ElsewhereView(LoginRequiredMixin, OutsideView):
    """How many records the person's other workspaces have under a key, and the way there.

    It stands outside every workspace, because only one can be entered at a time. The key is sent, never put
    into an address: it may be a document.
    """

    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form, places = ElsewhereForm(request.POST), []
        if form.is_valid():
            asked = form.cleaned_data
            places = found_elsewhere(asked["text"], request.user, left=asked["away_from"])
        template = "search/elsewhere_found.html" if request.htmx else "search/elsewhere.html"
        return render(request, template, {"places": places})
