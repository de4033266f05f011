"""The customers app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        # Tasks are looked for at the top of an app; that of the messages lies one deeper.
        import_module("customers.messages.tasks")
