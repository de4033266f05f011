"""The subscription list: which subscriptions each filter leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import CanceledBy, Subscription
from tests import factories
from tests.conftest import Beacon
from tests.lists import ids_by_sql, listed, open_list

ALL = "s.workspace_id = %(ws)s"


@pytest.fixture
def books(aurora: Workspace, course: Product) -> dict[str, Subscription]:
    now = timezone.now()
    with enter(aurora.pk):
        antonia = factories.CustomerFactory(name="Antônia Lima")
        return {
            "active": factories.SubscriptionFactory(
                customer=antonia, product=course, external_id="SUB-1", next_charge_at=now + timedelta(days=9)
            ),
            "ending": factories.SubscriptionFactory(
                cancel_at_period_end=True, current_period_end=now + timedelta(days=9)
            ),
            "ending later": factories.SubscriptionFactory(
                cancel_at_period_end=True, current_period_end=now + timedelta(days=90)
            ),
            "late": factories.SubscriptionFactory(status=SubscriptionStatus.PAST_DUE),
            "unpaid": factories.SubscriptionFactory(status=SubscriptionStatus.UNPAID),
            "ended": factories.SubscriptionFactory(
                status=SubscriptionStatus.CANCELED,
                canceled_by=CanceledBy.CUSTOMER,
                started_at=factories.NOON - timedelta(days=400),
                ended_at=factories.NOON,
            ),
        }


@pytest.mark.parametrize(
    ("query", "condition", "number"),
    [
        ("", ALL, 6),
        ("status=canceled&status=past_due", f"{ALL} AND s.status IN ('canceled', 'past_due')", 2),
        ("started_before=2026-01-01", f"{ALL} AND s.started_at < '2026-01-01T03:00Z'", 1),
        (
            "ended_from=2026-03-02&ended_before=2026-03-03",
            f"{ALL} AND s.ended_at >= '2026-03-02T03:00Z' AND s.ended_at < '2026-03-03T03:00Z'",
            1,
        ),
        ("next_charge_from=2026-01-01", f"{ALL} AND s.next_charge_at >= '2026-01-01T03:00Z'", 1),
        ("canceled_by=customer", f"{ALL} AND s.canceled_by = 'customer'", 1),
        ("risk=late", f"{ALL} AND s.status IN ('past_due', 'unpaid')", 2),
    ],
)
def test_filter_lists_what_plain_sql_finds(
    books: dict[str, Subscription],
    beacon: Beacon,
    owner: Membership,
    query: str,
    condition: str,
    number: int,
) -> None:
    found = listed("subscriptions", query, owner)
    with open_list("subscriptions", "", owner):
        expected = ids_by_sql(f"SELECT s.id FROM subscription s WHERE {condition}", owner.workspace_id)
    assert found == expected
    assert len(found) == number


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("risk=ends", ["ending"]),
        ("risk=any", ["ending", "late", "unpaid"]),
        ("q=lima", ["active"]),
        ("q=sub-1", ["active"]),
        ("q=SUB", []),
    ],
)
def test_risk_and_search_list_the_right_ones(
    books: dict[str, Subscription], owner: Membership, query: str, names: list[str]
) -> None:
    assert listed("subscriptions", query, owner) == {books[name].pk for name in names}


def test_limited_member_lists_subscriptions_of_their_products(
    books: dict[str, Subscription], limited_agent: Membership
) -> None:
    assert listed("subscriptions", "", limited_agent) == {books["active"].pk}
    assert listed("subscriptions", "risk=any", limited_agent) == set()
