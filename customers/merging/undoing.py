"""Taking a merge back: the rows it moved, the values it wrote over, the rows it united."""

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id
from customers.duplicates.keeping import one_at_a_time
from customers.duplicates.services import forget_merge
from customers.models import Customer

from . import returning
from .conflicts import BACK, STAY, Conflict, Found, NewRow, columns_of, find_changes
from .decisions import Act
from .errors import AlreadyUndone, ConflictsOpen, ErasedSince, LaterMergeFirst, SpendWouldChange
from .locking import check_keys_later, check_keys_now, hold_records
from .mains import settle_mains
from .manifest import Ids
from .models import Merge, MergedRow, RowKind, RowOutcome
from .plan import CUSTOMER, relations_that
from .spend import spend_together


def undo(
    member: Membership, merge_id: int, choices: Mapping[str, str], takes_along: Mapping[str, int], reason: str
) -> Merge:
    """Undo a merge in the transaction that is open; see `services.undo_merge`."""
    check_keys_later()
    one_at_a_time()
    merge, losers, held = _held(merge_id)
    assert_can_be_undone(merge)
    changes = find_changes(merge)
    conflicts = changes.conflicts
    undecided = [each for each in conflicts if choices.get(each.key) not in (STAY, BACK)]
    if undecided:
        raise ConflictsOpen(undecided)
    everybody = [merge.survivor_id, *losers]
    before = spend_together(everybody)
    is_untouched = changes == Found() and not _was_edited(merge, held)
    _note_what_goes_along(merge, changes.new, takes_along, losers)
    ids = Ids(active_workspace_id(), merge.pk, merge.survivor_id, tuple(losers))
    with connection.cursor() as cursor:
        _leave_what_stays(cursor, ids, conflicts, choices)
        _give_back(cursor, ids, _columns_that_stay(conflicts, choices))
        if not is_untouched:
            settle_mains(merge, everybody)
            # What was checked of them is to be checked again.
            Customer.objects.filter(pk__in=everybody).update(updated_at=timezone.now())
        merge.undo_counts = returning.close_rows(cursor, ids)
    after = spend_together(everybody)
    if before != after:
        raise SpendWouldChange(before, after)
    forget_merge(member_id=merge.member_id, at=merge.at)
    _close(merge, member, reason)
    check_keys_now()
    return merge


def assert_can_be_undone(merge: Merge) -> None:
    """Raise the subclass of CannotUndo that says what forbids it."""
    if merge.is_undone:
        raise AlreadyUndone
    if merge.survivor.is_anonymised and not merge.rows.exists():
        raise ErasedSince
    if later := merge_on(merge):
        raise LaterMergeFirst(later.public_id)


def merge_on(merge: Merge) -> Merge | None:
    """The last merge that took in the survivor of this one, or gave it more; it is to be undone first."""
    standing = Merge.objects.filter(undone_at=None, pk__gt=merge.pk)
    of_survivor = standing.filter(survivor=merge.survivor_id)
    took_survivor = standing.filter(records__customer=merge.survivor_id)
    return (of_survivor | took_survivor).order_by("-pk").first()


def _held(merge_id: int) -> tuple[Merge, list[int], dict[int, Customer]]:
    merge = Merge.objects.get(pk=merge_id)
    losers = list(merge.records.order_by("pk").values_list("customer_id", flat=True))
    held = hold_records([merge.survivor_id, *losers])
    # Read again: whoever held them before may have undone it.
    merge = Merge.objects.select_related("survivor").select_for_update(of=("self",)).get(pk=merge_id)
    return merge, losers, held


def _was_edited(merge: Merge, held: Mapping[int, Customer]) -> bool:
    """Whether the survivor was written since the merge, which does not show in any value."""
    return held[merge.survivor_id].updated_at != held[next(iter(_losers(merge, held)))].updated_at


def _losers(merge: Merge, held: Mapping[int, Customer]) -> Iterable[int]:
    return (each for each in merge.records.values_list("customer_id", flat=True) if each in held)


def _note_what_goes_along(
    merge: Merge, new_rows: Iterable[NewRow], takes_along: Mapping[str, int], losers: list[int]
) -> None:
    """A row that came later and is taken along goes as the moved ones go."""
    MergedRow.objects.bulk_create(
        MergedRow(merge=merge, kind=RowKind.NEW, relation=row.relation, row_id=row.row_id, origin=origin)
        for row in new_rows
        if (origin := takes_along.get(row.key)) in losers and origin not in row.have_another
    )


def _leave_what_stays(
    cursor: CursorWrapper, ids: Ids, conflicts: Iterable[Conflict], choices: Mapping[str, str]
) -> None:
    staying: dict[str, list[int]] = {}
    for conflict in conflicts:
        if not conflict.column and choices[conflict.key] == STAY:
            staying.setdefault(conflict.relation, []).append(conflict.row_id)
    for relation, row_ids in staying.items():
        returning.mark(cursor, ids, relation, row_ids, RowOutcome.STAYED)


def _columns_that_stay(
    conflicts: Iterable[Conflict], choices: Mapping[str, str]
) -> dict[tuple[str, int], set[str]]:
    staying: dict[tuple[str, int], set[str]] = {}
    for conflict in conflicts:
        if conflict.column and choices[conflict.key] == STAY:
            kept = staying.setdefault((conflict.relation, conflict.row_id), set())
            kept.update(columns_of(conflict))
    return staying


def _give_back(cursor: CursorWrapper, ids: Ids, staying: Mapping[tuple[str, int], set[str]]) -> None:
    """Rows that follow others first, while those are still where they were."""
    relations = relations_that(Act.MOVE, Act.UNITE, Act.SET_ASIDE)
    for relation in relations:
        if relation.decision.follows:
            returning.send_after_parents(cursor, ids, relation)
    for relation in relations:
        returning.send_back(cursor, ids, relation)
        returning.restore_values(cursor, ids, relation.label, relation.table, staying)
        if relation.decision.act is not Act.MOVE:
            returning.put_back(cursor, ids, relation)
    returning.restore_values(cursor, ids, CUSTOMER, "customer", staying)
    cursor.execute("SELECT merging_restore_spend_ids(%s)", [ids.merge])


def _close(merge: Merge, member: Membership, reason: str) -> None:
    merge.undone_at, merge.undone_by, merge.undo_reason = timezone.now(), member, reason
    merge.save(update_fields=["undone_at", "undone_by", "undo_reason", "undo_counts"])
    record(
        "customer.merge_undone",
        acting_member=member,
        target=merge.survivor,
        reason=reason,
        detail={"merge": str(merge.public_id), "rows": merge.undo_counts},
    )
