"""Main contacts after an undo for which somebody decided: one of each kind, and columns that name a row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from customers.models import (
    Customer,
    CustomerContact,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
)

from .models import Merge, MergedRow, RowKind, RowOutcome

_COLUMNS: Final[dict[type[CustomerContact], dict[str, str]]] = {
    CustomerEmail: {"email": "address"},
    CustomerPhone: {"phone": "number"},
    CustomerDocument: {"document": "normalised", "document_kind": "kind", "document_valid": "is_valid"},
    CustomerIdentity: {},
}
"""By kind the columns of a customer that show the main one, each with that of the contact. The first tells
which it is."""


def settle_mains(merge: Merge, customer_ids: Sequence[int]) -> None:
    """Give each record one main contact of a kind at most, and take a value away whose row went to another.

    Rows and values are decided upon one by one, so a row may stay where its value does not. To be called when
    all are where they belong, before the manifest is closed.
    """
    records = Customer.objects.without_search_text().in_bulk(list(customer_ids)).values()
    for model in _COLUMNS:
        all_rows: Any = model.objects.filter(customer__in=customer_ids)
        rows = list(all_rows.order_by("-last_seen_at", "-pk"))
        parted = _parted(merge, model)
        for record in records:
            _settle(record, model, rows, parted)


def _parted(merge: Merge, model: type[CustomerContact]) -> dict[int, int]:
    """Rows that left the record whose they were, with its id: they stayed, or came later and went along."""
    noted = MergedRow.objects.filter(merge=merge, relation=f"{model._meta.label}.customer")
    away = noted.filter(Q(kind=RowKind.NEW) | Q(outcome=RowOutcome.STAYED))
    return {
        row_id: merge.survivor_id if kind == RowKind.NEW else origin
        for row_id, kind, origin in away.values_list("row_id", "kind", "origin")
    }


def _settle(
    record: Customer, model: type[CustomerContact], rows: Sequence[Any], parted: Mapping[int, int]
) -> None:
    columns = _COLUMNS[model]
    own = [row for row in rows if row.customer_id == record.pk]
    mains = [row for row in own if row.is_primary]
    value = _first(record, list(columns))
    named = [row for row in rows if value and _first(row, list(columns.values())) == value]
    shown = next((row for row in named if row in own), None)
    went = shown is None and any(parted.get(row.pk) == record.pk for row in named)
    came = not value and any(row.pk in parted for row in own)
    differs = shown is not None and mains and mains != [shown]
    is_without = not mains and record.pk in parted.values()
    if not (went or came or differs or is_without or len(mains) > 1):
        return
    main = next(iter([*filter(None, [shown]), *mains, *own]), None)
    model.objects.filter(pk__in=[row.pk for row in mains if row is not main]).update(is_primary=False)
    if main is not None:
        model.objects.filter(pk=main.pk).update(is_primary=True)
    # A value that has no row anywhere is nobody else's, and stays.
    if columns and (went or came or shown is not None):
        Customer.objects.filter(pk=record.pk).update(**_shown_by(main, columns))


def _first(row: Any, columns: Sequence[str]) -> Any:
    return getattr(row, columns[0]) if columns else ""


def _shown_by(main: CustomerContact | None, columns: dict[str, str]) -> dict[str, Any]:
    nothing = Customer()
    return {
        column: getattr(main, source) if main else getattr(nothing, column)
        for column, source in columns.items()
    }
