"""The worker's scans: every minute what has changed, every night everybody.

A scan goes through the customers twice, thousands in one short transaction: first it brings the records up to
date, then, with all values counted, it compares. The row of the workspace says how far that is, so one that
was broken off is taken up where it was; a second one beside it does nothing. What has changed since is found
by the same functions with the same counts, and so the same pairs come of it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from atomicpay.workspaces.scope import enter
from customers.merging.models import Merge
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerPhone
from sales.models import ImportRun, ImportState

from .counts import count_values, frequencies
from .keeping import keep, one_at_a_time
from .matching.frequencies import Frequencies, prior_of
from .models import MatchRecord, Scan, Suggestion
from .pairs import candidates, compare_pairs, crossed
from .records import bring_up_to_date

BATCH: Final = 2_000
"""Customers of one transaction: about a second."""

OVERLAP: Final = timedelta(minutes=10)
"""A row carries the time at which its transaction wrote it, and is seen when that ends: no request takes as
long as this. Imports do, and are waited for."""

STALE_AFTER: Final = timedelta(hours=20)
"""A scan that was broken off longer ago is begun anew."""

READING, COMPARING = "reading", "comparing"
_CONTACTS: Final = (CustomerEmail, CustomerPhone, CustomerDocument)
_LOCK: Final = "hashtextextended('duplicates.scan', %s)"


def look_again(customer_ids: Sequence[int], *, put_back: Collection[int] = ()) -> int:
    """Bring records and suggestions of these customers up to date, in the active workspace; what changed.

    A key that becomes too common by it, or is so no longer, changes the pairs of all who have it: they are
    looked at as well. `put_back` are compared even if they are as they were: others changed meanwhile.
    """
    one_at_a_time()
    scan, at = scan_of_workspace(), timezone.now()
    changes = bring_up_to_date(customer_ids)
    affected = changes.customers | crossed(changes.keys) | set(put_back)
    if not affected:
        return 0
    compared = compare_pairs(candidates(affected), scan)
    return keep(compared, Suggestion.objects.among(list(affected)), at)


def look_at_changed(workspace_id: int, *, batch: int = BATCH) -> int:
    """Look at whoever has changed since the last time; the number of them.

    The first time, and where a scan was broken off: at everybody.
    """
    with _alone(workspace_id) as is_alone:
        if not is_alone:
            return 0
        with enter(workspace_id):
            scan, until = scan_of_workspace(), _now()
            is_due = scan.ended_at is None or scan.phase != ""
            contacts = _last_contacts()
            undone = set() if is_due else _undone(scan)
            changed = [] if is_due else sorted(_changed(scan) | undone)
        if is_due:
            return _scan(workspace_id, batch)
        for place in range(0, len(changed), batch):
            with enter(workspace_id):
                some = changed[place : place + batch]
                look_again(some, put_back=undone.intersection(some))
        _update(
            workspace_id,
            noticed_until=until,
            contacts_before=scan.contacts_until,
            contacts_until=contacts,
        )
        return len(changed)


def look_at_everybody(workspace_id: int, *, batch: int = BATCH) -> int:
    """Look at every customer; the number of them, of this run."""
    with _alone(workspace_id) as is_alone:
        return _scan(workspace_id, batch) if is_alone else 0


def scan_of_workspace() -> Scan:
    """The one row of the active workspace."""
    return Scan.objects.get_or_create()[0]


def _scan(workspace_id: int, batch: int) -> int:
    begun = _begin(workspace_id)
    read = 0
    if begun.phase == READING:
        read = _read_everybody(workspace_id, begun, batch)
        with enter(workspace_id):
            scan = scan_of_workspace()
            count_values(scan)
            scan.phase, scan.after, scan.done = COMPARING, 0, 0
            scan.save(update_fields=["phase", "after", "done"])
    compared = _compare_everybody(workspace_id, batch)
    with enter(workspace_id):
        scan = scan_of_workspace()
        scan.phase, scan.ended_at = "", timezone.now()
        # What changed meanwhile is looked at again by the next minute's run.
        scan.noticed_until = max(filter(None, (begun.began_at, scan.noticed_until)))
        scan.save(update_fields=["phase", "ended_at", "noticed_until"])
    return max(read, compared)


def _begin(workspace_id: int) -> Scan:
    with enter(workspace_id):
        scan = scan_of_workspace()
        is_open = scan.phase != "" and scan.began_at and timezone.now() - scan.began_at <= STALE_AFTER
        if not is_open:
            begin_scan(scan)
        return scan


def begin_scan(scan: Scan) -> None:
    """Begin anew at the first customer; the worker's next run does the work."""
    if not scan.phase and scan.ended_at is not None:
        # As the counts, it stands until the next scan: what is found meanwhile fits what was found before.
        scan.prior = prior_of(scan.expected, scan.number)
    scan.began_at, scan.phase = _now(), READING
    scan.after = scan.done = 0
    scan.expected, scan.total = 0.0, Customer.objects.count()
    scan.contacts_before = scan.contacts_until = _last_contacts()
    scan.save()


