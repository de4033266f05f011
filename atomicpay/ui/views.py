"""The one view of all list pages: the page with its rows, and the exact counts that may come after them."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from atomicpay.ui.listing import CHOICES, COUNT, ListPage, ListState
from atomicpay.ui.screen import Listing
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

RUNS_SCRIPTS_COOKIE = "js"
"""Set by static/js/app.js: who has it asks for the count by itself, after the rows."""


class ListView(WorkspaceView, abstract=True):
    """A list page. Asked by htmx for the count alone, or for those of the choices, it reads no rows."""

    page: ClassVar[ListPage]
    template_name: ClassVar[str] = "ui/list_page.html"
    listing_class: ClassVar[type[Listing]] = Listing
    # What htmx asks for after the rows, by the parameter that asks for it.
    parts: ClassVar[Mapping[str, str]] = {COUNT: "ui/list_count.html", CHOICES: "ui/list_choices.html"}

    def get(self, request: WorkspaceRequest, **kwargs: Any) -> HttpResponse:
        state = self.read(request)
        is_part = bool(request.htmx) and not request.htmx.boosted
        for parameter, template in self.parts.items():
            if is_part and parameter in request.GET:
                listing = self.listing_class(state, count_now=True, with_rows=False)
                return render(request, template, self.context(listing))
        count_now = COUNT in request.GET or RUNS_SCRIPTS_COOKIE not in request.COOKIES
        listing = self.listing_class(state, count_now=count_now, choices_now=CHOICES in request.GET)
        return render(request, self.template_name, self.context(listing))

    # What a list page that keeps more than rows adds --------------------------------------------------------

    def read(self, request: WorkspaceRequest) -> ListState:
        """The list at the address."""
        return self.page.parse(request.GET, request.membership)

    def context(self, listing: Listing) -> dict[str, Any]:
        """What the templates get."""
        return {"listing": listing}


def list_view(page: ListPage) -> Callable[..., HttpResponseBase]:
    """The view of a list page, for urlpatterns."""
    name = f"{type(page).__name__}View"
    view: type[ListView] = type(name, (ListView,), {"page": page, "permission": page.permission})
    return view.as_view()
