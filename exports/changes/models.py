"""What is kept to compare the next export of a view with this one, and what was found."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, same_workspace
from atomicpay.workspaces.fields import CodeField, WorkspaceForeignKey
from atomicpay.workspaces.owned import WorkspaceOwned


class Imprint(WorkspaceOwned):
    """That the keys and fingerprints of an export's rows are kept, in a file beside it (`imprints`).

    It outlives the file of the export: nothing in it can be read, and a monthly export has nothing else to be
    compared with.
    """

    export = WorkspaceForeignKey(
        "exports.Export", on_delete=models.CASCADE, related_name="imprints", verbose_name=_("export")
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    rows = models.BigIntegerField(_("rows"))
    made_at = models.DateTimeField(_("made"), default=now, editable=False)

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_imprint"
        verbose_name = _("imprint of an export")
        verbose_name_plural = _("imprints of exports")
        constraints = [
            *owned("export_imprint"),
            same_workspace("export_imprint", "export", "exports.Export"),
            UniqueConstraint(fields=["workspace", "export"], name="export_imprint_once"),
        ]
        indexes = [Index(fields=["made_at"], name="export_imprint_age_i")]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.rows}"


class Comparison(WorkspaceOwned):
    """What changed in an export since the one before it: rows new, changed and gone, counted by reason.

    `reasons`: {"new": {"new_sale": 30}, "changed": {"refunded": 4}, "gone": {"archived": 1}}.
    """

    export = WorkspaceForeignKey(
        "exports.Export", on_delete=models.CASCADE, related_name="comparisons", verbose_name=_("export")
    )
    previous = WorkspaceForeignKey(
        "exports.Export", on_delete=models.CASCADE, related_name="+", verbose_name=_("compared with")
    )
    new = models.BigIntegerField(_("new"))
    changed = models.BigIntegerField(_("changed"))
    gone = models.BigIntegerField(_("gone"))
    same = models.BigIntegerField(_("unchanged"))
    reasons = models.JSONField(_("reasons"), default=dict)
    sha256 = CodeField(_("SHA-256"))
    size = models.BigIntegerField(_("bytes"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_comparison"
        verbose_name = _("comparison of exports")
        verbose_name_plural = _("comparisons of exports")
        constraints = [
            *owned("export_comparison"),
            same_workspace("export_comparison", "export", "exports.Export"),
            same_workspace("export_comparison", "previous", "exports.Export"),
            UniqueConstraint(fields=["workspace", "export"], name="export_comparison_once"),
            CheckConstraint(condition=~Q(export=F("previous")), name="export_comparison_of_two"),
            CheckConstraint(
                condition=Q(new__gte=0, changed__gte=0, gone__gte=0, same__gte=0),
                name="export_comparison_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.new} ~{self.changed} -{self.gone}"

    @property
    def total(self) -> int:
        """How many rows differ."""
        return self.new + self.changed + self.gone
