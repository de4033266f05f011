"""Attempts to pay a sale."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned
from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.triggers import methods_of_customers

from ..states import PaymentMethod, PaymentStatus
from .sales import OfSale, of_sale


class Payment(OfSale):
    """One attempt. A sale has none (not on record), one, several (retries) or two at once (two cards).

    Of a card only its brand and last four digits are ever stored.
    """

    method = CodeField(_("method"), choices=PaymentMethod)
    status = CodeField(_("status"), choices=PaymentStatus)
    installments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    card_brand = CodeField(_("card brand"), blank=True, default="")
    card_last4 = CodeField(_("last four digits"), blank=True, default="")
    decline_reason = models.TextField(_("decline reason"), blank=True, default="")
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    external_id = CodeField(_("gateway id"), blank=True, default="")
    attempted_at = models.DateTimeField(_("attempted"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    class Meta(OfSale.Meta):
        db_table = "payment"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            *owned("payment"),
            of_sale("payment"),
            CheckConstraint(condition=Q(amount__gte=0), name="payment_amount_not_negative"),
            CheckConstraint(condition=Q(card_last4__regex=r"^(\d{4})?$"), name="payment_only_last_four"),
            CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="payment_method_known"),
        ]
        indexes = [
            Index(fields=["workspace", "sale"], name="payment_sale_i"),
            # Of all states, not of the paid alone: a merge counts and moves whatever somebody tried to pay.
            Index(
                fields=["workspace", "customer", "status", "method", "card_brand", "card_last4", "paid_at"],
                name="payment_customer_i",
            ),
            Index(fields=["workspace", "card_last4"], condition=~Q(card_last4=""), name="payment_last4_i"),
        ]
        triggers = methods_of_customers()

    def __str__(self) -> str:
        return f"{self.method} {self.status}"
