"""Pages outside every workspace: the switcher, an invitation, one's own preferences."""

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import UpdateView

from atomicpay.ui.navigation import DESTINATIONS
from atomicpay.workspaces.entry import find_workspace
from atomicpay.workspaces.models import Invitation, User, Workspace
from atomicpay.workspaces.scope import enter
from atomicpay.workspaces.views import OutsideView

from . import invitations, queries
from .errors import CannotJoin
from .forms import AccountForm, PreferencesForm
from .words import words_for


def home(request: HttpRequest) -> HttpResponse:
    """Inside a workspace: the first page the member may open. Outside: the choice of a workspace."""
    membership = getattr(request, "membership", None)
    if membership is not None:
        for place in DESTINATIONS:
            if membership.may(place.permission):
                return redirect(place.url_name)
        raise PermissionDenied
    if not request.user.is_authenticated:
        return redirect("account_login")
    context = {
        "memberships": queries.memberships_of(request.user),
        "invitations": queries.invitations_of(request.user),
        "email_is_verified": queries.has_verified_email(_person(request)),
    }
    return render(request, "workspaces/switcher.html", context)


class InvitationView(OutsideView):
    """The page behind the link in the mail: join as who is signed in, sign in, or open an account."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        workspace = find_workspace(kwargs["slug"])
        if workspace is None:
            raise Http404
        with enter(workspace.pk):
            invitation = invitations.find(kwargs["token"])
            if invitation is None:
                raise Http404
            if not invitation.is_open:
                return self._closed(workspace)
            return super().dispatch(request, workspace, invitation)

    def get(self, request: HttpRequest, workspace: Workspace, invitation: Invitation) -> HttpResponse:
        return self._page(workspace, invitation, AccountForm(email=invitation.email))

    def post(self, request: HttpRequest, workspace: Workspace, invitation: Invitation) -> HttpResponse:
        if request.user.is_authenticated:
            try:
                invitations.join(invitation=invitation, user=_person(request))
            except CannotJoin as error:
                messages.error(request, words_for(error))
                return HttpResponseRedirect(request.path)
            return HttpResponseRedirect(workspace.root)
        form = AccountForm(request.POST, email=invitation.email)
        if queries.has_account(invitation) or not form.is_valid():
            return self._page(workspace, invitation, form)
        try:
            user = invitations.open_account(
                invitation=invitation,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=translation.get_language() or "",
            )
            invitations.join(invitation=invitation, user=user)
        except CannotJoin:
            # The same form was sent twice: the page now says what became of the invitation.
            return HttpResponseRedirect(request.path)
        response: HttpResponse = perform_login(
            request, user, email_verification="none", redirect_url=workspace.root
        )
        return response

    def _page(self, workspace: Workspace, invitation: Invitation, form: AccountForm) -> HttpResponse:
        context = {
            "workspace": workspace,
            "invitation": invitation,
            "has_account": queries.has_account(invitation),
            "is_for_me": _is_for(self.request.user, invitation),
            "form": form,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
        return render(self.request, "workspaces/invitation.html", context, status=status)

    def _closed(self, workspace: Workspace) -> HttpResponse:
        context = {"workspace": workspace}
        return render(self.request, "workspaces/invitation_closed.html", context, status=HTTPStatus.GONE)


class AcceptInvitationView(LoginRequiredMixin, OutsideView):
    """Accept from the switcher, without the mail: only with the very email, and only when it is verified."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
        workspace = find_workspace(slug)
        if workspace is None:
            raise Http404
        with enter(workspace.pk):
            invitation = queries.find_invitation(public_id)
            if invitation is None or not _is_for(request.user, invitation):
                raise Http404
            if not queries.has_verified_email(_person(request)):
                raise Http404
            try:
                invitations.join(invitation=invitation, user=_person(request))
            except CannotJoin as error:
                messages.error(request, words_for(error))
                return redirect("workspaces:switcher")
        return HttpResponseRedirect(workspace.root)


class PreferencesView(LoginRequiredMixin, OutsideView, UpdateView):
    """One's own name, language and theme."""

    form_class = PreferencesForm
    template_name = "workspaces/preferences.html"

    def get_object(self, queryset: Any = None) -> User:
        return _person(self.request)

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        with translation.override(form.instance.language or translation.get_language()):
            messages.success(self.request, _("Your preferences are saved."))
        return HttpResponseRedirect(reverse("workspaces:preferences"))


def _person(request: HttpRequest) -> User:
    """Who is signed in, for type checkers: the views that ask have made sure that somebody is."""
    return cast(User, request.user)


def _is_for(user: Any, invitation: Invitation) -> bool:
    return bool(user.is_authenticated) and user.email.lower() == invitation.email.lower()
