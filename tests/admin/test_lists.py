"""The admin's lists at any size: no full count, no page of a whole table, search by what is indexed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.audit.services import record
from atomicpay.catalog.models import ProductGrant
from atomicpay.workspaces.admin import BoundedPaginator
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from customers.admin import CustomerAdmin
from customers.models import Customer
from tests import factories
from tests.admin.conftest import PAGES, name_of
from tests.conftest import MemberClient

SignIn = Callable[..., MemberClient]


def _found(client: MemberClient, path: str) -> list[str]:
    return sorted(str(row) for row in client.get(client.at(path)).context["cl"].result_list)


def test_count_and_pages_are_bounded(
    owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedPaginator, "most_rows", 3)
    monkeypatch.setattr(CustomerAdmin, "list_per_page", 2)
    with enter(owner.workspace_id):
        for _ in range(5):
            factories.CustomerFactory()
    client = sign_in(owner)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(client.at("admin/customers/customer/"))
    assert page.context["cl"].result_count == 3
    assert "filter or search to see others" in page.content.decode()
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "customer" in query["sql"]]
    assert counts
    assert all("LIMIT 3" in sql for sql in counts)
    pages = [client.get(client.at(f"admin/customers/customer/?p={number}")) for number in (1, 2, 3)]
    assert [len(page.context["cl"].result_list) for page in pages[:2]] == [2, 1]
    assert pages[2].status_code == 302


@pytest.mark.parametrize("model_page", PAGES, ids=name_of)
def test_every_list_is_bounded(model_page: Any) -> None:
    assert issubclass(model_page.paginator, BoundedPaginator)
    assert model_page.show_full_result_count is False
    assert model_page.list_max_show_all == 0


def test_number_of_queries_does_not_grow_with_the_rows(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(client.at(path)).status_code == 200
        return len(captured)

    paths = ["sales/sale/", "customers/customer/", "subscriptions/subscription/", "catalog/plan/"]
    paths += ["workspaces/membership/", "workspaces/invitation/", "audit/auditentry/"]
    before = {}
    for count in (2, 6):
        with enter(owner.workspace_id):
            for _ in range(count):
                sale = factories.SaleFactory()
                factories.SubscriptionFactory(customer=sale.customer, product=sale.product)
                factories.PlanFactory(product=sale.product)
                member = factories.MembershipFactory(product_access="selected")
                ProductGrant.objects.create(membership=member, product=sale.product)
                factories.InvitationFactory(invited_by=member)
                record("member.joined", acting_member=member, target=member)
        now = {path: queries(f"admin/{path}") for path in paths}
        before = before or now
        assert now == before


def test_customers_are_found_by_a_former_email_or_the_beginning_of_a_name(
    owner: Membership, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        customer = factories.CustomerFactory(name="Ângela Brito", email="angela@novo.example")
        factories.CustomerEmailFactory(customer=customer, address="Angela@Antigo.example")
        factories.CustomerFactory(name="Bruno Sá")
    client = sign_in(owner)
    for term in ("angela@antigo.example", "ANGELA", "ângela b"):
        assert _found(client, f"admin/customers/customer/?q={term}") == ["Ângela Brito"]
    for term in ("brito", "antigo.example", "529.982.247-25", "%", "' OR 1=1"):
        assert _found(client, f"admin/customers/customer/?q={term}") == []


def test_sales_are_found_by_the_beginning_of_a_reference(owner: Membership, sign_in: SignIn) -> None:
    with enter(owner.workspace_id):
        for reference in ("HP-77", "HP-78", "KW-77"):
            factories.SaleFactory(reference=reference)
    client = sign_in(owner)
    assert _found(client, "admin/sales/sale/?q=HP-") == ["HP-77", "HP-78"]
    assert _found(client, "admin/sales/sale/?q=HP-77") == ["HP-77"]
    assert _found(client, "admin/sales/sale/?q=77") == []


def test_search_of_sales_reads_the_index(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with CaptureQueriesContext(connection) as queries:
        client.get(client.at("admin/sales/sale/?q=HP-77"))
    searches = [query["sql"] for query in queries if "HP-77" in query["sql"]]
    assert searches
    assert not [sql for sql in searches if "LIKE" in sql.upper()]


def test_search_text_is_not_read_for_a_list(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with enter(owner.workspace_id):
        factories.SaleFactory()
        assert "haystack" in str(Customer.objects.all().query)
    with CaptureQueriesContext(connection) as queries:
        for path in ("customers/customer", "sales/sale", "subscriptions/subscription"):
            client.get(client.at(f"admin/{path}/"))
    assert not [query["sql"] for query in queries if "haystack" in query["sql"]]


@pytest.mark.parametrize(
    ("fixture_name", "whole"), [("customers/customer", "529.982.247-25"), ("sales/sale", "52998224725")]
)
def test_documents_are_masked(owner: Membership, sign_in: SignIn, fixture_name: str, whole: str) -> None:
    with enter(owner.workspace_id):
        customer = factories.CustomerFactory(document="52998224725")
        factories.CustomerDocumentFactory(customer=customer)
        sale = factories.SaleFactory(customer=customer, buyer_document="52998224725")
    client = sign_in(owner)
    pk = customer.pk if fixture_name.startswith("customers") else sale.pk
    page = client.get(client.at(f"admin/{fixture_name}/{pk}/change/")).content.decode()
    assert whole not in page
    assert "52998224725" not in page
    assert "982.247" in page
