"""Compiled reads: nothing of the scope that they were compiled in is kept, and none is run without one."""

from typing import Any

import pytest
from django.db import ProgrammingError

from atomicpay.catalog.models import Product
from atomicpay.workspaces import compiled as module
from atomicpay.workspaces.compiled import Given, IsAmong, compiled
from atomicpay.workspaces.errors import NoActiveWorkspace
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import active_workspace_id, enter
from customers.models import Customer
from sales.models import Sale
from tests import factories
from tests.conftest import Beacon
from tests.workspaces.conftest import Owner, take_down_row_security


@compiled
def read_names() -> Any:
    return Customer.objects.order_by("pk").values_list("name", flat=True)


@compiled
def read_sales(order: str) -> Any:
    return Sale.objects.filter(customer_id=Given("customer")).select_related("product").order_by(order)


def test_compiled_read_without_workspace_raises(aurora: Workspace) -> None:
    with pytest.raises(NoActiveWorkspace):
        read_names()
    with enter(aurora.pk):
        assert read_names() == []
    # Compiled by now, and still not to be run.
    with pytest.raises(NoActiveWorkspace):
        read_names()


def test_compiled_read_is_run_in_the_scope_of_the_moment(
    database_owner: Owner, aurora: Workspace, beacon: Beacon
) -> None:
    """Row security is down, so only what the read says of the workspace holds."""
    take_down_row_security(database_owner, "customer")
    with enter(beacon.workspace.pk):
        assert read_names() == [beacon.customer.name]
    with enter(aurora.pk):
        mine = factories.CustomerFactory()
        assert read_names() == [mine.name]
    with enter(beacon.workspace.pk):
        assert read_names() == [beacon.customer.name]


def test_compiled_read_that_kept_its_first_scope_would_be_seen(
    database_owner: Owner, aurora: Workspace, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole that the test above must catch."""
    take_down_row_security(database_owner, "customer")
    with enter(beacon.workspace.pk) as first:
        pass
    fill = module._fill
    monkeypatch.setattr(module, "_fill", lambda parameter, scope, given: fill(parameter, first, given))
    with enter(aurora.pk):
        assert read_names() == [beacon.customer.name]


def test_compiled_read_is_limited_to_the_products_of_the_moment(
    in_aurora: Workspace, course: Product, limited_agent: Membership
) -> None:
    seen = factories.SaleFactory(product=course)
    hidden = factories.SaleFactory(customer=seen.customer)

    def read() -> list[Any]:
        return read_sales("pk", customer=seen.customer_id)

    assert read() == [seen, hidden]
    with enter(in_aurora.pk, products=[course.pk]):
        assert read() == [seen]
    with enter(in_aurora.pk, products=[hidden.product_id]):
        assert read() == [hidden]
    with enter(in_aurora.pk, products=[]):
        assert read() == []
    assert read() == [seen, hidden]


def test_compiled_read_makes_the_objects_that_the_queryset_makes(in_aurora: Workspace) -> None:
    sales = factories.SaleFactory.create_batch(2, customer=factories.CustomerFactory())
    other = factories.SaleFactory()
    read = read_sales("-pk", customer=sales[0].customer_id)
    assert read == [sales[1], sales[0]]
    assert [sale.product.name for sale in read] == [sale.product.name for sale in reversed(sales)]
    assert read_sales("-pk", customer=other.customer_id) == [other]


def test_compiled_read_takes_a_list(in_aurora: Workspace) -> None:
    @compiled
    def read_some() -> Any:
        return Customer.objects.filter(IsAmong("pk", Given("some"))).order_by("pk")

    first, second, _third = factories.CustomerFactory.create_batch(3)
    assert read_some(some=[first.pk, second.pk]) == [first, second]
    assert read_some(some=[]) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda: Customer.objects.filter(workspace_id=active_workspace_id()),
        lambda: Customer.objects.extra(where=[f"workspace_id = {active_workspace_id()}"]),  # noqa: S610
        lambda: Customer.objects.filter(name=str(active_workspace_id())),
        lambda: Customer.objects.filter(pk__in=[each.pk for each in Customer.objects.all()]),
    ],
    ids=["as a number", "in the text", "as a text", "by a read while compiling"],
)
def test_nothing_that_needs_the_scope_itself_can_be_compiled(in_aurora: Workspace, build: Any) -> None:
    with pytest.raises((TypeError, ProgrammingError), match=r"is not known while|cannot adapt type 'Slot'"):
        compiled(build)()
    assert active_workspace_id() == in_aurora.pk
