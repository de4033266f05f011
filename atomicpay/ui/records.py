"""A filter by several records of the workspace, and how their names are put together in words."""

from collections.abc import Callable
from typing import Any

from django.forms import MultipleChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext

from atomicpay.ui.filters import Condition, ListFilter, Records
from atomicpay.ui.widgets import CountedCheckboxes, QuickSelectMultiple


def all_of_them(names: list[str]) -> str:
    """ "Curso and Ebook" """
    return _listed(names, gettext("%(names)s and %(last)s"))


def any_of_them(names: list[str]) -> str:
    """ "vip or aluna" """
    return _listed(names, gettext("%(names)s or %(last)s"))


def none_of_them(names: list[str]) -> str:
    """ "Curso, nor Ebook" """
    return _listed(names, gettext("%(names)s, nor %(last)s"))


def _listed(names: list[str], pattern: str) -> str:
    return pattern % {"names": ", ".join(names[:-1]), "last": names[-1]} if len(names) > 1 else names[0]


class RecordsFilter(ListFilter):
    """Several records of the workspace. `condition` gets their pks; `join` makes their names words.

    `are_boxes` draws a box for each, for where there are few.
    """

    field_class = MultipleChoiceField
    is_repeatable = True

    def __init__(
        self, *, records: Records, join: Callable[[list[str]], str], are_boxes: bool = False, **kwargs: Any
    ) -> None:
        self.records, self.join = records, join
        widget = CountedCheckboxes if are_boxes else QuickSelectMultiple
        super().__init__(widget=widget, **kwargs)

    @property
    def field(self) -> Any:
        self.extra["choices"] = self.choices
        return super().field

    def choices(self) -> list[tuple[str, str | Promise]]:
        """What there is to choose, in this workspace and for this member."""
        known = self.parent.known_records(self.records)
        return [(value, record.label) for value, record in known.items()]

    def condition_for(self, value: list[str]) -> Condition | None:
        known = self.parent.known_records(self.records)
        return super().condition_for([known[each].pk for each in value])

    def words(self, value: list[str]) -> str:
        known = self.parent.known_records(self.records)
        return self.join([known[each].label for each in value])
