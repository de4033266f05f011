"""A sale, with the buyer as typed at the checkout, and the events of its life."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.constraints import (
    CompositeForeignKey,
    RowSecurity,
    owned,
    public_id_once,
    same_workspace,
)
from atomicpay.workspaces.fields import (
    CodeField,
    CurrencyField,
    MinorUnitsField,
    PublicIdField,
    WorkspaceForeignKey,
)
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned
from atomicpay.workspaces.predicate import BY_PRODUCT, BY_SALE
from atomicpay.workspaces.triggers import (
    add_to_daily_totals,
    add_to_tally,
    reach_of_customers,
    recompute_customers,
)
from customers.models import Customer, always_live, of_live_customer
from subscriptions.models import Subscription

from ..querysets import SaleQuerySet
from ..states import PAID, PaymentMethod, SaleStatus
from .waking import take_buyers_out_of_the_archive

SALE_ENTRIES = (
    "SELECT workspace_id, ordered_at AS at, currency, amount_charged AS gross, 0::bigint AS refunded,"
    " 0::bigint AS disputed, 1 AS sales, 0 AS refunds FROM {rows}"
    f" WHERE NOT is_test AND status IN ({', '.join(repr(status) for status in PAID)})"
)

KIND_OF_SALE = {
    name: name for name in ("product_id", "plan_id", "status", "method", "currency", "is_test")
} | {"is_charge": "subscription_id IS NOT NULL"}
"""What sales are counted by; see SaleTally."""


SaleManager = OwnedManager.from_queryset(SaleQuerySet)


class Sale(WorkspaceOwned):
    """One purchase of one product (the API of some platforms calls it a purchase)."""

    product_rule = BY_PRODUCT

    class OfferType(models.TextChoices):
        MAIN = "main", _("Main offer")
        ORDER_BUMP = "order_bump", _("Order bump")
        UPSELL = "upsell", _("Upsell")

    public_id = PublicIdField()
    customer = WorkspaceForeignKey(Customer, related_name="sales", verbose_name=_("customer"))
    customer_live = always_live()
    product = WorkspaceForeignKey(Product, related_name="sales", verbose_name=_("product"))
    plan = WorkspaceForeignKey(Plan, related_name="sales", null=True, blank=True, verbose_name=_("plan"))
    subscription = WorkspaceForeignKey(
        Subscription, related_name="charges", null=True, blank=True, verbose_name=_("subscription")
    )
    # 1 is the first charge of a subscription; more is a renewal.
    recurrence_number = models.PositiveSmallIntegerField(_("charge number"), null=True, blank=True)
    parent_sale = WorkspaceForeignKey(
        "self", related_name="added_sales", null=True, blank=True, verbose_name=_("bought with")
    )
    offer_type = CodeField(_("offer"), choices=OfferType, default=OfferType.MAIN)

    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    reference = CodeField(_("reference"))
    status = CodeField(_("status"), choices=SaleStatus)
    source_status = models.TextField(_("status as received"), blank=True, default="")
    method = CodeField(_("payment method"), choices=PaymentMethod, blank=True, default="")
    installments = models.PositiveSmallIntegerField(_("instalments"), default=1)

    currency = CurrencyField(_("currency"))
    amount_charged = MinorUnitsField(_("amount"))
    amount_list = MinorUnitsField(_("list price"), null=True, blank=True)
    amount_discount = MinorUnitsField(_("discount"), null=True, blank=True)
    amount_tax = MinorUnitsField(_("tax"), null=True, blank=True)
    amount_fee = MinorUnitsField(_("fee"), null=True, blank=True)
    amount_net = MinorUnitsField(_("net of fees"), null=True, blank=True)
    settlement_amount = MinorUnitsField(_("settled"), null=True, blank=True)
    settlement_currency = CurrencyField(_("settlement currency"), blank=True, default="")

    buyer_name = models.TextField(_("buyer's name"), blank=True, default="")
    buyer_email = models.TextField(_("buyer's email"), blank=True, default="")
    buyer_document = CodeField(_("buyer's document"), blank=True, default="")
    buyer_phone = models.TextField(_("buyer's phone"), blank=True, default="")

    coupon = models.TextField(_("coupon"), blank=True, default="")
    utm_source = models.TextField("utm_source", blank=True, default="")
    utm_campaign = models.TextField("utm_campaign", blank=True, default="")
    affiliate = models.TextField(_("affiliate"), blank=True, default="")
    agent = models.TextField(_("agent"), blank=True, default="")
    is_test = models.BooleanField(_("test"), default=False)

    ordered_at = models.DateTimeField(_("ordered"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    refundable_until = models.DateTimeField(_("refund window ends"), null=True, blank=True)
    source_updated_at = models.DateTimeField(_("changed at the source"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects: ClassVar = SaleManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "sale"
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        constraints = [
            *owned("sale"),
            public_id_once("sale"),
            of_live_customer("sale"),
            same_workspace("sale", "product", "catalog.Product"),
            same_workspace("sale", "plan", "catalog.Plan"),
            same_workspace("sale", "subscription", "subscriptions.Subscription"),
            same_workspace("sale", "parent_sale", "sales.Sale"),
            # What refunds, disputes and payments point at: their customer is the sale's, also after a merge.
            UniqueConstraint(fields=["workspace", "id", "customer"], name="sale_ws_id_customer"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="sale_external"),
            CheckConstraint(condition=Q(amount_charged__gte=0), name="sale_amount_not_negative"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="sale_currency_iso"),
            CheckConstraint(condition=Q(status__in=SaleStatus.values), name="sale_status_known"),
        ]
        indexes = [
            # Counts of a range of days by status or currency are answered from it alone.
            Index(
                fields=["workspace", "-ordered_at", "-id"],
                include=["currency", "status", "is_test"],
                name="sale_recent_i",
            ),
            # The customer page reads it in order; the totals are recomputed from it alone.
            Index(
                fields=["workspace", "customer", "-ordered_at", "-id"],
                include=["currency", "amount_charged", "status", "is_test", "recurrence_number"],
                name="sale_customer_i",
            ),
            Index(
                fields=["workspace", "product", "customer"],
                include=["currency", "amount_charged", "status"],
                condition=Q(is_test=False, status__in=PAID),
                name="sale_bought_i",
            ),
            Index(fields=["workspace", "reference"], name="sale_reference_i"),
            Index(fields=["workspace", "currency", "amount_charged", "id"], name="sale_amount_i"),
            Index(
                F("workspace"), F("product"), F("ordered_at").desc(), F("id").desc(), name="sale_product_i"
            ),
            Index(
                fields=["workspace", "subscription"],
                condition=Q(subscription__isnull=False),
                name="sale_subscription_i",
            ),
            Index(
                fields=["workspace", "parent_sale"],
                condition=Q(parent_sale__isnull=False),
                name="sale_parent_i",
            ),
            Index(
                F("workspace"),
                F("ordered_at").desc(),
                F("id").desc(),
                condition=Q(is_test=True),
                name="sale_test_i",
            ),
            # Few values many times: an entry takes six bytes. It finds the rare ones of each.
            Index(fields=["workspace", "status", "product", "plan", "method"], name="sale_kind_i"),
            Index(
                F("workspace"),
                F("approved_at").desc(),
                F("id").desc(),
                condition=Q(approved_at__isnull=False),
                name="sale_approved_i",
            ),
            Index(
                F("workspace"),
                F("completed_at").desc(),
                F("id").desc(),
                condition=Q(completed_at__isnull=False),
                name="sale_completed_i",
            ),
            # By the email typed when a subscription was first paid; see atomicpay.attention.
            Index(
                fields=["workspace", "buyer_email"],
                condition=Q(recurrence_number=1, subscription__isnull=False),
                name="sale_first_charge_i",
            ),
            # A few pages that find what was recorded of late.
            BrinIndex(fields=["created_at"], autosummarize=True, name="sale_recorded_b"),
        ]
        triggers = [
            *recompute_customers(
                "spend",
                "customer_spend_recompute",
                ["currency", "amount_charged", "status", "is_test", "recurrence_number", "ordered_at"],
            ),
            *reach_of_customers(),
            *add_to_daily_totals(SALE_ENTRIES),
            *add_to_tally("sale_tally", KIND_OF_SALE, "sales"),
            take_buyers_out_of_the_archive(),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_renewal(self) -> bool:
        """Whether this is a later charge of a subscription."""
        return (self.recurrence_number or 0) > 1


class OfSale(WorkspaceOwned):
    """A row about one sale; its customer is always the sale's and follows it through a merge."""

    product_rule = BY_SALE

    sale = WorkspaceForeignKey(Sale, on_delete=models.CASCADE, related_name="%(class)ss")
    customer = WorkspaceForeignKey(Customer, related_name="%(class)ss")
    currency = CurrencyField(_("currency"))
    amount = MinorUnitsField(_("amount"))

    class Meta(WorkspaceOwned.Meta):
        abstract = True


