"""The page that takes a file of messages; how the work stands is on the import's own page."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from atomicpay.workspaces.views import WorkspaceView
from sales.intake.errors import CannotReadFile
from sales.intake.services import keep_upload
from sales.models import ImportKind

from .forms import UploadForm
from .importing import look_at
from .layout import NAMES, MessageFile


class NewMessageImportView(WorkspaceView):
    """Take a file. What can be seen to be wrong is said here, before anything is kept."""

    permission = "imports.manage"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "membership", None) is not None and is_limited_to_products():
            # A file may be about anybody.
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._show(UploadForm())

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, HTTPStatus.BAD_REQUEST)
        try:
            run = keep_upload(
                acting_member=request.membership,
                mapping=MessageFile(form.cleaned_data["provider"]),
                upload=form.cleaned_data["file"],
                look=look_at,
                kind=ImportKind.MESSAGES,
            )
        except CannotReadFile as error:
            form.add_error("file", str(error))
            return self._show(form, HTTPStatus.BAD_REQUEST)
        return redirect("imports:detail", public_id=run.public_id)

    def _show(self, form: UploadForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        context = {"form": form, "names": [(field, ", ".join(names)) for field, names in NAMES.items()]}
        return render(self.request, "customers/messages/import.html", context, status=status)
