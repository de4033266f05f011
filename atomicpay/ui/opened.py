"""The saved view that a list was opened with, as the list kit sees it: a name in the address for a query."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.utils.translation import gettext

from atomicpay.ui.filtersets import ListFilterSet

VIEW: Final = "view"
"""The parameter of the address. With it alone the rows are those of the view; with filters, those of the
filters, and the view is the one they depart from."""


@dataclass(frozen=True, slots=True)
class OpenView:
    """What stands for the view in the address, its query and its columns; nothing of it when it `is_gone`."""

    key: str
    query: str = ""
    columns: tuple[str, ...] = ()
    is_gone: bool = False

    def under(self, asked: QueryDict) -> QueryDict:
        """The view's query, with what the address says of the page and the columns."""
        query = QueryDict(self.query, mutable=True)
        for name, values in asked.lists():
            query.setlist(name, values)
        return query

    def asks_for(self, query: str) -> bool:
        """Whether a query leaves the same rows in the same order, however it is written."""
        return sorted(parse_qsl(self.query)) == sorted(parse_qsl(query))

    def problems(self, filterset: ListFilterSet, own: frozenset[str]) -> Iterator[str]:
        """Why the view cannot be shown to this member, in words that name nothing outside their reach."""
        if self.is_gone:
            yield gettext("This saved view is no more, or it is not shared with you, so nothing is listed.")
        if QueryDict(self.query).keys() - filterset.parameters() - own:
            yield gettext(
                "This view uses a filter that is no more or that you have no right to, so nothing is listed."
            )
        for name in filterset.form.errors:
            label = filterset.filters[name].label
            yield gettext(
                "This view names something under %(filter)s that is gone or that you may not see,"
                " so nothing is listed."
            ) % {"filter": label}
