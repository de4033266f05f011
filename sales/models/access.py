"""What the delivering platform reported about a buyer's access. This product never grants any."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.workspaces.constraints import owned, same_workspace
from atomicpay.workspaces.fields import CodeField, WorkspaceForeignKey
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_PRODUCT
from customers.models import Customer, always_live, of_live_customer
from subscriptions.models import Subscription

from ..states import AccessStatus
from .sales import Sale


class AccessGrant(WorkspaceOwned):
    """Access of a customer to a product, by a sale or a subscription."""

    product_rule = BY_PRODUCT

    customer = WorkspaceForeignKey(Customer, related_name="access_grants", verbose_name=_("customer"))
    customer_live = always_live()
    product = WorkspaceForeignKey(Product, related_name="access_grants", verbose_name=_("product"))
    sale = WorkspaceForeignKey(
        Sale, on_delete=models.CASCADE, related_name="access_grants", null=True, blank=True
    )
    subscription = WorkspaceForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="access_grants", null=True, blank=True
    )
    status = CodeField(_("status"), choices=AccessStatus)
    is_manual = models.BooleanField(_("by hand"), default=False)
    granted_at = models.DateTimeField(_("granted"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoke_reason = models.TextField(_("revoke reason"), blank=True, default="")
    first_access_at = models.DateTimeField(_("first access"), null=True, blank=True)
    source = CodeField(_("source"), blank=True, default="manual")
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta(WorkspaceOwned.Meta):
        db_table = "access_grant"
        verbose_name = _("access")
        verbose_name_plural = _("access")
        constraints = [
            *owned("access_grant"),
            of_live_customer("access_grant"),
            same_workspace("access_grant", "product", "catalog.Product"),
            same_workspace("access_grant", "sale", "sales.Sale"),
            same_workspace("access_grant", "subscription", "subscriptions.Subscription"),
            CheckConstraint(condition=Q(status__in=AccessStatus.values), name="access_grant_status_known"),
        ]
        indexes = [
            Index(fields=["workspace", "customer", "product"], name="access_grant_customer_i"),
            Index(fields=["workspace", "sale"], name="access_grant_sale_i"),
            Index(fields=["workspace", "subscription"], name="access_grant_subscription_i"),
            BrinIndex(fields=["created_at"], autosummarize=True, name="access_grant_recorded_b"),
        ]

    def __str__(self) -> str:
        return self.status
