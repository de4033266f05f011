"""Undoing: exactly the moved rows go back, and what has changed since is never guessed."""

import itertools

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership
from customers.duplicates.models import Decision, MatchRecord, Suggestion
from customers.errors import NotAllowed
from customers.merging.conflicts import find_conflicts, find_gone, find_new_rows
from customers.merging.errors import AlreadyUndone, ConflictsOpen, LaterMergeFirst
from customers.merging.models import MergedRow, RowKind
from customers.merging.services import merge_customers, undo_merge
from customers.models import Customer, CustomerTag, Note
from sales.models import Payment, Refund, Sale
from sales.verification import differences
from tests import factories

from .conftest import Person, tables
from .test_merge import merged


def test_undo_leaves_every_table_as_it_was(person: Person, owner: Membership) -> None:
    before = tables()
    merge = merged(person, owner, choices={"name": person.third.pk, "email": person.second.pk})
    assert tables() != before

    undo_merge(acting_member=owner, merge=merge, reason="Duas irmãs")

    assert tables() == before
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undo_reason) == (owner, "Duas irmãs")
    assert AuditEntry.objects.filter(action="customer.merge_undone").count() == 1
    assert not MergedRow.objects.exclude(before={}).exists()
    assert not MergedRow.objects.exclude(outcome="back").exists()


def test_what_was_suggested_was_right_until_the_merge_is_undone(person: Person, owner: Membership) -> None:
    """Of three suggestions about its records two are decided; that about another person stays."""
    merge = merge_customers(
        acting_member=owner, survivor=person.first, losers=[person.second, person.third], reason="x"
    )
    assert [(decision.is_same, decision.decided_by) for decision in Decision.objects.all()] == 2 * [
        (True, owner)
    ]
    about = set(Suggestion.objects.values_list("low", "high"))
    assert about == {(person.first.pk, person.bystander.pk)}
    assert set(MatchRecord.objects.values_list("customer", flat=True)) == {
        person.first.pk,
        person.bystander.pk,
    }

    undo_merge(acting_member=owner, merge=merge)
    assert not Decision.objects.exists()
    assert Suggestion.objects.count() == 4


def test_what_was_suggested_of_somebody_who_was_merged_since_stays_away(
    person: Person, owner: Membership
) -> None:
    third, bystander, other = person.third, person.bystander, factories.CustomerFactory()
    merge = merge_customers(acting_member=owner, survivor=person.first, losers=[third], reason="x")
    merge_customers(acting_member=owner, survivor=other, losers=[bystander], reason="x")
    undo_merge(acting_member=owner, merge=merge)
    third.refresh_from_db()
    assert third.merged_into_id is None
    about_third = Suggestion.objects.filter(high=third) | Suggestion.objects.filter(low=third)
    assert set(about_third.values_list("low", "high")) == {(person.second.pk, third.pk)}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_merges_on_merges_are_undone_in_order(
    person: Person, owner: Membership, order: tuple[int, ...]
) -> None:
    first, second, third = (person.records[place] for place in order)
    before = tables()
    older = merge_customers(acting_member=owner, survivor=second, losers=[third], reason="x")
    between = tables()
    newer = merge_customers(acting_member=owner, survivor=first, losers=[second], reason="x")

    with pytest.raises(LaterMergeFirst) as refused:
        undo_merge(acting_member=owner, merge=older)
    assert refused.value.public_id == newer.public_id

    undo_merge(acting_member=owner, merge=newer)
    assert tables() == between
    undo_merge(acting_member=owner, merge=older)
    assert tables() == before


def test_two_merges_into_one_are_undone_in_order(person: Person, owner: Membership) -> None:
    before = tables()
    older = merge_customers(acting_member=owner, survivor=person.first, losers=[person.second], reason="x")
    newer = merge_customers(acting_member=owner, survivor=person.first, losers=[person.third], reason="x")
    with pytest.raises(LaterMergeFirst):
        undo_merge(acting_member=owner, merge=older)
    for merge in (newer, older):
        undo_merge(acting_member=owner, merge=merge)
    assert tables() == before


def test_undone_twice_is_refused_and_changes_nothing(person: Person, owner: Membership) -> None:
    merge = merged(person, owner)
    undo_merge(acting_member=owner, merge=merge)
    before = tables()
    with pytest.raises(AlreadyUndone):
        undo_merge(acting_member=owner, merge=merge)
    assert tables() == before


def test_what_was_undone_can_be_merged_again(person: Person, owner: Membership) -> None:
    before = tables()
    undo_merge(acting_member=owner, merge=merged(person, owner))
    undo_merge(acting_member=owner, merge=merged(person, owner))
    assert tables() == before


def test_who_has_not_the_right_undoes_nothing(person: Person, owner: Membership, finance: Membership) -> None:
    merge = merged(person, owner)
    before = tables()
    with pytest.raises(NotAllowed):
        undo_merge(acting_member=finance, merge=merge)
    assert tables() == before


