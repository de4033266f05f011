"""Schedules: which file, when, for whom."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.constraints import owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned

from ..dialects import Dialect
from .clock import Timing
from .querysets import ScheduleQuerySet
from .states import Pause, Rhythm, ScheduleState

ScheduleManager = OwnedManager.from_queryset(ScheduleQuerySet)


class Schedule(WorkspaceOwned):
    """A file of one list that is asked for by the clock, for its owner and with their rights of that moment.

    What it lists is a query of its own or, with `is_of_view`, whatever the saved view lists then. `next_day`
    is the next day on which it asks and the fence of asking: who moves it on has that day, and nobody else.
    `next_at` is that day's moment in `zone`.
    """

    public_id = PublicIdField()
    name = models.CharField(_("name"), max_length=60)
    owner = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("owner"))
    page = CodeField(_("list"))
    query = models.TextField(_("filters and order"), blank=True, default="")
    is_of_view = models.BooleanField(_("follows a saved view"), default=False)
    view = WorkspaceForeignKey(
        SavedView,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("saved view"),
    )
    columns = ArrayField(CodeField(), verbose_name=_("columns"))
    dialect = CodeField(_("format"), choices=Dialect, default=Dialect.STANDARD)
    is_delta_only = models.BooleanField(_("only what changed"), default=False)

    rhythm = CodeField(_("how often"), choices=Rhythm)
    hour = models.PositiveSmallIntegerField(_("hour"))
    weekday = models.PositiveSmallIntegerField(_("day of the week"), default=0)
    day = models.PositiveSmallIntegerField(_("day of the month"), default=1)

    state = CodeField(_("state"), choices=ScheduleState, default=ScheduleState.ACTIVE)
    pause = CodeField(_("why it is paused"), choices=Pause, blank=True, default="")
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    next_day = models.DateField(_("next day"))
    next_at = models.DateTimeField(_("next time"), null=True, blank=True)
    zone = CodeField(_("time zone"))
    created_at = models.DateTimeField(_("made"), default=now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = ScheduleManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_schedule"
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            *owned("export_schedule"),
            public_id_once("export_schedule"),
            same_workspace("export_schedule", "owner", "workspaces.Membership"),
            same_workspace("export_schedule", "view", "saved_views.SavedView"),
            CheckConstraint(condition=~Q(name=""), name="export_schedule_has_name"),
            CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="export_schedule_rhythm_known"),
            CheckConstraint(
                condition=Q(hour__lte=23, weekday__lte=6, day__gte=1, day__lte=31),
                name="export_schedule_time_known",
            ),
            CheckConstraint(
                condition=Q(view=None) | Q(is_of_view=True), name="export_schedule_query_or_view"
            ),
            CheckConstraint(
                condition=Q(state=ScheduleState.ACTIVE, pause="", next_at__isnull=False)
                | (Q(state=ScheduleState.PAUSED, next_at=None) & ~Q(pause="")),
                name="export_schedule_paused_with_reason",
            ),
        ]
        indexes = [
            Index(F("workspace"), F("created_at").desc(), F("id").desc(), name="export_schedule_recent_i"),
            # What beat reads: as small as the number of schedules that are on.
            Index(fields=["next_at"], condition=Q(state=ScheduleState.ACTIVE), name="export_schedule_due_i"),
            Index(
                fields=["workspace", "view"], condition=Q(view__isnull=False), name="export_schedule_view_i"
            ),
        ]

    def __str__(self) -> str:
        # Not its name, which may be about a person: this stands in the log, which cannot be changed.
        return f"{self.page}: {self.rhythm}"

    @property
    def workspace_key(self) -> int:
        """The id of its workspace, for who enters it."""
        workspace_id: int = self.serializable_value("workspace_id")
        return workspace_id

    @property
    def timing(self) -> Timing:
        """Its days and its hour."""
        return Timing(Rhythm(self.rhythm), self.hour, self.weekday, self.day)

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone in which `next_at` was worked out."""
        return ZoneInfo(self.zone)
