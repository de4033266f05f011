"""Which sales and subscriptions the lists hide, and why: dates, states, buyers under another name."""

from datetime import timedelta

import pytest

from atomicpay.missing.facts import Facts, How
from atomicpay.missing.findings import Kind
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Sale
from sales.states import SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories
from tests.conftest import Beacon
from tests.factories import NOON
from tests.lists import listed

from .test_customers import facts_of, findings, hidden_by

YEAR = timedelta(days=365)


@pytest.fixture
def sale(aurora: Workspace, beacon: Beacon) -> Sale:
    """Ordered on 2 March 2025, approved a year later, declined in the end; bought by Ana."""
    with enter(aurora.pk):
        ana = factories.CustomerFactory(name="Ana Lima", email="ana@mail.example")
        factories.CustomerEmailFactory(customer=ana)
        declined: Sale = factories.SaleFactory(
            customer=ana,
            reference="AC-77",
            status=SaleStatus.DECLINED,
            ordered_at=NOON - YEAR,
            approved_at=NOON,
        )
        factories.SaleFactory(ordered_at=NOON)
        return declined


@pytest.mark.parametrize(
    ("query", "expected", "names"),
    [
        ("date_from=2026-01-01", "AC-77", ["date"]),
        ("date_from=2026-01-01", "ac-77", ["date"]),
        ("status=approved", "ana@mail.example", ["status"]),
        ("date_from=2026-01-01&status=approved&method=boleto", "Ana Lima", ["date", "status", "method"]),
        ("date_from=2026-01-01&date_field=approved", "AC-77", []),
        ("amount_min=98&currency=BRL&kind=subscription", "AC-77", ["amount", "kind"]),
        (
            "currency=USD&payment_model=recurring&refunded=yes",
            "AC-77",
            ["payment_model", "currency", "refunded"],
        ),
    ],
)
def test_every_filter_that_hides_a_sale_is_named(
    sale: Sale, owner: Membership, query: str, expected: str, names: list[str]
) -> None:
    assert hidden_by(query, expected, owner, "sales") == [names]


def test_wrong_date_range_and_status_are_told_with_the_sales_own_values(
    sale: Sale, owner: Membership
) -> None:
    (record,) = facts_of("date_from=2026-01-01&status=approved", "AC-77", owner, "sales").found
    assert [(hiding.label, hiding.own, hiding.asks) for hiding in record.hidden_by] == [
        ("Ordered", "2 Mar 2025", "the range starts 1 Jan 2026"),
        ("Status", "Declined", "the filter asks for Approved"),
    ]


def test_another_date_that_lies_in_the_range_is_offered(sale: Sale, owner: Membership) -> None:
    (record,) = facts_of("date_from=2026-01-01", "AC-77", owner, "sales").found
    (hiding,) = record.hidden_by
    assert [other.label for other in hiding.other_dates] == ["Approved"]
    assert sale.pk in listed("sales", hiding.other_dates[0].query, owner)


def test_date_that_is_read_where_none_is_named_is_offered_too(sale: Sale, owner: Membership) -> None:
    query = "date_field=approved&date_from=2025-01-01&date_before=2026-01-01"
    (record,) = facts_of(query, "AC-77", owner, "sales").found
    ((hiding,),) = [record.hidden_by]
    assert hiding.own == "2 Mar 2026"
    assert [other.label for other in hiding.other_dates] == ["Ordered"]
    assert "date_field" not in hiding.other_dates[0].query
    assert sale.pk in listed("sales", hiding.other_dates[0].query, owner)


def test_test_sale_is_hidden_by_its_filter(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory(reference="TEST-1", is_test=True)
    (record,) = facts_of("", "TEST-1", owner, "sales").found
    assert [(hiding.name, hiding.own) for hiding in record.hidden_by] == [("test", "a test sale")]
    assert record.shown_at == "test=include"
    assert sale.pk in listed("sales", record.shown_at, owner)


def test_buyer_without_any_sale_is_told_as_known(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name="Lead")
        factories.CustomerEmailFactory(customer=customer, address="lead@mail.example")
    told = findings("", "lead@mail.example", owner, "sales")
    assert told[0].kind is Kind.HAS_NONE


def test_twin_of_the_buyer_is_named(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        lead = factories.CustomerFactory(name="Rogerio Assuncao")
        factories.CustomerEmailFactory(customer=lead, address="novo@mail.example")
        factories.CustomerDocumentFactory(customer=lead)
        twin = factories.SaleFactory(customer=factories.CustomerFactory(name="Rogério Assunção")).customer
        factories.CustomerDocumentFactory(customer=twin)
    facts = facts_of("", "novo@mail.example", owner, "sales")
    assert [(near.how, near.title) for near in facts.near] == [(How.SAME_DOCUMENT, "Rogério Assunção")]


def test_sale_of_a_merged_customer_is_found_by_the_old_name(aurora: Workspace, owner: Membership) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory(customer=factories.CustomerFactory(name="Gil Lima"))
        old = factories.CustomerFactory(name="Gilberto Limeira")
        Customer.objects.filter(pk=old.pk).update(merged_into=sale.customer, merged_at=NOON)
    assert hidden_by("method=boleto", "Gilberto Limeira", owner, "sales") == [["method"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=active", ["status"]),
        ("risk=late&started_from=2026-04-01", ["risk", "started"]),
        ("canceled_by=customer", ["canceled_by"]),
        ("ended_from=2026-01-01", ["ended"]),
        ("status=paused", []),
    ],
)
def test_every_filter_that_hides_a_subscription_is_named(
    aurora: Workspace, owner: Membership, query: str, names: list[str]
) -> None:
    with enter(aurora.pk):
        factories.SubscriptionFactory(external_id="SUB-77", status=SubscriptionStatus.PAUSED)
    assert hidden_by(query, "sub-77", owner, "subscriptions") == [names]


def test_code_means_its_own_record_and_not_the_others_of_its_customer(
    aurora: Workspace, owner: Membership
) -> None:
    with enter(aurora.pk):
        hers = factories.SubscriptionFactory(external_id="SUB-77", status=SubscriptionStatus.PAUSED)
        factories.SubscriptionFactory(customer=hers.customer, status=SubscriptionStatus.ACTIVE)
    assert hidden_by("status=active", "sub-77", owner, "subscriptions") == [["status"]]
    told = findings("status=active", "sub-77", owner, "subscriptions")
    assert Kind.LISTED not in [finding.kind for finding in told]


def test_counts_stop_at_what_is_counted(
    aurora: Workspace, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atomicpay.missing.queries.MOST", 3)
    with enter(aurora.pk):
        for _ in range(5):
            factories.SaleFactory()
    facts: Facts = facts_of("method=boleto", "", owner, "sales")
    (method,) = [narrowing for narrowing in facts.narrowings if narrowing.name == "method"]
    assert method.rows is not None
    assert (method.rows.number, method.rows.is_more) == (3, True)


def test_what_takes_too_long_is_told_as_not_counted(
    sale: Sale, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atomicpay.missing.budget.SECONDS", 0.0)
    told = findings("date_from=2026-01-01&status=approved", "AC-77", owner, "sales")
    assert [finding.kind for finding in told] == [Kind.HIDDEN, Kind.NOT_COUNTED, Kind.ALL_PRODUCTS]
