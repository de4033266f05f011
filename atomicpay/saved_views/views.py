"""The pages of saved views, the acts on them, and the list page with its tabs."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from atomicpay.ui.chosen import COLUMNS
from atomicpay.ui.listing import COUNT, ListPage, ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.ui.screen import Listing
from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from . import services
from .errors import CannotSave, NotAllowed, Problem
from .forms import PROBLEMS, ColumnChooser, NameForm, SaveViewForm, ShownForm
from .models import SavedView
from .opening import list_address, read_address, view_address
from .pages import COUNT_VIEWS, Tabs, ViewPage
from .queries import find_view, views_of


class KeptListView(ListView, abstract=True):
    """A list page with its saved views as tabs. The empty address leads to the member's own view, if any."""

    template_name: ClassVar[str] = "saved_views/list_page.html"
    parts: ClassVar[Mapping[str, str]] = {**ListView.parts, COUNT: "saved_views/list_count.html"}

    def get(self, request: WorkspaceRequest, **kwargs: Any) -> HttpResponse:
        self.views = views_of(self.page, request.membership)
        default = next((view for view in self.views if view.is_default), None)
        if default is not None and not request.GET:
            return redirect(view_address(self.page, default))
        if request.GET.get(COUNT) == COUNT_VIEWS and request.htmx and not request.htmx.boosted:
            listing = Listing(self.read(request), count_now=False, with_rows=False)
            return render(
                request, "saved_views/counts.html", {"views": Tabs(listing, self.views, counts_others=True)}
            )
        return super().get(request)

    def read(self, request: WorkspaceRequest) -> ListState:
        return read_address(self.page, request.GET, request.membership, self.views)

    def context(self, listing: Listing) -> dict[str, Any]:
        is_asked = self.request.GET.get(COUNT) == COUNT_VIEWS
        return {"listing": listing, "views": Tabs(listing, self.views, counts_others=is_asked)}


def list_view(page: ListPage) -> Callable[..., HttpResponseBase]:
    """The view of a list page whose views members can save, for urlpatterns."""
    name = f"{type(page).__name__}View"
    view: type[KeptListView] = type(name, (KeptListView,), {"page": page, "permission": page.permission})
    return view.as_view()


