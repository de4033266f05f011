"""What is charged again and again: subscriptions and the events of their lives."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.constraints import owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import (
    CodeField,
    CurrencyField,
    MinorUnitsField,
    PublicIdField,
    WorkspaceForeignKey,
)
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned
from atomicpay.workspaces.predicate import BY_PRODUCT, ProductRule
from atomicpay.workspaces.triggers import reach_of_customers
from customers.models import Customer, always_live, of_live_customer

from .lifecycle import EventKind, SubscriptionStatus
from .querysets import SubscriptionQuerySet

BY_SUBSCRIPTION = ProductRule(
    "EXISTS (SELECT 1 FROM subscription reach WHERE reach.workspace_id = %(workspace)s"
    " AND reach.id = {alias}.subscription_id AND reach.product_id = ANY(%(products)s))"
)


SubscriptionManager = OwnedManager.from_queryset(SubscriptionQuerySet)


class CanceledBy(models.TextChoices):
    """Who ended a subscription."""

    CUSTOMER = "customer", _("Customer")
    SELLER = "seller", _("Seller")
    ADMIN = "admin", pgettext_lazy("role", "Admin")
    PAYMENT_FAILURE = "payment_failure", _("Failed payments")
    API = "api", _("API")
    UNKNOWN = "unknown", _("Unknown")


class Subscription(WorkspaceOwned):
    """An agreement to be charged for a product repeatedly."""

    product_rule = BY_PRODUCT

    public_id = PublicIdField()
    customer = WorkspaceForeignKey(Customer, related_name="subscriptions", verbose_name=_("customer"))
    customer_live = always_live()
    product = WorkspaceForeignKey(Product, related_name="subscriptions", verbose_name=_("product"))
    plan = WorkspaceForeignKey(
        Plan, related_name="subscriptions", null=True, blank=True, verbose_name=_("plan")
    )
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    status = CodeField(_("status"), choices=SubscriptionStatus)
    source_status = models.TextField(_("status as received"), blank=True, default="")
    started_at = models.DateTimeField(_("started"))
    trial_ends_at = models.DateTimeField(_("trial ends"), null=True, blank=True)
    current_period_start = models.DateTimeField(_("period began"), null=True, blank=True)
    current_period_end = models.DateTimeField(_("period ends"), null=True, blank=True)
    next_charge_at = models.DateTimeField(_("next charge"), null=True, blank=True)
    cancel_at_period_end = models.BooleanField(_("ends with its period"), default=False)
    canceled_at = models.DateTimeField(_("canceled"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=100, blank=True, default="")
    canceled_by = CodeField(_("canceled by"), choices=CanceledBy, blank=True, default="")
    charges_count = models.PositiveIntegerField(_("charges"), default=0)
    unpaid_count = models.PositiveIntegerField(_("unpaid charges"), default=0)
    billing_day = models.PositiveSmallIntegerField(_("billing day"), null=True, blank=True)
    amount = MinorUnitsField(_("amount in minor units"))
    currency = CurrencyField(_("currency"))
    source_updated_at = models.DateTimeField(_("changed at the source"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects: ClassVar = SubscriptionManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "subscription"
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            *owned("subscription"),
            public_id_once("subscription"),
            of_live_customer("subscription"),
            same_workspace("subscription", "product", "catalog.Product"),
            same_workspace("subscription", "plan", "catalog.Plan"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="subscription_external"),
            CheckConstraint(condition=Q(amount__gte=0), name="subscription_amount_not_negative"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="subscription_currency_iso"),
            CheckConstraint(
                condition=Q(status__in=SubscriptionStatus.values), name="subscription_status_known"
            ),
        ]
        indexes = [
            Index(F("workspace"), F("started_at").desc(), F("id").desc(), name="subscription_recent_i"),
            Index(fields=["workspace", "customer", "status", "product"], name="subscription_customer_i"),
            Index(fields=["workspace", "status", "customer"], name="subscription_status_i"),
            Index(fields=["workspace", "product", "customer"], name="subscription_product_i"),
            Index(fields=["workspace", "next_charge_at", "id"], name="subscription_next_charge_i"),
            Index(fields=["workspace", "ended_at", "id"], name="subscription_ended_i"),
            Index(fields=["workspace", "charges_count", "id"], name="subscription_charges_i"),
            Index(fields=["workspace", "currency", "amount", "id"], name="subscription_amount_i"),
            Index(fields=["workspace", "plan"], name="subscription_plan_i"),
            Index(
                fields=["workspace", "canceled_by"],
                condition=~Q(canceled_by=""),
                name="subscription_canceled_by_i",
            ),
            Index(
                fields=["workspace", "current_period_end"],
                condition=Q(cancel_at_period_end=True),
                name="subscription_ending_i",
            ),
            BrinIndex(fields=["created_at"], autosummarize=True, name="subscription_recorded_b"),
        ]
        triggers = reach_of_customers()

    def __str__(self) -> str:
        return self.external_id


class SubscriptionEvent(WorkspaceOwned):
    """Something that happened to a subscription. Late arrivals take their place by `occurred_at`."""

    product_rule = BY_SUBSCRIPTION

    subscription = WorkspaceForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="events", verbose_name=_("subscription")
    )
    kind = CodeField(_("kind"), choices=EventKind)
    from_status = CodeField(_("from"), choices=SubscriptionStatus, blank=True, default="")
    to_status = CodeField(_("to"), choices=SubscriptionStatus, blank=True, default="")
    is_illegal = models.BooleanField(_("a jump the lifecycle does not know"), default=False)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    source = CodeField(_("source"), blank=True, default="manual")
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "subscription_event"
        verbose_name = _("subscription event")
        verbose_name_plural = _("subscription events")
        constraints = [
            *owned("subscription_event"),
            same_workspace("subscription_event", "subscription", "subscriptions.Subscription"),
            CheckConstraint(condition=Q(kind__in=EventKind.values), name="subscription_event_kind_known"),
        ]
        indexes = [
            Index(
                fields=["workspace", "subscription", "occurred_at", "id"], name="subscription_event_when_i"
            ),
            Index(
                fields=["workspace", "subscription"],
                condition=Q(is_illegal=True),
                name="subscription_event_illegal_i",
            ),
            BrinIndex(fields=["recorded_at"], autosummarize=True, name="subscription_event_recorded_b"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d}"
