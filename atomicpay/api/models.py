"""The tokens with which programs of a workspace are let in."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned


class ApiToken(WorkspaceOwned):
    """A secret that lets a program in; only its hash is kept. Revoked ones stay: the log names them."""

    public_id = PublicIdField()
    name = models.CharField(_("name"), max_length=60)
    # The SHA-256 of a secret of 256 bits: a copy of the table opens no door.
    token_hash = CodeField(unique=True, editable=False)
    # How the secret begins, so that people can tell which one a program has.
    prefix = CodeField(_("begins with"), editable=False)
    created_by = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made"), default=now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    # To the hour: writing it for each request would make them wait for each other.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, editable=False, verbose_name=_("revoked by")
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "api_token"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            *owned("api_token"),
            public_id_once("api_token"),
            same_workspace("api_token", "created_by", "workspaces.Membership"),
            same_workspace("api_token", "revoked_by", "workspaces.Membership"),
            CheckConstraint(condition=~Q(name=""), name="api_token_has_name"),
        ]
        indexes = [Index(fields=["workspace", "-created_at", "-id"], name="api_token_recent_i")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        """Whether it lets anybody in at a moment."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)
