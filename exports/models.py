"""Files that were asked for: what was asked, how the writing stands, what was written, and who took it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned

from .changes.models import Comparison, Imprint
from .dialects import Dialect
from .file_templates.models import FileTemplate
from .history.models import ExportWatch
from .querysets import ATTEMPTS, ExportQuerySet
from .schedules.models import Schedule
from .states import OPEN, TOLD, ExportState, Failure

__all__ = [
    "Comparison",
    "Export",
    "ExportDownload",
    "ExportWatch",
    "FileTemplate",
    "Imprint",
    "Schedule",
]

__all__ = ["Comparison", "Export", "ExportDownload", "ExportWatch", "Imprint", "Schedule"]

ExportManager = OwnedManager.from_queryset(ExportQuerySet)


class Export(WorkspaceOwned):
    """One file that a member asked for, from one list with its filters.

    What was asked never changes. `attempt` is the fence: a worker may write to a running export only while
    the attempt is the one it claimed. The figures of the receipt are filled when it becomes ready.
    """

    public_id = PublicIdField()
    # What people call it: E-0417. Counted in each workspace by itself.
    number = models.PositiveIntegerField(_("number"), editable=False)
    requested_by = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("asked by"))
    requested_at = models.DateTimeField(_("asked"), default=now, editable=False)

    # What was asked.
    page = CodeField(_("list"))
    query = models.TextField(_("filters and order"), blank=True, default="")
    columns = ArrayField(CodeField(), verbose_name=_("columns"))
    dialect = CodeField(_("format"), choices=Dialect, default=Dialect.STANDARD)
    timezone = CodeField(_("time zone"))
    filters = models.JSONField(
        _("filters in words"), default=list, help_text=_('A list of {"label": …, "value": …}.')
    )
    rows_confirmed = models.BigIntegerField(_("rows when it was asked"))
    left_out = models.JSONField(
        _("left out"),
        default=list,
        help_text=_('A list of {"label": …, "rows": …}, counted when it was asked.'),
    )
    schedule = WorkspaceForeignKey(
        Schedule,
        on_delete=models.SET_NULL,
        related_name="exports",
        null=True,
        blank=True,
        verbose_name=_("schedule"),
    )
    # The day of the schedule that it was asked for; none for one that was asked for by hand.
    scheduled_day = models.DateField(_("day of the schedule"), null=True, blank=True)

    mail_when_ready = models.BooleanField(_("mail when it is ready"), default=False)

    # How the writing stands.
    state = CodeField(_("state"), choices=ExportState, default=ExportState.QUEUED)
    queued_at = models.DateTimeField(_("queued"), default=now, editable=False)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    # How many attempts it has; one more for each that was taken from it for another's sake.
    tries = models.PositiveSmallIntegerField(default=ATTEMPTS, editable=False)
    lease_until = models.DateTimeField(_("its worker has until"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of its worker"), null=True, blank=True)
    rows_done = models.BigIntegerField(_("rows so far"), default=0)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    failure = CodeField(_("reason of failure"), choices=Failure, blank=True, default="")
    failure_detail = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    # What was written.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    # The products whose rows it may hold, as the rights of the asker were when it ran. None: all.
    products = ArrayField(
        models.BigIntegerField(), verbose_name=_("limited to products"), null=True, blank=True
    )
    # The rights that decided which rows it has. None: written before they were kept.
    row_rights = ArrayField(CodeField(), verbose_name=_("rights of its rows"), null=True, blank=True)
    rows_expected = models.BigIntegerField(_("rows expected"), null=True, blank=True)
    rows_written = models.BigIntegerField(_("rows written"), null=True, blank=True)
    # Minor units: [{"currency": "BRL", "rows": 12, "sums": {"amount_charged": 8900}}].
    sums = models.JSONField(_("sums per currency"), default=list, blank=True)
    sha256 = CodeField(_("SHA-256"), blank=True, default="")
    size = models.BigIntegerField(_("bytes"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    # It has ended without a file to offer, and what was written of it may still have to be deleted.
    has_leftovers = models.BooleanField(default=False, editable=False)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True, editable=False)
    # The limit of the workspace that it went beyond when it was written; none for one within it.
    told_above = models.BigIntegerField(_("told of above"), null=True, blank=True)

    objects: ClassVar = ExportManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "export"
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            *owned("export"),
            public_id_once("export"),
            same_workspace("export", "requested_by", "workspaces.Membership"),
            same_workspace("export", "schedule", "exports.Schedule"),
            UniqueConstraint(fields=["workspace", "number"], name="export_number_once"),
            # However many beats and workers ask for it, a day of a schedule has one export.
            UniqueConstraint(
                fields=["workspace", "schedule", "scheduled_day"],
                condition=Q(scheduled_day__isnull=False),
                name="export_schedule_day_once",
            ),
            CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            CheckConstraint(condition=Q(dialect__in=Dialect.values), name="export_dialect_known"),
            CheckConstraint(
                condition=~Q(state=ExportState.RUNNING) | Q(lease_until__isnull=False),
                name="export_running_has_lease",
            ),
            # A file that is shorter than the books can never be offered.
            CheckConstraint(
                condition=~Q(state__in=[ExportState.READY, ExportState.EXPIRED])
                | Q(
                    rows_written__isnull=False,
                    rows_expected__isnull=False,
                    rows_written=F("rows_expected"),
                    sha256__regex="^[0-9a-f]{64}$",
                    size__isnull=False,
                    as_of__isnull=False,
                    expires_at__isnull=False,
                ),
                name="export_ready_is_whole",
            ),
            CheckConstraint(
                condition=(Q(state=ExportState.FAILED) & ~Q(failure=""))
                | (~Q(state=ExportState.FAILED) & Q(failure="")),
                name="export_failed_with_reason",
            ),
        ]
        indexes = [
            Index(F("workspace"), F("requested_at").desc(), F("id").desc(), name="export_recent_i"),
            Index(
                fields=["workspace", "requested_by", "-requested_at", "-id"],
                name="export_member_i",
            ),
            Index(
                fields=["workspace", "schedule", "-requested_at", "-id"],
                condition=Q(schedule__isnull=False),
                name="export_of_schedule_i",
            ),
            Index(
                fields=["workspace", "-finished_at"],
                condition=Q(told_above__isnull=False),
                name="export_told_i",
            ),
            # What the sweeper reads; it stays as small as the work in hand and the files that are kept.
            Index(
                fields=["state", "queued_at", "lease_until", "expires_at"],
                condition=Q(state__in=[*OPEN, ExportState.READY]),
                name="export_due_i",
            ),
            # Those whose files are still to be deleted.
            Index(fields=["workspace"], condition=Q(has_leftovers=True), name="export_leftovers_i"),
            # Those that somebody may still have to be told of.
            Index(
                fields=["finished_at"],
                condition=Q(mail_when_ready=True, mailed_at=None, state__in=TOLD),
                name="export_mail_due_i",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def workspace_key(self) -> int:
        """The id of its workspace, for who enters it."""
        workspace_id: int = self.serializable_value("workspace_id")
        return workspace_id

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"E-{self.number:04d}"

    @property
    def is_open(self) -> bool:
        """Whether it is still waiting or being written."""
        return self.state in OPEN

    @property
    def rows_total(self) -> int:
        """The rows to write, as well as it is known: counted in the snapshot once it runs."""
        return self.rows_confirmed if self.rows_expected is None else self.rows_expected

    @property
    def percent(self) -> int:
        """How much is written. Only an export that is ready is at a hundred."""
        if self.state in (ExportState.READY, ExportState.EXPIRED):
            return 100
        return min(99, self.rows_done * 100 // self.rows_total) if self.rows_total else 0


class ExportDownload(WorkspaceOwned):
    """One time that a member took a file."""

    export = WorkspaceForeignKey(Export, on_delete=models.CASCADE, related_name="downloads")
    member = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=now, editable=False)

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_download"
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [
            *owned("export_download"),
            same_workspace("export_download", "export", "exports.Export"),
            same_workspace("export_download", "member", "workspaces.Membership"),
        ]
        indexes = [Index(fields=["workspace", "export", "at"], name="export_download_export_i")]

    def __str__(self) -> str:
        return f"{self.export_id} {self.at:%Y-%m-%d %H:%M}"
