"""The pages of API tokens: all of them, a new one, one less."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from .forms import TokenForm
from .models import ApiToken
from .pages import token_row
from .queries import find_token, tokens
from .services import check_manage, create_token, revoke_token


class TokensView(WorkspaceView):
    """All tokens, also those that open nothing any more."""

    permission = "tokens.manage"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        check_manage(request.membership)
        now = timezone.now()
        return render(request, "tokens/list.html", {"rows": [token_row(token, now) for token in tokens()]})


class NewTokenView(WorkspaceView):
    """Makes a token. Its secret stands in the answer to the POST, this once, and nowhere else."""

    permission = "tokens.manage"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        check_manage(request.membership)
        return self._show(TokenForm())

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self._show(form, HTTPStatus.BAD_REQUEST)
        token, secret = create_token(
            acting_member=request.membership, name=form.cleaned_data["name"], expires_at=form.expires_at
        )
        return render(
            request, "tokens/made.html", {"token": token, "secret": secret}, status=HTTPStatus.CREATED
        )

    def _show(self, form: TokenForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        return render(self.request, "tokens/new.html", {"form": form}, status=status)


class RevokeTokenView(WorkspaceView):
    """Revokes a token after asking once more. Another workspace's and one that never was: the same 404."""

    permission = "tokens.manage"

    def find(self, public_id: Any) -> ApiToken:
        """The token that the address names; raises Http404."""
        try:
            return find_token(public_id)
        except ApiToken.DoesNotExist:
            raise Http404 from None

    def get(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        check_manage(request.membership)
        row = token_row(self.find(public_id), timezone.now())
        return render(request, "tokens/revoke.html", {"row": row})

    def post(self, request: WorkspaceRequest, public_id: Any) -> HttpResponse:
        token = self.find(public_id)
        if revoke_token(acting_member=request.membership, token=token):
            words = gettext("%(name)s is revoked: its next request is refused.") % {"name": token.name}
            messages.success(request, words)
        return redirect("tokens:list")
