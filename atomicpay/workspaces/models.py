"""Who uses the product and where: users, workspaces, memberships and invitations."""

from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from .constraints import in_workspace, owned, public_id_once, same_workspace
from .fields import CodeField, CurrencyField, PublicIdField, WorkspaceForeignKey
from .owned import OwnedManager, OwnedQuerySet, WorkspaceOwned
from .permissions import GRANTED, PERMISSIONS, Role, permissions_of

_SESSION_SALT: Final = "atomicpay.workspaces.models.User.session"


class UserManager(BaseUserManager["User"]):
    """Users are named by their email."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they can only sign in after a reset."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator of the installation. That alone opens no workspace."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def end_sessions(self, user_id: int) -> None:
        """Sign a person out everywhere, from their next request on."""
        self.filter(pk=user_id).update(session_generation=F("session_generation") + 1)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Global: one person may be a member of several workspaces."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("email"), max_length=320, unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=now, editable=False)
    # Part of what a session is signed with: those begun under an earlier number are over.
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "account"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [UniqueConstraint(Lower("email"), name="account_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own, which both of its public methods go by, with the generation beside the password.
        signed = f"{self.password}.{self.session_generation}"
        return salted_hmac(_SESSION_SALT, signed, secret=secret, algorithm="sha256").hexdigest()


class Workspace(models.Model):
    """A business. Global: it is what everything else belongs to."""

    class Registration(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        COMPANY = "company", _("Company")

    class Colour(models.TextChoices):
        TEAL = "teal", _("Teal")
        PLUM = "plum", _("Plum")
        INDIGO = "indigo", _("Indigo")
        FOREST = "forest", _("Forest")
        RUST = "rust", _("Rust")
        OCHRE = "ochre", _("Ochre")
        CRIMSON = "crimson", _("Crimson")
        GRAPHITE = "graphite", _("Graphite")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True, default="")
    registration = models.CharField(
        _("registration"), max_length=10, choices=Registration, default=Registration.COMPANY
    )
    document = CodeField(_("CPF or CNPJ"), blank=True, default="")
    contact_email = models.EmailField(_("contact email"), blank=True, default="")
    contact_phone = CodeField(_("contact phone"), blank=True, default="")
    default_currency = CurrencyField(_("default currency"), default="BRL")
    timezone = models.CharField(_("time zone"), max_length=64, default="America/Sao_Paulo")
    colour = models.CharField(_("colour"), max_length=8, choices=Colour, default=Colour.TEAL)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ACTIVE)
    requires_two_factor = models.BooleanField(_("members must use two-factor sign-in"), default=False)
    created_at = models.DateTimeField(_("created"), default=now, editable=False)

    class Meta:
        db_table = "workspace"
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        constraints = [
            CheckConstraint(condition=Q(default_currency__regex="^[A-Z]{3}$"), name="workspace_currency_iso"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which this workspace reads days and times."""
        return ZoneInfo(self.timezone)

    @property
    def initials(self) -> str:
        """One or two letters for the tile that stands for the workspace."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def root(self) -> str:
        """The path at which the workspace is mounted."""
        return f"/w/{self.slug}/"

    def absolute_url(self, path: str = "") -> str:
        """A full address inside the workspace, for mails and tasks; `path` is relative to the mount.

        Built from SITE_URL, never from a request's Host header.
        """
        return f"{settings.SITE_URL.rstrip('/')}{self.root}{path.lstrip('/')}"


class ProductAccess(models.TextChoices):
    """Whether a member sees all products or only selected ones (`catalog.ProductGrant`)."""

    ALL = "all", _("All products")
    SELECTED = "selected", _("Selected products")


class MembershipQuerySet(OwnedQuerySet["Membership"]):
    """Reads of members."""

    def current(self) -> "MembershipQuerySet":
        """Members who have not been removed and whose user may sign in."""
        return self.filter(ended_at=None, user__is_active=True)


MembershipManager = OwnedManager.from_queryset(MembershipQuerySet)


class Membership(WorkspaceOwned):
    """A person's place in a workspace."""

    public_id = PublicIdField()
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="memberships",
        db_index=False,
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    product_access = models.CharField(
        _("product access"), max_length=8, choices=ProductAccess, default=ProductAccess.ALL
    )
    extra_permissions = ArrayField(
        CodeField(choices=list(GRANTED.items())),
        verbose_name=_("permissions beyond the role"),
        default=list,
        blank=True,
    )
    # The columns that the member chose, by the name of the list: {"customers": ["phone", "lifetime_spend"]}.
    # The kernel knows no list; whoever reads it passes over what is not known any more.
    list_columns = models.JSONField(_("columns of lists"), default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("member since"), default=now, editable=False)
    ended_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    objects: ClassVar = MembershipManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "membership"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            *owned("membership"),
            public_id_once("membership"),
            in_workspace("membership"),
            UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
        ]
        indexes = [Index(fields=["user", "workspace"], name="membership_user_i")]

    def __str__(self) -> str:
        return str(self.user)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What the member may do: the role's permissions and the member's own."""
        return permissions_of(self.role, self.extra_permissions)

    def may(self, permission: str) -> bool:
        """Whether the member has a permission; raises KeyError for one that does not exist."""
        if permission not in PERMISSIONS:
            raise KeyError(permission)
        return permission in self.permissions


class Invitation(WorkspaceOwned):
    """An offer of a membership, sent to an email."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Revoked")

    public_id = PublicIdField()
    email = models.EmailField(_("email"), max_length=320)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    product_access = models.CharField(
        _("product access"), max_length=8, choices=ProductAccess, default=ProductAccess.ALL
    )
    # The SHA-256 of the secret in the mailed link: a copy of the table opens no door.
    token_hash = CodeField(unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.PENDING, editable=False
    )
    # Empty for the first owner of a workspace, whom the installation invites.
    invited_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("invited by"), editable=False
    )
    membership = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("became"), editable=False
    )
    sent_at = models.DateTimeField(_("sent"), default=now, editable=False)
    times_sent = models.PositiveSmallIntegerField(_("times sent"), default=1, editable=False)
    expires_at = models.DateTimeField(_("expires"), editable=False)
    ended_at = models.DateTimeField(_("answered or revoked"), null=True, blank=True, editable=False)

    class Meta(WorkspaceOwned.Meta):
        db_table = "invitation"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *owned("invitation"),
            public_id_once("invitation"),
            same_workspace("invitation", "invited_by", "workspaces.Membership"),
            same_workspace("invitation", "membership", "workspaces.Membership"),
            UniqueConstraint(
                F("workspace"),
                Lower("email"),
                condition=Q(status="pending"),
                name="invitation_pending_once",
                violation_error_message=_("This email has an invitation already; send it again instead."),
            ),
        ]
        indexes = [Index(Lower("email"), name="invitation_email_i", condition=Q(status="pending"))]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.status == self.Status.PENDING and self.expires_at > now()
