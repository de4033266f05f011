"""What a schedule lists at a moment, for a member: a query of its own, or what its saved view lists then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from atomicpay.saved_views.models import SavedView
from atomicpay.saved_views.opening import as_saved
from atomicpay.saved_views.queries import find_view
from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership

from ..asked import Asked, find_page, open_list
from ..errors import CannotExport
from ..states import Failure
from .errors import CannotSchedule, Problem
from .models import Schedule
from .states import Pause

PROBLEM_OF: dict[Failure, Problem] = {
    Failure.NO_RIGHT: Problem.NO_RIGHT,
    Failure.NOT_UNDERSTOOD: Problem.NOT_UNDERSTOOD,
}

PAUSE_FOR: dict[Problem, Pause] = {
    Problem.NO_RIGHT: Pause.NO_RIGHT,
    Problem.NOT_UNDERSTOOD: Pause.NOT_UNDERSTOOD,
    Problem.VIEW_GONE: Pause.VIEW_GONE,
}
"""What no further run can put right pauses a schedule at once."""


@dataclass(frozen=True, slots=True)
class Source:
    """A list to be scheduled: `view` where it follows one, else its query."""

    page: ListPage
    query: str
    view: Any = None


def read_source(page: str, query: str, view_id: str, member: Membership) -> Source:
    """What is asked to be scheduled, by the names in an address; raises CannotSchedule."""
    try:
        list_page = find_page(page)
        if view_id:
            return Source(list_page, "", find_view(list_page, member, view_id))
        return Source(list_page, open_list(page, query, member).canonical_query())
    except (SavedView.DoesNotExist, ValueError) as error:
        raise CannotSchedule(Problem.VIEW_GONE) from error
    except CannotExport as error:
        raise CannotSchedule(_problem(error)) from error


def query_of(schedule: Schedule, member: Membership) -> str:
    """The query that a schedule asks for now; raises CannotSchedule where its view is gone."""
    if not schedule.is_of_view:
        return str(schedule.query)
    try:
        page = find_page(schedule.page)
        if schedule.view is None:
            raise CannotSchedule(Problem.VIEW_GONE)
        view = find_view(page, member, schedule.view.public_id)
    except SavedView.DoesNotExist as error:
        raise CannotSchedule(Problem.VIEW_GONE) from error
    except CannotExport as error:
        raise CannotSchedule(_problem(error)) from error
    return query_of_view(page, view, member)


def query_of_view(page: ListPage, view: Any, member: Membership) -> str:
    """The query of a saved view as the list understands it now; raises CannotSchedule."""
    state = as_saved(page, view, member)
    if not state.is_valid:
        raise CannotSchedule(Problem.NOT_UNDERSTOOD)
    return state.canonical_query()


def check(
    page: str, query: str, columns: Sequence[str], member: Membership, at: datetime | None = None
) -> None:
    """Raise CannotSchedule unless the member may export this now."""
    try:
        Asked.read(page, query, columns, member, at)
    except CannotExport as error:
        raise CannotSchedule(_problem(error)) from error


def _problem(error: CannotExport) -> Problem:
    return PROBLEM_OF.get(error.failure, Problem.HAS_FAILED)
