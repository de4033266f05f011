"""Who did what: one append-only table. The runtime role may insert into it and read it, nothing else."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Index
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import in_workspace, owned, same_workspace
from atomicpay.workspaces.fields import CodeField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned
from atomicpay.workspaces.predicate import NEVER

from .actions import words_for
from .querysets import AuditEntryQuerySet

AuditEntryManager = OwnedManager.from_queryset(AuditEntryQuerySet)


class AuditEntry(WorkspaceOwned):
    """One act of a member, or of the program itself when `actor` is empty.

    `detail` never holds the value of a document, an email or a phone: it names fields and counts.
    """

    # An entry tells of any product, so a member limited to some sees none of them.
    product_rule = NEVER

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = WorkspaceForeignKey(Membership, related_name="+", null=True, blank=True, verbose_name=_("who"))
    action = CodeField(_("what"))
    target_type = CodeField(_("kind"), blank=True, default="")
    target_id = models.BigIntegerField(_("record"), null=True, blank=True)
    target_label = models.CharField(_("record name"), max_length=200, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    detail = models.JSONField(_("detail"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    request_id = CodeField(_("request"), blank=True, default="")

    objects: ClassVar = AuditEntryManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        constraints = [
            *owned("audit_entry"),
            in_workspace("audit_entry"),
            same_workspace("audit_entry", "actor", "workspaces.Membership"),
        ]
        indexes = [
            Index(F("workspace"), F("at").desc(), F("id").desc(), name="audit_entry_recent_i"),
            Index(fields=["workspace", "target_type", "target_id"], name="audit_entry_target_i"),
            Index(fields=["workspace", "action", "-at"], name="audit_entry_action_i"),
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.target_label}" if self.target_label else self.words

    @property
    def words(self) -> str:
        """What was done, in words."""
        return words_for(self.action)
