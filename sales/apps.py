"""The sales app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        # Lists and tasks are looked for at the top of an app; those of the intake lie one deeper.
        for module in ("lists", "tasks"):
            import_module(f"sales.intake.{module}")
