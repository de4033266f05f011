"""What a workspace wants to be told of about its exports."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import in_workspace, owned
from atomicpay.workspaces.owned import WorkspaceOwned


class ExportWatch(WorkspaceOwned):
    """From how many rows on an export is told to those who oversee exports: one row, or none for never."""

    rows_above = models.BigIntegerField(_("more rows than"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_watch"
        verbose_name = _("limit from which exports are told of")
        verbose_name_plural = _("limits from which exports are told of")
        constraints = [
            *owned("export_watch"),
            in_workspace("export_watch"),
            UniqueConstraint(fields=["workspace"], name="export_watch_once"),
            CheckConstraint(condition=Q(rows_above__gte=0), name="export_watch_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.rows_above)
