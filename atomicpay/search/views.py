"""The one search of a workspace, as a page and as one types; and what one's other workspaces have."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect, render

from atomicpay.team.queries import is_member_elsewhere
from atomicpay.ui.templatetags.ui import outside
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from atomicpay.workspaces.views import OutsideView, WorkspaceView
from customers.search_text import Part, clean, read_search

from .elsewhere import found_elsewhere
from .forms import SearchForm
from .hits import SHOWN_WHILE_TYPING
from .keys import records_named
from .prefixes import prefixes
from .results import is_long_enough, search


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
        context = {
            "form": form,
            "results": search(text, request.membership),
            "is_asked": is_long_enough(parts),
            "is_within_products": is_limited_to_products(),
            "elsewhere_url": self._elsewhere(text, parts),
            "prefixes": prefixes(),
        }
        return render(request, "search/page.html", context)

    def _elsewhere(self, text: str, parts: Sequence[Part]) -> str:
        """Where to ask the person's other workspaces; "" where there is nothing to ask, or no other one."""
        if len(parts) != 1 or not parts[0].is_key or not is_member_elsewhere(self.request.user):
            return ""
        return f"{outside('search:elsewhere')}?{urlencode({'q': text, 'left': self.request.workspace.slug})}"


class ElsewhereView(LoginRequiredMixin, OutsideView):
    """How many records the person's other workspaces have under a key, and the way there.

    It stands outside every workspace, because only one can be entered at a time.
    """

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        text = SearchForm(request.GET).asked()
        places = found_elsewhere(text, request.user, left=clean(request.GET.get("left", "")))
        template = "search/elsewhere_found.html" if request.htmx else "search/elsewhere.html"
        return render(request, template, {"places": places, "text": text})