def _read_everybody(workspace_id: int, scan: Scan, batch: int) -> int:
    after, done, read = scan.after, scan.done, 0
    while True:
        with enter(workspace_id):
            ids = _next(Customer, "pk", after, batch)
            if not ids:
                return read
            one_at_a_time()
            bring_up_to_date(ids)
            after, done, read = ids[-1], done + len(ids), read + len(ids)
            Scan.objects.update(after=after, done=done)


def _compare_everybody(workspace_id: int, batch: int) -> int:
    known: Frequencies | None = None
    compared = 0
    while True:
        with enter(workspace_id):
            scan = scan_of_workspace()
            known = known or frequencies(scan)
            ids = _next(MatchRecord, "customer_id", scan.after, batch)
            if not ids:
                return compared
            one_at_a_time()
            found = compare_pairs(candidates(ids, only_higher=True), scan, known)
            keep(found, Suggestion.objects.filter(low_id__gt=scan.after, low_id__lte=ids[-1]), timezone.now())
            scan.after, scan.done, scan.expected = (
                ids[-1],
                scan.done + len(ids),
                scan.expected + found.expected,
            )
            scan.save(update_fields=["after", "done", "expected"])
            compared += len(ids)


def _next(model: Any, column: str, after: int, batch: int) -> list[int]:
    rows = model.objects.filter(**{f"{column}__gt": after}).order_by(column)
    return list(rows.values_list(column, flat=True)[:batch])


def _changed(scan: Scan) -> set[int]:
    """Customers who were written since, or who got a contact."""
    ids = set(Customer.objects.filter(updated_at__gte=_since(scan)).values_list("pk", flat=True))
    for model in _CONTACTS:
        new = model.objects.filter(pk__gt=scan.contacts_before.get(model._meta.label_lower, 0))
        ids.update(new.values_list("customer_id", flat=True))
    return ids


def _undone(scan: Scan) -> set[int]:
    """Customers of merges that were undone since. Their times of change are those from before the merge."""
    undone = Merge.objects.filter(undone_at__gte=_since(scan))
    return {pk for pair in undone.values_list("survivor_id", "records__customer_id") for pk in pair}


def _since(scan: Scan) -> datetime:
    until: Any = scan.noticed_until or scan.ended_at  # a first scan has ended
    since: datetime = until - OVERLAP
    return since


def _last_contacts() -> dict[str, int]:
    """The last id of each kind of contact there is."""
    return {
        model._meta.label_lower: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in _CONTACTS
    }


def _now() -> datetime:
    """Up to when everything written is to be seen: while an import runs, up to its start."""
    running = ImportRun.objects.filter(state=ImportState.RUNNING)
    began: datetime | None = running.aggregate(began=Min("started_at"))["began"]
    return min(filter(None, (timezone.now(), began)))


def _update(workspace_id: int, **changes: Any) -> None:
    with enter(workspace_id):
        Scan.objects.update(**changes)


@contextmanager
def _alone(workspace_id: int) -> Iterator[bool]:
    """Whether no other scan is under way in the workspace. A dead worker's lock is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK})", [workspace_id])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})", [workspace_id])
