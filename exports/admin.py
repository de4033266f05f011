"""Exports in the admin, to read: who took what out. The files are reached from the exports' own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from atomicpay.audit.model_admin import ReadOnlyAdmin, acting_member
from atomicpay.workspaces.admin import RelatedFilter

from .models import Export


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """One file that was asked for."""

    view_permission = "exports.download_any"
    list_display = ("reference", "page", "requested_by", "requested_at", "state", "rows_written")
    list_filter = ("state", "page", ("requested_by", RelatedFilter), "requested_at")
    list_select_related = ("requested_by__user",)
    ordering = ("-requested_at", "-id")
    fields = (
        ("reference", "page", "dialect"),
        ("requested_by", "requested_at"),
        ("query", "timezone"),
        ("state", "attempt", "failure"),
        ("started_at", "finished_at", "expires_at"),
        ("as_of", "rows_confirmed", "rows_expected", "rows_written"),
        ("sha256", "size"),
    )
    readonly_fields = ("reference", "requested_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those that the member may know of: a list of exports quotes what others looked for."""
        exports: Any = super().get_queryset(request)
        return exports.visible_to(acting_member(request))

    @admin.display(description=_("number"))
    def reference(self, export: Export) -> str:
        return export.reference
