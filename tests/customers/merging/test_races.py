"""The same people merged, unmerged, sold to and edited at once. All of it by `make test-races`."""

import threading

import pytest
from django.db import IntegrityError, connection

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.merging.errors import CannotMerge
from customers.merging.models import Merge
from customers.merging.services import merge_customers
from customers.models import Customer, Note
from customers.services import add_note
from sales.models import Sale
from tests import factories

from .schedules import Schedules

SHORT = 60


@pytest.mark.django_db(transaction=True)
def test_random_schedules_lose_nothing(aurora: Workspace, owner: Membership) -> None:
    schedules = Schedules(aurora, owner, seed=2712)
    schedules.run(SHORT)
    schedules.check()
    assert schedules.told.merges > 5
    assert schedules.told.undos > 0


@pytest.mark.django_db(transaction=True)
def test_each_into_the_other_at_once_merges_once(aurora: Workspace, owner: Membership) -> None:
    for _round in range(10):
        with enter(aurora.pk):
            pair = [factories.CustomerFactory() for _each in range(2)]
        refused = _merged_both_ways(aurora, owner, pair)
        with enter(aurora.pk):
            assert Customer.objects.filter(pk__in=[each.pk for each in pair], merged_into=None).count() == 1
        assert len(refused) == 1


def _merged_both_ways(workspace: Workspace, member: Membership, pair: list[Customer]) -> list[CannotMerge]:
    start, refused = threading.Barrier(2), list[CannotMerge]()

    def merge(survivor: Customer, loser: Customer) -> None:
        start.wait()
        try:
            with enter(workspace.pk):
                merge_customers(acting_member=member, survivor=survivor, losers=[loser], reason="x")
        except CannotMerge as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_note_written_during_a_merge_lands_on_the_survivor(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        survivor, loser = factories.CustomerFactory(), factories.CustomerFactory()
    with enter(aurora.pk):
        merge_customers(acting_member=owner, survivor=survivor, losers=[loser], reason="x")
        thread = threading.Thread(target=_note, args=(aurora, owner, loser))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the merge"
    thread.join()
    with enter(aurora.pk):
        assert Note.objects.get().customer_id == survivor.pk


def _note(workspace: Workspace, member: Membership, customer: Customer) -> None:
    try:
        with enter(workspace.pk):
            add_note(acting_member=member, customer=customer, body="Ligou")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_sale_written_past_every_service_is_refused_at_its_commit(
    aurora: Workspace, owner: Membership
) -> None:
    with enter(aurora.pk):
        survivor, loser = factories.CustomerFactory(), factories.CustomerFactory()
        merge_customers(acting_member=owner, survivor=survivor, losers=[loser], reason="x")
    with pytest.raises(IntegrityError, match="sale_customer_live"), enter(aurora.pk):
        factories.SaleFactory(customer=loser)
    with enter(aurora.pk):
        assert not Sale.objects.exists()
        assert Merge.objects.count() == 1
