"""Pages by keyset: every row once, in order, both ways, at the same cost at any depth."""

import re
import uuid
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.ui.keyset import Cursor
from atomicpay.ui.listing import AFTER, BEFORE, ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership
from subscriptions.models import Subscription
from tests import factories
from tests.lists import open_list

PAGE = 3


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("customers", "sales", "subscriptions"):
        monkeypatch.setattr(type(get_list_page(name)), "page_size", PAGE)


@pytest.fixture
def seven_sales(in_aurora: Any, owner: Membership) -> list[int]:
    """Two of them at the same moment; newest first."""
    customer, product = factories.CustomerFactory(), factories.ProductFactory()
    sales = [
        factories.SaleFactory(
            customer=customer, product=product, ordered_at=factories.NOON + timedelta(hours=hour)
        )
        for hour in (0, 1, 2, 2, 3, 4, 5)
    ]
    return [sale.pk for sale in reversed(sales)]


def _walk(state: ListState, parameter: str = AFTER, cursor: Cursor | None = None) -> list[list[int]]:
    """The pages that Next (or Previous) leads through, as ids."""
    pages = []
    while True:
        query = QueryDict(f"{state.canonical_query()}&{parameter}={cursor or ''}")
        page = state.page.parse(query, state.membership).read_page()
        pages.append([row.pk for row in page.rows])
        cursor = page.next if parameter == AFTER else page.previous
        if cursor is None:
            return pages


@pytest.mark.usefixtures("small_pages")
def test_next_leads_through_every_row_once(seven_sales: list[int], owner: Membership) -> None:
    with open_list("sales", "", owner) as state:
        assert _walk(state) == [seven_sales[:3], seven_sales[3:6], seven_sales[6:]]
    with open_list("sales", "sort=ordered", owner) as state:
        assert list(chain(*_walk(state))) == seven_sales[::-1]


@pytest.mark.usefixtures("small_pages")
def test_previous_leads_back_the_same_way(seven_sales: list[int], owner: Membership) -> None:
    with open_list("sales", "", owner) as state:
        last = factories.Sale.objects.get(pk=seven_sales[6])
        back = _walk(state, BEFORE, Cursor(last.public_id, 4, is_backward=True))
    assert back == [seven_sales[3:6], seven_sales[:3]]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("sort", ["next_charge", "-next_charge"])
def test_rows_without_a_value_come_last_both_ways(in_aurora: Any, owner: Membership, sort: str) -> None:
    for days in (None, 4, None, 2, 3, None, 1):
        at = None if days is None else factories.NOON + timedelta(days=days)
        factories.SubscriptionFactory(next_charge_at=at)
    with open_list("subscriptions", f"sort={sort}", owner) as state:
        pages = _walk(state)
        dates = dict(Subscription.objects.values_list("pk", "next_charge_at"))
        days = [dates[pk].day if dates[pk] else None for pk in list(chain(*pages))]
        assert days == (
            [3, 4, 5, 6, None, None, None] if sort == "next_charge" else [6, 5, 4, 3, None, None, None]
        )
        assert list(state.queryset().values_list("pk", flat=True)) == list(chain(*pages))
        last = Subscription.objects.get(pk=pages[-1][0])
        assert _walk(state, BEFORE, Cursor(last.public_id, 4, is_backward=True)) == pages[-2::-1]


@pytest.mark.usefixtures("small_pages")
def test_rows_that_come_and_go_neither_repeat_nor_hide_others(
    seven_sales: list[int], owner: Membership
) -> None:
    with open_list("sales", "", owner) as state:
        first = state.read_page()
    factories.SaleFactory(ordered_at=factories.NOON + timedelta(days=9))
    with open_list("sales", f"{AFTER}={first.next}", owner) as state:
        assert [row.pk for row in state.read_page().rows] == seven_sales[3:6]


@pytest.mark.usefixtures("small_pages")
def test_page_whose_row_is_gone_says_so_and_starts_over(seven_sales: list[int], owner: Membership) -> None:
    gone = Cursor(factories.Sale.objects.get(pk=seven_sales[2]).public_id, 4)
    factories.Sale.objects.filter(pk=seven_sales[2]).delete()
    with open_list("sales", f"{AFTER}={gone}", owner) as state:
        assert [row.pk for row in state.read_page().rows] == [*seven_sales[:2], seven_sales[3]]
        assert state.notices == ["The row that this page began at is gone. This is the first page."]


