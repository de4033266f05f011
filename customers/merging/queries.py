"""What a preview reads: a fixed number of queries, however many rows the records have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.http import QueryDict

from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id
from customers.models import (
    Customer,
    CustomerContact,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
)
from sales.queries import Spend, spend_of_customers

from .concerns import Concerns, concerns_of
from .decisions import Act
from .models import Merge, MergedRow, RowKind
from .plan import Relation, plan, relation_named

_FOUND: Final = 20
_AMOUNTS: Final = ("amount_charged", "amount")
_CONTACTS: Final = (CustomerEmail, CustomerPhone, CustomerDocument, CustomerIdentity)


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of one key a record has, and what they add up to in each currency."""

    rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that the page of a merge shows, as it was read. The survivor comes first."""

    records: list[Customer]
    contacts: dict[type[CustomerContact], list[Any]]
    tags: list[CustomerTag]
    held: dict[tuple[str, int], Held]
    spend: dict[int, list[Spend]]
    concerns: Concerns


def records_of(public_ids: Sequence[UUID]) -> list[Customer]:
    """The customers of an address, in its order; unknown ones are left out."""
    found = Customer.objects.without_search_text().select_related("merged_into")
    by_id = {each.public_id: each for each in found.filter(public_id__in=public_ids)}
    return [by_id[public_id] for public_id in dict.fromkeys(public_ids) if public_id in by_id]


def read_preview(records: list[Customer]) -> Preview:
    """What there is of these records, the survivor first."""
    ids = [each.pk for each in records]
    contacts: dict[type[CustomerContact], list[Any]] = {}
    for model in _CONTACTS:
        rows: Any = model.objects.filter(customer__in=ids)
        contacts[model] = list(rows.order_by("-is_primary", "-last_seen_at", "pk"))
    return Preview(
        records=records,
        contacts=contacts,
        tags=list(CustomerTag.objects.filter(customer__in=ids).select_related("tag").order_by("tag__name")),
        held=held_by(ids),
        spend=spend_of_customers(ids),
        concerns=concerns_of(records, contacts[CustomerDocument]),
    )


def default_survivor(records: Sequence[Customer]) -> Customer:
    """Who should survive unless somebody chooses: a live, known, real one; then who bought most, then the
    oldest."""
    held = held_by([each.pk for each in records])
    return min(
        records,
        key=lambda each: (
            each.merged_into_id is not None,
            each.is_anonymised,
            each.is_test,
            each.archived_at is not None,
            -held.get(("sales.Sale.customer", each.pk), Held()).rows,
            each.created_at,
            each.pk,
        ),
    )


def held_by(ids: Sequence[int]) -> dict[tuple[str, int], Held]:
    """By key and customer what they have, in one query over every table of the plan."""
    relations = [each for each in plan() if each.decision.act is not Act.RECOMPUTE]
    params: dict[str, Any] = {"workspace": active_workspace_id(), "ids": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_counted, relations)), params)
        rows = cursor.fetchall()
    numbers: defaultdict[tuple[str, int], int] = defaultdict(int)
    sums: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for label, customer_id, currency, number, total in rows:
        numbers[label, customer_id] += number
        if currency:
            sums[label, customer_id][currency] = int(total)
    return {key: Held(number, sums.get(key, {})) for key, number in numbers.items()}


def find_others(member: Membership, text: str, but: Customer) -> list[Customer]:
    """Customers that the list of customers finds by these words, but for one; the first few."""
    query = QueryDict(urlencode({"q": text, "archived": "include"}))
    state = get_list_page("customers").parse(query, member)
    if not text.strip() or not state.is_valid:
        return []
    return list(state.queryset().order_by().exclude(pk=but.pk)[:_FOUND])


def losers_of(merge: Merge) -> list[Customer]:
    """The records that a merge took in."""
    records = merge.records.select_related("customer").order_by("pk")
    return [record.customer for record in records]


def moved_by_origin(merge: Merge) -> dict[tuple[str, int], int]:
    """By key and record, how many rows a merge took from it."""
    taken = MergedRow.objects.filter(merge=merge, kind__in=[RowKind.MOVED, RowKind.ABSORBED])
    rows = taken.values_list("relation", "origin").annotate(number=Count("pk")).order_by()
    return {(relation, origin): number for relation, origin, number in rows}


def rows_named(relation: str, ids: Sequence[int]) -> dict[int, Any]:
    """The rows of a key by their ids, to be named on a page."""
    model: Any = Customer if relation == "customers.Customer" else relation_named(relation).model
    return dict(model.objects.in_bulk(list(ids)))


def values_before(merge: Merge, relation: str, row_id: int) -> dict[str, Any]:
    """What the merge wrote over in a row that stayed where it was."""
    changed = MergedRow.objects.filter(merge=merge, relation=relation, kind=RowKind.CHANGED)
    row = changed.filter(row_id=row_id).first()
    return dict(row.before) if row else {}


def _counted(relation: Relation) -> str:
    amount = next((name for name in _AMOUNTS if name in relation.columns), None)
    has_money = amount is not None and "currency" in relation.columns
    currency, total = ("currency", f"sum({amount})") if has_money else ("''", "0")
    groups = "2, 3" if has_money else "2"
    return (
        f"SELECT '{relation.label}', {relation.column}, {currency}::text, count(*), {total}::numeric"
        f" FROM {relation.table} WHERE workspace_id = %(workspace)s"
        f" AND {relation.column} = ANY (%(ids)s) GROUP BY {groups}"
    )
