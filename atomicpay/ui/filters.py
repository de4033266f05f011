"""The filters of a list, on django-filter: what each reads from an address, its condition, its words.

No condition is ever built from a name in a request. A filter is declared with the function that turns its
validated value into a condition; the rest is the same for all.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

import django_filters
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.forms import CheckboxSelectMultiple, ChoiceField, Form, MultipleChoiceField
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import moments, money
from atomicpay.ui.errors import CannotReadAmount
from atomicpay.ui.inputs import (
    AmountRangeField,
    AmountTexts,
    CountryField,
    CurrencyField,
    DayRangeField,
    Days,
    SearchField,
    country_words,
)
from atomicpay.workspaces.models import Membership

Condition = Any
"""A Q, an Exists, or any other conditional expression."""


class ListFilter(django_filters.Filter):
    """One filter of a list.

    `condition` gets the validated value; see each kind for what that is. `permission`: for who lacks it the
    filter does not exist.
    """

    parent: "ListFilterSet"
    is_repeatable = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Each request has filters of its own; what they were declared with is shared."""
        clone = copy(self)
        clone.extra = dict(self.extra)
        return clone

    def __init__(
        self,
        *,
        label: str | Promise,
        condition: Callable[..., Condition] | None = None,
        permission: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label=label, required=False, **kwargs)
        self.condition, self.permission = condition, permission

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        condition = self.condition_for(value) if self.is_on(value) else None
        return qs if condition is None else qs.filter(condition)

    def is_on(self, value: Any) -> bool:
        """Whether the value asks for anything."""
        return bool(value)

    def condition_for(self, value: Any) -> Condition | None:
        """The condition a row must fulfil, or None for every row."""
        return self.condition(value) if self.condition else None

    def words(self, value: Any) -> str:
        """The value as a person says it."""
        return str(value)

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names under which the filter's values stand in the address."""
        return (name,)


class SearchFilter(ListFilter):
    """Free text. `condition(text, reads_all)`: the second says whether all rows will be read or one page."""

    field_class = SearchField

    def condition_for(self, value: str) -> Condition | None:
        return self.condition(value, self.parent.reads_all) if self.condition else None

    def words(self, value: str) -> str:
        return value if len(value) <= _LONGEST_WORDS else f"{value[:_LONGEST_WORDS]}…"


_LONGEST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an OptionFilter; without a condition it asks for every row."""

    value: str
    label: str | Promise
    condition: Callable[[], Condition] | None = None


class OptionFilter(ListFilter):
    """One of a few answers, each with its own condition.

    With a `default`, that answer holds where the address has none, and `left_out` names the answer whose rows
    the default leaves out.
    """

    field_class = ChoiceField

    def __init__(
        self, *, options: Sequence[Option], default: str = "", left_out: str = "", **kwargs: Any
    ) -> None:
        self.options = {option.value: option for option in options}
        self.default, self.left_out = default, left_out
        choices = [(option.value, option.label) for option in options if option.value != default]
        first = [("", self.options[default].label if default else _("Any"))]
        super().__init__(choices=[*first, *choices], **kwargs)

    @property
    def everything(self) -> str:
        """The answer that leaves nothing out; "" where that is no answer at all."""
        return next((option.value for option in self.options.values() if option.condition is None), "")

    def is_on(self, value: str) -> bool:
        return bool(value or self.default)

    def condition_for(self, value: str) -> Condition | None:
        condition = self.options[value or self.default].condition
        return condition() if condition else None

    def words(self, value: str) -> str:
        return str(self.options[value or self.default].label)


class ChoicesFilter(ListFilter):
    """Any of several words of a fixed list. `condition` gets the list of words."""

    field_class = MultipleChoiceField
    is_repeatable = True

    def __init__(self, *, choices: Sequence[tuple[str, str | Promise]], **kwargs: Any) -> None:
        self.labels = dict(choices)
        super().__init__(choices=choices, widget=CheckboxSelectMultiple, **kwargs)

    def words(self, value: list[str]) -> str:
        return ", ".join(str(self.labels[word]) for word in value)


@dataclass(frozen=True, slots=True)
class Records:
    """Records to choose from: the field that stands in the address and the one that is read."""

    queryset: Callable[[], QuerySet]
    value: str = "public_id"
    label: str = "name"


class Record(NamedTuple):
    """One record that can be chosen."""

    pk: Any
    label: str


class RecordFilter(ListFilter):
    """One record of the workspace, named by its public id. `condition` gets the record's pk."""

    field_class = ChoiceField

    def __init__(self, *, records: Records, **kwargs: Any) -> None:
        self.records = records
        super().__init__(**kwargs)

    @property
    def field(self) -> Any:
        self.extra["choices"] = self.choices
        return super().field

    def choices(self) -> list[tuple[str, str | Promise]]:
        """What there is to choose, in this workspace and for this member."""
        known = self.parent.known_records(self.records)
        return [("", _("Any")), *((value, record.label) for value, record in known.items())]

    def condition_for(self, value: str) -> Condition | None:
        return super().condition_for(self.parent.known_records(self.records)[value].pk)

    def words(self, value: str) -> str:
        return self.parent.known_records(self.records)[value].label


