"""The file is the list: the same records in the same order, whatever the filters, order and scope (T14).

The addresses are drawn from each page's own declaration, so that a list added later is held to it too.
"""

from typing import Any

import pytest
from django.db.models import Sum
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from atomicpay.catalog.models import Product
from atomicpay.ui.keyset import Cursor
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from exports.states import ExportState
from sales.models import Sale
from tests.conftest import Beacon
from tests.drawn import draw_query, limited, write_books
from tests.exports.conftest import Ask, run, table_of
from tests.factories import CustomerFactory
from tests.lists import listed

pytestmark = pytest.mark.django_db(transaction=True)

IDS = {"customers": "customer_id", "sales": "sale_id", "subscriptions": "subscription_id"}
MONEY = {"customers": ["lifetime_spend"], "sales": ["amount_charged"], "subscriptions": ["amount"]}


@pytest.fixture
def books(aurora: Workspace, beacon: Beacon, course: Product) -> None:
    write_books(aurora, course)


@pytest.fixture
def customer(aurora: Workspace) -> Customer:
    with enter(aurora.pk):
        customer: Customer = CustomerFactory()
        return customer


def ids_on_screen(member: Membership, page: str, query: str) -> list[str]:
    """The records of the list as somebody would page through them, five at a time."""
    with enter_as(member.workspace_id, member.pk) as acting_member:
        list_page = get_list_page(page)
        state = list_page.parse(QueryDict(query), acting_member)
        ids: list[str] = []
        cursor: Cursor | None = None
        while True:
            state.cursor = cursor
            found = state.read_page()
            ids += [str(row.public_id) for row in found.rows]
            cursor = found.next
            if cursor is None:
                assert len(ids) == state.count()
                return ids


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "one product"])
@pytest.mark.parametrize("name", IDS)
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_file_holds_what_the_list_shows(
    name: str,
    is_limited: bool,
    finance: Membership,
    course: Product,
    books: None,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    data: st.DataObject,
) -> None:
    monkeypatch.setattr(type(get_list_page(name)), "page_size", 5)
    with limited(finance, [course] if is_limited else None):
        with enter_as(finance.workspace_id, finance.pk) as member:
            state = get_list_page(name).parse(QueryDict(), member)
            query = draw_query(data, state)
            assume(get_list_page(name).parse(QueryDict(query), member).is_valid)
        with enter_as(finance.workspace_id, finance.pk) as member:
            known = [column.key for column in get_list_page(name).parse(QueryDict(), member).export_columns]
        drawn = data.draw(st.sets(st.sampled_from(known), max_size=6), label="columns")
        wanted = {IDS[name], "currency", *MONEY[name], *drawn}
        columns = [key for key in known if key in wanted]
        export = run(ask(finance, query, page=name, columns=columns))
        assert export.state == ExportState.READY
        in_file = [row[IDS[name]] for row in table_of(export)]
        # A customer has a line for each currency; they stand together, in the place of the customer.
        assert list(dict.fromkeys(in_file)) == ids_on_screen(finance, name, query)
        assert len(in_file) == export.rows_written
        assert export.columns == columns
        if name != "customers":
            assert len(in_file) == len(set(in_file))
        if name == "sales":
            assert_sums_of_sales(finance, in_file, export.sums)


def assert_sums_of_sales(member: Membership, ids: list[str], sums: list[dict[str, Any]]) -> None:
    """The receipt's sums are those of just these sales, asked without any list."""
    with enter(member.workspace_id):
        sales = Sale.objects.filter(public_id__in=ids).order_by("currency").values("currency")
        expected = list(sales.annotate(total=Sum("amount_charged")).values_list("currency", "total"))
    assert [(entry["currency"], entry["sums"]["amount_charged"]) for entry in sums] == expected


def test_limited_and_full_scopes_differ(finance: Membership, course: Product, books: None, ask: Ask) -> None:
    """Controls the property: the scope does leave something out, and the filters do too."""
    everything, within, filtered = [], [], []
    with limited(finance, None):
        everything = table_of(run(ask(finance)))
        filtered = table_of(run(ask(finance, "currency=BRL")))
    with limited(finance, [course]):
        within = table_of(run(ask(finance)))
    assert 0 < len(within) < len(everything)
    assert 0 < len(filtered) < len(everything)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("timeline", ["at", "kind", "step"]),
        ("exports", ["reference", "state"]),
        ("export_history", ["reference", "state"]),
    ],
)
def test_file_of_what_members_do_has_no_row_of_its_own_making(
    name: str, columns: list[str], owner: Membership, customer: Customer, ask: Ask
) -> None:
    """It is what the screen and the confirm step said before it was asked for; the next file has that row."""
    query = f"customer={customer.public_id}" if name == "timeline" else ""
    if name == "timeline":
        run(ask(owner, query, page=name, columns=columns))
    else:
        run(ask(owner))
    before = listed(name, query, owner)
    first = run(ask(owner, query, page=name, columns=columns))
    assert (first.state, first.rows_confirmed, first.rows_written) == (
        ExportState.READY,
        len(before),
        len(before),
    )
    assert "running" not in {row.get("state") for row in table_of(first)}
    second = run(ask(owner, query, page=name, columns=columns))
    assert second.rows_written == second.rows_confirmed == len(before) + 1
