"""The tenancy kernel, and Django's admin bent to stand inside a workspace."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class WorkspacesConfig(AppConfig):
    name = "atomicpay.workspaces"
    label = "workspaces"
    verbose_name = _("Team and settings")

    def ready(self) -> None:
        from . import checks  # noqa: F401 -- registers the checks


class WorkspaceAdminConfig(AdminConfig):
    default_site = "atomicpay.workspaces.admin_site.WorkspaceAdminSite"
