"""The room that checks what does not fit, and keeps a list of what needs attention."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.explainers import CUSTOMER_CHECKS, SALE_CHECKS, SUBSCRIPTION_CHECKS, register_explainer


class AttentionConfig(AppConfig):
    name = "atomicpay.attention"
    label = "attention"
    verbose_name = _("Needs attention")

    def ready(self) -> None:
        """Check what the pages show, and what an import has written; they know nothing of this room."""
        from sales.intake.afterwards import after_import

        from .pages import (
            checks_of_customer,
            checks_of_sale,
            checks_of_subscription,
        )  # need every app's models
        from .tasks import check_soon

        register_explainer(CUSTOMER_CHECKS, checks_of_customer)
        register_explainer(SALE_CHECKS, checks_of_sale)
        register_explainer(SUBSCRIPTION_CHECKS, checks_of_subscription)
        after_import(check_soon)
