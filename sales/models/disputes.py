"""Sales that a buyer, a bank or a platform contests."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned
from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.triggers import add_to_daily_totals, recompute_customers

from ..states import DISPUTED, DisputeKind, DisputeStatus
from .sales import OfSale, of_sale

DISPUTE_ENTRIES = (
    "SELECT workspace_id, opened_at AS at, currency, 0::bigint AS gross, 0::bigint AS refunded,"
    " amount AS disputed, 0 AS sales, 0 AS refunds FROM {rows}"
    f" WHERE NOT is_test AND status IN ({', '.join(repr(status) for status in DISPUTED)})"
)


class Dispute(OfSale):
    """A chargeback, a Pix return (MED) or a platform's claim. Its amount may differ from the sale's."""

    kind = CodeField(_("kind"), choices=DisputeKind)
    status = CodeField(_("status"), choices=DisputeStatus)
    reason = CodeField(_("reason"), blank=True, default="")
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    is_test = models.BooleanField(_("test"), default=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    evidence_due_at = models.DateTimeField(_("evidence due"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta(OfSale.Meta):
        db_table = "dispute"
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            *owned("dispute"),
            of_sale("dispute"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="dispute_external"),
            CheckConstraint(condition=Q(amount__gte=0), name="dispute_amount_not_negative"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="dispute_currency_iso"),
            CheckConstraint(condition=Q(status__in=DisputeStatus.values), name="dispute_status_known"),
        ]
        indexes = [
            Index(fields=["workspace", "sale"], name="dispute_sale_i"),
            Index(fields=["workspace", "customer", "status"], name="dispute_customer_i"),
            Index(fields=["workspace", "status", "opened_at"], name="dispute_status_i"),
        ]
        triggers = [
            *recompute_customers(
                "spend", "customer_spend_recompute", ["currency", "amount", "status", "is_test"]
            ),
            *add_to_daily_totals(DISPUTE_ENTRIES),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
