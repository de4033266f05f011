"""From the address of a list to its state, with the saved view that it names."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse

from atomicpay.ui.listing import ListPage, ListState
from atomicpay.ui.opened import VIEW, OpenView
from atomicpay.workspaces.models import Membership

ALL: Final = "all"
"""Stands in the address for no view at all, where the empty address leads to the member's own."""


def read_address(page: ListPage, query: QueryDict, member: Membership, views: Iterable[Any]) -> ListState:
    """The list at an address; `views` are those of the list that the member has (`queries.views_of`)."""
    asked, views = query.copy(), list(views)
    keys = set(asked.pop(VIEW, [])) - {""}
    bare = f"{VIEW}={ALL}" if any(view.is_default for view in views) else ""
    return page.parse(asked, member, _named(keys, views), bare)


def as_saved(page: ListPage, view: Any, member: Membership) -> ListState:
    """What a view lists for the member."""
    return page.parse(QueryDict(), member, _opened(view))


def list_address(page: ListPage, query: str) -> str:
    """The address of a list with a query, which may be empty."""
    path = reverse(page.list_url)
    return f"{path}?{query}" if query else path


def view_address(page: ListPage, view: Any) -> str:
    """The address that opens a view as it is saved."""
    return list_address(page, f"{VIEW}={view.public_id}")


def _named(keys: set[str], views: list[Any]) -> OpenView | None:
    if keys <= {ALL}:
        return None
    found = [view for view in views if {str(view.public_id)} == keys]
    return _opened(found[0]) if found else OpenView(ALL, is_gone=True)


def _opened(view: Any) -> OpenView:
    return OpenView(str(view.public_id), view.query, tuple(view.columns))