class DayRangeFilter(ListFilter):
    """Days of the workspace's zone, from the first and before the last.

    `condition` gets the moments at which the range starts and ends, either of which may be None; where it is
    left out, `field_name` is compared with them.
    """

    field_class = DayRangeField

    @property
    def field(self) -> Any:
        with timezone.override(self.parent.zone):
            words = {"zone": moments.zone_words()}
        self.extra["help_text"] = gettext("Days in %(zone)s. The end day is not included.") % words
        return super().field

    def condition_for(self, value: Days) -> Condition | None:
        start, end = value.moments(self.parent.zone)
        if self.condition:
            return self.condition(start, end)
        return between(self.field_name, start, end)

    def words(self, value: Days) -> str:
        start = moments.format_day(value.start) if value.start else ""
        end = moments.format_day(value.end) if value.end else ""
        if start and end:
            return gettext("from %(start)s, before %(end)s") % {"start": start, "end": end}
        return (
            gettext("from %(start)s") % {"start": start}
            if start
            else gettext("before %(end)s") % {"end": end}
        )

    def parameters(self, name: str) -> tuple[str, ...]:
        return f"{name}_from", f"{name}_before"


def between(field: str, start: Any, end: Any) -> Q:
    """`start <= field < end`, with either end open."""
    condition = Q()
    if start is not None:
        condition &= Q(**{f"{field}__gte": start})
    if end is not None:
        condition &= Q(**{f"{field}__lt": end})
    return condition


@dataclass(frozen=True, slots=True)
class Amounts:
    """A range of amounts in minor units of one currency, both ends included."""

    currency: str
    lowest: int | None
    highest: int | None

    def condition(self, field: str) -> Q:
        """The range as a condition on a column of minor units; the currency is not part of it."""
        condition = Q()
        if self.lowest is not None:
            condition &= Q(**{f"{field}__gte": self.lowest})
        if self.highest is not None:
            condition &= Q(**{f"{field}__lte": self.highest})
        return condition


