"""What a merge did: who, when, why, and every row that it moved and every value that it wrote over."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import RowSecurity, owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import NEVER
from customers.models import Customer


class Merge(WorkspaceOwned):
    """Records that became one: the survivor, by whom, when and why, and how it was undone.

    `counts` says by relation how many rows were moved, united and changed; `spend` what they had spent, in
    each currency, before and after. `columns` and `marks` are by table: the columns that were compared, and
    the highest id there was, so that an undo knows what is new.
    """

    # A merge tells of any product.
    product_rule = NEVER

    public_id = PublicIdField()
    survivor = WorkspaceForeignKey(Customer, related_name="merges", verbose_name=_("survivor"))
    member = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    reason = models.TextField(_("reason"))
    is_forced = models.BooleanField(_("in spite of different documents"), default=False)
    counts = models.JSONField(_("rows"), default=dict)
    spend = models.JSONField(_("lifetime spend"), default=dict)
    columns = models.JSONField(default=dict, editable=False)
    marks = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True, editable=False)
    undone_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("undone by")
    )
    undo_reason = models.TextField(_("why undone"), blank=True, default="")
    undo_counts = models.JSONField(_("rows that went back"), default=dict)

    class Meta(WorkspaceOwned.Meta):
        db_table = "merge"
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            *owned("merge"),
            public_id_once("merge"),
            same_workspace("merge", "survivor", "customers.Customer"),
            same_workspace("merge", "member", "workspaces.Membership"),
            same_workspace("merge", "undone_by", "workspaces.Membership"),
            CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]
        indexes = [
            Index(F("workspace"), F("at").desc(), F("id").desc(), name="merge_recent_i"),
            Index(fields=["workspace", "survivor"], name="merge_survivor_i"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d}"

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None


class MergedRecord(WorkspaceOwned):
    """One of the records that a merge took in."""

    product_rule = NEVER

    merge = WorkspaceForeignKey(Merge, on_delete=models.CASCADE, related_name="records")
    customer = WorkspaceForeignKey(Customer, related_name="mergers", verbose_name=_("customer"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "merged_record"
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")
        constraints = [
            *owned("merged_record"),
            same_workspace("merged_record", "merge", "merging.Merge"),
            same_workspace("merged_record", "customer", "customers.Customer"),
            UniqueConstraint(fields=["workspace", "merge", "customer"], name="merged_record_once"),
        ]
        indexes = [Index(fields=["workspace", "customer"], name="merged_record_customer_i")]

    def __str__(self) -> str:
        return str(self.customer_id)


class RowKind(models.TextChoices):
    """What a merge did to a row, or with "new" that it came after and an undo was told to take it along."""

    MOVED = "moved", _("Moved")
    ABSORBED = "absorbed", _("United with another")
    CHANGED = "changed", _("Changed")
    DERIVED = "derived", _("Derived")
    NEW = "new", _("New")


class RowOutcome(models.TextChoices):
    """What an undo did with it."""

    NONE = "", _("As merged")
    BACK = "back", _("Went back")
    STAYED = "stayed", _("Stayed")
    ELSEWHERE = "elsewhere", _("Gone since")


class MergedRow(WorkspaceOwned):
    """One row that a merge touched.

    relation  the key by which it belongs to a customer: "sales.Sale.customer"
    row_id    its id
    origin    the id of the customer whose it was
    keeper    for one that was united with another: the id of that row
    before    the values that the merge wrote over; the whole row where it was united
    after     what it wrote in their place
    digest    of the whole row as the merge left it

    `before` and `after` are emptied by an undo, which is the last to need them, and deleted with the person.
    """

    product_rule = NEVER

    merge = WorkspaceForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    kind = CodeField(_("what"), choices=RowKind)
    relation = CodeField(_("table"))
    row_id = models.BigIntegerField(_("row"))
    origin = models.BigIntegerField(_("from"))
    keeper = models.BigIntegerField(_("united with"), null=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    digest = models.BigIntegerField(null=True)
    outcome = CodeField(_("undone"), choices=RowOutcome, blank=True, default=RowOutcome.NONE)

    class Meta(WorkspaceOwned.Meta):
        db_table = "merged_row"
        verbose_name = _("row of a merge")
        verbose_name_plural = _("rows of merges")
        constraints = [
            RowSecurity(name="merged_row_rls"),
            same_workspace("merged_row", "merge", "merging.Merge"),
            CheckConstraint(condition=Q(kind__in=RowKind.values), name="merged_row_kind_known"),
        ]
        indexes = [Index(fields=["workspace", "merge", "relation", "row_id"], name="merged_row_i")]

    def __str__(self) -> str:
        return f"{self.relation} {self.row_id}"
