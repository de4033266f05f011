"""Each check in the books: what fails, what passes, and what is just in time."""

import pytest

from atomicpay.attention.checks import find
from atomicpay.attention.facts import Check
from atomicpay.attention.queries import facts_of_customer, suspects_of
from atomicpay.attention.words import say
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from tests.attention.scenes import SCENES, Scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_scene_fails_exactly_its_checks(in_aurora: Workspace, course: Product, scene: Scene) -> None:
    facts = facts_of_customer(scene(course))
    found = find(facts.suspects, facts.at)
    assert {each.suspect.check for each in found} == SCENES[scene]
    assert all(say(each.suspect.check, each.evidence) for each in found)


def test_every_check_has_a_scene_that_fails_it_and_one_that_does_not() -> None:
    failing = set().union(*SCENES.values())
    assert failing == set(Check) - {Check.SCOPE}
    assert [scene for scene, failed in SCENES.items() if not failed]


def test_many_customers_are_read_as_each_alone(in_aurora: Workspace, course: Product) -> None:
    customers = [scene(course) for scene in SCENES]
    alone = {
        found.key: found.digest
        for customer in customers
        for facts in [facts_of_customer(customer)]
        for found in find(facts.suspects, facts.at)
    }
    at = facts_of_customer(customers[0]).at
    together = find(suspects_of([customer.pk for customer in customers], at), at)
    assert {found.key: found.digest for found in together} == alone
    assert len(alone) > 20
