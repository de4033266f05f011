"""Money given back."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, same_workspace
from atomicpay.workspaces.fields import CodeField, WorkspaceForeignKey
from atomicpay.workspaces.triggers import add_to_daily_totals, recompute_customers
from customers.models import always_live, of_live_customer

from ..states import RefundStatus
from .payments import Payment
from .sales import OfSale, Sale, of_sale

REFUND_ENTRIES = (
    "SELECT workspace_id, coalesce(completed_at, requested_at) AS at, currency, 0::bigint AS gross,"
    " amount AS refunded, 0::bigint AS disputed, 0 AS sales, 1 AS refunds FROM {rows}"
    " WHERE status = 'succeeded' AND NOT is_test"
)


class Refund(OfSale):
    """A refund, whole or part. One without a sale is a cancellation whose source names no sale."""

    sale = WorkspaceForeignKey(  # type: ignore[assignment]  # unlike the others it may name none
        Sale, on_delete=models.CASCADE, related_name="refunds", null=True, blank=True, verbose_name=_("sale")
    )
    customer_live = always_live()
    payment = WorkspaceForeignKey(
        Payment, on_delete=models.SET_NULL, related_name="refunds", null=True, blank=True
    )
    status = CodeField(_("status"), choices=RefundStatus)
    reason = models.TextField(_("reason"), blank=True, default="")
    failure_reason = models.TextField(_("failure"), blank=True, default="")
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    is_test = models.BooleanField(_("test"), default=False)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    class Meta(OfSale.Meta):
        db_table = "refund"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            *owned("refund"),
            of_sale("refund"),
            of_live_customer("refund"),
            same_workspace("refund", "payment", "sales.Payment"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="refund_external"),
            CheckConstraint(condition=Q(amount__gte=0), name="refund_amount_not_negative"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="refund_currency_iso"),
            CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
        ]
        indexes = [
            Index(fields=["workspace", "sale"], name="refund_sale_i"),
            Index(fields=["workspace", "customer"], name="refund_customer_i"),
            Index(
                fields=["workspace", "completed_at", "sale"],
                condition=Q(status="succeeded"),
                name="refund_completed_i",
            ),
        ]
        triggers = [
            *recompute_customers(
                "spend", "customer_spend_recompute", ["currency", "amount", "status", "is_test"]
            ),
            *add_to_daily_totals(REFUND_ENTRIES),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.requested_at:%Y-%m-%d}"
