"""The interface kit as a Django app: template tags, the list kit, and nothing with a table."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "atomicpay.ui"
    label = "ui"

    def ready(self) -> None:
        """Let each app register its list pages."""
        autodiscover_modules("lists")