class AmountRangeFilter(ListFilter):
    """Amounts as people write them, in the currency that another filter of the list names.

    `condition` gets Amounts. Without a currency the range is an error, never a comparison across currencies.
    """

    field_class = AmountRangeField

    def __init__(self, *, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)

    def words(self, value: Amounts) -> str:
        lowest = "" if value.lowest is None else money.format_money(value.lowest, value.currency)
        highest = "" if value.highest is None else money.format_money(value.highest, value.currency)
        if lowest and highest:
            return gettext("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
        if lowest:
            return gettext("from %(lowest)s") % {"lowest": lowest}
        return gettext("up to %(highest)s") % {"highest": highest}

    def parameters(self, name: str) -> tuple[str, ...]:
        return f"{name}_min", f"{name}_max"


class CurrencyFilter(ListFilter):
    """A currency: of those in the books, or any other of ISO 4217. `condition` gets its code.

    Beside a range of amounts, the filter `amounts`, it only says what those are in.
    """

    field_class = CurrencyField

    def __init__(self, *, records: Records, amounts: str = "", **kwargs: Any) -> None:
        self.records, self.amounts = records, amounts
        super().__init__(**kwargs)

    def is_on(self, value: str) -> bool:
        return bool(value) and not self.parent.form.cleaned_data.get(self.amounts)

    @property
    def field(self) -> Any:
        self.extra["choices"] = self.choices
        return super().field

    def choices(self) -> list[tuple[str, str | Promise]]:
        """The currencies of the books, the workspace's own first."""
        own = self.parent.membership.workspace.default_currency
        others = sorted(set(self.parent.known_records(self.records)) - {own})
        return [("", _("Any")), *((code, code) for code in (own, *others))]


class CountryFilter(ListFilter):
    """A country, by its code or its name in the member's language. `condition` gets the code."""

    field_class = CountryField

    def words(self, value: str) -> str:
        return country_words(value)


class ListForm(Form):
    """The form of a list's filters."""

    filterset: "ListFilterSet"

    def clean(self) -> dict[str, Any]:
        for name, filter_ in self.filterset.filters.items():
            self._refuse_repeated(name, filter_)
        for name, filter_ in self.filterset.filters.items():
            if isinstance(filter_, AmountRangeFilter) and name not in self.errors:
                self.cleaned_data[name] = self._amounts(name, filter_)
        return self.cleaned_data

    def _refuse_repeated(self, name: str, filter_: ListFilter) -> None:
        """A value given twice would silently be the last one."""
        if filter_.is_repeatable or not isinstance(self.data, QueryDict):
            return
        if any(len(set(self.data.getlist(key))) > 1 for key in filter_.parameters(name)):
            self.add_error(name, gettext("This is in the address more than once. Choose one."))

    def _amounts(self, name: str, filter_: AmountRangeFilter) -> Amounts | None:
        texts: AmountTexts | None = self.cleaned_data.get(name)
        if not texts:
            return None
        currency = self.cleaned_data.get(filter_.currency)
        if not currency:
            if filter_.currency not in self.errors:
                self.add_error(name, gettext("Choose the currency that the amounts are in."))
            return None
        try:
            lowest, highest = (money.parse_money(text, currency) if text else None for text in texts)
        except CannotReadAmount as error:
            self.add_error(name, str(error.problem.label))
            return None
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error(name, gettext("The lower amount is more than the higher one."))
            return None
        return Amounts(currency, lowest, highest)


@dataclass(frozen=True, slots=True)
class Words:
    """A filter that is on, in words."""

    name: str
    label: str
    value: str


class ListFilterSet(django_filters.FilterSet):
    """The filters of one list, for one member.

    `groups` says how the form is drawn: headings with the names of the filters under each.
    """

    groups: Sequence[tuple[str | Promise, tuple[str, ...]]] = ()
    filters: Mapping[str, ListFilter]

    class Meta:
        form = ListForm

    def __init__(self, data: QueryDict, queryset: QuerySet, membership: Membership) -> None:
        super().__init__(data=data, queryset=queryset)
        self.membership, self.zone = membership, membership.workspace.zone
        self.filters = {
            name: filter_
            for name, filter_ in self.filters.items()
            if not filter_.permission or membership.may(filter_.permission)
        }
        # Whether what is filtered will be read whole (a count, a file) or one page of it.
        self.reads_all = False
        self._records: dict[Records, dict[str, Record]] | None = None

    @property
    def form(self) -> ListForm:
        form = super().form
        form.filterset = self
        return form

    @classmethod
    def get_filters(cls) -> Any:
        """Only what is declared: no filter is derived from a model."""
        return cls.declared_filters.copy()

    def parameters(self) -> set[str]:
        """Every name that may stand in the address."""
        return {name for key, filter_ in self.filters.items() for name in filter_.parameters(key)}

    def rows(self, *, reads_all: bool) -> QuerySet:
        """The filtered rows; none at all while a filter cannot be read, so that an error never shows more."""
        if not self.form.is_valid():
            return self.queryset.none()
        self.reads_all = reads_all
        return self.filter_queryset(self.queryset.all())

    def words(self) -> list[Words]:
        """The filters that are on, in words, those that hold by default among them."""
        if not self.form.is_valid():
            return []
        values = self.form.cleaned_data
        return [
            Words(name, str(filter_.label), filter_.words(values[name]))
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
