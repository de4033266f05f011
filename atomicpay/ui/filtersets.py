"""The filters of a list together: the form they make, the rows they leave, what they are called in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.forms import Form
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext

from atomicpay.ui.filters import Condition, ListFilter, Record, Records
from atomicpay.ui.keyset import Sorting
from atomicpay.ui.related import bounded
from atomicpay.workspaces.models import Membership


class ListForm(Form):
    """The form of a list's filters."""

    filterset: "ListFilterSet"

    def clean(self) -> dict[str, Any]:
        filters = self.filterset.filters.values()
        for filter_ in filters:
            self._refuse_repeated(filter_)
        for filter_ in filters:
            if filter_.name not in self.errors:
                filter_.settle(self)
        return self.cleaned_data

    def _refuse_repeated(self, filter_: ListFilter) -> None:
        """A value given twice would silently be the last one."""
        if filter_.is_repeatable or not isinstance(self.data, QueryDict):
            return
        if any(len(set(self.data.getlist(key))) > 1 for key in filter_.parameters()):
            self.add_error(filter_.name, gettext("This is in the address more than once. Choose one."))


@dataclass(frozen=True, slots=True)
class Words:
    """A filter that is on, in words."""

    name: str
    label: str
    value: str


class ListFilterSet(django_filters.FilterSet):
    """The filters of one list, for one member.

    `groups` says how the form is drawn: headings with the names of the filters under each. Periods of days
    are counted from the workspace's day at the moment `at`: now, unless it is set.
    """

    groups: Sequence[tuple[str | Promise, tuple[str, ...]]] = ()
    filters: Mapping[str, ListFilter]

    def __init__(self, data: QueryDict, queryset: QuerySet, membership: Membership) -> None:
        super().__init__(data=data, queryset=queryset)
        self.membership, self.zone = membership, membership.workspace.zone
        # One moment for all that is said and counted of a page, also when it is asked for at midnight.
        self.at = timezone.now()
        self.filters = {
            name: filter_
            for name, filter_ in self.filters.items()
            if not filter_.permission or membership.may(filter_.permission)
        }
        for name, filter_ in self.filters.items():
            filter_.name = name
        # Whether what is filtered will be read whole (a count, a file) or one page of it.
        self.reads_all = False
        self._records: dict[Records, dict[str, Record]] | None = None

    @property
    def today(self) -> date:
        """The workspace's day from which periods are counted."""
        return self.at.astimezone(self.zone).date()

    @cached_property
    def form(self) -> ListForm:
        """Made of the fields as they are: django-filter would define a class for them and copy each."""
        form = ListForm(self.data)
        form.fields = {name: filter_.field for name, filter_ in self.filters.items()}
        form.filterset = self
        return form

    def drawn(self) -> set[str]:
        """The names of the fields that are drawn: those only carried along where they cannot be read."""
        return {
            name
            for name, filter_ in self.filters.items()
            if not filter_.is_carried or name in self.form.errors
        }

    def carried(self) -> list[tuple[str, str]]:
        """What the form carries along undrawn: names and values."""
        undrawn = self.filters.keys() - self.drawn()
        values = [(name, self.form[name].value()) for name in undrawn]
        return [(name, str(value)) for name, value in values if value]

    @classmethod
    def get_filters(cls) -> Any:
        """Only what is declared: no filter is derived from a model."""
        return cls.declared_filters.copy()

    def parameters(self) -> set[str]:
        """Every name that may stand in the address."""
        return {name for filter_ in self.filters.values() for name in filter_.parameters()}

    def rows(self, *, reads_all: bool) -> QuerySet:
        """The filtered rows; none at all while a filter cannot be read, so that an error never shows more."""
        if not self.form.is_valid():
            return self.queryset.none()
        return filtered(self.queryset.all(), self.conditions(reads_all=reads_all).values())

    def rows_in_order(self, sorting: Sorting, *, ranges_only: bool = False) -> QuerySet:
        """The filtered rows of a page, prepared for an order; a range of what is sorted by is asked of that
        itself, so that its index says where to begin. With `ranges_only` no other filter is asked."""
        if not self.form.is_valid():
            return sorting.prepare(self.queryset.none())
        values, conditions = self.form.cleaned_data, self.conditions(reads_all=False)
        ranges = {f.name: f for f in self._narrowing() if f.column() == sorting.order.expression}
        asked = {name: filter_.in_order(values[name]) for name, filter_ in ranges.items()}
        in_order = {name: condition for name, condition in asked.items() if condition is not None}
        others = [
            condition
            for name, condition in conditions.items()
            if name not in in_order and (name in ranges or not ranges_only)
        ]
        return filtered(sorting.prepare(filtered(self.queryset.all(), others)), in_order.values())

    def conditions(self, *, reads_all: bool) -> dict[str, Condition]:
        """The condition of each filter that leaves rows out, by its name. The form must be valid."""
        self.reads_all = reads_all
        values = self.form.cleaned_data
        asked = {
            name: filter_.condition_for(values[name])
            for name, filter_ in self.filters.items()
            if filter_.is_on(values[name])
        }
        return {name: condition for name, condition in asked.items() if condition is not None}

    def rows_of(self, least: int, greatest: int) -> QuerySet:
        """The filtered rows with these keys and those between."""
        conditions = self.conditions(reads_all=False).values()
        rows = self.queryset.filter(pk__range=(least, greatest))
        return filtered(rows, [bounded(condition, least, greatest) for condition in conditions])

    def untested(self, *, but: str) -> int:
        """How many filters are on beside a range of the column `but`; none where one of them, as a search
        does, has asked already how much is left."""
        if not self.form.is_valid():
            return 0
        on = [f for f in self._narrowing() if f.column() != but and not f.has_index_in_order]
        return 0 if any(filter_.plans_itself for filter_ in on) else len(on)

    def usual_order(self) -> str:
        """The key of the order that suits what is asked for; "" for the list's own."""
        if not self.form.is_valid():
            return ""
        return next((order for filter_ in self._narrowing() if (order := filter_.usual_order())), "")

    def _narrowing(self) -> list[ListFilter]:
        values = self.form.cleaned_data
        return [filter_ for name, filter_ in self.filters.items() if filter_.narrows(values[name])]

    def words(self) -> list[Words]:
        """The filters that are on, in words, those that hold by default among them."""
        if not self.form.is_valid():
            return []
        values = self.form.cleaned_data
        return [
            Words(name, filter_.heading(), filter_.words(values[name]))
            for name, filter_ in self.filters.items()
            if filter_.is_on(values[name])
        ]

    def known_records(self, records: Records) -> dict[str, Record]:
        """The records of one kind that can be chosen, by what stands for them in the address."""
        if self._records is None:
            self._records = _read_records(self._all_records())
        return self._records[records]

    def _all_records(self) -> list[Records]:
        kinds = (getattr(filter_, "records", None) for filter_ in self.filters.values())
        return list(dict.fromkeys(kind for kind in kinds if kind is not None))


def filtered(rows: QuerySet, conditions: Iterable[Condition]) -> QuerySet:
    """The rows that fulfil every one of them."""
    for condition in conditions:
        rows = rows.filter(condition)
    return rows


def _read_records(kinds: Sequence[Records]) -> dict[Records, dict[str, Record]]:
    """What all choices of a form offer, read by one query."""
    queries = [
        kind.queryset()
        .order_by()
        .annotate(
            choice_kind=Value(position),
            choice_pk=F("pk"),
            choice_value=Cast(kind.value, CharField()),
            choice_label=Cast(kind.label, CharField()),
        )
        .values_list("choice_kind", "choice_pk", "choice_value", "choice_label")
        for position, kind in enumerate(kinds)
    ]
    found: dict[Records, dict[str, Record]] = {kind: {} for kind in kinds}
    if queries:
        rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
        for position, pk, value, label in sorted(rows, key=lambda row: row[3].casefold()):
            found[kinds[position]][value] = Record(pk, label)
    return found
