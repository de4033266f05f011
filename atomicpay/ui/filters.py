"""The filters of a list, on django-filter: what each reads from an address, its condition, its words.

No condition is ever built from a name in a request. A filter is declared with the function that turns its
validated value into a condition; the rest is the same for all. Ranges are in `ranges`.
"""

from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import django_filters
from django.db.models import QuerySet
from django.forms import ChoiceField, MultipleChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.inputs import CountryField, SearchField, country_words
from atomicpay.ui.own_values import Own
from atomicpay.ui.widgets import CountedCheckboxes, CountedRadios, QuickSelect

if TYPE_CHECKING:
    from atomicpay.ui.filtersets import ListFilterSet, ListForm

Condition = Any
"""A Q, an Exists, or any other conditional expression."""


class ListFilter(django_filters.Filter):
    """One filter of a list.

    condition   gets the validated value; see each kind for what that is
    permission  for who lacks it the filter does not exist
    value_of    what a record itself has where the filter asks for something
    dimension   the column of the list's rows that alone decides, where rows may be counted by its values
    is_counted  each choice is shown with the number of rows that it would leave (see `facets`)
    related     the rows of another table that these are counted by
    """

    name: str
    parent: "ListFilterSet"
    is_repeatable = False
    has_index_in_order = False  # whether what it leaves has an index in the list's order
    # Whether it stands in the address and its chip only: a link sets it, and the form carries it along.
    is_carried = False
    # Whether its condition is already the one that suits the number of rows it leaves.
    plans_itself = False

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
        value_of: Own | None = None,
        dimension: str = "",
        is_counted: bool = False,
        related: "Related | None" = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label=label, required=False, **kwargs)
        self.condition, self.permission, self.value_of = condition, permission, value_of
        self.dimension, self.is_counted, self.related = dimension, is_counted, related

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        condition = self.condition_for(value) if self.is_on(value) else None
        return qs if condition is None else qs.filter(condition)

    def is_on(self, value: Any) -> bool:
        """Whether the value asks for anything."""
        return bool(value)

    def narrows(self, value: Any) -> bool:
        """Whether the value asks for fewer rows than the list has by itself."""
        return bool(value)

    def condition_for(self, value: Any) -> Condition | None:
        """The condition a row must fulfil, or None for every row."""
        return self.condition(value) if self.condition else None

    def column(self) -> str:
        """The column of the list's rows of which it asks for a range; "" for anything else."""
        return ""

    def in_order(self, value: Any) -> Condition | None:
        """The condition on `column()`, where rows are sorted by it and it is none of their own."""
        return None

    def usual_order(self) -> str:
        """The key of the order that suits its rows, newest first; "" for the list's own."""
        return ""

    def in_dimension(self, value: Any) -> Collection[Any] | None:
        """The values of its dimension that a value asks for; None for any."""
        raise NotImplementedError(f"{type(self).__name__} cannot be counted by a dimension")

    def heading(self) -> str:
        """What the value is of, for the chip."""
        return str(self.label)

    def words(self, value: Any) -> str:
        """The value as a person says it."""
        return str(value)

    def own(self) -> Own | None:
        """What a record itself has there, if it can be said."""
        return self.value_of

    def asks(self, value: Any) -> str:
        """What the value demands of a record, to stand after what the record has."""
        return gettext("the filter asks for %(words)s") % {"words": self.words(value)}

    def settle(self, form: "ListForm") -> None:
        """Finish the value with what other filters say, or add an error to it."""

    def parameters(self) -> tuple[str, ...]:
        """The names under which the filter's values stand in the address."""
        return (self.name,)


class SearchFilter(ListFilter):
    """Free text. `condition(text)` gives what makes the condition, for all rows (True) or for one page."""

    field_class = SearchField
    plans_itself = True
    _search: Callable[[bool], Condition] | None = None

    def condition_for(self, value: str) -> Condition | None:
        # Kept, so that a page and its count ask the database once how to look.
        if self._search is None and self.condition:
            self._search = self.condition(value)
        return self._search(self.parent.reads_all) if self._search else None

    def words(self, value: str) -> str:
        return value if len(value) <= _LONGEST_WORDS else f"{value[:_LONGEST_WORDS]}…"

    def asks(self, value: str) -> str:
        return gettext("not found by “%(text)s”") % {"text": self.words(value)}


_LONGEST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Related:
    """The rows of another table by whose `column` choices are counted; they name the list's rows by `key`.

    `none` is the choice of the list's rows that have no such row.
    """

    rows: Callable[[], QuerySet]
    key: str
    column: str
    none: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an OptionFilter; without a condition it asks for every row.

    `words` are for its chip; `holds` is the value that the filter's dimension has in its rows.
    """

    value: str
    label: str | Promise
    condition: Callable[[], Condition] | None = None
    words: str | Promise = ""
    holds: Any = None


class OptionFilter(ListFilter):
    """One of a few answers, each with its own condition.

    With a `default`, that answer holds where the address has none, and `left_out` names the answer whose rows
    the default leaves out. With `is_counted_apart` those have an index of their own: the whole list is then
    counted as everything less them, which an index alone can answer.
    """

    field_class = ChoiceField

    def __init__(
        self,
        *,
        options: Sequence[Option],
        default: str = "",
        left_out: str = "",
        is_counted_apart: bool = False,
        **kwargs: Any,
    ) -> None:
        self.options = {option.value: option for option in options}
        self.default, self.left_out, self.is_counted_apart = default, left_out, is_counted_apart
        self.has_index_in_order = is_counted_apart
        choices = [(option.value, option.label) for option in options if option.value != default]
        first = [("", self.options[default].label if default else _("Any"))]
        # What holds by default or is counted is in sight; what is off is one line.
        widget = CountedRadios if default or kwargs.get("is_counted") else QuickSelect
        super().__init__(choices=[*first, *choices], widget=widget, **kwargs)

    @property
    def everything(self) -> str:
        """The answer that leaves nothing out; "" where that is no answer at all."""
        return next((option.value for option in self.options.values() if option.condition is None), "")

    def is_on(self, value: str) -> bool:
        return bool(value or self.default)

    def narrows(self, value: str) -> bool:
        return value not in ("", self.everything)

    def condition_for(self, value: str) -> Condition | None:
        condition = self.options[value or self.default].condition
        return condition() if condition else None

    def in_dimension(self, value: str) -> Collection[Any] | None:
        option = self.options[value or self.default]
        return None if option.condition is None else (option.holds,)

    def words(self, value: str) -> str:
        option = self.options[value or self.default]
        return str(option.words or option.label)

    def asks(self, value: str) -> str:
        return super().asks(value) if value else gettext("the list leaves these out")


class ChoicesFilter(ListFilter):
    """Any of several words of a fixed list. `condition` gets the list of words."""

    field_class = MultipleChoiceField
    is_repeatable = True

    def __init__(self, *, choices: Sequence[tuple[str, str | Promise]], **kwargs: Any) -> None:
        self.labels = dict(choices)
        super().__init__(choices=choices, widget=CountedCheckboxes, **kwargs)

    def in_dimension(self, value: list[str]) -> Collection[Any]:
        return value

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
        super().__init__(widget=QuickSelect, **kwargs)

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

    def in_dimension(self, value: str) -> Collection[Any]:
        return (self.parent.known_records(self.records)[value].pk,)

    def words(self, value: str) -> str:
        return self.parent.known_records(self.records)[value].label


class CountryFilter(ListFilter):
    """A country, by its code or its name in the member's language. `condition` gets the code."""

    field_class = CountryField

    def words(self, value: str) -> str:
        return country_words(value)
