"""The pages of exports: confirm, progress and receipt, cancel, download."""

from http import HTTPStatus
from uuid import UUID

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from atomicpay.ui.views import ListView
from atomicpay.workspaces.entry import WorkspaceRequest
from atomicpay.workspaces.views import WorkspaceView

from .asked import CREATE, open_list
from .confirming import LIST, Confirmation, query_of_list
from .delivery import deliver
from .dialects import format_of
from .errors import CannotCancel, CannotExport, Expired, NotAllowed, NotReady
from .file_templates.errors import CannotKeep
from .file_templates.forms import PROBLEMS
from .file_templates.services import save_template
from .forms import SAVE, SCHEDULE, FileForm, KeepForm, MailForm
from .lists import ExportList
from .models import Export
from .pages import ExportPage
from .receipts import receipt_of
from .services import cancel_export, download_export, request_export
from .states import Failure
from .verification import VerifyForm, verify

log = structlog.get_logger(__name__)


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
        start = confirmation.start
        form = FileForm(
            None,
            columns=confirmation.state.export_columns,
            chosen=start.columns,
            dialect=start.dialect,
        )
        return self._show(confirmation, form, KeepForm(None, member=request.membership))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        confirmation, member = self._confirmation(), request.membership
        form = FileForm(request.POST, columns=confirmation.state.export_columns)
        keep = KeepForm(request.POST if SAVE in request.POST else None, member=member)
        mail = MailForm(request.POST)
        if not (confirmation.state.is_valid and form.is_valid() and mail.is_valid()):
            return self._show(confirmation, form, keep, HTTPStatus.BAD_REQUEST)
        if SAVE in request.POST:
            return self._save(confirmation, form, keep)
        if SCHEDULE in request.POST:
            chosen = form.cleaned_data
            return redirect(confirmation.schedule_url(chosen["column"], chosen["dialect"]))
        if not confirmation.fits(form.cleaned_data["dialect"]):
            form.add_error("dialect", Failure.NOT_IN_WORKBOOK.label)
            return self._show(confirmation, form, keep, HTTPStatus.BAD_REQUEST)
        try:
            export = request_export(
                acting_member=member,
                page=confirmation.page.name,
                query=confirmation.state.canonical_query(),
                columns=form.cleaned_data["column"],
                dialect=form.cleaned_data["dialect"],
                mail_when_ready=mail.cleaned_data["mail_when_ready"],
            )
        except CannotExport as error:
            return self._refused(confirmation, form, keep, error)
        return redirect("exports:detail", public_id=export.public_id)

    def _save(self, confirmation: Confirmation, form: FileForm, keep: KeepForm) -> HttpResponse:
        """Keep the choice as a template, and show the step again, begun with it."""
        if keep.is_valid():
            try:
                template = save_template(
                    acting_member=self.request.membership,
                    page=confirmation.page,
                    columns=form.cleaned_data["column"],
                    dialect=form.cleaned_data["dialect"],
                    **keep.cleaned_data,
                )
            except CannotKeep as error:
                keep.add_error("name", PROBLEMS[error.problem])
        if keep.errors:
            return self._show(confirmation, form, keep, HTTPStatus.BAD_REQUEST)
        messages.success(self.request, gettext("The template %(name)s is saved.") % {"name": template.name})
        return redirect(f"{reverse('exports:new')}{confirmation.start_url}{template.public_id}")

    def _confirmation(self) -> Confirmation:
        query = query_of_list(self.request.GET)
        try:
            state = open_list(self.request.GET.get(LIST, ""), query, self.request.membership)
        except CannotExport as error:
            raise PermissionDenied if error.failure is Failure.NO_RIGHT else Http404 from error
        return Confirmation(state, self.request.GET)

    def _refused(
        self, confirmation: Confirmation, form: FileForm, keep: KeepForm, error: CannotExport
    ) -> HttpResponse:
        if error.failure not in (Failure.TOO_MANY, Failure.TOO_MANY_ROWS):
            raise error
        status = HTTPStatus.TOO_MANY_REQUESTS if error.failure is Failure.TOO_MANY else HTTPStatus.BAD_REQUEST
        return self._show(confirmation, form, keep, status)

    def _show(
        self,
        confirmation: Confirmation,
        form: FileForm,
        keep: KeepForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        mail = MailForm(initial={"mail_when_ready": confirmation.wants_mail})
        context = {"confirmation": confirmation, "form": form, "keep": keep, "mail": mail}
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
        context = {
            "page": ExportPage(export, self.request.membership),
            "export": export,
            "store_is_away": status is HTTPStatus.SERVICE_UNAVAILABLE,
        }
        return render(self.request, "exports/detail.html", context, status=status)

    def show_away(self, export: Export) -> HttpResponse:
        """The same, saying that the file is out of reach just now; called where an OSError is handled."""
        log.warning("export_store_away", export_id=export.pk, exc_info=True)
        return self.show(export, HTTPStatus.SERVICE_UNAVAILABLE)


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
        name = ExportPage(export, request.membership).file_name
        try:
            # What cannot be delivered is not noted as taken.
            with transaction.atomic():
                download_export(acting_member=request.membership, export=export)
                return deliver(export, name, format_of(export.dialect).content_type)
        except NotAllowed as error:
            raise PermissionDenied from error
        except NotReady:
            return self.show(export, HTTPStatus.CONFLICT)
        except (Expired, FileNotFoundError):
            return self.show(export, HTTPStatus.GONE)
        except OSError:
            return self.show_away(export)


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
        response = JsonResponse(receipt_of(page), json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=page.receipt_name
        )
        return response
