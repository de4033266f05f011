"""For any hidden record and any filters the finder names exactly the filters that hide it, by plain SQL.

Each case is one filter with its condition written by hand. The last test plants a finder that overlooks one
filter, and shows that the property notices.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings, strategies as st

from atomicpay.catalog.models import PaymentModel, Product
from atomicpay.missing import queries
from atomicpay.missing.gather import read_facts
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import CustomerTag
from sales.states import PaymentMethod, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from tests.conftest import Beacon
from tests.factories import (
    NOON,
    CustomerEmailFactory,
    CustomerFactory,
    DisputeFactory,
    PaymentFactory,
    PlanFactory,
    ProductFactory,
    RefundFactory,
    SaleFactory,
    SubscriptionFactory,
    TagFactory,
)
from tests.lists import ids_by_sql

PAID = (
    "s.status IN ('approved', 'completed', 'refund_requested', 'partially_refunded', 'refunded', 'disputed',"
    " 'chargeback') AND NOT s.is_test"
)


@dataclass(frozen=True)
class Case:
    """A filter as an address has it, and the same in SQL about the row `r`."""

    name: str
    query: str
    sql: str


def _of_customer(table: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} s WHERE s.customer_id = r.id AND {condition})"


def _of_sale(table: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} s WHERE s.sale_id = r.id AND {condition})"


CUSTOMERS = (
    Case("created", "created_from=2026-03-01", "r.created_at >= '2026-03-01T03:00Z'"),
    Case("created", "created_before=2026-03-01", "r.created_at < '2026-03-01T03:00Z'"),
    Case("country", "country=BR", "r.country = 'BR'"),
    Case("country", "country=PT", "r.country = 'PT'"),
    Case("purchases", "purchases=any", _of_customer("sale", PAID)),
    Case("purchases", "purchases=none", "NOT " + _of_customer("sale", PAID)),
    Case("subscription", "subscription=active", _of_customer("subscription", "s.status = 'active'")),
    Case(
        "subscription",
        "subscription=paused&subscription=expired",
        _of_customer("subscription", "s.status IN ('paused', 'expired')"),
    ),
    Case("method", "method=pix", _of_customer("payment", "s.method = 'pix' AND s.status = 'paid'")),
    Case("refund", "refund=yes", _of_customer("refund", "s.status = 'succeeded'")),
    Case("refund", "refund=no", "NOT " + _of_customer("refund", "s.status = 'succeeded'")),
    Case("dispute", "dispute=open", _of_customer("dispute", "s.status = 'open'")),
    Case("dispute", "dispute=none", "NOT " + _of_customer("dispute", "TRUE")),
    Case("tag", "tag=vip", _of_customer("customer_tag", "TRUE")),
    Case(
        "spend",
        "spend_min=50&currency=BRL",
        f"(SELECT coalesce(sum(s.amount_charged), 0) FROM sale s WHERE s.customer_id = r.id AND {PAID}"
        " AND s.currency = 'BRL')"
        " - (SELECT coalesce(sum(s.amount), 0) FROM refund s WHERE s.customer_id = r.id AND currency = 'BRL')"
        " - (SELECT coalesce(sum(amount), 0) FROM dispute s WHERE s.customer_id = r.id AND currency = 'BRL')"
        " >= 5000",
    ),
    Case("q", "q=correio", "r.name || ' ' || r.contacts_text LIKE '%%correio%%'"),
    Case("q", "q=lima", "lower(r.name || ' ' || r.contacts_text) LIKE '%%lima%%'"),
    Case("sort", "sort=-spend", _of_customer("customer_spend", "s.currency = 'BRL'")),
    Case("archived", "archived=only", "r.archived_at IS NOT NULL"),
    Case("archived", "", "r.archived_at IS NULL"),
)

SALES = (
    Case("date", "date_from=2026-03-03", "r.ordered_at >= '2026-03-03T03:00Z'"),
    Case("date", "date_before=2026-03-03", "r.ordered_at < '2026-03-03T03:00Z'"),
    Case(
        "date",
        "date_field=approved&date_from=2026-03-03",
        "coalesce(r.approved_at >= '2026-03-03T03:00Z', FALSE)",
    ),
    Case("date", "date_field=refunded&date_from=2026-03-01", _of_sale("refund", "s.status = 'succeeded'")),
    Case("status", "status=approved&status=declined", "r.status IN ('approved', 'declined')"),
    Case("status", "status=refunded", "r.status = 'refunded'"),
    Case("method", "method=pix", "r.method = 'pix'"),
    Case(
        "payment_model",
        "payment_model=recurring",
        "EXISTS (SELECT 1 FROM plan p WHERE p.id = r.plan_id AND p.payment_model = 'recurring')",
    ),
    Case("amount", "amount_max=30&currency=BRL", "r.amount_charged <= 3000 AND r.currency = 'BRL'"),
    Case("currency", "currency=USD", "r.currency = 'USD'"),
    Case("refunded", "refunded=yes", _of_sale("refund", "s.status = 'succeeded'")),
    Case("refunded", "refunded=no", "NOT " + _of_sale("refund", "s.status = 'succeeded'")),
    Case("disputed", "disputed=any", _of_sale("dispute", "TRUE")),
    Case("disputed", "disputed=none", "NOT " + _of_sale("dispute", "TRUE")),
    Case("kind", "kind=subscription", "r.subscription_id IS NOT NULL"),
    Case("kind", "kind=one_off", "r.subscription_id IS NULL"),
    Case("test", "test=only", "r.is_test"),
    Case("test", "", "NOT r.is_test"),
)

SUBSCRIPTIONS = (
    Case("status", "status=active&status=paused", "r.status IN ('active', 'paused')"),
    Case("status", "status=expired", "r.status = 'expired'"),
    Case("started", "started_from=2026-03-01", "r.started_at >= '2026-03-01T03:00Z'"),
    Case("started", "started_before=2026-03-01", "r.started_at < '2026-03-01T03:00Z'"),
    Case("ended", "ended_before=2027-01-01", "coalesce(r.ended_at < '2027-01-01T03:00Z', FALSE)"),
)

CASES = {"customers": CUSTOMERS, "sales": SALES, "subscriptions": SUBSCRIPTIONS}
TABLES = {"customers": "customer", "sales": "sale", "subscriptions": "subscription"}


@pytest.fixture
def rows(aurora: Workspace, beacon: Beacon, course: Product) -> dict[str, dict[int, str]]:
    """Every record of the lists with a key that names it alone."""
    statuses, methods, lives = list(SaleStatus), list(PaymentMethod), list(SubscriptionStatus)
    with enter(aurora.pk):
        club = PlanFactory(product=ProductFactory(name="Clube"), payment_model=PaymentModel.RECURRING)
        tag = TagFactory(name="vip")
        buyers = [
            CustomerFactory(
                name=("Ana Lima", "Bia Reis")[number % 2] + f" {number}",
                email=f"buyer{number}@correio.example",
                country=("BR", "PT", "")[number % 3],
                created_at=NOON + timedelta(days=number - 5),
                archived_at=NOON if number % 4 == 3 else None,
            )
            for number in range(10)
        ]
        for number, buyer in enumerate(buyers):
            CustomerEmailFactory(customer=buyer)
            if number % 3 == 1:
                CustomerTag.objects.create(customer=buyer, tag=tag)
            SubscriptionFactory(
                customer=buyer,
                status=lives[number % len(lives)],
                started_at=NOON + timedelta(days=number - 6),
            )
        sales = {}
        for number in range(22):
            sale = SaleFactory(
                customer=buyers[number % 8],
                reference=f"AC-{number}",
                product=club.product if number % 3 else course,
                plan=club if number % 3 else None,
                subscription=SubscriptionFactory(product=club.product) if number % 5 == 1 else None,
                status=statuses[number % len(statuses)],
                method=methods[number % len(methods)],
                currency=("BRL", "USD")[number % 2],
                amount_charged=1_000 * (number % 7),
                ordered_at=NOON + timedelta(hours=5 * number - 30),
                approved_at=NOON + timedelta(days=number - 9) if number % 2 else None,
                is_test=number % 9 == 8,
            )
            PaymentFactory(sale=sale, method=sale.method)
            if number % 6 == 1:
                RefundFactory(sale=sale, amount=sale.amount_charged // 2)
            if number % 8 == 3:
                DisputeFactory(sale=sale, amount=sale.amount_charged)
            sales[sale.pk] = sale.reference
        held = dict(Subscription.objects.values_list("pk", "external_id"))
    return {"customers": {buyer.pk: buyer.email for buyer in buyers}, "sales": sales, "subscriptions": held}


def passing(page: str, case: Case, workspace_id: int) -> set[int]:
    sql = f"SELECT r.id FROM {TABLES[page]} r WHERE r.workspace_id = %(ws)s AND {case.sql}"
    return ids_by_sql(sql, workspace_id)


def check(page: str, cases: list[Case], key: int, named: str, member: Membership) -> None:
    """The finder against plain SQL: what hides the record, where it is shown, what each filter leaves."""
    query = "&".join(case.query for case in cases if case.query)
    with enter_as(member.workspace_id, member.pk) as acting_member:
        list_page = get_list_page(page)
        state = list_page.parse(QueryDict(query), acting_member)
        facts = read_facts(state, named)
        passed = {case.name: passing(page, case, member.workspace_id) for case in cases}
        everything = ids_by_sql(
            f"SELECT id FROM {TABLES[page]} WHERE workspace_id = %(ws)s", member.workspace_id
        )
        (record,) = [found for found in facts.found if _is(found.url, list_page, key)]
        assert {hiding.name for hiding in record.hidden_by} == {
            n for n, ids in passed.items() if key not in ids
        }
        assert record.shown_at is not None
        shown = list_page.parse(QueryDict(record.shown_at), acting_member)
        assert key in shown.queryset().values_list("pk", flat=True)
        left = everything.intersection(*passed.values())
        assert facts.listed is not None
        assert facts.listed.number == len(left)
        for narrowing in facts.narrowings:
            others = [ids for name, ids in passed.items() if name != narrowing.name]
            assert narrowing.rows is not None
            assert narrowing.rows.number == len(everything.intersection(*others)), narrowing.name


def _is(url: str, list_page: Any, key: int) -> bool:
    return str(list_page.model.objects.get(pk=key).public_id) in url


@pytest.mark.parametrize("page", ["customers", "sales", "subscriptions"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_finder_names_exactly_the_filters_that_hide_a_record(
    rows: dict[str, dict[int, str]], owner: Membership, page: str, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(rows[page])), label="record")
    drawn = data.draw(
        st.lists(st.sampled_from(CASES[page]), max_size=5, unique_by=lambda case: case.name), label="filters"
    )
    # A currency beside a range of amounts only says what those are in.
    if {"amount", "currency"} <= {case.name for case in drawn}:
        drawn = [case for case in drawn if case.name != "currency"]
    always = [case for case in CASES[page] if not case.query]
    cases = [*drawn, *(each for each in always if each.name not in {case.name for case in drawn})]
    check(page, cases, key, rows[page][key], owner)


def test_property_notices_a_finder_that_overlooks_a_filter(
    rows: dict[str, dict[int, str]], owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with one filter passed by, the names differ from what plain SQL says."""
    declined = next(case for case in SALES if case.query == "status=refunded")
    always = next(case for case in SALES if case.name == "test" and not case.query)
    key = next(key for key, reference in rows["sales"].items() if reference == "AC-1")
    check("sales", [declined, always], key, "AC-1", owner)

    honest = queries.read_passed

    def overlooks_status(state: Any, keys: Any) -> dict[str, set[Any]]:
        return {name: set(keys) if name == "status" else ids for name, ids in honest(state, keys).items()}

    monkeypatch.setattr(queries, "read_passed", overlooks_status)
    with pytest.raises(AssertionError):
        check("sales", [declined, always], key, "AC-1", owner)
