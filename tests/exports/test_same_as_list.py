"""The file is the list: the same records in the same order, whatever the filters, order and scope (T14).

The addresses are drawn from each page's own declaration, so that a list added later is held to it too.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from atomicpay.catalog.models import Product
from atomicpay.ui.keyset import Cursor
from atomicpay.ui.registry import get_list_page, list_pages
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from exports.models import Export
from exports.schedules.states import Rhythm
from exports.states import ExportState
from sales.models import ImportState, Sale
from tests.conftest import Beacon
from tests.drawn import draw_query, limited, write_books
from tests.exports.conftest import Ask, bytes_of, run, table_of
from tests.factories import NOON, CustomerFactory, ImportRunFactory, ScheduleFactory
from tests.lists import listed

pytestmark = pytest.mark.django_db(transaction=True)


def _public_id(row: Any) -> str:
    return str(row.public_id)


IDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "attention": ("finding_id", _public_id),
    "customers": ("customer_id", _public_id),
    "export_schedules": ("name", lambda row: row.name),
    "imports": ("reference", lambda row: str(row.number)),
    "sales": ("sale_id", _public_id),
    "subscriptions": ("subscription_id", _public_id),
}
"""What tells the rows of a list apart: the column of the file, and what it holds of a row on the screen."""

ITSELF_A_ROW = {"exports", "export_history", "timeline"}
"""Asking for a file of these adds a row to them, so they are held to it by tests of their own."""

MONEY = {"customers": ["lifetime_spend"], "sales": ["amount_charged"], "subscriptions": ["amount"]}


@pytest.fixture
def books(aurora: Workspace, beacon: Beacon, finance: Membership, course: Product) -> None:
    """Books with one of everything, and a member who may see all lists of it."""
    write_books(aurora, course)
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(
            extra_permissions=["attention.view", "imports.manage"]
        )
        for number, state in enumerate([*ImportState, *ImportState], start=1):
            asked = NOON + timedelta(days=number // 2)
            failure = "unreadable" if state == ImportState.FAILED else ""
            ImportRunFactory(
                number=number, started_by=finance, state=state, failure=failure, requested_at=asked
            )
        for number in range(12):
            rhythm = Rhythm.values[number % len(Rhythm.values)]
            ScheduleFactory(name=f"Vendas {number}", owner=finance, rhythm=rhythm)


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
            ids += [IDS[page][1](row) for row in found.rows]
            cursor = found.next
            if cursor is None:
                assert len(ids) == state.count()
                return ids


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "one product"])
@pytest.mark.parametrize("name", IDS)
@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
            allowed = get_list_page(name).parse(QueryDict(), member).export_columns
            headings = {column.key: column.header for column in allowed}
            known = list(headings)
        drawn = data.draw(st.sets(st.sampled_from(known), max_size=6), label="columns")
        id_column = IDS[name][0]
        wanted = {id_column, "currency", *MONEY.get(name, ()), *drawn}
        columns = data.draw(st.permutations([key for key in known if key in wanted]), label="order")
        export = run(ask(finance, query, page=name, columns=columns))
        assert export.state == ExportState.READY
        in_file = [row[id_column] for row in table_of(export)]
        # A customer has a line for each currency; they stand together, in the place of the customer.
        assert list(dict.fromkeys(in_file)) == ids_on_screen(finance, name, query)
        assert len(in_file) == export.rows_written
        assert export.columns == columns
        assert header_of(export) == [headings[key] for key in columns]
        if name != "customers":
            assert len(in_file) == len(set(in_file))
        if name == "sales":
            assert_sums_of_sales(finance, in_file, export.sums)


def test_every_list_that_exports_is_held_to_it() -> None:
    """A list added later is held to it, or says here why not."""
    assert {page.name for page in list_pages() if page.export_columns} == IDS.keys() | ITSELF_A_ROW


def header_of(export: Export) -> list[str]:
    return bytes_of(export).decode().splitlines()[0].split(",")


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
