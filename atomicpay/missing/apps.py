"""The room that answers why a record is not where somebody expects it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.explainers import EMPTY_LIST, NO_SUBSCRIPTION, register_explainer


class MissingConfig(AppConfig):
    name = "atomicpay.missing"
    label = "missing"
    verbose_name = _("Missing records")

    def ready(self) -> None:
        """Answer for the pages that ask; they know nothing of this room."""
        from .pages import explain_empty_list, explain_no_subscription  # needs the models of every app

        register_explainer(EMPTY_LIST, explain_empty_list)
        register_explainer(NO_SUBSCRIPTION, explain_no_subscription)
