"""What an export asks for, read from its list page: rows, columns, and the figures a file is held to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.http import QueryDict

from atomicpay.ui.columns import Column, Kind
from atomicpay.ui.errors import UnknownListPage
from atomicpay.ui.listing import ListPage, ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.ui.sparse import SparseValue
from atomicpay.workspaces.models import Membership

from .dialects import Format
from .errors import CannotExport
from .ledger import MoneyColumns, Sums
from .states import Failure
from .writer import FileColumn

CREATE: Final = "exports.create"

DOCUMENTS: Final = "customers.view_pii"
"""The right that a column with a person's documents needs."""

FEW: Final = 20_000
"""Up to so many rows, what few rows have is looked up for each: at a million that takes twice as long."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows a file has, and what they sum up to."""

    rows: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Asked:
    """A list at one address with some of its columns, for one member inside their scope."""

    state: ListState
    columns: tuple[Column, ...]
    # The export that asks. A list of what members do gets a row by it, which was not on the screen.
    export_id: int | None = None

    @classmethod
    def read(
        cls,
        page: str,
        query: str,
        columns: Sequence[str],
        member: Membership,
        at: datetime | None = None,
        *,
        export_id: int | None = None,
    ) -> Self:
        """Read what was asked; raises CannotExport for what the member may not have or the list not know.

        Periods such as "yesterday" are counted from `at`, the moment of asking, however long the file waits.
        """
        state = open_list(page, query, member, at)
        if not state.is_valid or state.canonical_query() != query:
            # A filter that is no longer understood would silently show more.
            raise CannotExport(Failure.NOT_UNDERSTOOD)
        allowed = {column.key: column for column in state.export_columns}
        known = {column.key for column in state.page.export_columns}
        if not columns or not known.issuperset(columns) or len(set(columns)) < len(columns):
            raise CannotExport(Failure.NOT_UNDERSTOOD)
        if not allowed.keys() >= set(columns):
            raise CannotExport(Failure.NO_RIGHT)
        return cls(state, tuple(allowed[key] for key in columns), export_id)

    def queryset(self) -> QuerySet:
        """The rows of the file, in its order."""
        rows = self.state.export_queryset()
        own = None if self.export_id is None else self.state.page.row_of_export(self.export_id)
        return rows if own is None else rows.exclude(own)

    def sized(self, rows: int) -> Self:
        """The same, read in the way that suits so many rows."""
        return self if rows > FEW else replace(self, columns=tuple(map(_looked_up, self.columns)))

    def file_columns(self, format_: Format) -> list[FileColumn]:
        """The columns of the file, with what makes their cells in that format."""
        return [_file_column(column, format_) for column in self.columns]

    def figures(self) -> Figures:
        """Rows and sums by a query of their own: only the tables that the money is in, and no order."""
        groups = self.money()
        if not groups:
            return Figures(self.queryset().order_by().count(), [])
        entries = [_sums(self.queryset(), group) for group in groups]
        return Figures(sum(entry["rows"] for entry in entries[0]), _merged(entries))

    def money(self) -> list[MoneyColumns]:
        """The money columns that add up, those with a common currency together."""
        by_currency: dict[Any, list[Column]] = {}
        for column in self.columns:
            if column.kind is Kind.MONEY and column.adds_up:
                by_currency.setdefault(_source(column.currency), []).append(column)
        return [
            MoneyColumns(
                currency,
                tuple(column.key for column in columns),
                tuple(_source(column.expression) for column in columns),
            )
            for currency, columns in by_currency.items()
        ]


def open_list(page: str, query: str, member: Membership, at: datetime | None = None) -> ListState:
    """The list at an address; raises CannotExport for who may not export it, or may not see it."""
    list_page = find_page(page)
    if not (member.may(CREATE) and member.may(list_page.permission)):
        raise CannotExport(Failure.NO_RIGHT)
    return list_page.parse(QueryDict(query), member, at=at)


def find_page(name: str) -> ListPage:
    """The list page of that name; raises CannotExport when there is none."""
    try:
        return get_list_page(name)
    except UnknownListPage as error:
        raise CannotExport(Failure.NOT_UNDERSTOOD) from error


def documents_among(columns: Iterable[Column]) -> list[Column]:
    """Those that hold a person's documents."""
    return [column for column in columns if column.permission == DOCUMENTS]


def count_rows(state: ListState) -> int:
    """How many rows a file of this list has, as the list counts them: confirmed, not proved."""
    return state.page.count_for_export(state) if state.is_valid else 0


def _file_column(column: Column, format_: Format) -> FileColumn:
    sources = [column.expression] if column.kind is not Kind.MONEY else [column.expression, column.currency]
    values = tuple(_source(source) for source in sources)
    return FileColumn(column.header, values, format_.cells[column.kind], column.kind)


def _looked_up(column: Column) -> Column:
    expression = column.expression
    return replace(column, expression=expression.looked_up) if isinstance(expression, SparseValue) else column


def _source(expression: str | Combinable | None) -> Any:
    return F(expression) if isinstance(expression, str) else expression


def _sums(queryset: QuerySet, group: MoneyColumns) -> Sums:
    """Rows and sums by currency; what few rows have is read from those rows alone."""
    sources = dict(zip(group.keys, group.sources, strict=True))
    sparse = {key: source for key, source in sources.items() if isinstance(source, SparseValue)}
    in_all = {key: source for key, source in sources.items() if key not in sparse}
    by_currency = _totals(queryset, group.currency, in_all)
    for key, source in sparse.items():
        in_few = _totals(queryset.filter(source.has_any), group.currency, {key: source.value})
        for currency, entry in by_currency.items():
            entry["sums"][key] = in_few[currency]["sums"][key] if currency in in_few else 0
    return list(by_currency.values())


def _totals(queryset: QuerySet, currency: Any, sources: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    sums = {f"sum_{key}": Sum(source) for key, source in sources.items()}
    totals = queryset.order_by().values(in_currency=currency).annotate(rows=Count("*"), **sums)
    return {
        total["in_currency"] or "": {
            "currency": total["in_currency"] or "",
            "rows": total["rows"],
            "sums": {key: int(total[f"sum_{key}"] or 0) for key in sources},
        }
        for total in totals
    }


def _merged(groups: list[Sums]) -> Sums:
    """One entry per currency. The rows are counted by the currency of the first money column."""
    by_currency: dict[str, dict[str, Any]] = {}
    for position, group in enumerate(groups):
        for entry in group:
            known = by_currency.setdefault(entry["currency"], {**entry, "rows": 0, "sums": {}})
            known["sums"] |= entry["sums"]
            if position == 0:
                known["rows"] = entry["rows"]
    return [by_currency[currency] for currency in sorted(by_currency)]
