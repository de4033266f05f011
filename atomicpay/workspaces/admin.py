"""The base of the admin's pages: rights from the permissions table, rows from the walls, bounded lists."""

from typing import Any, ClassVar, Final, NoReturn

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from .permissions import PERMISSIONS

_MOST_ROWS: Final = 2000
_LOOKUPS: Final = {"exact", "id__exact", "pk__exact", "isempty", "isnull", "in", "gte", "gt", "lte", "lt"}
"""What a list filter may ask of its field."""


class BoundedPaginator(Paginator):
    """The first pages of a list, and no more: neither a count nor a page may read a whole table.

    Django's pages are counted and reached by OFFSET. To see further, one filters or searches.
    """

    most_rows = _MOST_ROWS

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most_rows].count())


class RelatedFilter(admin.RelatedFieldListFilter):
    """A choice among the related records in scope.

    Django drops a filter that has fewer than two choices to offer, and then shows everything: here a filter
    that is asked for always filters. (Its "related only" filter reads the whole table for its choices.)
    """

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """In one query: a member, for one, is called by their user's name."""
        ordering = self.field_admin_ordering(field, request, model_admin)
        rows = field.remote_field.model._default_manager.order_by(*ordering).select_related()
        return [(row.pk, str(row)) for row in rows]

    def has_output(self) -> bool:
        return super().has_output() or bool(self.used_parameters)


class PermissionsFromTable:
    """Maps what Django's admin asks to our table. None means nobody: the page has no such act."""

    view_permission: ClassVar[str]
    add_permission: ClassVar[str | None] = None
    change_permission: ClassVar[str | None] = None
    delete_permission: ClassVar[str | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("view", "add", "change", "delete"):
            permission = getattr(cls, f"{name}_permission", None)
            if permission is not None and permission not in PERMISSIONS:
                raise TypeError(f"{cls.__qualname__}.{name}_permission: {permission} is no permission.")

    def _may(self, request: HttpRequest, permission: str | None) -> bool:
        membership = getattr(request, "membership", None)
        return membership is not None and permission is not None and membership.may(permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.view_permission)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.add_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.change_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.delete_permission)


class OwnedModelForm(forms.ModelForm):
    """Says kindly what a constraint would refuse, also one that begins with the workspace.

    Django leaves out a constraint that names a field which is not in the form, and every unique one of ours
    names the workspace: what was already there would otherwise be an error of the database.
    """

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"workspace"}  # type: ignore[misc] # not in the stubs


class WorkspaceModelAdmin(PermissionsFromTable, admin.ModelAdmin):
    """One kind of record of the workspace.

    Rows, choices and pickers come from the models' default managers, and so from the walls. The workspace,
    the public id and what a merge wrote are `editable=False` in the models, and so in no form.
    """

    form = OwnedModelForm
    view_permission = "admin.open"
    paginator = BoundedPaginator
    # Text columns have no length in this schema; nothing that is edited here has more than a line.
    formfield_overrides: ClassVar[Any] = {models.TextField: {"widget": AdminTextInputWidget}}
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    view_on_site = False
    save_on_top = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A list named for what is in it; Django says "Select customer to change"."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the list offers as a filter may be asked for in the URL.

        Django lets any field of the model through, and so the documents, a digit at a time.
        """
        for item in self.get_list_filter(request):
            field = item[0] if isinstance(item, list | tuple) else item
            name = field if isinstance(field, str) else getattr(field, "parameter_name", None)
            if name and lookup in {name, *(f"{name}__{suffix}" for suffix in _LOOKUPS)}:
                return True
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        """404, as everywhere: Django would lead to the index and say the id."""
        raise Http404


class ReadOnlyInline(PermissionsFromTable, admin.TabularInline):
    """Records shown under the one they belong to."""

    template = "admin/read_only_inline.html"
    view_permission = "admin.open"
    extra = 0
    can_delete = False
    show_change_link = False
