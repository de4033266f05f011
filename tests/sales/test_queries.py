"""Sums over sales: what the page and the lists say is what plain SQL says, in every scope."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.ui.moments import format_day
from atomicpay.ui.screen import Row
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import CustomerSpend, Sale
from sales.money_back import money_back_rows
from sales.purchases import PAGE, read_purchases
from sales.queries import (
    MoneyBack,
    MonthSum,
    Spend,
    entries_of_customers,
    money_back,
    months_in,
    sales_by_status,
    spend_in,
    spend_of_customers,
)
from sales.states import DisputeStatus, RefundStatus, SaleStatus
from tests import factories
from tests.conftest import Beacon

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.fixture
def buyers(aurora: Workspace, course: Product) -> list[Customer]:
    """Three buyers with every kind of money, in `course` and in another product, and a test sale."""
    with enter(aurora.pk):
        other = factories.ProductFactory(name="Clube Aurora")
        people = [factories.CustomerFactory() for _ in range(3)]
        number = 0
        for customer in people:
            for product in (course, other):
                for status in SaleStatus.values:
                    number += 1
                    sale = factories.SaleFactory(
                        customer=customer,
                        product=product,
                        status=status,
                        amount_charged=1000 + number,
                        currency="BRL" if number % 3 else "JPY",
                        recurrence_number=number % 4 or None,
                        ordered_at=factories.NOON - timedelta(days=9 * number),
                    )
                    if number % 4 == 0:
                        factories.RefundFactory(sale=sale, amount=10 + number)
                    if number % 5 == 0:
                        factories.RefundFactory(sale=sale, amount=3, status=RefundStatus.FAILED)
                        factories.DisputeFactory(sale=sale, amount=5, status=DisputeStatus.LOST)
                factories.SaleFactory(customer=customer, product=product, is_test=True)
        factories.RefundFactory(sale=None, customer=people[0], currency="GBP", amount=77)
    return people


def by_plain_sql(workspace: Workspace, customer: Customer, product: Product | None) -> list[Spend]:
    """The formula of DailyTotal and CustomerSpend, written once more, as the tables have it."""
    narrowed = "AND product_id = %(product)s" if product else ""
    of_sale = f"AND sale_id IN (SELECT id FROM sale WHERE true {narrowed})" if product else ""
    paid = [
        "approved",
        "completed",
        "refund_requested",
        "partially_refunded",
        "refunded",
        "disputed",
        "chargeback",
    ]
    values: dict[str, Any] = {
        "customer": customer.pk,
        "product": product and product.pk,
        "paid": paid,
    }
    sums: dict[str, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        for names, sql in (
            (
                ("gross", "paid_sales", "renewals", "first_paid_at", "last_paid_at"),
                "SELECT currency, sum(amount_charged)::bigint, count(*),"
                " count(*) FILTER (WHERE recurrence_number > 1), min(ordered_at), max(ordered_at) FROM sale"
                f" WHERE customer_id = %(customer)s AND status = ANY (%(paid)s) AND NOT is_test {narrowed}"
                " GROUP BY 1",
            ),
            (
                ("refunded", "refunds"),
                "SELECT currency, sum(amount)::bigint, count(*) FROM refund"
                f" WHERE customer_id = %(customer)s AND status = 'succeeded' AND NOT is_test {of_sale}"
                " GROUP BY 1",
            ),
            (
                ("disputed",),
                "SELECT currency, sum(amount)::bigint FROM dispute WHERE customer_id = %(customer)s"
                f" AND status IN ('open', 'lost') AND NOT is_test {of_sale} GROUP BY 1",
            ),
        ):
            cursor.execute(sql, values)
            for currency, *row in cursor.fetchall():
                sums.setdefault(currency, {}).update(zip(names, row, strict=True))
    return [Spend(currency, **sums[currency]) for currency in sorted(sums)]


def test_spend_of_customers_is_what_plain_sql_says(aurora: Workspace, buyers: list[Customer]) -> None:
    with enter(aurora.pk):
        spends = spend_of_customers([buyer.pk for buyer in buyers])
        for buyer in buyers:
            assert spends[buyer.pk] == by_plain_sql(aurora, buyer, None) != []


def test_spend_within_products_is_what_plain_sql_says_of_them(
    aurora: Workspace, buyers: list[Customer], course: Product
) -> None:
    with enter(aurora.pk):
        expected = {buyer.pk: by_plain_sql(aurora, buyer, course) for buyer in buyers}
        whole = spend_of_customers([buyer.pk for buyer in buyers])
    with enter(aurora.pk, products=[course.pk]):
        spends = spend_of_customers([buyer.pk for buyer in buyers])

    assert spends == expected
    assert all(spends[buyer.pk] != whole[buyer.pk] for buyer in buyers)
    # A cancellation that names no sale belongs to no product.
    assert "GBP" in {spend.currency for spend in whole[buyers[0].pk]}
    assert "GBP" not in {spend.currency for spend in spends[buyers[0].pk]}


def test_spend_with_access_to_no_product_is_nothing(aurora: Workspace, buyers: list[Customer]) -> None:
    with enter(aurora.pk, products=[]):
        assert spend_of_customers([buyers[0].pk]) == {buyers[0].pk: []}
        assert list(CustomerSpend.objects.all()) == []


def test_spend_of_another_workspaces_customer_is_nothing(in_aurora: Workspace, beacon: Beacon) -> None:
    assert spend_of_customers([beacon.customer.pk]) == {beacon.customer.pk: []}
    assert entries_of_customers([beacon.customer.pk]) == []


def test_entries_add_up_to_the_kept_totals(aurora: Workspace, buyers: list[Customer]) -> None:
    ids = [buyer.pk for buyer in buyers]
    with enter(aurora.pk):
        entries = entries_of_customers(ids, SAO_PAULO, with_times=True)
        kept = spend_of_customers(ids)

    assert {customer_id: spend_in(entries, customer_id) for customer_id in ids} == kept


def test_months_add_up_to_the_spend_of_each_currency(aurora: Workspace, buyers: list[Customer]) -> None:
    with enter(aurora.pk):
        entries = entries_of_customers([buyers[0].pk], SAO_PAULO)
    months = months_in(entries)

    for spend in spend_in(entries, buyers[0].pk):
        sums = months[spend.currency].values()
        assert sum(month.gross for month in sums) == spend.gross
        assert sum(month.refunded for month in sums) == spend.refunded
        assert sum(month.disputed for month in sums) == spend.disputed


def test_months_are_those_of_the_zone(in_aurora: Workspace) -> None:
    """The last minute of February in São Paulo is March in UTC."""
    late = datetime(2026, 3, 1, 2, 59, 59, 999999, tzinfo=UTC)
    sale = factories.SaleFactory(amount_charged=100, ordered_at=late)
    factories.SaleFactory(
        customer=sale.customer, amount_charged=30, ordered_at=late + timedelta(microseconds=1)
    )

    months = months_in(entries_of_customers([sale.customer_id], SAO_PAULO))["BRL"]
    in_utc = months_in(entries_of_customers([sale.customer_id], ZoneInfo("UTC")))["BRL"]

    assert months == {date(2026, 2, 1): MonthSum(gross=100), date(2026, 3, 1): MonthSum(gross=30)}
    assert in_utc == {date(2026, 3, 1): MonthSum(gross=130)}


def test_a_refund_stands_in_the_month_of_its_sale(in_aurora: Workspace) -> None:
    sale = factories.SaleFactory(amount_charged=100)
    factories.RefundFactory(sale=sale, amount=40, completed_at=factories.NOON + timedelta(days=90))
    factories.RefundFactory(sale=None, customer=sale.customer, currency="BRL", amount=7)

    months = months_in(entries_of_customers([sale.customer_id], SAO_PAULO))["BRL"]

    assert months == {date(2026, 3, 1): MonthSum(gross=100, refunded=47)}


def test_sales_by_status_leaves_test_sales_out(in_aurora: Workspace) -> None:
    sale = factories.SaleFactory(status=SaleStatus.DECLINED)
    factories.SaleFactory(customer=sale.customer, is_test=True)

    assert dict(sales_by_status(entries_of_customers([sale.customer_id]))) == {"declined": 1}


def test_money_back_has_refunds_and_disputes_in_one_order(in_aurora: Workspace) -> None:
    sale = factories.SaleFactory(reference="AC-7")
    for days, make in enumerate((factories.RefundFactory, factories.DisputeFactory)):
        at = factories.NOON + timedelta(days=days)
        make(sale=sale, **{"requested_at" if days == 0 else "opened_at": at})
    factories.RefundFactory(
        sale=None,
        customer=sale.customer,
        currency="BRL",
        amount=1,
        requested_at=factories.NOON - timedelta(1),
    )

    rows = money_back(10, customer_id=sale.customer_id)

    assert [row.kind for row in rows] == ["card_chargeback", "refund", "refund"]
    assert [row.sale and row.sale["reference"] for row in rows] == ["AC-7", "AC-7", None]
    assert money_back(1, customer_id=sale.customer_id) == rows[:1]
    assert money_back(10, sale_id=sale.pk) == rows[:2]


def test_evidence_that_was_due_is_marked_while_the_dispute_is_open(in_aurora: Workspace) -> None:
    sale = factories.SaleFactory()
    past, coming = timezone.now() - timedelta(days=7), timezone.now() + timedelta(days=7)
    for status, due_at in (("open", past), ("open", coming), ("won", past)):
        factories.DisputeFactory(sale=sale, status=status, evidence_due_at=due_at, amount=100)
    rows = money_back(10, sale_id=sale.pk)
    told = {(row.status, row.due_at): str(shown.cells[-1].html) for row, shown in _shown(rows)}
    assert f"Evidence was due {format_day(past)}" in told["open", past]
    assert 'data-tone="bad"' in told["open", past]
    assert told["open", coming] == f"Evidence due {format_day(coming)}"
    assert told["won", past] == f"Evidence due {format_day(past)}"
    # As of a day long ago it was yet to come.
    then = [str(row.cells[-1].html) for row in money_back_rows(rows, with_terms=False)]
    assert not any("was due" in words for words in then)


def _shown(rows: list[MoneyBack]) -> list[tuple[MoneyBack, Row]]:
    return list(zip(rows, money_back_rows(rows), strict=True))


def test_money_back_within_products_leaves_the_others_out(aurora: Workspace, course: Product) -> None:
    with enter(aurora.pk):
        inside = factories.SaleFactory(product=course)
        outside = factories.SaleFactory(customer=inside.customer)
        for sale in (inside, outside):
            factories.RefundFactory(sale=sale)
            factories.DisputeFactory(sale=sale)
    with enter(aurora.pk, products=[course.pk]):
        rows = money_back(10, customer_id=inside.customer_id)

    assert {row.sale["reference"] for row in rows if row.sale} == {inside.reference}
    assert len(rows) == 2


@pytest.fixture
def many(in_aurora: Workspace) -> QuerySet[Sale]:
    """More sales of one customer than two pages hold, three at each moment."""
    customer, product = factories.CustomerFactory(), factories.ProductFactory()
    Sale.objects.bulk_create(
        factories.SaleFactory.build(
            customer=customer,
            product=product,
            reference=f"AC-{number}",
            ordered_at=factories.NOON + timedelta(days=number // 3),
        )
        for number in range(2 * PAGE + 7)
    )
    return Sale.objects.filter(customer=customer)


def test_read_purchases_reaches_every_sale_once(many: QuerySet[Sale]) -> None:
    page, seen = read_purchases(many, {}), []
    while True:
        seen += [sale.pk for sale in page.rows]
        if page.next is None:
            break
        page = read_purchases(many, {"after": str(page.next)})

    assert seen == list(many.order_by("-ordered_at", "-id").values_list("pk", flat=True))
    assert page.previous is not None
    back = read_purchases(many, {"before": str(page.previous)})
    assert [sale.pk for sale in back.rows] == seen[PAGE : 2 * PAGE]


@pytest.mark.parametrize("cursor", ["nonsense", "0.abc", "26." + "0" * 32, "%00", "-1"])
def test_read_purchases_of_a_cursor_that_says_nothing_is_the_first_page(
    many: QuerySet[Sale], cursor: str
) -> None:
    first = [sale.pk for sale in read_purchases(many, {}).rows]

    assert [sale.pk for sale in read_purchases(many, {"after": cursor}).rows] == first
    assert [sale.pk for sale in read_purchases(many, {"before": cursor}).rows] == first
