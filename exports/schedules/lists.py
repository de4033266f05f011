"""Schedules as a list page: what is asked for by the clock, when next, and for whom."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind
from atomicpay.ui.errors import UnknownListPage
from atomicpay.ui.filters import ChoicesFilter
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import get_list_page, register
from atomicpay.workspaces.models import Membership

from ..asked import CREATE
from .models import Schedule
from .querysets import OVERSEE
from .states import Rhythm, ScheduleState
from .words import state_mark, timing_words


class ScheduleFilters(ListFilterSet):
    """The filters of the schedules. A member who does not oversee exports sees their own."""

    state = ChoicesFilter(
        label=_("State"), choices=ScheduleState.choices, condition=lambda states: Q(state__in=states)
    )
    rhythm = ChoicesFilter(
        label=_("How often"), choices=Rhythm.choices, condition=lambda rhythms: Q(rhythm__in=rhythms)
    )

    groups = ((_("State"), ("state",)), (_("How often"), ("rhythm",)))

    def __init__(self, data: QueryDict, queryset: QuerySet, membership: Membership) -> None:
        super().__init__(data, queryset.visible_to(membership), membership)  # type: ignore[attr-defined]


def title_of(schedule: Schedule) -> str:
    """The name of its list; the code of one that is no more."""
    try:
        return str(get_list_page(schedule.page).title)
    except UnknownListPage:
        return str(schedule.page)


def _state(schedule: Schedule) -> Cell:
    return Cell(state_mark(schedule), schedule.get_pause_display() if schedule.pause else "")


def _next(schedule: Schedule) -> Cell:
    return Cell(html.moment(schedule.next_at) if schedule.next_at else "")


@register
class ScheduleList(ListPage):
    """The exports that nobody has to ask for."""

    name = "export_schedules"
    title = _("Scheduled exports")
    noun, noun_plural = _("scheduled export"), _("scheduled exports")
    model = Schedule
    permission = CREATE
    row_permissions = (OVERSEE,)
    filterset = ScheduleFilters
    on_screen = ("name", "rhythm", "next_at", "state", "owner")
    default_sort = "-made"
    list_url, record_url = "exports:schedules", "exports:schedule"
    empty_title = _("Nothing is scheduled")
    empty_text = _("Open a list, filter it, choose Export, and then Schedule it.")
    orders = (
        Order(
            key="made",
            expression="created_at",
            ascending=_("Sorted by when it was made, first first"),
            descending=_("Sorted by when it was made, last first"),
            starts_descending=True,
        ),
    )
    columns = (
        Column(
            key="name",
            label=_("Schedule"),
            expression="name",
            cell=lambda schedule: Cell(schedule.name, title_of(schedule)),
            css="main",
        ),
        Column(key="list", label=_("List"), kind=Kind.CHOICE, expression="page"),
        Column(
            key="rhythm",
            label=_("When"),
            kind=Kind.CHOICE,
            expression="rhythm",
            cell=lambda schedule: Cell(timing_words(schedule.timing)),
        ),
        Column(key="next_at", label=_("Next"), kind=Kind.DATETIME, expression="next_at", cell=_next),
        Column(
            key="state",
            label=_("State"),
            kind=Kind.CHOICE,
            expression="state",
            cell=_state,
            is_self_explaining=True,
        ),
        Column(
            key="owner",
            label=_("Owner"),
            expression="owner__user__name",
            cell=lambda schedule: Cell(str(schedule.owner)),
        ),
        Column(key="pause", label=_("Why paused"), kind=Kind.CHOICE, expression="pause"),
        Column(
            key="made_at",
            label=_("Made"),
            kind=Kind.DATETIME,
            expression="created_at",
            cell=lambda schedule: Cell(html.moment(schedule.created_at)),
            order="made",
        ),
    )

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet[Any]:
        return queryset.select_related("owner__user")
