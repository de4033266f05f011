"""What a file demands of whoever has it: the rights that its columns and rows needed, and its products."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from atomicpay.ui.listing import ListPage, ListState
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_scope

from .asked import CREATE, find_page
from .models import Export


@dataclass(frozen=True, slots=True)
class Demands:
    """What one needs to have a file; `products` are those that it may hold, None for all."""

    permissions: frozenset[str]
    products: frozenset[int] | None

    @classmethod
    def of_file(cls, export: Export) -> Self:
        """Of a file, as the list is now; raises CannotExport when the list is no more."""
        page = find_page(export.page)
        # Of a file from before this was kept nobody knows: it may hold all that a right can show.
        rows = page.row_permissions if export.row_rights is None else export.row_rights
        products = None if export.products is None else frozenset(export.products)
        return cls(_permissions(page, export.columns, rows), products)

    @classmethod
    def of_asking(cls, state: ListState, columns: Iterable[str]) -> Self:
        """Of the file that the member would get now."""
        products = active_scope().products
        permissions = _permissions(state.page, columns, rights_of_rows(state))
        return cls(permissions, None if products is None else frozenset(products))

    def are_met_by(self, member: Membership, products: Iterable[int] | None) -> bool:
        """Whether a member who may see these products, or all for None, may have it."""
        is_within = products is None or (self.products is not None and self.products <= set(products))
        return is_within and all(member.may(permission) for permission in self.permissions)


def rights_of_rows(state: ListState) -> list[str]:
    """The rights without which the member would have other rows: of the list itself, and of its filters."""
    of_list = {permission for permission in state.page.row_permissions if state.membership.may(permission)}
    of_filters = {
        filter_.permission
        for filter_ in state.filterset.filters.values()
        if filter_.permission and any(state.query.getlist(name) for name in filter_.parameters())
    }
    return sorted(of_list | of_filters)


def _permissions(page: ListPage, columns: Iterable[str], of_rows: Iterable[str]) -> frozenset[str]:
    chosen = set(columns)
    of_columns = {column.permission for column in page.export_columns if column.key in chosen}
    return frozenset({CREATE, page.permission, *of_columns, *of_rows} - {""})
