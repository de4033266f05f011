"""The worker's rounds: every few minutes what has changed, every night everybody.

Thousands of customers are read, checked and written in one short transaction, and the row of the workspace
says how far that is. A run that was broken off is taken up where it was; a second one beside it does nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import ImportRun, ImportState

from .changed import customers_to_check
from .models import Rounds
from .services import check_customers

BATCH: Final = 2_000
"""Customers of one transaction: about a second."""

STALE_AFTER: Final = timedelta(hours=20)
"""A round that was broken off longer ago is begun anew."""

_LOCK: Final = "hashtextextended('attention.rounds', %s)"


def check_changed(workspace_id: int, *, batch: int = BATCH) -> int:
    """Check whatever has changed since the last time; the number of customers. The first time: everybody."""
    with _alone(workspace_id) as is_alone:
        if not is_alone:
            return 0
        with enter(workspace_id):
            since, until = _rounds().checked_until, _now()
            changed = [] if since is None else customers_to_check(since, until)
        if since is None:
            return _round(workspace_id, batch)
        for place in range(0, len(changed), batch):
            with enter(workspace_id):
                check_customers(changed[place : place + batch])
        _update(workspace_id, checked_until=until)
        return len(changed)


def check_everybody(workspace_id: int, *, batch: int = BATCH) -> int:
    """Check every customer; the number of them, of this run."""
    with _alone(workspace_id) as is_alone:
        return _round(workspace_id, batch) if is_alone else 0


def _round(workspace_id: int, batch: int) -> int:
    began, after, done = _begin(workspace_id)
    of_this_run = 0
    while ids := _next(workspace_id, after, batch):
        with enter(workspace_id):
            check_customers(ids)
            after, done, of_this_run = ids[-1], done + len(ids), of_this_run + len(ids)
            Rounds.objects.update(round_after=after, round_done=done)
    with enter(workspace_id):
        until = max(filter(None, (began, _rounds().checked_until)))
    _update(workspace_id, round_ended_at=timezone.now(), checked_until=until)
    return of_this_run


def _begin(workspace_id: int) -> tuple[datetime, int, int]:
    """When the round began, after which customer it goes on, and how many are done."""
    with enter(workspace_id):
        rounds, now = _rounds(), timezone.now()
        is_open = rounds.round_began_at is not None and rounds.round_ended_at is None
        if not is_open or now - rounds.round_began_at > STALE_AFTER:  # type: ignore[operator]  # open: it began
            rounds.round_began_at, rounds.round_ended_at = _now(), None
            rounds.round_after = rounds.round_done = 0
            rounds.save()
        return rounds.round_began_at, rounds.round_after, rounds.round_done  # type: ignore[return-value]  # set


def _next(workspace_id: int, after: int, batch: int) -> Sequence[int]:
    with enter(workspace_id):
        return list(Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch])


def _rounds() -> Rounds:
    return Rounds.objects.get_or_create()[0]


def _update(workspace_id: int, **changes: Any) -> None:
    with enter(workspace_id):
        Rounds.objects.update(**changes)


def _now() -> datetime:
    """Up to when everything written is to be seen: while an import runs, up to its start."""
    running = ImportRun.objects.filter(state=ImportState.RUNNING)
    began: datetime | None = running.aggregate(began=Min("started_at"))["began"]
    return min(filter(None, (timezone.now(), began)))


@contextmanager
def _alone(workspace_id: int) -> Iterator[bool]:
    """Whether no other run is under way in the workspace. A dead worker's lock is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK})", [workspace_id])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})", [workspace_id])
