"""The columns of a list: each can be chosen, reads only what it declares, and costs nothing unless shown."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.ui.columns import Column
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import get_list_page, list_pages
from atomicpay.workspaces.models import Membership
from tests import factories
from tests.conftest import MemberClient
from tests.lists import open_list, statements
from tests.ui.test_listing import NAUGHTY

NAMES = ("attention", "customers", "sales", "subscriptions")
ON_SCREEN = [
    pytest.param(name, column, id=f"{name}-{column.key}")
    for name in NAMES
    for column in get_list_page(name).columns
    if column.cell
]

SignIn = Callable[[Membership], MemberClient]


@pytest.fixture
def two_of_each(in_aurora: object) -> None:
    """Two customers with everything that a cell can show."""
    for number in (1, 2):
        customer = factories.CustomerFactory(phone=f"+55 11 90000-000{number}", country="BR", city="Recife")
        factories.CustomerEmailFactory(customer=customer)
        tag = factories.TagFactory()
        customer.customertag_set.create(tag=tag)
        product = factories.ProductFactory()
        plan = factories.PlanFactory(product=product)
        subscription = factories.SubscriptionFactory(
            customer=customer, product=product, plan=plan, canceled_by="customer", cancel_reason="sem tempo"
        )
        sale = factories.SaleFactory(
            customer=customer, product=product, plan=plan, subscription=subscription, coupon="VOLTA"
        )
        factories.FindingFactory(sale=sale, dismissed_at=factories.NOON, dismiss_reason="Pagou em mãos")
        factories.PaymentFactory(sale=sale)
        factories.RefundFactory(sale=sale, amount=100)
        factories.AccessGrantFactory(sale=sale)


def _keys(columns: tuple[Column, ...]) -> list[str]:
    return [column.key for column in columns]


@pytest.mark.parametrize("page", list_pages(), ids=lambda page: page.name)
def test_every_list_has_one_main_column_and_shows_it_first(page: ListPage) -> None:
    main = [column.key for column in page.columns if column.css == "main"]
    assert main == [page.on_screen[0]]


@pytest.mark.usefixtures("two_of_each")
@pytest.mark.parametrize(("name", "column"), ON_SCREEN)
def test_cell_reads_what_its_column_declares_and_nothing_for_each_row(
    owner: Membership, name: str, column: Column
) -> None:
    with open_list(name, f"columns={column.key}", owner) as state:
        rows = state.read_page().rows
        assert len(rows) == 2
        with CaptureQueriesContext(connection) as captured:
            cells = [shown.cell(row) for row in rows for shown in state.columns if shown.cell]
        assert statements(captured) == []
        assert all(cell is not None for cell in cells)


@pytest.mark.usefixtures("two_of_each")
@pytest.mark.parametrize(("name", "column"), ON_SCREEN)
def test_column_that_is_not_shown_is_neither_joined_nor_annotated_nor_read(
    owner: Membership, name: str, column: Column
) -> None:
    """Its own names stand in the statements while it is shown, and in none while only the main one is."""
    main = next(key for key in get_list_page(name).on_screen)
    alone, shown = (_statements_of_page(name, keys, owner) for keys in (main, f"{main},{column.key}"))
    assert len(alone) <= len(shown) <= len(alone) + 1
    for annotation in column.annotations:
        assert any(f'AS "{annotation}"' in sql for sql in shown)
        assert not any(f'AS "{annotation}"' in sql for sql in alone)
    if column.beside is not None:
        assert len(shown) == len(alone) + 1


def _statements_of_page(name: str, columns: str, member: Membership) -> list[str]:
    with (
        open_list(name, f"columns={columns}", member) as state,
        CaptureQueriesContext(connection) as captured,
    ):
        state.read_page()
    return statements(captured)


@pytest.mark.usefixtures("two_of_each")
def test_address_says_which_columns_and_in_which_order(owner: Membership) -> None:
    with open_list("customers", "columns=tags,phone,tags,customer,city", owner) as state:
        assert _keys(state.columns) == ["customer", "tags", "phone", "city"]
        assert state.notices == []
        assert not state.has_usual_columns
        assert parse_qs(state.address({"sort": "name"})) == {"sort": ["name"], "columns": ["tags,phone,city"]}
        assert state.canonical_query() == ""
    with open_list("customers", "columns=phone&columns=city", owner) as state:
        assert _keys(state.columns) == ["customer", "phone", "city"]


@pytest.mark.usefixtures("two_of_each")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [*NAUGHTY, "document", "customer_id", ",,,", "phone;city", "__class__"])
def test_unknown_columns_are_told_of_and_change_no_row(owner: Membership, name: str, text: str) -> None:
    with open_list(name, urlencode({"columns": text}), owner) as state:
        assert state.columns == state.usual_columns
        assert len(state.read_page().rows) == 2
        if text.strip(","):
            assert [notice.startswith("Not known as columns") for notice in state.notices] == [True]


def test_choice_of_a_member_is_read_with_care(in_aurora: object, owner: Membership) -> None:
    for kept in (
        {"customers": ["phone", "no_such", 7, "document", "lifetime_spend"]},
        {"customers": "phone"},
        {"customers": []},
        ["customers"],
        None,
    ):
        owner.list_columns = kept if kept is not None else {}
        owner.save()
        with open_list("customers", "", owner) as state:
            expected = ["customer", "phone", "lifetime_spend"]
            if kept and isinstance(kept, dict) and "no_such" in kept["customers"]:
                assert _keys(state.columns) == expected
            else:
                assert state.columns == state.usual_columns
            assert state.notices == []


def test_column_that_a_member_may_not_see_cannot_be_chosen(in_aurora: object, employee: Membership) -> None:
    employee.extra_permissions = ["customers.view"]
    employee.list_columns = {"customers": ["lifetime_spend", "phone"]}
    employee.save()
    with open_list("customers", "", employee) as state:
        assert _keys(state.columns) == ["customer", "phone"]
        assert "lifetime_spend" not in state.columns_on_offer
    with open_list("customers", "columns=lifetime_spend,phone", employee) as state:
        assert _keys(state.columns) == ["customer", "phone"]
        assert state.notices == ["Not known as columns of this list: lifetime_spend"]


@pytest.mark.usefixtures("two_of_each")
def test_every_link_of_the_list_keeps_the_columns_and_the_export_is_told_of_them(
    finance: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.lists.CustomerList.page_size", 1)
    client = sign_in(finance)
    client.cookies["js"] = "1"
    listing = client.get(client.at("customers/?columns=phone,city&country=BR")).context["listing"]
    links = [listing.next_url, listing.count_url, listing.columns[0].sort_url, listing.chips[0].remove_url]
    assert [parse_qs(urlsplit(link).query)["columns"] for link in links] == [["phone,city"]] * 4
    assert ("columns", "phone,city") in listing.query_hidden
    asked = parse_qs(urlsplit(listing.export_url).query)
    assert asked == {"list": ["customers"], "columns": ["customer,phone,city"], "country": ["BR"]}
    assert client.get(listing.export_url).status_code == 200
    usual = client.get(client.at("customers/?country=BR")).context["listing"]
    assert "columns" not in parse_qs(urlsplit(usual.export_url).query)


def test_columns_in_the_address_leave_count_and_file_as_they_are(
    two_of_each: None, owner: Membership
) -> None:
    with open_list("sales", "status=approved", owner) as plain:
        page = get_list_page("sales")
        chosen = page.parse(QueryDict("status=approved&columns=access_status,coupon"), owner)
        assert chosen.count() == plain.count() == 2
        assert [row.pk for row in chosen.export_queryset()] == [row.pk for row in plain.export_queryset()]
