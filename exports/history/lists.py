"""The history of the workspace as a list page: who exported what, how many rows, and who took it when."""

from dataclasses import replace
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind
from atomicpay.ui.filters import ChoicesFilter, Option, OptionFilter, RecordFilter, Records
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.listing import ListPage
from atomicpay.ui.ranges import DayRangeFilter
from atomicpay.ui.registry import get_list_page, list_pages, register
from atomicpay.workspaces.models import Membership

from ..lists import ExportList
from ..models import Export, ExportDownload
from ..pages import ExportPage
from ..schedules.querysets import OVERSEE
from ..states import ExportState

MEMBERS = Records(lambda: Membership.objects.select_related("user"), label="user__name")


class WhichListFilter(ChoicesFilter):
    """Lists by their names. They are all known only once every app has declared its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[], **kwargs)

    @property
    def field(self) -> Any:
        self.extra["choices"] = which_lists()
        return super().field

    def words(self, value: list[str]) -> str:
        return ", ".join(str(get_list_page(name).title) for name in value)


def which_lists() -> list[tuple[str, str | Promise]]:
    """The lists that files can be made of, by name."""
    return [(page.name, page.title) for page in list_pages() if page.export_columns]


def _taken() -> QuerySet:
    return ExportDownload.objects.filter(export=OuterRef("pk")).order_by()


class HistoryFilters(ListFilterSet):
    """The filters of the history."""

    # Not "list": that names the list itself where a file of it is asked for.
    of = WhichListFilter(label=_("List"), condition=lambda names: Q(page__in=names))
    member = RecordFilter(label=_("Asked by"), records=MEMBERS, condition=lambda pk: Q(requested_by=pk))
    state = ChoicesFilter(
        label=_("State"), choices=ExportState.choices, condition=lambda states: Q(state__in=states)
    )
    asked = DayRangeFilter(label=_("Asked"), field_name="requested_at")
    taken = OptionFilter(
        label=_("Downloaded"),
        options=(
            Option("yes", _("Downloaded"), lambda: Exists(_taken())),
            Option("no", _("Not downloaded"), lambda: ~Exists(_taken())),
        ),
    )
    large = OptionFilter(
        label=_("Size"),
        options=(Option("yes", _("Above the limit"), lambda: Q(told_above__isnull=False)),),
    )

    groups = (
        (_("List"), ("of",)),
        (_("Asked by"), ("member",)),
        (_("State"), ("state",)),
        (_("Asked"), ("asked",)),
        (_("Downloaded"), ("taken",)),
        (_("Size"), ("large",)),
    )


def _what(export: Export) -> Cell:
    return Cell(export.reference, gettext("Scheduled") if export.schedule_id else "")


def _list(export: Export) -> Cell:
    page = ExportPage(export, export.requested_by)
    filters = "; ".join(f"{part['label']}: {part['value']}" for part in export.filters)
    return Cell(page.title, filters)


def _state(export: Export) -> Cell:
    return Cell(ExportPage(export, export.requested_by).mark)


def _rows(export: Any) -> Cell:
    rows = number_format(export.rows_total, force_grouping=True)
    return Cell(rows, gettext("above the limit") if export.told_above is not None else "")


def _downloads(export: Any) -> Cell:
    if not export.times_taken:
        return Cell("")
    times = ngettext("%(number)d time", "%(number)d times", export.times_taken) % {
        "number": export.times_taken
    }
    return Cell(html.moment(export.last_taken_at), f"{export.taken_by}, {times}")


def _of_downloads(**value: Any) -> Subquery:
    return Subquery(_taken().values("export").annotate(**value).values(*value))


def _times() -> Coalesce:
    return Coalesce(_of_downloads(times=Count("pk")), 0)


def _takers() -> Coalesce:
    name = Cast("member__user__name", TextField())
    names = StringAgg(name, delimiter=", ", distinct=True, output_field=TextField())
    return Coalesce(_of_downloads(names=names), Value(""), output_field=TextField())


_OF_EXPORTS: Final = {column.key: column for column in ExportList.columns}


@register
class ExportHistory(ListPage):
    """What left the workspace as a file."""

    name = "export_history"
    title = _("History of exports")
    noun, noun_plural = _("export"), _("exports")
    model = Export
    permission = OVERSEE
    filterset = HistoryFilters
    on_screen = ("reference", "list", "rows", "state", "requested_at", "downloads")
    default_sort = "-requested"
    list_url, record_url = "exports:history", "exports:detail"
    empty_title = _("Nothing has been exported yet")
    empty_text = _("Each file that anybody asks for is listed here, with who took it and when.")
    orders = ExportList.orders
    columns = (
        replace(_OF_EXPORTS["reference"], cell=_what),
        replace(_OF_EXPORTS["list"], cell=_list, css="quiet"),
        replace(_OF_EXPORTS["rows"], cell=_rows),
        replace(_OF_EXPORTS["state"], cell=_state),
        _OF_EXPORTS["requested_at"],
        _OF_EXPORTS["requested_by"],
        _OF_EXPORTS["query"],
        Column(key="rows_confirmed", label=_("Rows asked"), kind=Kind.INTEGER, expression="rows_confirmed"),
        Column(
            key="downloads",
            label=_("Downloaded"),
            kind=Kind.INTEGER,
            expression=_times(),
            cell=_downloads,
        ),
        Column(key="downloaded_by", label=_("Downloaded by"), expression=_takers()),
        Column(
            key="downloaded_at",
            label=_("Last downloaded"),
            kind=Kind.DATETIME,
            expression=_of_downloads(at=Max("at")),
        ),
        Column(key="above", label=_("Above the limit of"), kind=Kind.INTEGER, expression="told_above"),
        _OF_EXPORTS["sha256"],
    )

    def all_rows(self) -> QuerySet:
        """Of who is limited to products: what holds none but theirs."""
        return Export.objects.within_products()

    def row_of_export(self, export_id: int) -> Q:
        return Q(pk=export_id)

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet[Any]:
        counted = queryset.annotate(
            times_taken=_times(), taken_by=_takers(), last_taken_at=_of_downloads(at=Max("at"))
        )
        return counted.select_related("requested_by__user")
