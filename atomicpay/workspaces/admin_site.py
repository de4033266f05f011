"""Django's admin inside a workspace: members enter by permission, and every act is audited."""

from functools import update_wrapper
from typing import Any, Final

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from .admin import WorkspaceModelAdmin

_NOT_OURS: Final = {"login", "logout", "password_change", "password_change_done", "view_on_site"}
"""Pages of Django's admin that have no place here: sign-in and passwords are allauth's, outside the mount."""


class WorkspaceAdminSite(AdminSite):
    """The admin of one workspace. Who may open it is in the permissions table, not in `is_staff`."""

    site_header = _("Admin")
    site_title = _("Admin")
    index_title = _("Admin")
    enable_nav_sidebar = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What may be deleted at all says so itself.
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only pages that know our permissions; what packages register of themselves has no place here.

        allauth's pages, for one, show the emails and second factors of everybody in the installation.
        """
        if admin_class is not None and issubclass(admin_class, WorkspaceModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        membership = getattr(request, "membership", None)
        return membership is not None and membership.may("admin.open")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who has not the right gets the answer of any other page: 404 outside the mount, else 403.

        Django would send them to a sign-in page of the admin's own.
        """
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request, "membership", None) is None:
                raise Http404
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(checked, inner)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The one workspace there is to see is "Settings" here."""
        rooms = super().get_app_list(request, app_label)
        for room in rooms:
            for entry in room["models"]:
                if entry["object_name"] == "Workspace":
                    entry["name"] = _("Settings")
        return rooms

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in _NOT_OURS]