def test_a_row_that_changed_waits_for_a_decision(person: Person, owner: Membership) -> None:
    sale = Sale.objects.filter(customer=person.second, currency="BRL").get()
    merge = merged(person, owner)
    Sale.objects.filter(pk=sale.pk).update(coupon="NATAL")
    before = tables()

    with pytest.raises(ConflictsOpen) as refused:
        undo_merge(acting_member=owner, merge=merge)
    (conflict,) = refused.value.conflicts
    assert conflict.key == f"sales.Sale.customer:{sale.pk}"
    assert tables() == before

    undo_merge(acting_member=owner, merge=merge, choices={conflict.key: "stay"})
    assert Sale.objects.get(pk=sale.pk).customer_id == person.first.pk
    # What belongs to it stays with it; everything else went back.
    assert set(Payment.objects.filter(sale=sale).values_list("customer_id", flat=True)) == {person.first.pk}
    assert Sale.objects.filter(customer=person.second).count() == 1
    assert not list(differences())


def test_a_changed_row_goes_back_as_it_is_now(person: Person, owner: Membership) -> None:
    sale = Sale.objects.filter(customer=person.second, currency="BRL").get()
    merge = merged(person, owner)
    Sale.objects.filter(pk=sale.pk).update(coupon="NATAL")
    undo_merge(acting_member=owner, merge=merge, choices={f"sales.Sale.customer:{sale.pk}": "back"})
    sale.refresh_from_db()
    assert (sale.customer_id, sale.coupon) == (person.second.pk, "NATAL")
    assert not list(differences())


def test_a_new_refund_is_a_matter_of_its_sale_and_goes_where_that_goes(
    person: Person, owner: Membership
) -> None:
    sale = Sale.objects.filter(customer=person.second, currency="BRL").get()
    merge = merged(person, owner)
    sale.refresh_from_db()
    refund = factories.RefundFactory(sale=sale, amount=7)
    (conflict,) = find_conflicts(merge)
    assert conflict.key == f"sales.Sale.customer:{sale.pk}"
    undo_merge(acting_member=owner, merge=merge, choices={conflict.key: "back"})
    assert Refund.objects.get(pk=refund.pk).customer_id == person.second.pk
    assert not list(differences())


def test_new_rows_stay_unless_they_are_taken_along(person: Person, owner: Membership) -> None:
    merge = merged(person, owner)
    survivor = Customer.objects.get(pk=person.first.pk)
    note, sale = factories.NoteFactory(customer=survivor), factories.SaleFactory(customer=survivor)
    payment = factories.PaymentFactory(sale=sale)
    keys = {row.key for row in find_new_rows(merge)}
    assert keys == {f"customers.Note.customer:{note.pk}", f"sales.Sale.customer:{sale.pk}"}
    undo_merge(
        acting_member=owner, merge=merge, takes_along={f"sales.Sale.customer:{sale.pk}": person.third.pk}
    )
    assert Note.objects.get(pk=note.pk).customer_id == person.first.pk
    assert Sale.objects.get(pk=sale.pk).customer_id == person.third.pk
    assert Payment.objects.get(pk=payment.pk).customer_id == person.third.pk
    assert not list(differences())
    assert MergedRow.objects.get(kind=RowKind.NEW).outcome == "back"


def test_new_rows_go_to_nobody_else(person: Person, owner: Membership) -> None:
    merge = merged(person, owner)
    note = factories.NoteFactory(customer=person.first)
    key = f"customers.Note.customer:{note.pk}"
    undo_merge(acting_member=owner, merge=merge, takes_along={key: person.bystander.pk})
    assert Note.objects.get(pk=note.pk).customer_id == person.first.pk


def test_a_value_that_changed_waits_for_a_decision(person: Person, owner: Membership) -> None:
    merge = merged(person, owner, choices={"name": person.third.pk})
    Customer.objects.filter(pk=person.first.pk).update(name="Antônia de Sá", city="Recife")
    keys = {conflict.key for conflict in find_conflicts(merge)}
    stem = f"customers.Customer:{person.first.pk}"
    assert keys == {f"{stem}:name", f"{stem}:address"}
    undo_merge(acting_member=owner, merge=merge, choices={f"{stem}:name": "stay", f"{stem}:address": "back"})
    survivor = Customer.objects.get(pk=person.first.pk)
    assert (survivor.name, survivor.city, survivor.state) == ("Antônia de Sá", "", "")


def test_what_is_gone_stays_gone_and_is_told(person: Person, owner: Membership) -> None:
    note = Note.objects.get(customer=person.second)
    merge = merged(person, owner)
    note.delete()
    CustomerTag.objects.filter(customer=person.first).delete()
    assert find_gone(merge) == {"customers.Note.customer": 1}
    undo_merge(acting_member=owner, merge=merge)
    assert not Note.objects.filter(customer=person.second).exists()
    assert CustomerTag.objects.filter(customer=person.second).exists()
    assert not list(differences())


def test_records_that_changed_are_checked_again(person: Person, owner: Membership) -> None:
    was = Customer.objects.get(pk=person.second.pk).updated_at
    merge = merged(person, owner)
    factories.NoteFactory(customer=person.first)
    undo_merge(acting_member=owner, merge=merge)
    assert Customer.objects.get(pk=person.second.pk).updated_at > was