class _OfListView(WorkspaceView, abstract=True):
    """A view about one list; its address gives it the permission of the list (`urls`)."""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_list_page(kwargs["page"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied from error

    def find(self, public_id: Any) -> Any:
        """The view that the address names. Another's private one and one that never was: the same 404."""
        try:
            return find_view(self.page, self.request.membership, public_id)
        except SavedView.DoesNotExist:
            raise Http404 from None

    def show(self, template: str, status: HTTPStatus = HTTPStatus.OK, **context: Any) -> HttpResponse:
        context = {"list_page": self.page, "list_url": list_address(self.page, ""), **context}
        return render(self.request, f"saved_views/{template}.html", context, status=status)


class ViewsView(_OfListView):
    """All views of a list, with their order."""

    permission = "workspace.enter"

    def get(self, request: WorkspaceRequest, page: str) -> HttpResponse:
        views = views_of(self.page, request.membership)
        return self.show("views", pages=[ViewPage(self.page, view, request.membership) for view in views])


class SaveView(_OfListView):
    """Keeps what a list shows by a name."""

    permission = "workspace.enter"
    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest, page: str) -> HttpResponse:
        form = SaveViewForm(request.POST, member=request.membership)
        if not form.is_valid():
            return self.show("new", HTTPStatus.BAD_REQUEST, form=form)
        try:
            view = services.save_view(acting_member=request.membership, page=self.page, **form.cleaned_data)
        except CannotSave as error:
            form.add_error("name", PROBLEMS[error.problem])
            return self.show("new", HTTPStatus.BAD_REQUEST, form=form)
        messages.success(request, gettext("The view %(name)s is saved.") % {"name": view.name})
        return redirect(view_address(self.page, view))


class ChooseColumnsView(_OfListView):
    """Keeps which columns the member's list shows; without scripts it moves one and shows the form again.

    A view that has columns of its own keeps them: the choice then stands in the address until it is saved.
    """

    permission = "workspace.enter"
    http_method_names = ["post"]

    def post(self, request: WorkspaceRequest, page: str) -> HttpResponse:
        views = views_of(self.page, request.membership)
        at = QueryDict(request.POST.get("at", ""))
        state = read_address(self.page, at, request.membership, views)
        if "move" in request.POST:
            chooser = ColumnChooser.moved(state.columns_on_offer, request.POST)
            return self.show("columns", chooser=chooser, back_url=list_address(self.page, state.address()))
        names = [] if "usual" in request.POST else request.POST.getlist("column")
        if state.view and state.view.columns:
            names = names or list(self.page.on_screen)
            return redirect(list_address(self.page, state.address({COLUMNS: ",".join(names)})))
        services.choose_columns(acting_member=request.membership, page=self.page, names=names)
        return redirect(list_address(self.page, state.address({COLUMNS: None})))


class OneView(_OfListView):
    """One view: what it lists, who uses it, its name."""

    permission = "workspace.enter"

    def get(self, request: WorkspaceRequest, page: str, public_id: Any) -> HttpResponse:
        view = self.find(public_id)
        return self.show_view(view, NameForm(initial={"name": view.name}))

    def post(self, request: WorkspaceRequest, page: str, public_id: Any) -> HttpResponse:
        view, form = self.find(public_id), NameForm(request.POST)
        name = view.name
        if form.is_valid():
            try:
                services.rename_view(acting_member=request.membership, view=view, **form.cleaned_data)
            except CannotSave as error:
                form.add_error("name", PROBLEMS[error.problem])
                view.name = name
        if form.errors:
            return self.show_view(view, form, HTTPStatus.BAD_REQUEST)
        messages.success(request, gettext("The name is saved."))
        return redirect("saved_views:detail", page=page, public_id=public_id)

    def show_view(self, view: Any, form: NameForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        return self.show("view", status, form=form, page=ViewPage(self.page, view, self.request.membership))


class _ActView(_OfListView, abstract=True):
    """An act on one view; afterwards its page, with what was wrong if it could not be done."""

    permission = "workspace.enter"
    http_method_names = ["post"]

    def act(self, view: Any) -> str:
        """Do it; the words for it. Raises NotAllowed and CannotSave."""
        raise NotImplementedError

    def after(self, view: Any) -> HttpResponse:
        return redirect("saved_views:detail", page=self.page.name, public_id=view.public_id)

    def post(self, request: WorkspaceRequest, page: str, public_id: Any) -> HttpResponse:
        view = self.find(public_id)
        try:
            words = self.act(view)
        except CannotSave as error:
            messages.error(request, str(PROBLEMS[error.problem]))
            return redirect("saved_views:detail", page=page, public_id=public_id)
        if words:
            messages.success(request, words)
        return self.after(view)


class SaveChangesView(_ActView):
    """Lets the view be what the list shows now."""

    permission = "workspace.enter"

    def act(self, view: Any) -> str:
        form = ShownForm(self.request.POST)
        if not form.is_valid():
            raise CannotSave(Problem.NOT_UNDERSTOOD)
        services.save_changes(
            acting_member=self.request.membership, view=view, page=self.page, **form.cleaned_data
        )
        return gettext("The changes to %(name)s are saved.") % {"name": view.name}

    def after(self, view: Any) -> HttpResponse:
        return redirect(view_address(self.page, view))


class ShareView(_ActView):
    """Shares a view with the workspace, or ends it."""

    permission = "workspace.enter"

    def act(self, view: Any) -> str:
        if "share" in self.request.POST:
            services.share_view(acting_member=self.request.membership, view=view)
            return gettext("The view is shared with everybody who may see this list.")
        if "unshare" in self.request.POST:
            services.unshare_view(acting_member=self.request.membership, view=view)
            return gettext("The view is not shared any more.")
        return ""

    def after(self, view: Any) -> HttpResponse:
        # Somebody else's view that is not shared any more cannot be shown.
        return (
            super().after(view)
            if view.owner_id == self.request.membership.pk
            else redirect("saved_views:list", page=self.page.name)
        )


class DefaultView(_ActView):
    """Lets the member's list open with the view, or with everything again."""

    permission = "workspace.enter"

    def act(self, view: Any) -> str:
        is_default, member = "set" in self.request.POST, self.request.membership
        if is_default or "unset" in self.request.POST:
            services.set_default(acting_member=member, view=view, is_default=is_default)
        return gettext("Your list opens with this view.") if is_default else ""


class MoveView(_ActView):
    """Moves a view one place among its like."""

    permission = "workspace.enter"

    def act(self, view: Any) -> str:
        is_up, member = "up" in self.request.POST, self.request.membership
        if is_up or "down" in self.request.POST:
            services.move_view(acting_member=member, view=view, is_up=is_up)
        return ""

    def after(self, view: Any) -> HttpResponse:
        return redirect("saved_views:list", page=self.page.name)


class DeleteView(_ActView):
    """Deletes a view."""

    permission = "workspace.enter"

    def act(self, view: Any) -> str:
        services.delete_view(acting_member=self.request.membership, view=view)
        return gettext("The view %(name)s is deleted.") % {"name": view.name}

    def after(self, view: Any) -> HttpResponse:
        return redirect("saved_views:list", page=self.page.name)
