"""Views of lists that members keep: a name for a query and columns, and which one a list opens with."""

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

from .querysets import SavedViewQuerySet

SavedViewManager = OwnedManager.from_queryset(SavedViewQuerySet)


class SavedView(WorkspaceOwned):
    """A query of one list by a name, for its owner or, shared, for everybody who may see the list.

    The query is canonical, its order in it; nothing of it is a row, and each member reads it in their own
    scope. `columns` are empty where each member has their own.
    """

    public_id = PublicIdField()
    page = CodeField(_("list"))
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("filters and order"), blank=True, default="")
    columns = ArrayField(CodeField(), verbose_name=_("columns"), default=list, blank=True)
    owner = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("saved by"))
    is_shared = models.BooleanField(_("shared with the workspace"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("saved"), default=now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = SavedViewManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "saved_view"
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            *owned("saved_view"),
            public_id_once("saved_view"),
            same_workspace("saved_view", "owner", "workspaces.Membership"),
            CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
            UniqueConstraint(
                F("workspace"),
                F("page"),
                Fold("name"),
                condition=Q(is_shared=True),
                name="saved_view_shared_name_once",
            ),
            UniqueConstraint(
                F("workspace"),
                F("owner"),
                F("page"),
                Fold("name"),
                condition=Q(is_shared=False),
                name="saved_view_own_name_once",
            ),
        ]
        indexes = [Index(fields=["workspace", "page", "position", "id"], name="saved_view_tabs_i")]

    def __str__(self) -> str:
        return self.name


class DefaultView(WorkspaceOwned):
    """The view that a member's list opens with."""

    member = WorkspaceForeignKey(Membership, related_name="+", verbose_name=_("member"))
    page = CodeField(_("list"))
    view = WorkspaceForeignKey(
        SavedView, on_delete=models.CASCADE, related_name="defaults", verbose_name=_("saved view")
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "default_view"
        verbose_name = _("view a list opens with")
        verbose_name_plural = _("views that lists open with")
        constraints = [
            *owned("default_view"),
            same_workspace("default_view", "member", "workspaces.Membership"),
            same_workspace("default_view", "view", "saved_views.SavedView"),
            UniqueConstraint(fields=["workspace", "member", "page"], name="default_view_once"),
        ]
        indexes = [Index(fields=["workspace", "view"], name="default_view_view_i")]

    def __str__(self) -> str:
        return f"{self.page}: {self.view_id}"
