"""The app of the doors for programs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "atomicpay.api"
    label = "api"
    verbose_name = _("API")
