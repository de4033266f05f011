"""Each thing that can be decided for a key does what it says; and what an erasure leaves of a merge."""

import pytest

from atomicpay.privacy.services import anonymise
from atomicpay.workspaces.models import Membership
from customers.merging.decisions import DECISIONS, Act, Decision
from customers.merging.errors import ErasedSince, StillAsked
from customers.merging.models import Merge, MergedRow
from customers.merging.services import undo_merge
from customers.models import Note
from exports import queue

from .conftest import Person, tables
from .test_merge import ids_of, merged

NOTES = "customers.Note.customer"


def test_rows_set_aside_are_gone_and_come_back_with_the_undo(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DECISIONS, NOTES, Decision(Act.SET_ASIDE, "x"))
    before = tables()
    merge = merged(person, owner)
    assert not Note.objects.filter(customer__in=ids_of(person)[1:]).exists()
    assert Note.objects.filter(customer=person.first).count() == 1
    undo_merge(acting_member=owner, merge=merge)
    assert tables() == before


def test_rows_that_must_end_first_stop_the_merge(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DECISIONS, NOTES, Decision(Act.REFUSE, "x"))
    before = tables()
    with pytest.raises(StillAsked) as refused:
        merged(person, owner)
    assert refused.value.relation == NOTES
    assert tables() == before


def test_merge_of_somebody_who_was_anonymised_says_nothing_of_them_and_is_not_undone(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_publish", lambda workspace_id, export_id: None)
    merge = merged(person, owner)
    person.first.refresh_from_db()
    anonymise(acting_member=owner, customer=person.first, reason="Pedido do titular.", is_forced=True)
    assert not MergedRow.objects.exists()
    assert Merge.objects.get().reason == ""
    before = tables()
    with pytest.raises(ErasedSince):
        undo_merge(acting_member=owner, merge=merge)
    assert tables() == before
