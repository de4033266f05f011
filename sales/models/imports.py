"""Files that were imported: what was asked, how the work stands, and what came of each row."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import in_workspace, owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import NEVER

from ..intake.reasons import Reason


class ImportState(models.TextChoices):
    """How an import stands. `refused` wrote nothing; `failed` may have written a part."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    SALES = "sales", _("Sales")
    MESSAGES = "messages", _("Support messages")


class ImportRun(WorkspaceOwned):
    """One import of one file by one mapping. The row is the truth; the queue only carries its id."""

    # An import tells of any product.
    product_rule = NEVER

    public_id = PublicIdField()
    # What people call it: I-0017. Counted in each workspace by itself.
    number = models.PositiveIntegerField(_("number"), editable=False)
    started_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("asked by")
    )
    kind = CodeField(_("rows are"), choices=ImportKind, default=ImportKind.SALES, editable=False)
    requested_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)

    file_name = models.CharField(_("file"), max_length=200)
    # Whether the file lies in UPLOAD_ROOT; a command reads its own where it is.
    is_stored = models.BooleanField(default=False, editable=False)
    sha256 = CodeField(_("SHA-256"), blank=True, default="")
    mapping = models.JSONField(_("mapping"), default=dict)
    is_all_or_nothing = models.BooleanField(_("nothing if a row is bad"), default=False)

    state = CodeField(_("state"), choices=ImportState, default=ImportState.QUEUED)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    failure = CodeField(_("reason of failure"), blank=True, default="")
    failure_detail = models.TextField(blank=True, default="")

    # None until the file has been read.
    rows_total = models.BigIntegerField(_("rows to write"), null=True, blank=True)
    rows_done = models.BigIntegerField(_("rows written so far"), default=0)
    rows_read = models.BigIntegerField(_("rows read"), default=0)
    rows_new = models.BigIntegerField(_("new"), default=0)
    rows_changed = models.BigIntegerField(_("changed"), default=0)
    rows_unchanged = models.BigIntegerField(_("unchanged"), default=0)
    rows_ignored = models.BigIntegerField(_("ignored by the mapping"), default=0)
    rows_refused = models.BigIntegerField(_("refused"), default=0)
    customers_new = models.BigIntegerField(_("new customers"), default=0)

    class Meta(WorkspaceOwned.Meta):
        db_table = "import_run"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            *owned("import_run"),
            public_id_once("import_run"),
            in_workspace("import_run"),
            same_workspace("import_run", "started_by", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "number"], name="import_run_number_once"),
            CheckConstraint(condition=Q(kind__in=ImportKind.values), name="import_run_kind_known"),
            CheckConstraint(condition=Q(state__in=ImportState.values), name="import_run_state_known"),
            CheckConstraint(
                condition=Q(state=ImportState.FAILED) & ~Q(failure="")
                | ~Q(state=ImportState.FAILED) & Q(failure=""),
                name="import_run_failed_with_reason",
            ),
        ]
        indexes = [
            Index(F("workspace"), F("requested_at").desc(), F("id").desc(), name="import_run_recent_i")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"I-{self.number:04d}"

    @property
    def is_open(self) -> bool:
        """Whether it is still waiting or being written."""
        return self.state in (ImportState.QUEUED, ImportState.RUNNING)

    @property
    def stored_file(self) -> Path:
        """Where the upload lies: no part of the path comes from a person."""
        return Path(settings.UPLOAD_ROOT) / str(self.workspace_id) / f"{self.public_id}.csv"


class ImportProblem(WorkspaceOwned):
    """One thing that is wrong with one row of a file. Of a document only a part is kept."""

    product_rule = NEVER

    run = WorkspaceForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField(_("line"))
    column = models.TextField(_("column"), blank=True, default="")
    value = models.TextField(_("value"), blank=True, default="")
    reason = CodeField(_("reason"), choices=Reason)

    class Meta(WorkspaceOwned.Meta):
        db_table = "import_problem"
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        constraints = [
            *owned("import_problem"),
            same_workspace("import_problem", "run", "sales.ImportRun"),
        ]
        indexes = [Index(fields=["workspace", "run", "line", "id"], name="import_problem_run_i")]

    def __str__(self) -> str:
        return f"{self.line} {self.column}"

    @property
    def words(self) -> str:
        """The reason, as it is read."""
        return str(self.get_reason_display())
