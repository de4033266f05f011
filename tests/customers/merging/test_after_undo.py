"""After an undo the worker's next runs look at its records again, whatever they found of the merged one."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from atomicpay.attention.models import Finding
from atomicpay.attention.sweep import check_changed
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.duplicates.models import MatchRecord
from customers.duplicates.scanning import look_at_changed, look_at_everybody
from customers.merging.models import Merge
from customers.merging.services import merge_customers, undo_merge
from customers.models import Customer, CustomerEmail, CustomerPhone
from subscriptions.models import Subscription, SubscriptionEvent
from tests import factories
from tests.customers.duplicates.people import kept, person


def _long_ago() -> None:
    """As if everything until now had been written days ago, and so were nothing new to the worker."""
    then = timezone.now() - timedelta(days=3)
    Customer.objects.update(updated_at=then)
    Subscription.objects.update(created_at=then)
    SubscriptionEvent.objects.update(recorded_at=then)


def _merge(owner: Membership, survivor: Customer, *losers: Customer) -> Merge:
    return merge_customers(acting_member=owner, survivor=survivor, losers=losers, reason="A mesma pessoa")


def test_what_was_found_of_the_merged_record_is_not_said_of_either(
    aurora: Workspace, owner: Membership
) -> None:
    """Each has one subscription to a plan; only together they had two."""
    with enter(aurora.pk):
        plan = factories.PlanFactory()
        one, other = (person("Ana Prata", email=f"{name}@correio.example") for name in ("ana", "prata"))
        for customer in (one, other):
            factories.SubscriptionFactory(customer=customer, product=plan.product, plan=plan)
        _long_ago()
    check_changed(aurora.pk)
    with enter(aurora.pk):
        before = _findings()
        merge = _merge(owner, one, other)
    check_changed(aurora.pk)
    with enter(aurora.pk):
        assert (one.pk, "subscribed_twice") in {each[:2] for each in _findings()}
        undo_merge(acting_member=owner, merge=merge)
    check_changed(aurora.pk)
    with enter(aurora.pk):
        assert _findings() == before


def test_what_the_merged_record_was_compared_with_is_not_suggested(
    aurora: Workspace, owner: Membership
) -> None:
    with enter(aurora.pk):
        contacts = {"email": "zena@caixa.example", "phone": "+55 11 98765-4321"}
        one = person("Zenaide Prata", email="zenaide@correio.example")
        two = person("Zenaide Tavares", **contacts)
        three = person("Zenaide Tavares", **contacts)
        _long_ago()
    look_at_everybody(aurora.pk)
    with enter(aurora.pk):
        before, compared = kept(), _compared()
        assert {pair[:2] for pair in before} == {(two.pk, three.pk)}
        merge = _merge(owner, one, two)
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert {pair[:2] for pair in kept()} == {(one.pk, three.pk)}
        undo_merge(acting_member=owner, merge=merge)
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert (kept(), _compared()) == (before, compared)


def test_suggestion_about_somebody_who_changed_during_the_merge_is_judged_anew(
    aurora: Workspace, owner: Membership
) -> None:
    """It comes back as it was, and the record that was taken in is as it was: nothing else would tell."""
    with enter(aurora.pk):
        contacts = {"email": "zena@caixa.example", "phone": "+55 11 98765-4321"}
        one = person("Zenaide Prata", email="zenaide@correio.example")
        two = person("Zenaide Tavares", **contacts)
        three = person("Zenaide Tavares", **contacts)
        _long_ago()
    look_at_everybody(aurora.pk)
    with enter(aurora.pk):
        merge = _merge(owner, one, two)
        Customer.objects.filter(pk=three.pk).update(
            name="Bento Farias", email="bento@correio.example", updated_at=timezone.now()
        )
        CustomerEmail.objects.filter(customer=three).update(
            address="bento@correio.example", normalised="bento@correio.example"
        )
        CustomerPhone.objects.filter(customer=three).delete()
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        undo_merge(acting_member=owner, merge=merge)
        assert {pair[:2] for pair in kept()} == {(two.pk, three.pk)}
        Customer.objects.filter(pk=three.pk).update(updated_at=timezone.now() - timedelta(days=3))
    look_at_changed(aurora.pk)
    with enter(aurora.pk):
        assert kept() == set()


def _findings() -> set[tuple[int, str, str]]:
    return set(Finding.objects.values_list("customer_id", "check_code", "subject"))


def _compared() -> dict[int, Any]:
    return dict(MatchRecord.objects.values_list("customer_id", "values"))
