"""Django's admin inside a workspace: members enter by permission, and every act is audited."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _


class WorkspaceAdminSite(AdminSite):
    """The admin of one workspace. Who may open it is in the permissions table, not in `is_staff`."""

    site_header = _("Admin")
    site_title = _("Admin")
    index_title = _("Admin")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        membership = getattr(request, "membership", None)
        return membership is not None and membership.may("admin.open")

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Who has not the right gets the answer of any other page: 404 outside the mount, else 403."""
        if getattr(request, "membership", None) is None:
            raise Http404
        raise PermissionDenied
