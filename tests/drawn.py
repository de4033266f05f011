"""Books with one of everything, and addresses of lists drawn by chance from the lists' own declarations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from hypothesis import strategies as st

from atomicpay.attention.facts import Check
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.ui.filters import ChoicesFilter, CountryFilter, OptionFilter, RecordFilter
from atomicpay.ui.listing import ListState
from atomicpay.ui.ranges import AmountRangeFilter, CurrencyFilter, DayRangeFilter
from atomicpay.ui.records import RecordsFilter
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerTag, Tag
from sales.states import PaymentMethod, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import CanceledBy
from tests.factories import (
    NOON,
    CustomerFactory,
    DisputeFactory,
    FindingFactory,
    PaymentFactory,
    RefundFactory,
    SaleFactory,
    SubscriptionFactory,
    TagFactory,
)


def write_books(aurora: Workspace, course: Product) -> None:
    """Two dozen sales of five buyers, of each state, method, currency and day there may be."""
    statuses, methods = list(SaleStatus), list(PaymentMethod)
    checks = [check.value for check in Check if check is not Check.SCOPE]
    with enter(aurora.pk):
        buyers = [
            CustomerFactory(created_at=NOON - timedelta(days=number), is_test=number == 4)
            for number in range(5)
        ]
        CustomerFactory(name="Ana, que nunca comprou", archived_at=NOON)
        for buyer, name in zip(buyers, ("vip", "aluna", "vip"), strict=False):
            tag = Tag.objects.filter(name=name).first() or TagFactory(name=name)
            CustomerTag.objects.create(customer=buyer, tag=tag)
        Customer.objects.filter(pk=buyers[1].pk).update(country="PT")
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
            if not buyer.is_test:
                FindingFactory(
                    sale=sale,
                    check_code=checks[number % len(checks)],
                    found_at=NOON + timedelta(hours=9 * number),
                    digest=str(number),
                    dismissed_digest=str(number) if number % 5 == 2 else "",
                )
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
                ended_at=NOON + timedelta(days=number) if number % 2 else None,
                canceled_by=CanceledBy.values[number % 6] if number % 2 else "",
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
            options = [choice for choice in filter_.options if choice != filter_.default]
            return {name: [data.draw(st.sampled_from(options))]}
        case ChoicesFilter():
            return {name: data.draw(st.lists(st.sampled_from(list(filter_.labels)), min_size=1, max_size=3))}
        case RecordsFilter():
            known = [value for value, _ in filter_.choices()]
            chosen = st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True)
            return {name: data.draw(chosen)} if known else {}
        case RecordFilter():
            known = [value for value, _ in filter_.choices() if value]
            return {name: [data.draw(st.sampled_from(known))]} if known else {}
        case CurrencyFilter():
            return {name: [data.draw(st.sampled_from(["BRL", "USD", "JPY"]))]}
        case AmountRangeFilter():
            lowest = data.draw(st.integers(0, 60))
            return {f"{name}_min": [str(lowest)], filter_.currency: ["BRL"]}
        case CountryFilter():
            return {name: [data.draw(st.sampled_from(["BR", "Portugal", "jp"]))]}
        case DayRangeFilter() if data.draw(st.booleans()):
            return {name: [data.draw(st.sampled_from(filter_.periods)).value]}
        case DayRangeFilter():
            first = date(2026, 2, 26) + timedelta(days=data.draw(st.integers(0, 8)))
            last = first + timedelta(days=data.draw(st.integers(1, 6)))
            return {f"{name}_from": [first.isoformat()], f"{name}_before": [last.isoformat()]}
        case _:
            return {name: [data.draw(st.sampled_from(["an", "HP1", "ordered", "@correio"]))]}
