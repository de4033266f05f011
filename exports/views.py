"""The pages of exports: confirm, progress and receipt, cancel, download."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from .asked import CREATE, open_list
from .errors import CannotCancel, CannotExport, Expired, NotAllowed, NotReady
from .forms import ColumnsForm
from .lists import ExportList
from .models import Export
from .pages import COLUMN, LIST, Confirmation, ExportPage, query_of_list
from .receipts import receipt_of
from .services import cancel_export, download_export, request_export
from .states import Failure
from .verification import VerifyForm, verify


class ExportsView(ListView):
    """The exports, with the ways to those that the clock asks for and to everybody's."""

    permission = CREATE
    page = ExportList()
    template_name = "exports/list.html"


class NewExportView(WorkspaceView):
    """The confirm step: what goes in, what stays out, which columns. Nothing runs before the button."""

    permission = CREATE

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        confirmation = self._confirmation()
        form = ColumnsForm(
            None, columns=confirmation.state.export_columns, chosen=request.GET.getlist(COLUMN)
        )
        return self._show(confirmation, form)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        confirmation = self._confirmation()
        form = ColumnsForm(request.POST, columns=confirmation.state.export_columns)
        if not (confirmation.state.is_valid and form.is_valid()):
            return self._show(confirmation, form, HTTPStatus.BAD_REQUEST)
        export = request_export(
            acting_member=request.membership,
            page=confirmation.page.name,
            query=confirmation.state.canonical_query(),
            columns=form.cleaned_data["column"],
        )
        return redirect("exports:detail", public_id=export.public_id)

    def _confirmation(self) -> Confirmation:
        query = query_of_list(self.request.GET)
        try:
            return Confirmation(open_list(self.request.GET.get(LIST, ""), query, self.request.membership))
        except CannotExport as error:
            raise PermissionDenied if error.failure is Failure.NO_RIGHT else Http404 from error

    def _show(
        self, confirmation: Confirmation, form: ColumnsForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"confirmation": confirmation, "form": form}
        return render(self.request, "exports/confirm.html", context, status=status)


class VerifyView(WorkspaceView):
    """Whether a file is one that was exported here. Its hash is asked about; the file itself never comes."""

    permission = CREATE

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        form = VerifyForm(request.GET) if "sha256" in request.GET else VerifyForm()
        verdict = verify(form, request.membership) if form.is_valid() else None
        return render(request, "exports/verify.html", {"form": form, "verdict": verdict})


class OneExportView(WorkspaceView, abstract=True):
    """A view of one export. Another member's, another workspace's and one that never was: the same 404."""

    permission = CREATE

    def find(self, public_id: UUID) -> Export:
        """The export that the address names; raises Http404."""
        visible = Export.objects.visible_to(self.request.membership).select_related("requested_by__user")
        try:
            return visible.get_public(public_id)
        except Export.DoesNotExist as error:
            raise Http404 from error

    def show(self, export: Export, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        """The page of the export, as it stands."""
        context = {"page": ExportPage(export, self.request.membership), "export": export}
        return render(self.request, "exports/detail.html", context, status=status)


class ExportView(OneExportView):
    """How the writing stands, and the receipt when it is done. With htmx the page asks again by itself."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        return self.show(self.find(public_id))


class CancelExportView(OneExportView):
    """Stop an export that has not ended."""

    permission = CREATE

    def post(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        export = self.find(public_id)
        try:
            cancel_export(acting_member=request.membership, export=export)
        except CannotCancel:
            return self.show(export, HTTPStatus.CONFLICT)
        return redirect("exports:detail", public_id=public_id)


class DownloadExportView(OneExportView):
    """The file itself. Every right is asked again here, and the taking is noted."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponseBase:
        export = self.find(public_id)
        try:
            file = download_export(acting_member=request.membership, export=export)
        except NotAllowed as error:
            raise PermissionDenied from error
        except NotReady:
            return self.show(export, HTTPStatus.CONFLICT)
        except Expired:
            return self.show(export, HTTPStatus.GONE)
        name = ExportPage(export, request.membership).file_name
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


class ReceiptView(OneExportView):
    """The receipt as data. What it says is not for who may not have the file."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
        export = self.find(public_id)
        page = ExportPage(export, request.membership)
        if export.as_of is None:
            raise Http404
        if not page.may_have:
            raise PermissionDenied
        name = f"{page.file_name.removesuffix('.csv')}.receipt.json"
        response = JsonResponse(receipt_of(page), json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response
