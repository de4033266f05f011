"""The pages of imports: upload, progress and report, the report as a file, run again."""

import tempfile
from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render

from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.scope import is_limited_to_products
from atomicpay.workspaces.views import WorkspaceView

from ..models import ImportRun
from .errors import CannotReadFile, NothingToRun
from .forms import UploadForm
from .lists import ImportList
from .pages import MANAGE, ImportPage
from .queries import known_mappings
from .report import write_report
from .services import run_again, upload_import


class ImportListView(ListView):
    """The history of imports."""

    permission = MANAGE
    page = ImportList()
    template_name = "imports/list.html"


class NewImportView(WorkspaceView):
    """Take a file and its mapping. What can be seen to be wrong is said here, before anything is kept."""

    permission = MANAGE

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._show(UploadForm(earlier=self._earlier()))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, earlier=self._earlier())
        if not form.is_valid() or form.mapping is None:
            return self._show(form, HTTPStatus.BAD_REQUEST)
        try:
            run = upload_import(
                acting_member=request.membership,
                mapping=form.mapping,
                upload=form.cleaned_data["file"],
                is_all_or_nothing=form.cleaned_data["is_all_or_nothing"],
            )
        except CannotReadFile as error:
            form.add_error("file", str(error))
            return self._show(form, HTTPStatus.BAD_REQUEST)
        return redirect("imports:detail", public_id=run.public_id)

    def _earlier(self) -> dict[str, dict[str, object]]:
        if is_limited_to_products():
            # A file may hold any product.
            raise PermissionDenied
        return known_mappings()

    def _show(self, form: UploadForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        return render(self.request, "imports/new.html", {"form": form}, status=status)


class OneImportView(WorkspaceView, abstract=True):
    """A view of one import. Another workspace's and one that never was: the same 404."""

    permission = MANAGE

    def find(self, public_id: UUID) -> ImportRun:
        """The import that the address names; raises Http404."""
        try:
            run: ImportRun = ImportRun.objects.select_related("started_by__user").get_public(public_id)
        except ImportRun.DoesNotExist as error:
            raise Http404 from error
        return run

    def show(self, run: ImportRun, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        """The page of the import, as it stands."""
        return render(
            self.request, "imports/detail.html", {"page": ImportPage(run), "run": run}, status=status
        )


class ImportView(OneImportView):
    """How the work stands, and the report. With htmx the page asks again by itself."""

    permission = MANAGE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        return self.show(self.find(public_id))


class ImportProblemsView(OneImportView):
    """All refused rows as a file, made safe like every file of ours."""

    permission = MANAGE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> FileResponse:
        run = self.find(public_id)
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
        write_report(run, file)
        file.seek(0)
        name = f"{run.reference}-refused.csv"
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


class RetryImportView(OneImportView):
    """Run a failed or refused import again."""

    permission = MANAGE

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        run = self.find(public_id)
        try:
            run_again(acting_member=request.membership, run=run)
        except NothingToRun:
            return self.show(run, HTTPStatus.CONFLICT)
        return redirect("imports:detail", public_id=public_id)
