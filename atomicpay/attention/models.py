"""What the checks found, kept so that it can be listed, exported and dismissed; and how far the worker is."""

from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.workspaces.constraints import in_workspace, owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER, BY_PRODUCT, ProductRule
from customers.models import Customer, always_live, of_live_customer
from sales.models import Sale
from subscriptions.models import Subscription

from .facts import Check

BY_PRODUCT_AND_CUSTOMER = ProductRule(f"({BY_PRODUCT.sql} AND {BY_CUSTOMER.sql})")
"""A finding may be about a subscription of another record: its product is then one that the customer has
nothing of, and who cannot see the customer must not learn of it."""

LONGEST_REASON = 500


class Finding(WorkspaceOwned):
    """Something a check failed on.

    Everything that decides it is of one product, so that a member limited to products finds the very same as
    the worker did, or nothing. `subject` names what it is about and stays the same while the evidence
    changes; `digest` changes with it. `closed_at` is when it was gone: only what was dismissed at some time
    is kept after that, to say so if it comes back.
    """

    product_rule = BY_PRODUCT_AND_CUSTOMER

    public_id = PublicIdField()
    customer = WorkspaceForeignKey(
        Customer, on_delete=models.CASCADE, related_name="findings", verbose_name=_("customer")
    )
    customer_live = always_live()
    product = WorkspaceForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )
    sale = WorkspaceForeignKey(
        Sale, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("sale")
    )
    subscription = WorkspaceForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("subscription")
    )
    check_code = CodeField(_("check"))
    subject = CodeField(_("about"))
    evidence = models.JSONField(_("evidence"), default=dict)
    digest = CodeField(_("digest"))
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    closed_at = models.DateTimeField(_("gone"), null=True, blank=True)
    dismissed_digest = CodeField(_("dismissed with"), blank=True, default="")
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    dismissed_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("dismissed by")
    )
    dismiss_reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True, default="")
    # Dismissed with the very evidence that there is now.
    is_dismissed = models.GeneratedField(
        expression=ExpressionWrapper(Q(dismissed_digest=F("digest")), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "finding"
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            *owned("finding"),
            public_id_once("finding"),
            of_live_customer("finding"),
            same_workspace("finding", "product", "catalog.Product"),
            same_workspace("finding", "sale", "sales.Sale"),
            same_workspace("finding", "subscription", "subscriptions.Subscription"),
            same_workspace("finding", "dismissed_by", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "customer", "check_code", "subject"], name="finding_once"),
            CheckConstraint(condition=~Q(digest=""), name="finding_has_digest"),
        ]
        indexes = [
            Index(
                F("workspace"),
                F("found_at").desc(),
                F("id").desc(),
                condition=Q(closed_at=None),
                name="finding_recent_i",
            ),
            # Few values many times; counts of the list and of its choices are read from it alone.
            Index(
                fields=["workspace", "is_dismissed", "check_code", "product"],
                condition=Q(closed_at=None),
                name="finding_kind_i",
            ),
            Index(fields=["workspace", "sale"], condition=Q(sale__isnull=False), name="finding_sale_i"),
            Index(
                fields=["workspace", "subscription"],
                condition=Q(subscription__isnull=False),
                name="finding_subscription_i",
            ),
        ]

    def __str__(self) -> str:
        return self.check_code

    @property
    def check_of_table(self) -> Check:
        """The check that found it."""
        return Check(self.check_code)


class Rounds(WorkspaceOwned):
    """How far the worker is in a workspace: one row.

    `checked_until`: what was written before then has been looked at. A full round goes through the customers
    by their ids; `round_after` is the last one that is done.
    """

    checked_until = models.DateTimeField(_("checked up to"), null=True, blank=True)
    round_began_at = models.DateTimeField(_("round began"), null=True, blank=True)
    round_after = models.BigIntegerField(_("round is at"), default=0)
    round_done = models.BigIntegerField(_("customers checked"), default=0)
    round_ended_at = models.DateTimeField(_("round ended"), null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "attention_rounds"
        verbose_name = _("round of checks")
        verbose_name_plural = _("rounds of checks")
        constraints = [
            *owned("attention_rounds"),
            in_workspace("attention_rounds"),
            UniqueConstraint(fields=["workspace"], name="attention_rounds_once"),
        ]

    def __str__(self) -> str:
        return f"{self.checked_until}"
