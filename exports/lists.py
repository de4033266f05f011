"""The history of exports as a list page: who asked for what, and what became of it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind
from atomicpay.ui.filters import ChoicesFilter
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.ranges import DayRangeFilter
from atomicpay.ui.registry import register
from atomicpay.workspaces.models import Membership

from .asked import CREATE
from .models import Export
from .pages import ExportPage
from .states import ExportState


class ExportFilters(ListFilterSet):
    """The filters of the history. A member who may not download any sees their own."""

    state = ChoicesFilter(
        label=_("State"), choices=ExportState.choices, condition=lambda states: Q(state__in=states)
    )
    asked = DayRangeFilter(label=_("Asked"), field_name="requested_at")

    groups = ((_("State"), ("state",)), (_("Asked"), ("asked",)))

    def __init__(self, data: QueryDict, queryset: QuerySet, membership: Membership) -> None:
        super().__init__(data, queryset.visible_to(membership), membership)  # type: ignore[attr-defined]


def _what(export: Export) -> Cell:
    filters = "; ".join(f"{part['label']}: {part['value']}" for part in export.filters)
    return Cell(export.reference, filters)


def _state(export: Export) -> Cell:
    page = ExportPage(export, export.requested_by)
    percent = f"{export.percent} %" if export.state == ExportState.RUNNING else ""
    return Cell(page.mark, percent)


def _rows(export: Export) -> Cell:
    rows = number_format(export.rows_total, force_grouping=True)
    return Cell(rows, filesizeformat(export.size) if export.size is not None else "")


def _asked(export: Export) -> Cell:
    return Cell(html.moment(export.requested_at), str(export.requested_by))


def _list(export: Export) -> Cell:
    count = len(export.columns)
    columns = gettext("%(number)s columns") % {"number": count} if count != 1 else gettext("1 column")
    return Cell(ExportPage(export, export.requested_by).title, columns)


@register
class ExportList(ListPage):
    name = "exports"
    title = _("Exports")
    noun, noun_plural = _("export"), _("exports")
    model = Export
    permission = CREATE
    row_permissions = ("exports.download_any",)
    filterset = ExportFilters
    on_screen = ("reference", "list", "state", "rows", "requested_at")
    default_sort = "-requested"
    list_url, record_url = "exports:list", "exports:detail"
    empty_title = _("Nothing has been exported yet")
    empty_text = _("Open a list, filter it, and choose Export: the file holds what is on the screen.")
    orders = (
        Order(
            key="requested",
            expression="requested_at",
            ascending=_("Sorted by when it was asked for, first first"),
            descending=_("Sorted by when it was asked for, last first"),
            starts_descending=True,
        ),
    )
    columns = (
        Column(
            key="reference",
            label=_("Export"),
            kind=Kind.INTEGER,
            expression="number",
            cell=_what,
            css="main",
        ),
        Column(key="list", label=_("List"), kind=Kind.CHOICE, expression="page", cell=_list),
        Column(
            key="state",
            label=_("State"),
            kind=Kind.CHOICE,
            expression="state",
            cell=_state,
            is_self_explaining=True,
        ),
        Column(
            key="rows",
            label=_("Rows"),
            kind=Kind.INTEGER,
            expression="rows_written",
            cell=_rows,
            css="figure",
        ),
        Column(
            key="requested_at",
            label=_("Asked"),
            kind=Kind.DATETIME,
            expression="requested_at",
            cell=_asked,
            order="requested",
        ),
        Column(key="requested_by", label=_("Asked by"), expression="requested_by__user__name"),
        Column(key="query", label=_("Filters and order"), expression="query"),
        Column(key="sha256", label=_("SHA-256"), expression="sha256"),
        Column(key="size", label=_("Bytes"), kind=Kind.INTEGER, expression="size"),
    )

    def row_of_export(self, export_id: int) -> Q:
        return Q(pk=export_id)

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet[Any]:
        return queryset.select_related("requested_by__user")