def of_sale(table: str) -> CompositeForeignKey:
    """The sale is of the same workspace and the same customer."""
    return CompositeForeignKey(
        name=f"{table}_sale_same_ws",
        fields=["workspace", "sale", "customer"],
        to="sales.Sale",
        to_fields=["workspace", "id", "customer"],
        actions="ON UPDATE CASCADE",
    )


class SaleEvent(WorkspaceOwned):
    """A change of a sale's state, as it was received. Late arrivals take their place by `occurred_at`."""

    product_rule = BY_SALE

    sale = WorkspaceForeignKey(Sale, on_delete=models.CASCADE, related_name="events")
    from_status = CodeField(_("from"), choices=SaleStatus, blank=True, default="")
    to_status = CodeField(_("to"), choices=SaleStatus)
    source_status = models.TextField(_("status as received"), blank=True, default="")
    is_illegal = models.BooleanField(_("a jump the lifecycle does not know"), default=False)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    source = CodeField(_("source"), blank=True, default="manual")

    class Meta(WorkspaceOwned.Meta):
        db_table = "sale_event"
        verbose_name = _("sale event")
        verbose_name_plural = _("sale events")
        constraints = [
            RowSecurity(name="sale_event_rls"),
            same_workspace("sale_event", "sale", "sales.Sale"),
        ]
        indexes = [
            Index(fields=["workspace", "sale", "occurred_at", "id"], name="sale_event_when_i"),
            Index(fields=["workspace", "sale"], condition=Q(is_illegal=True), name="sale_event_illegal_i"),
            BrinIndex(fields=["recorded_at"], autosummarize=True, name="sale_event_recorded_b"),
        ]

    def __str__(self) -> str:
        return f"{self.to_status} {self.occurred_at:%Y-%m-%d}"
