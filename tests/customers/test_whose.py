"""The lists of what one customer has, opened from their page."""

from collections.abc import Callable

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests import factories
from tests.assertions import assert_no_canary
from tests.conftest import Beacon, MemberClient
from tests.lists import listed, open_list

SignIn = Callable[..., MemberClient]
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def antonia(aurora: Workspace) -> Customer:
    """A customer with a sale and a subscription, among others who have them too."""
    with enter(aurora.pk):
        factories.SubscriptionFactory()
        factories.SaleFactory()
        customer: Customer = factories.CustomerFactory(name="Antônia Lima")
        factories.SubscriptionFactory(customer=customer)
        factories.SaleFactory(customer=customer)
    return customer


@pytest.mark.parametrize("name", ["sales", "subscriptions"])
def test_list_holds_what_the_customer_has(antonia: Customer, owner: Membership, name: str) -> None:
    with open_list(name, "", owner) as state:
        theirs = set(state.page.all_rows().filter(customer=antonia).values_list("pk", flat=True))
        everything = state.count()
    assert theirs
    assert listed(name, f"customer={antonia.public_id}", owner) == theirs
    assert len(theirs) < everything


def test_merged_record_stands_for_the_one_it_lives_on_in(antonia: Customer, owner: Membership) -> None:
    with enter(antonia.workspace_id):
        loser = factories.CustomerFactory(merged_into=antonia, merged_at=factories.NOON)
    expected = listed("sales", f"customer={antonia.public_id}", owner)
    assert listed("sales", f"customer={loser.public_id}", owner) == expected


@pytest.mark.parametrize("name", ["sales", "subscriptions", "attention"])
def test_foreign_customer_is_none_and_lists_nothing(
    antonia: Customer, owner: Membership, beacon: Beacon, sign_in: SignIn, name: str
) -> None:
    client = sign_in(owner)
    said = []
    for value in (beacon.customer.public_id, NOBODY, "1 OR 1=1"):
        assert listed(name, f"customer={value}", owner) == set()
        response = client.get(client.at(f"{name}/?customer={value}"))
        assert response.status_code == 200
        assert_no_canary(response)
        said.append(str(response.context["listing"].state.filterset.form.errors["customer"]))
    assert "There is no such customer here." in said[0]
    assert said[0] == said[1]
    assert "This is not a customer" in said[2]


def test_who_may_not_see_customers_has_no_such_filter(antonia: Customer, employee: Membership) -> None:
    with enter(antonia.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()
    with open_list("sales", f"customer={antonia.public_id}", employee) as state:
        assert "customer" not in state.filterset.filters


def test_page_leads_to_the_list_and_the_list_keeps_the_customer(
    antonia: Customer, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    query = f"customer={antonia.public_id}"
    page = client.get(client.at(f"customers/{antonia.public_id}/")).content.decode()
    assert f"{client.at('sales/')}?{query}&amp;test=include" in page
    response = client.get(client.at(f"sales/?{query}"))
    listing = response.context["listing"]
    chip = next(chip for chip in listing.chips if chip.label == "Customer")
    assert (chip.value, query in chip.remove_url) == ("Antônia Lima", False)
    assert f'<input type="hidden" name="customer" value="{antonia.public_id}">' in response.content.decode()
    assert "Customer" not in [str(group.label) for group in listing.filters]
    assert query in listing.export_url
