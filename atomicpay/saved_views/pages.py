"""What the pages of saved views show: the tabs above a list, the page of one view."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.listing import COUNT, ListPage, ListState
from atomicpay.ui.screen import Listing
from atomicpay.workspaces.models import Membership

from .forms import ColumnChooser, SaveViewForm
from .opening import ALL, as_saved, list_address, view_address
from .queries import others_who_open_with
from .rules import SHARE, is_own, may_change, may_withdraw

COUNT_VIEWS: Final = "views"
"""The value of `count` that asks for the numbers of all tabs."""


@dataclass(slots=True)
class Tab:
    """A view as a tab; `count` is None until it is asked for, or where the view cannot be shown."""

    key: str
    name: str | Promise
    url: str
    is_current: bool
    is_shared: bool = False
    is_default: bool = False
    is_changed: bool = False
    count: int | None = None
    view: Any = None


class Tabs:
    """The object `views` of the templates: the tabs above a list, and what can be done with the open one."""

    def __init__(self, listing: Listing, views: list[Any], *, counts_others: bool = False) -> None:
        self.listing, self.state, self.page = listing, listing.state, listing.page
        self.member: Membership = listing.state.membership
        self.views = views
        self.is_counted = counts_others
        if counts_others:
            for tab in self.to_count:
                tab.count = self._count(tab)

    @cached_property
    def tabs(self) -> list[Tab]:
        everything = self.state.view is None and self.state.is_valid and not self.state.narrows
        address = list_address(self.page, self.state.bare)
        tabs = [Tab(ALL, _("All"), address, everything), *(self._tab(view) for view in self.views)]
        for tab in tabs:
            if self.is_known(tab):
                tab.count = self.listing.count
        return tabs

    def is_known(self, tab: Tab) -> bool:
        """Whether the number of the list itself is the tab's too, so that it is not counted twice."""
        is_of_order = tab.view is None and self.state.sorting.token != self.page.default_sort
        return tab.is_current and self.state.is_valid and not (tab.is_changed or is_of_order)

    @property
    def current(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.is_current), None)

    @property
    def to_count(self) -> list[Tab]:
        return [tab for tab in self.tabs if not self.is_known(tab)]

    @property
    def known(self) -> list[Tab]:
        return [tab for tab in self.tabs if self.is_known(tab)]

    @property
    def open(self) -> Any:
        """The saved view that is open, if any."""
        return self.current.view if self.current else None

    @property
    def is_changed(self) -> bool:
        return self.state.departs_from_view

    @property
    def may_save_changes(self) -> bool:
        return self.state.is_valid and self.open is not None and may_change(self.member, self.open)

    @cached_property
    def count_url(self) -> str:
        return list_address(self.page, self.state.address({COUNT: COUNT_VIEWS}))

    @property
    def query(self) -> str:
        """What a view of this list would keep."""
        return self.state.canonical_query()

    @property
    def columns(self) -> str:
        return ",".join(self.listing.column_keys)

    @cached_property
    def form(self) -> SaveViewForm:
        initial = {"query": self.query, "columns": self.columns}
        return SaveViewForm(None, member=self.member, initial=initial)

    @cached_property
    def chooser(self) -> ColumnChooser:
        return ColumnChooser(self.state.columns_on_offer, self.listing.column_keys, self.state.address())

    def url(self, name: str) -> str:
        return reverse(f"saved_views:{name}", kwargs={"page": self.page.name})

    @property
    def save_url(self) -> str:
        return self.url("new")

    @property
    def columns_url(self) -> str:
        return self.url("columns")

    @property
    def all_url(self) -> str:
        return self.url("list")

    def _tab(self, view: Any) -> Tab:
        is_current = self.state.view is not None and self.state.view.key == str(view.public_id)
        return Tab(
            key=str(view.public_id),
            name=view.name,
            url=view_address(self.page, view),
            is_current=is_current,
            is_shared=view.is_shared,
            is_default=view.is_default,
            is_changed=is_current and self.state.departs_from_view,
            view=view,
        )

    def _count(self, tab: Tab) -> int | None:
        if tab.view is None:
            return self.page.parse(QueryDict(), self.member).count()
        state = as_saved(self.page, tab.view, self.member)
        return state.count() if state.is_valid else None


class ViewPage:
    """One view for one member: what it lists, who has it, what they may do with it."""

    def __init__(self, page: ListPage, view: Any, member: Membership) -> None:
        self.page, self.view, self.member = page, view, member

    @cached_property
    def state(self) -> ListState:
        return as_saved(self.page, self.view, self.member)

    @property
    def filters(self) -> list[tuple[str, str]]:
        return self.state.describe() if self.state.is_valid else []

    @property
    def columns(self) -> list[str | Promise]:
        """The columns by name; none where each member has their own."""
        return [column.label for column in self.state.columns] if self.view.columns else []

    @property
    def open_url(self) -> str:
        return view_address(self.page, self.view)

    @property
    def is_own(self) -> bool:
        return is_own(self.member, self.view)

    @property
    def may_change(self) -> bool:
        return may_change(self.member, self.view)

    @property
    def may_withdraw(self) -> bool:
        return may_withdraw(self.member, self.view)

    @property
    def may_share(self) -> bool:
        return self.member.may(SHARE) and self.may_withdraw

    @cached_property
    def others(self) -> list[str]:
        """The names of the others whose list opens with it."""
        return others_who_open_with(self.view, self.member)
