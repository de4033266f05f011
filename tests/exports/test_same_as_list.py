"""The file is the list: the same records in the same order, whatever the filters, order and scope (T14).

The addresses are drawn from each page's own declaration, so that a list added later is held to it too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.ui.filters import ChoicesFilter, OptionFilter, RecordFilter
from atomicpay.ui.keyset import Cursor
from atomicpay.ui.listing import ListState
from atomicpay.ui.ranges import AmountRangeFilter, CurrencyFilter, DayRangeFilter
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from exports.states import ExportState
from sales.models import Sale
from sales.states import PaymentMethod, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests.conftest import Beacon
from tests.exports.conftest import Ask, run, table_of
from tests.factories import (
    NOON,
    CustomerFactory,
    DisputeFactory,
    PaymentFactory,
    RefundFactory,
    SaleFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

IDS = {"customers": "customer_id", "sales": "sale_id", "subscriptions": "subscription_id"}
MONEY = {"customers": ["lifetime_spend"], "sales": ["amount_charged"], "subscriptions": ["amount"]}


@pytest.fixture
def books(aurora: Workspace, beacon: Beacon, course: Product) -> None:
    """Two dozen sales of five buyers, of each state, method, currency and day there may be."""
    statuses, methods = list(SaleStatus), list(PaymentMethod)
    with enter(aurora.pk):
        buyers = [
            CustomerFactory(created_at=NOON - timedelta(days=number), is_test=number == 4)
            for number in range(5)
        ]
        CustomerFactory(name="Ana, que nunca comprou", archived_at=NOON)
        for number in range(24):
            buyer = buyers[number % 5]
            product = {"product": course} if number % 3 else {}
            sale = SaleFactory(
                customer=buyer,
                status=statuses[number % len(statuses)],
                method=methods[number % len(methods)],
                currency=["BRL", "USD", "JPY"][number % 3],
                amount_charged=1_000 * (number % 7),
                ordered_at=NOON + timedelta(hours=7 * (number // 2)),
                is_test=number % 11 == 10,
                **product,
            )
            PaymentFactory(sale=sale, method=sale.method)
            if number % 6 == 1:
                RefundFactory(sale=sale, amount=sale.amount_charged // 2)
            if number % 8 == 3:
                DisputeFactory(sale=sale, amount=sale.amount_charged)
        for number, status in enumerate(SubscriptionStatus):
            product = {"product": course} if number % 2 else {}
            SubscriptionFactory(
                customer=buyers[number % 5],
                status=status,
                started_at=NOON + timedelta(days=number // 2),
                next_charge_at=NOON + timedelta(days=number) if number % 3 else None,
                **product,
            )


@contextmanager
def limited(finance: Membership, products: list[Product] | None) -> Iterator[None]:
    """The member sees only these products, or all."""
    with enter(finance.workspace_id):
        access = ProductAccess.ALL if products is None else ProductAccess.SELECTED
        Membership.objects.filter(pk=finance.pk).update(product_access=access)
        ProductGrant.objects.filter(membership=finance).delete()
        for product in products or []:
            ProductGrant.objects.create(membership=finance, product=product)
    yield


def draw_query(data: st.DataObject, state: ListState) -> str:
    """An address with some of the page's filters and one of its orders."""
    query = QueryDict(mutable=True)
    names = list(state.filterset.filters)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True), label="filters"):
        for parameter, values in _values(data, name, state.filterset.filters[name]).items():
            query.setlist(parameter, values)
    orders = [sign + order.key for order in state.page.orders for sign in ("", "-")]
    query["sort"] = data.draw(st.sampled_from(orders), label="sort")
    return query.urlencode()


def _values(data: st.DataObject, name: str, filter_: Any) -> dict[str, list[str]]:
    match filter_:
        case OptionFilter():
            return {name: [data.draw(st.sampled_from(list(filter_.options)))]}
        case ChoicesFilter():
            return {name: data.draw(st.lists(st.sampled_from(list(filter_.labels)), min_size=1, max_size=3))}
        case RecordFilter():
            known = [value for value, _ in filter_.choices() if value]
            return {name: [data.draw(st.sampled_from(known))]} if known else {}
        case CurrencyFilter():
            return {name: [data.draw(st.sampled_from(["BRL", "USD", "JPY"]))]}
        case AmountRangeFilter():
            lowest = data.draw(st.integers(0, 60))
            return {f"{name}_min": [str(lowest)], filter_.currency: ["BRL"]}
        case DayRangeFilter():
            first = date(2026, 2, 26) + timedelta(days=data.draw(st.integers(0, 8)))
            last = first + timedelta(days=data.draw(st.integers(1, 6)))
            return {f"{name}_from": [first.isoformat()], f"{name}_before": [last.isoformat()]}
        case _:
            return {name: [data.draw(st.sampled_from(["an", "HP1", "ordered", "@correio"]))]}


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
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        export = run(ask(finance, query, page=name, columns=[IDS[name], "currency", *MONEY[name]]))
        assert export.state == ExportState.READY
        in_file = [row[IDS[name]] for row in table_of(export)]
        # A customer has a line for each currency; they stand together, in the place of the customer.
        assert list(dict.fromkeys(in_file)) == ids_on_screen(finance, name, query)
        assert len(in_file) == export.rows_written
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
