"""What the pages of schedules show: one that is to be made, and one with the exports it asked for."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import cached_property

from atomicpay.saved_views.models import SavedView
from atomicpay.saved_views.opening import as_saved, list_address, view_address
from atomicpay.ui.listing import ListState
from atomicpay.workspaces.models import Membership

from ..asked import find_page
from ..errors import CannotExport
from ..models import Export
from ..pages import ExportPage
from .errors import CannotSchedule
from .lists import title_of
from .models import Schedule
from .services import may_handle
from .sources import Source, query_of
from .states import ScheduleState
from .words import state_mark, timing_words

VIEW: Final = "of_view"
"""The parameter that names the saved view to follow; the list's own `view` opens one."""

_LATEST: Final = 10


class NewSchedule:
    """What is about to be scheduled."""

    def __init__(self, source: Source, member: Membership) -> None:
        self.source, self.member, self.page = source, member, source.page

    @cached_property
    def state(self) -> ListState:
        if self.source.view is not None:
            return as_saved(self.page, self.source.view, self.member)
        return self.page.parse(QueryDict(self.source.query), self.member)

    @property
    def name(self) -> str:
        """What it may be called."""
        return str(self.source.view or self.page.title)

    @property
    def filters(self) -> list[tuple[str, str]]:
        return self.state.describe()

    @property
    def list_url(self) -> str:
        """Back to the list."""
        return list_address(self.page, self.state.canonical_query())


@dataclass
class SchedulePage:
    """One schedule for one member."""

    schedule: Schedule
    member: Membership

    @property
    def title(self) -> str:
        """The name of its list."""
        return title_of(self.schedule)

    @property
    def mark(self) -> Any:
        return state_mark(self.schedule)

    @property
    def timing(self) -> str:
        return timing_words(self.schedule.timing)

    @property
    def is_on(self) -> bool:
        return bool(self.schedule.state == ScheduleState.ACTIVE)

    @property
    def is_own(self) -> bool:
        return bool(self.schedule.owner_id == self.member.pk)

    @property
    def may_handle(self) -> bool:
        return may_handle(self.member, self.schedule)

    @cached_property
    def filters(self) -> list[tuple[str, str]]:
        """What it lists now, in words: its owner's to read, for theirs are the rights."""
        if not self.is_own:
            return []
        try:
            page = find_page(self.schedule.page)
            state = page.parse(QueryDict(query_of(self.schedule, self.member)), self.member)
        except (CannotSchedule, CannotExport):
            return []
        return state.describe() if state.is_valid else []

    @property
    def view(self) -> SavedView | None:
        return self.schedule.view if self.is_own else None

    @property
    def view_url(self) -> str:
        return view_address(find_page(self.schedule.page), self.view) if self.view else ""

    @property
    def columns(self) -> list[str]:
        """Its columns as people call them."""
        try:
            known = {column.key: str(column.label) for column in find_page(self.schedule.page).export_columns}
        except CannotExport:
            known = {}
        return [known.get(key, key) for key in self.schedule.columns]

    @cached_property
    def exports(self) -> list[ExportPage]:
        """The last it asked for."""
        asked = Export.objects.visible_to(self.member).filter(schedule=self.schedule)
        latest = asked.select_related("requested_by__user").newest_first()[:_LATEST]
        return [ExportPage(export, self.member) for export in latest]
