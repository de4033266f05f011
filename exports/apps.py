"""The exports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "exports"
    label = "exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        """Let the rooms inside the app register their list pages, for the worker too."""
        from .history import lists as history  # noqa: F401 -- needs the models
        from .schedules import lists as schedules  # noqa: F401 -- needs the models
