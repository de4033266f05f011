"""Pages of the admin that write to the audit log, and show a record's history from it."""

from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from atomicpay.workspaces.admin import WorkspaceModelAdmin
from atomicpay.workspaces.models import Membership

from .models import AuditEntry
from .services import record

_MOST_ENTRIES = 200


class AuditedModelAdmin(WorkspaceModelAdmin):
    """Writes to the audit log where Django would write a LogEntry, and reads a record's history from it."""

    services_record: ClassVar[bool] = False
    """Whether the acts of this page are recorded by the services it calls."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("record.added", request, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("record.changed", request, obj, changes=message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record("record.deleted", request, obj)

    def _record(self, action: str, request: HttpRequest, obj: Any, **detail: Any) -> None:
        if not self.services_record:
            record(action, acting_member=acting_member(request), target=obj, detail=detail)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the audit log knows of one record, newest first."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not (self.has_view_permission(request, obj) and acting_member(request).may("audit.view")):
            raise PermissionDenied
        entries = AuditEntry.objects.about(obj).newest_first().select_related("actor__user")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %s") % obj,
            "subtitle": None,
            "entries": entries[:_MOST_ENTRIES],
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": obj,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class ReadOnlyAdmin(AuditedModelAdmin):
    """Records that are read here and changed elsewhere, by services: nobody may add, change or delete one.

    The lists may be long, so they cannot be sorted by columns that no index serves.
    """

    sortable_by = ()
    actions: Any = None


def acting_member(request: HttpRequest) -> Membership:
    """The member behind a request inside the mount."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    return member
