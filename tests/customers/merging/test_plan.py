"""The plan is made from the schema: a key without a decision fails here, and stops every merge."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.models import UniqueConstraint
from django.test.utils import isolate_apps

from atomicpay.workspaces.fields import WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from customers.merging import plan as plans
from customers.merging.decisions import DECISIONS, Act, Decision
from customers.merging.errors import UndecidedRelation
from customers.merging.plan import keys_to_customers, label_of, plan, relations_that
from customers.merging.services import merge_customers
from customers.models import Customer

from .conftest import Person, tables


def test_every_key_to_customers_has_a_decision_and_no_decision_is_left_over() -> None:
    found = {label_of(model, field) for model, field in keys_to_customers()}
    assert found == set(DECISIONS)
    assert len(found) > 20


def test_every_decision_says_why() -> None:
    assert all(str(decision.why) for decision in DECISIONS.values())


def test_rows_that_may_be_there_once_for_each_customer_are_united_by_that_very_key() -> None:
    """What would stop a merge halfway: two rows that may not both be the survivor's."""
    for relation in relations_that(Act.MOVE, Act.UNITE):
        for constraint in relation.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and relation.field.name in constraint.fields:
                others = set(constraint.fields) - {"workspace", relation.field.name}
                if "id" in others:
                    continue
                key = {relation.model._meta.get_field(name).column for name in others}
                assert set(relation.decision.key) == key, constraint.name


def test_what_follows_others_comes_first() -> None:
    follows = [bool(relation.decision.follows) for relation in plan()]
    assert follows == sorted(follows, reverse=True)


@contextmanager
def one_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A model with a key to customers that somebody added and forgot here."""
    with isolate_apps("customers"):

        class Forgotten(WorkspaceOwned):
            buyer = WorkspaceForeignKey(Customer, related_name="+")

            class Meta(WorkspaceOwned.Meta):
                app_label = "customers"

    models_of_all = plans.apps.get_models()
    with monkeypatch.context() as planted:
        planted.setattr(plans.apps, "get_models", lambda **_kwargs: [*models_of_all, Forgotten])
        yield


def test_forgotten_key_would_be_noticed_and_stops_every_merge(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables()
    with one_forgotten(monkeypatch), pytest.raises(UndecidedRelation) as refused:
        merge_customers(acting_member=owner, survivor=person.first, losers=[person.second], reason="x")
    assert refused.value.relations == ["customers.Forgotten.buyer"]
    assert tables() == before


def test_a_decision_that_unites_names_its_key() -> None:
    with pytest.raises(ValueError, match="united by a key"):
        Decision(Act.UNITE, "x")
    with pytest.raises(ValueError, match="united by a key"):
        Decision(Act.MOVE, "x", key=("normalised",))
