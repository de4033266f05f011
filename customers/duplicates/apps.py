"""The suggestions of who may be one person."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuplicatesConfig(AppConfig):
    name = "customers.duplicates"
    label = "duplicates"
    verbose_name = _("Duplicates")

    def ready(self) -> None:
        """Look at whom an import has written; it knows nothing of this room."""
        from sales.intake.afterwards import after_import

        from .tasks import look_soon  # needs every app's models

        after_import(look_soon)
