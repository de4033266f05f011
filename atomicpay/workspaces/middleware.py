"""Wall 0: a workspace is a mount point. Everything under /w/<slug>/ runs inside that workspace."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from django_structlog.middlewares import RequestMiddleware

from .entry import find_workspace, members_scope, open_membership, two_factor_is_missing

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_MOUNT = re.compile(r"^/w/(?P<slug>[-\w]+)(?P<rest>/.*)?$")


class WorkspaceMount:
    """Take the prefix off, find the membership, and run the rest of the request inside the workspace.

    The prefix becomes the script prefix, so every `{% url %}`, `reverse()`, redirect and the whole admin keep
    the workspace by themselves. Somebody who is not a member gets the very answer that a workspace which does
    not exist gives.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self._use_language(request)
        match = _MOUNT.match(request.path_info)
        if match is None:
            return self.get_response(request)
        if match["rest"] is None:
            return HttpResponsePermanentRedirect(f"{request.path}/")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        workspace = find_workspace(match["slug"])
        if workspace is None:
            return self._not_found(request)
        previous = get_script_prefix()
        try:
            with timezone.override(workspace.zone), members_scope(workspace, request.user) as membership:
                if membership is None:
                    return self._not_found(request)
                open_membership(request, workspace, membership)
                if two_factor_is_missing(request):
                    words = _("%(workspace)s asks its members for a second factor: set it up to go on.")
                    messages.info(request, words % {"workspace": workspace.name})
                    return HttpResponseRedirect(reverse("mfa_activate_totp"))
                request.path_info = match["rest"]
                request.META["SCRIPT_NAME"] = workspace.root.rstrip("/")
                set_script_prefix(workspace.root)
                response = self.get_response(request)
                if getattr(request, "view_raised", False):
                    transaction.set_rollback(True)
                return response
        finally:
            set_script_prefix(previous)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A view that raises leaves nothing half written, whatever page the error becomes."""
        request.view_raised = True  # type: ignore[attr-defined]

    def _not_found(self, request: HttpRequest) -> HttpResponseBase:
        return page_not_found(request, Http404())

    def _use_language(self, request: HttpRequest) -> None:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language


class PrivateResponses:
    """Nothing that a signed-in person sees may be kept by a cache, whatever its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        patch_vary_headers(response, ["Cookie"])
        return response


class RequestLog(RequestMiddleware):
    """One log line a request, by its path alone: the query may hold what somebody searched for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
