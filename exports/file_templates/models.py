"""Templates of files that members keep: a name for columns in an order, and a format."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import owned, public_id_once, same_workspace
from atomicpay.workspaces.fields import CodeField, Fold, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned

from ..dialects import Dialect
from .querysets import FileTemplateQuerySet

FileTemplateManager = OwnedManager.from_queryset(FileTemplateQuerySet)


class FileTemplate(WorkspaceOwned):
    """Columns and a format for files of one list, for its owner or, shared, for everybody who may export it.

    It has no filter: which rows a file holds is asked each time. Columns that who asks may not have make it
    one they cannot use; it never becomes a file with fewer.
    """

    public_id = PublicIdField()
    page = CodeField(_("list"))
    name = models.CharField(_("name"), max_length=60)
    columns = ArrayField(CodeField(), verbose_name=_("columns"))
    dialect = CodeField(_("format"), choices=Dialect, default=Dialect.STANDARD)
    owner = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("saved by"))
    is_shared = models.BooleanField(_("shared with the workspace"), default=False)
    created_at = models.DateTimeField(_("saved"), default=now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = FileTemplateManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "export_template"
        verbose_name = _("export template")
        verbose_name_plural = _("export templates")
        constraints = [
            *owned("export_template"),
            public_id_once("export_template"),
            same_workspace("export_template", "owner", "workspaces.Membership"),
            CheckConstraint(condition=~Q(name=""), name="export_template_has_name"),
            CheckConstraint(condition=~Q(columns=[]), name="export_template_has_columns"),
            CheckConstraint(condition=Q(dialect__in=Dialect.values), name="export_template_dialect_known"),
            UniqueConstraint(
                F("workspace"),
                F("page"),
                Fold("name"),
                condition=Q(is_shared=True),
                name="export_template_shared_name_once",
            ),
            UniqueConstraint(
                F("workspace"),
                F("owner"),
                F("page"),
                Fold("name"),
                condition=Q(is_shared=False),
                name="export_template_own_name_once",
            ),
        ]
        indexes = [Index(fields=["workspace", "page", "id"], name="export_template_page_i")]

    def __str__(self) -> str:
        return self.name
