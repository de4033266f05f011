"""The audit log in the admin: read, filtered by act, by member and by date, never changed."""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.admin import RelatedFilter

from .actions import ACTIONS
from .model_admin import ReadOnlyAdmin
from .models import AuditEntry


class ActionFilter(admin.SimpleListFilter):
    """One kind of act."""

    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((code, str(words)) for code, words in ACTIONS.items()), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The log itself."""

    view_permission = "audit.view"
    list_display = ("at", "who", "what", "kind", "target_label", "reason")
    list_filter = (ActionFilter, ("actor", RelatedFilter), "at")
    list_select_related = ("actor__user",)
    ordering = ("-at", "-id")
    fields = ("at", "who", "what", "kind", "target_id", "target_label", "reason", "details", "request_id")
    readonly_fields = fields

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        return str(entry.actor) if entry.actor else str(_("the program"))

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return entry.words

    @admin.display(description=_("kind"))
    def kind(self, entry: AuditEntry) -> str:
        """The model's own name; the bare one of a model that is no more."""
        try:
            return str(apps.get_model(entry.target_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return entry.target_type

    @admin.display(description=_("detail"))
    def details(self, entry: AuditEntry) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(entry.detail, indent=2, ensure_ascii=False))
