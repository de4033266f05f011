"""What members decide on a suggestion: not the same person, later, and back again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import narrowed_to
from customers.errors import NotAllowed

from .errors import CannotDecide
from .keeping import one_at_a_time, set_cases
from .models import Decision, Suggestion
from .scanning import begin_scan, scan_of_workspace

PERMISSION: Final = "customers.suggest_merge"
LATER: Final = timedelta(days=7)
"""How long a suggestion that is put off is out of the queue."""


@transaction.atomic
def dismiss(*, acting_member: Membership, public_id: Any) -> Suggestion:
    """Two records are not of one person: they are suggested again only when the evidence changes.

    Raises NotAllowed and CannotDecide.
    """
    suggestion = _open_one(acting_member, public_id)
    at = timezone.now()
    suggestion.dismissed_digest, suggestion.dismissed_at = suggestion.digest, at
    suggestion.dismissed_by = acting_member
    suggestion.save(update_fields=_DISMISSAL)
    _decide(suggestion, acting_member, is_same=False, at=at)
    _set_cases_of(suggestion)
    record("duplicate.dismissed", acting_member=acting_member, detail=_detail(suggestion))
    return suggestion


@transaction.atomic
def put_off(*, acting_member: Membership, public_id: Any) -> Suggestion:
    """Take a suggestion out of the queue for a week, and all others of its case, which would show it again.

    Raises NotAllowed and CannotDecide.
    """
    suggestion = _open_one(acting_member, public_id)
    suggestion.later_until = timezone.now() + LATER
    suggestion.save(update_fields=["later_until"])
    of_case = Suggestion.objects.due().filter(case_id=suggestion.case_id)
    of_case.update(later_until=suggestion.later_until)
    return suggestion


@transaction.atomic
def take_back(*, acting_member: Membership, public_id: Any) -> Suggestion:
    """Undo "not the same person". Raises NotAllowed and CannotDecide."""
    _require(acting_member)
    one_at_a_time()
    suggestion = _locked(public_id)
    if suggestion is None or not suggestion.dismissed_at:
        raise CannotDecide
    was_shown = Decision.objects.filter(
        is_same=False, decided_at=suggestion.dismissed_at, decided_by=suggestion.dismissed_by_id
    )
    was_shown.delete()
    suggestion.dismissed_digest, suggestion.dismissed_at, suggestion.dismissed_by = "", None, None
    suggestion.save(update_fields=_DISMISSAL)
    if suggestion.closed_at is not None:
        suggestion.delete()
    else:
        _set_cases_of(suggestion)
    record("duplicate.restored", acting_member=acting_member, detail=_detail(suggestion))
    return suggestion


@transaction.atomic
def note_merge(*, acting_member: Membership, ids: Collection[int], at: datetime) -> int:
    """Remember of each suggestion about these records that it was right; the number of them.

    To be called in the transaction that joins them, which has `one_at_a_time`, while the suggestions stand.
    """
    said = list(Suggestion.objects.open().filter(low_id__in=ids, high_id__in=ids))
    for suggestion in said:
        _decide(suggestion, acting_member, is_same=True, at=at)
    return len(said)


def forget_merge(*, member_id: int, at: datetime) -> None:
    """Take back what was remembered of a merge that is undone."""
    Decision.objects.filter(is_same=True, decided_by=member_id, decided_at=at).delete()


_DISMISSAL: Final = ["dismissed_digest", "dismissed_at", "dismissed_by"]


def _open_one(member: Membership, public_id: Any) -> Suggestion:
    _require(member)
    one_at_a_time()
    suggestion = _locked(public_id)
    if suggestion is None or suggestion.closed_at or suggestion.dismissed_digest == suggestion.digest:
        raise CannotDecide
    return suggestion


def _locked(public_id: Any) -> Suggestion | None:
    locked = Suggestion.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(public_id=public_id).first()


def _decide(suggestion: Suggestion, member: Membership, *, is_same: bool, at: datetime) -> None:
    Decision.objects.create(
        band=suggestion.band, kinds=suggestion.kinds, is_same=is_same, decided_by=member, decided_at=at
    )


def _set_cases_of(suggestion: Suggestion) -> None:
    with narrowed_to(None):
        set_cases({suggestion.low_id, suggestion.high_id})


def _detail(suggestion: Suggestion) -> dict[str, Any]:
    return {"suggestion": str(suggestion.public_id), "band": suggestion.band}


def _require(member: Membership) -> None:
    if not member.may(PERMISSION):
        raise NotAllowed(PERMISSION)


@transaction.atomic
def ask_for_scan(*, acting_member: Membership) -> None:
    """Have the worker look through all records within a minute, as it does every night. Raises NotAllowed."""
    _require(acting_member)
    with narrowed_to(None):
        one_at_a_time()
        scan = scan_of_workspace()
        if not scan.phase:
            begin_scan(scan)
