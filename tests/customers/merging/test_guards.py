"""What stops an act that should never be possible: sums that differ, records and members from elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.merging import services, undoing
from customers.merging.errors import NotFoundHere, SpendWouldChange
from customers.merging.models import Merge
from customers.merging.services import merge_customers, undo_merge
from sales.models import Sale
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient

from .conftest import Person, tables
from .test_merge import merged
from .test_pages import preview_of


def test_merge_that_leaves_a_sale_behind_does_nothing(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = services.move_rows

    def move_some(cursor: Any, ids: Any, relation: Any) -> None:
        if relation.label != "sales.Sale.customer":
            move(cursor, ids, relation)

    # As a key would do that somebody decided wrongly about; payments take their sales along.
    monkeypatch.setattr(services, "move_rows", move_some)
    factories.SaleFactory(customer=person.second)
    before = tables()
    with pytest.raises(SpendWouldChange) as refused:
        merged(person, owner)
    assert refused.value.before != refused.value.after
    assert tables() == before
    assert not Merge.objects.exists()


def test_undo_that_changes_an_amount_does_nothing(
    person: Person, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = merged(person, owner)
    give_back = undoing._give_back

    def give_more_back(*args: Any) -> None:
        give_back(*args)
        Sale.objects.filter(customer=person.second, currency="BRL").update(amount_charged=7)

    monkeypatch.setattr(undoing, "_give_back", give_more_back)
    before = tables()
    with pytest.raises(SpendWouldChange):
        undo_merge(acting_member=owner, merge=merge)
    assert tables() == before
    merge.refresh_from_db()
    assert not merge.is_undone


@pytest.mark.parametrize("survives", [True, False])
def test_records_of_another_workspace_are_not_found(
    owner: Membership, beacon: Beacon, aurora: Workspace, survives: bool
) -> None:
    with enter(aurora.pk):
        mine = factories.CustomerFactory()
    pair = (beacon.customer, mine) if survives else (mine, beacon.customer)
    with assert_unchanged(beacon.workspace.pk, aurora.pk), enter(aurora.pk), pytest.raises(NotFoundHere):
        merge_customers(acting_member=owner, survivor=pair[0], losers=[pair[1]], reason="x")


def test_who_sees_only_some_products_opens_neither_page(
    person: Person,
    owner: Membership,
    limited_agent: Membership,
    course: Any,
    sign_in: Callable[..., MemberClient],
) -> None:
    """Even with the right to merge: each record is to be judged as a whole."""
    limited_agent.extra_permissions = ["customers.merge", "admin.open"]
    limited_agent.save()
    for customer in (person.first, person.second):
        factories.SaleFactory(customer=customer, product=course)
    merge = merge_customers(acting_member=owner, survivor=person.bystander, losers=[person.third], reason="x")
    client = sign_in(limited_agent)
    assert client.get(client.at("admin/")).status_code == 200
    before = tables()
    for url in (
        preview_of(client, person.first, person.second),
        client.at(f"admin/merging/merge/{merge.pk}/undo/"),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, {"reason": "x"}).status_code == 403
    assert tables() == before
