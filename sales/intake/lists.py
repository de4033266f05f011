"""The history of imports as a list page: who imported what, and what became of it."""

from typing import Any

from django.db.models import Q, QuerySet
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

from ..models import ImportKind, ImportRun, ImportState
from .pages import MANAGE, state_mark


class ImportFilters(ListFilterSet):
    """The filters of the history."""

    state = ChoicesFilter(
        label=_("State"), choices=ImportState.choices, condition=lambda states: Q(state__in=states)
    )
    asked = DayRangeFilter(label=_("Asked"), field_name="requested_at")

    groups = ((_("State"), ("state",)), (_("Asked"), ("asked",)))


def _what(run: ImportRun) -> Cell:
    is_of_sales = run.kind == ImportKind.SALES
    return Cell(run.reference, run.file_name if is_of_sales else f"{run.get_kind_display()}, {run.file_name}")


def _rows(run: ImportRun) -> Cell:
    written = number_format(run.rows_new + run.rows_changed, force_grouping=True)
    refused = number_format(run.rows_refused, force_grouping=True)
    return Cell(written, gettext("%(rows)s refused") % {"rows": refused} if run.rows_refused else "")


def _asked(run: ImportRun) -> Cell:
    return Cell(html.moment(run.requested_at), str(run.started_by or gettext("A command")))


@register
class ImportList(ListPage):
    name = "imports"
    title = _("Imports")
    noun, noun_plural = _("import"), _("imports")
    model = ImportRun
    permission = MANAGE
    filterset = ImportFilters
    on_screen = ("reference", "state", "rows", "requested_at")
    default_sort = "-requested"
    list_url, record_url = "imports:list", "imports:detail"
    empty_title = _("Nothing has been imported yet")
    empty_text = _("Import a file of sales: it is looked at before anything is written.")
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
            key="reference", label=_("Import"), kind=Kind.INTEGER, expression="number", cell=_what, css="main"
        ),
        Column(
            key="state",
            label=_("State"),
            kind=Kind.CHOICE,
            expression="state",
            cell=lambda run: Cell(state_mark(run)),
            is_self_explaining=True,
        ),
        Column(
            key="rows",
            label=_("Rows written"),
            kind=Kind.INTEGER,
            expression="rows_done",
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
        Column(key="file_name", label=_("File"), expression="file_name"),
        Column(key="rows_refused", label=_("Rows refused"), kind=Kind.INTEGER, expression="rows_refused"),
    )

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet[Any]:
        return queryset.select_related("started_by__user").defer("mapping")
