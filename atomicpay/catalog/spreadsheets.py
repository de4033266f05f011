"""Small tables in and out as CSV (django-import-export): previewed, confirmed, in one's own workspace."""

import re
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from import_export.forms import ImportForm
from import_export.resources import Diff, ModelResource
from import_export.tmp_storages import BaseStorage

from atomicpay.audit.model_admin import AuditedModelAdmin, acting_member
from atomicpay.audit.services import record
from atomicpay.workspaces.scope import active_workspace_id
from exports.writer import neutralise_text, restore_text

MOST_BYTES = 2 * 1024 * 1024


class CellDiff(Diff):
    """What a row changes, cell by cell. The library marks it with inline styles, which our policy blocks."""

    def as_html(self) -> list[SafeString]:
        pairs = zip(map(str, self.left), map(str, self.right), strict=True)
        return [_marked("" if self.new else old, new) for old, new in pairs]


def _marked(old: str, new: str) -> SafeString:
    if old == new:
        return format_html("{}", new)
    return format_html("<del>{}</del> <ins>{}</ins>" if old else "{}<ins>{}</ins>", old, new)


class WorkspaceResource(ModelResource):
    """Rows of the active workspace. A resource names its columns: one called `workspace` is ignored."""

    class Meta:
        abstract = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return CellDiff

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """What our own file made safe for spreadsheets comes back as it was written."""
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = restore_text(value)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Nothing. The library would set the sequence to the highest id it sees, which under row security is
        the workspace's own: for every other workspace the sequence would go backwards."""


class SafeCsv(CSV):
    """CSV of which no cell is run by a spreadsheet."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        for number, row in enumerate(dataset):
            cells = ["" if cell is None else cell for cell in row]
            dataset[number] = [neutralise_text(cell) if isinstance(cell, str) else cell for cell in cells]
        return super().export_data(dataset, **kwargs)


class UploadOfWorkspace(BaseStorage):
    """The file between preview and confirmation: in a directory of the workspace, under a random name.

    The library's own would read any name that the browser sends back.
    """

    def save(self, data: str | bytes) -> None:
        self.name = uuid4().hex
        self._path().parent.mkdir(parents=True, exist_ok=True)
        self._path().write_bytes(data if isinstance(data, bytes) else data.encode(self.encoding or "utf-8"))

    def read(self) -> str | bytes:
        data = self._path().read_bytes()
        return data if "b" in self.read_mode else data.decode(self.encoding or "utf-8")

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)

    def _path(self) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", self.name or ""):
            raise SuspiciousFileOperation("Not the name of an upload.")
        return Path(settings.UPLOAD_ROOT) / "admin" / str(active_workspace_id()) / self.name


class SmallFileForm(ImportForm):
    """A file that fits in memory many times over: larger ones are for the import of sales."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # There is one format to choose from.
        self.fields["format"].widget = HiddenInput()
        self.fields["format"].initial = "0"

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES:
            self.add_error("import_file", _("At most 2 MB; this page is for small tables."))
        return file


class SpreadsheetAdmin(ImportExportMixin, AuditedModelAdmin):
    """A page with Import and Export, for who may change the records."""

    import_template_name = "admin/spreadsheet_import.html"
    formats: ClassVar[list[type[CSV]]] = [SafeCsv]
    import_form_class = SmallFileForm
    tmp_storage_class = UploadOfWorkspace
    skip_export_form = True
    to_encoding = "utf-8"

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The confirmed file; 404 when it was imported already, or is another workspace's."""
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            raise Http404 from None

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.change_permission) and self._may(request, self.add_permission)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "exports.create") and self._may(request, self.view_permission)

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        """One entry of the audit log, with the counts, where the library writes Django's LogEntry."""
        record(
            "records.imported",
            acting_member=acting_member(request),
            detail={"kind": self.model._meta.label_lower, **result.totals},
        )

    def _do_file_export(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        record(
            "records.exported",
            acting_member=acting_member(request),
            detail={"kind": self.model._meta.label_lower, "rows": queryset.count()},
        )
        return super()._do_file_export(file_format, request, queryset, **kwargs)
