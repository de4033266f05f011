"""The merging app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MergingConfig(AppConfig):
    name = "customers.merging"
    label = "merging"
    verbose_name = _("Merged customers")
