"""Merging customers and undoing it: one transaction each, all or nothing."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id, is_limited_to_products
from customers.duplicates.keeping import one_at_a_time
from customers.duplicates.services import note_merge
from customers.errors import NotAllowed
from customers.models import Customer

from .choosing import chosen_records, kept_values
from .concerns import assert_may_become_one
from .decisions import Act
from .errors import NothingToMerge, ReasonMissing, SpendWouldChange
from .locking import again_after_deadlock, check_keys_later, check_keys_now, hold_records
from .manifest import (
    Ids,
    counts_of,
    highest_ids,
    move_rows,
    note_ids_of_spend,
    overwrite_customer,
    set_rows_aside,
    unite_rows,
)
from .models import Merge, MergedRecord
from .plan import relations_that
from .spend import spend_together
from .undoing import undo

MERGE = "customers.merge"
MOST = 20
"""Records that may become one at once."""


def merge_customers(
    *,
    acting_member: Membership,
    survivor: Customer,
    losers: Sequence[Customer],
    choices: Mapping[str, int] | None = None,
    reason: str,
    is_forced: bool = False,
) -> Merge:
    """Make one customer of several. Everything of the losers goes over; they stay as signs that lead on.

    `choices` says by field ("name", "email", "phone", "document", "address", "country", "locale") the id of
    the record whose value is kept; `is_forced` merges in spite of different valid CPFs. What they spent is
    the same afterwards, or nothing is done. Raises NotAllowed and the subclasses of CannotMerge.
    """
    _require(acting_member)
    if not reason.strip():
        raise ReasonMissing
    ids = [survivor.pk, *(loser.pk for loser in losers)]
    if not 2 <= len(ids) <= MOST or len(set(ids)) != len(ids):
        raise NothingToMerge
    return again_after_deadlock(
        lambda: _merge(acting_member, ids, dict(choices or {}), reason.strip(), is_forced)
    )


def undo_merge(
    *,
    acting_member: Membership,
    merge: Merge,
    choices: Mapping[str, str] | None = None,
    takes_along: Mapping[str, int] | None = None,
    reason: str = "",
) -> Merge:
    """Give back exactly the rows that the merge moved, and the values that it wrote over.

    `choices` says for each conflict (`conflicts.find_conflicts`), by its key, "stay" or "back";
    `takes_along` for rows that are new since, by their key, the id of the record that they go to. Raises
    NotAllowed, ConflictsOpen where something is not decided, and the other subclasses of CannotUndo.
    """
    _require(acting_member)
    return again_after_deadlock(
        lambda: undo(acting_member, merge.pk, dict(choices or {}), dict(takes_along or {}), reason.strip())
    )


def _merge(
    member: Membership, ids: list[int], choices: dict[str, int], reason: str, is_forced: bool
) -> Merge:
    check_keys_later()
    one_at_a_time()
    held = hold_records(ids)
    assert_may_become_one(ids, held, is_forced=is_forced)
    records = [held[customer_id] for customer_id in ids]
    chosen = chosen_records(records, choices)
    before = spend_together(ids)
    merge = Merge.objects.create(survivor=records[0], member=member, reason=reason, is_forced=is_forced)
    note_merge(acting_member=member, ids=ids, at=merge.at)
    MergedRecord.objects.bulk_create(MergedRecord(merge=merge, customer=loser) for loser in records[1:])
    with connection.cursor() as cursor:
        _write(cursor, merge, records, chosen)
        merge.counts = counts_of(cursor, _ids(merge, ids))
    after = spend_together(ids[:1])
    if before != after:
        raise SpendWouldChange(before, after)
    merge.spend = after
    merge.save(update_fields=["counts", "spend", "columns", "marks"])
    check_keys_now()
    record(
        "customer.merged",
        acting_member=member,
        target=records[0],
        reason=reason,
        detail={
            "merge": str(merge.public_id),
            "merged": [str(loser.public_id) for loser in records[1:]],
            "rows": merge.counts,
            "forced": is_forced,
        },
    )
    return merge


def _write(
    cursor: CursorWrapper, merge: Merge, records: list[Customer], chosen: Mapping[str, Customer]
) -> None:
    ids = _ids(merge, [each.pk for each in records])
    moving = relations_that(Act.MOVE, Act.UNITE, Act.SET_ASIDE)
    merge.columns = {relation.label: list(relation.columns) for relation in moving}
    merge.marks = highest_ids(cursor, sorted({relation.table for relation in moving}))
    note_ids_of_spend(cursor, ids)
    for relation in moving:
        match relation.decision.act:
            case Act.MOVE:
                move_rows(cursor, ids, relation)
            case Act.UNITE:
                main = chosen.get(relation.decision.main, records[0])
                unite_rows(cursor, ids, relation, main.pk)
            case Act.SET_ASIDE:
                set_rows_aside(cursor, ids, relation)
    now = timezone.now()
    overwrite_customer(cursor, ids, ids.survivor, kept_values(records, chosen) | {"updated_at": now})
    for loser in ids.losers:
        marks = {"merged_into_id": ids.survivor, "merged_at": now, "updated_at": now}
        overwrite_customer(cursor, ids, loser, marks)


def _ids(merge: Merge, ids: Sequence[int]) -> Ids:
    return Ids(active_workspace_id(), merge.pk, ids[0], tuple(ids[1:]))


def _require(member: Membership) -> None:
    """A member limited to products sees a part of each record, and cannot judge the whole."""
    if not member.may(MERGE) or is_limited_to_products():
        raise NotAllowed(MERGE)
