"""That a person was anonymised: when, by whom, why, what it touched, and which files have yet to go."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, same_workspace
from atomicpay.workspaces.fields import WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER
from customers.models import Customer


class Erasure(WorkspaceOwned):
    """One customer who was anonymised. It names nobody: the proof that a request was answered."""

    product_rule = BY_CUSTOMER

    customer = WorkspaceForeignKey(Customer, related_name="erasures", verbose_name=_("customer"))
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    member = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"))
    # How many rows of each table were deleted or emptied: {"customers.Note": 3}.
    touched = models.JSONField(_("touched"), default=dict)
    # Paths below the roots of exports and uploads that are to be deleted; no part of one names a person.
    files_left = ArrayField(models.TextField(), verbose_name=_("files to delete"), default=list, blank=True)
    # None until the files are gone, and with them what an export that ran meanwhile may have written.
    settled_at = models.DateTimeField(_("files gone"), null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "erasure"
        verbose_name = _("anonymised customer")
        verbose_name_plural = _("anonymised customers")
        constraints = [
            *owned("erasure"),
            same_workspace("erasure", "customer", "customers.Customer"),
            same_workspace("erasure", "member", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "customer"], name="erasure_once"),
            CheckConstraint(condition=~Q(reason=""), name="erasure_has_reason"),
            CheckConstraint(
                condition=Q(settled_at=None) | Q(files_left=[]), name="erasure_settled_without_files"
            ),
        ]
        indexes = [Index(fields=["workspace"], condition=Q(settled_at=None), name="erasure_unsettled_i")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
