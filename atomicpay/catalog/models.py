"""What is sold: products, how they are delivered, the plans they are sold on, and who may see them."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import in_workspace, owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import (
    CodeField,
    CurrencyField,
    Fold,
    MinorUnitsField,
    PublicIdField,
    WorkspaceForeignKey,
)
from atomicpay.workspaces.models import Invitation, Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_PRODUCT, IS_PRODUCT


class Product(WorkspaceOwned):
    """Something a business sells."""

    product_rule = IS_PRODUCT

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        MENTORSHIP = "mentorship", _("Mentorship")
        COMMUNITY = "community", _("Community")
        SERVICE = "service", _("Service")
        SOFTWARE = "software", _("Software")
        EBOOK = "ebook", _("Ebook")
        LINK_DELIVERY = "link_delivery", _("Links")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    class Delivery(models.TextChoices):
        EXTERNAL_MEMBERS_AREA = "external_members_area", _("Members area of another platform")
        ATOMIC_MEMBERS = "atomic_members", _("AtomicMembers")
        NONE = "none", _("Nothing to open")
        EBOOK_FILE = "ebook_file", _("Ebook file")
        LINKS = "links", _("Links")

    public_id = PublicIdField()
    name = models.TextField(_("name"))
    name_sort = models.GeneratedField(
        expression=Fold("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    delivery = models.CharField(_("delivery"), max_length=25, choices=Delivery, default=Delivery.NONE)
    delivery_platform = models.CharField(_("platform"), max_length=100, blank=True, default="")
    delivery_links = models.JSONField(
        _("links"), default=list, blank=True, help_text=_('A list of {"label": …, "url": …}.')
    )
    access_within_minutes = models.PositiveIntegerField(
        _("usual minutes until access"), null=True, blank=True
    )
    refund_days = models.PositiveSmallIntegerField(_("refund window in days"), null=True, blank=True)
    support_email = models.EmailField(_("support email"), blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta(WorkspaceOwned.Meta):
        db_table = "product"
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name_sort", "id"]
        constraints = [
            *owned("product"),
            public_id_once("product"),
            in_workspace("product"),
            UniqueConstraint(
                fields=["workspace", "provider", "external_id"],
                name="product_external",
                violation_error_message=_("There is a product of this provider with that external id."),
            ),
            CheckConstraint(condition=~Q(name=""), name="product_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PaymentModel(models.TextChoices):
    """How a price is charged. Card instalments are not one: they are one sale and one charge."""

    ONE_TIME = "one_time", _("One-time")
    RECURRING = "recurring", _("Recurring")
    INSTALLMENT_PLAN = "installment_plan", _("Instalment plan")


class Plan(WorkspaceOwned):
    """A price at which a product is sold (an offer)."""

    product_rule = BY_PRODUCT

    class Type(models.TextChoices):
        STANDARD = "standard", _("Standard")
        TRIAL = "trial", _("Trial")
        FREE = "free", _("Free")
        LIFETIME = "lifetime", _("Lifetime")

    class Interval(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    public_id = PublicIdField()
    product = WorkspaceForeignKey(Product, related_name="plans", verbose_name=_("product"))
    name = models.TextField(_("name"))
    payment_model = models.CharField(
        _("payment model"), max_length=16, choices=PaymentModel, default=PaymentModel.ONE_TIME
    )
    plan_type = models.CharField(_("plan type"), max_length=8, choices=Type, default=Type.STANDARD)
    # Empty when the source's word for it is not known: it is never guessed.
    interval = models.CharField(_("interval"), max_length=5, choices=Interval, blank=True, default="")
    interval_count = models.PositiveSmallIntegerField(_("every"), default=1)
    source_frequency = models.CharField(_("frequency as received"), max_length=60, blank=True, default="")
    max_charges = models.PositiveSmallIntegerField(_("charges"), null=True, blank=True)
    trial_days = models.PositiveSmallIntegerField(_("trial days"), default=0)
    amount = MinorUnitsField(_("price in minor units"))
    currency = CurrencyField(_("currency"))
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"))
    is_active = models.BooleanField(_("on sale"), default=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "plan"
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["name", "id"]
        constraints = [
            *owned("plan"),
            public_id_once("plan"),
            same_workspace("plan", "product", "catalog.Product"),
            UniqueConstraint(
                fields=["workspace", "provider", "external_id"],
                name="plan_external",
                violation_error_message=_("There is a plan of this provider with that external id."),
            ),
            CheckConstraint(condition=Q(amount__gte=0), name="plan_amount_not_negative"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="plan_currency_iso"),
        ]
        indexes = [Index(fields=["workspace", "product"], name="plan_product_i")]

    def __str__(self) -> str:
        return self.name


class ProductGrant(WorkspaceOwned):
    """One product that a member limited to selected products may see."""

    membership = WorkspaceForeignKey(
        Membership, on_delete=models.CASCADE, related_name="product_grants", verbose_name=_("member")
    )
    product = WorkspaceForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "product_grant"
        verbose_name = _("product access")
        verbose_name_plural = _("product access")
        constraints = [
            *owned("product_grant"),
            same_workspace("product_grant", "membership", "workspaces.Membership"),
            same_workspace("product_grant", "product", "catalog.Product"),
            UniqueConstraint(fields=["workspace", "membership", "product"], name="product_grant_once"),
        ]
        indexes = [Index(fields=["workspace", "product"], name="product_grant_product_i")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.product_id}"


class InvitationProduct(WorkspaceOwned):
    """One product that an invited member will be limited to."""

    invitation = WorkspaceForeignKey(Invitation, on_delete=models.CASCADE, related_name="product_grants")
    product = WorkspaceForeignKey(Product, on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        db_table = "invitation_product"
        constraints = [
            *owned("invitation_product"),
            same_workspace("invitation_product", "invitation", "workspaces.Invitation"),
            same_workspace("invitation_product", "product", "catalog.Product"),
            UniqueConstraint(fields=["workspace", "invitation", "product"], name="invitation_product_once"),
        ]
        indexes = [Index(fields=["workspace", "product"], name="invitation_product_product_i")]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.product_id}"