@pytest.mark.usefixtures("small_pages")
def test_page_of_another_workspaces_row_is_gone_too(
    seven_sales: list[int], owner: Membership, beacon: Any
) -> None:
    with open_list("sales", f"{AFTER}={Cursor(beacon.sale.public_id, 4)}", owner) as state:
        state.read_page()
        assert state.notices == ["The row that this page began at is gone. This is the first page."]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0.0",
        "1.zz",
        "1." + "a" * 33,
        "99999999999." + "a" * 32,
        "1.\x00" + "a" * 31,
        "-1." + "a" * 32,
    ],
)
def test_text_that_is_no_cursor_is_none(text: str) -> None:
    assert Cursor.read(text, is_backward=False) is None


def test_cursor_reads_what_it_writes() -> None:
    cursor = Cursor(uuid.uuid4(), 51)
    assert Cursor.read(str(cursor), is_backward=False) == cursor


@pytest.mark.parametrize(
    ("name", "query", "index"),
    [
        ("customers", "", "customer_recent_i"),
        ("customers", "sort=name", "customer_name_i"),
        # Both give the order; which is cheaper depends on what the server knows of a table so small.
        ("customers", "archived=only", "customer_(archived|recent)_i"),
        ("customers", "sort=-spend", "customer_spend_net_i"),
        ("customers", "sort=-last_purchase", "customer_spend_last_i"),
        ("sales", "", "sale_recent_i"),
        ("subscriptions", "", "subscription_recent_i"),
        ("subscriptions", "sort=next_charge", "subscription_next_charge_i"),
    ],
)
@pytest.mark.usefixtures("small_pages")
def test_page_in_the_middle_is_one_step_into_an_index(
    in_aurora: Any, owner: Membership, monkeypatch: pytest.MonkeyPatch, name: str, query: str, index: str
) -> None:
    """The page's place is a condition of the index, not a filter over the rows before it."""
    monkeypatch.setattr("atomicpay.ui.selective.FEW", 0)
    for day in range(8):
        at = factories.NOON + timedelta(days=day)
        customer = factories.CustomerFactory(created_at=at)
        factories.SaleFactory(customer=customer, ordered_at=at, amount_charged=100 + day)
        factories.SubscriptionFactory(customer=customer, started_at=at, next_charge_at=at)
        if query == "archived=only":
            type(customer).objects.filter(pk=customer.pk).update(archived_at=at)
    with open_list(name, query, owner) as state:
        following = state.read_page().next
    with open_list(name, f"{query}&{AFTER}={following}", owner) as state:
        with CaptureQueriesContext(connection) as captured:
            assert len(state.read_page().rows) == PAGE
        sql = next(query["sql"] for query in captured if f"LIMIT {PAGE + 1}" in query["sql"])
        # The page's ids, which the rows are then fetched by.
        plan = _plan(sql[sql.index("IN (SELECT") + 4 : sql.index(f"LIMIT {PAGE + 1}") + 7])
    by_index = next((number for number, line in enumerate(plan) if re.search(index, line)), None)
    assert by_index is not None, plan
    condition = next(line for line in plan[by_index:] if "Index Cond" in line)
    assert "ROW(" in condition, plan
    assert any("One-Time Filter" in line for line in plan), plan
    assert not any("Seq Scan" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan
    joins = re.findall(r"JOIN .*? ON \((.*?)\)(?: LEFT| INNER| WHERE)", sql)
    assert len(joins) == sql.count(" JOIN ")
    assert all('"workspace_id" = ' in join for join in joins), joins


def _plan(sql: str) -> list[str]:
    """The plan that a table of many rows would get: no scan of it whole, no sort of it."""
    with connection.cursor() as cursor:
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            cursor.execute(f"SET LOCAL {setting} = off")
        cursor.execute(f"EXPLAIN {sql}")
        return [row[0] for row in cursor.fetchall()]
