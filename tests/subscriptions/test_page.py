"""The subscription page: its state and what comes next, its life, its charges, its customer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.models import Sale
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import CanceledBy, Subscription
from subscriptions.words import subscriber_badge, what_comes_next
from tests import factories
from tests.assertions import assert_same_not_found
from tests.conftest import Beacon, MemberClient
from tests.lists import statements

SignIn = Callable[..., MemberClient]
BUDGET = 16
"""Queries of the page in all."""
UNKNOWN = "subscriptions/00000000-0000-7000-8000-000000000000/"


@pytest.fixture
def subscription(aurora: Workspace, course: Product) -> Subscription:
    """A subscription of `course` that was canceled after thirty charges."""
    with enter(aurora.pk):
        plan = factories.PlanFactory(product=course, name="Trimestral", interval_count=3)
        subscription = factories.SubscriptionFactory(
            product=course,
            plan=plan,
            status=SubscriptionStatus.CANCELED,
            canceled_at=factories.NOON + timedelta(days=900),
            current_period_end=factories.NOON + timedelta(days=930),
            canceled_by=CanceledBy.CUSTOMER,
            cancel_reason="sem tempo agora",
            charges_count=30,
            unpaid_count=1,
        )
        factories.SubscriptionEventFactory(subscription=subscription)
        factories.SubscriptionEventFactory(
            subscription=subscription,
            kind=EventKind.CANCELED,
            from_status=SubscriptionStatus.ACTIVE,
            to_status=SubscriptionStatus.CANCELED,
            occurred_at=factories.NOON + timedelta(days=900),
        )
        Sale.objects.bulk_create(
            factories.SaleFactory.build(
                customer=subscription.customer,
                product=course,
                plan=plan,
                subscription=subscription,
                recurrence_number=number,
                reference=f"AC-{number}.",
                ordered_at=factories.NOON + timedelta(days=30 * number),
            )
            for number in range(1, 31)
        )
    return subscription


def page_of(client: MemberClient, subscription: Subscription) -> str:
    response = client.get(client.at(f"subscriptions/{subscription.public_id}/"))
    assert response.status_code == 200
    return response.content.decode()


def test_page_tells_the_life_of_a_subscription(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    client = sign_in(support_agent)
    html = page_of(client, subscription)

    for text in (
        "<h1>Luz e Cor, every 3 months</h1>",
        "Paid until 17 Sep 2028",
        "Canceled by the customer",
        "sem tempo agora",
        "Trimestral",
        "R$\u00a089.00",
        "1 unpaid",
        "Active → Canceled",
        "30 charges",
        "AC-30.",
        client.at(f"customers/{subscription.customer.public_id}/"),
    ):
        assert text in html, text
    assert "AC-5." not in html


def test_page_draws_the_life_and_says_it_in_words(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    html = page_of(sign_in(support_agent), subscription)

    label = "From 2 Mar 2026 to 17 Sep 2028. Active, 30 months; Canceled, 30 days."
    assert f'role="img" aria-label="{label}"' in html
    assert "Active → Canceled. Canceled by the customer: sem tempo agora" in html


def test_page_of_two_hundred_renewals_stays_small_in_as_many_queries(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    client = sign_in(support_agent)
    page_of(client, subscription)
    with CaptureQueriesContext(connection) as few:
        page_of(client, subscription)
    with enter(subscription.workspace_id):
        for number in range(200):
            factories.SubscriptionEventFactory(
                subscription=subscription,
                kind=EventKind.RENEWED,
                occurred_at=factories.NOON + timedelta(days=4 * number),
            )
    with CaptureQueriesContext(connection) as many:
        html = page_of(client, subscription)

    assert "Renewed 200 times" in html
    assert len(many) == len(few)
    assert len(html.encode()) < 60_000


def test_charges_reach_the_older_ones(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    client = sign_in(support_agent)
    cursor = page_of(client, subscription).split("charges/?after=")[1].split('"')[0]
    address = client.at(f"subscriptions/{subscription.public_id}/charges/")
    html = client.get(address, {"after": cursor}).content.decode()

    assert [number for number in range(1, 31) if f"AC-{number}." in html] == [1, 2, 3, 4, 5]


def test_page_has_no_charges_for_who_may_not_see_sales(
    sign_in: SignIn, employee: Membership, subscription: Subscription
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["subscriptions.view"]
        employee.save()
    client = sign_in(employee)
    html = page_of(client, subscription)

    assert "AC-30." not in html
    assert f"customers/{subscription.customer.public_id}" not in html
    charges = client.get(client.at(f"subscriptions/{subscription.public_id}/charges/"))
    assert charges.status_code == 403


def test_page_of_a_foreign_subscription_is_the_page_of_none(
    sign_in: SignIn, support_agent: Membership, beacon: Beacon
) -> None:
    client = sign_in(support_agent)
    foreign = f"subscriptions/{beacon.sale.subscription.public_id}/"  # type: ignore[union-attr]

    assert_same_not_found(client, client.at(foreign), client.at(UNKNOWN))
    assert_same_not_found(client, client.at(f"{foreign}charges/"), client.at(f"{UNKNOWN}charges/"))


def test_page_of_a_subscription_outside_ones_products_is_the_page_of_none(
    sign_in: SignIn, limited_agent: Membership, subscription: Subscription
) -> None:
    with enter(subscription.workspace_id):
        outside = factories.SubscriptionFactory(customer=subscription.customer)
    client = sign_in(limited_agent)

    assert_same_not_found(client, client.at(f"subscriptions/{outside.public_id}/"), client.at(UNKNOWN))
    assert "Luz e Cor" in page_of(client, subscription)


def test_page_escapes_what_was_typed(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    evil = "<script>alert(1)</script>'\""
    with enter(subscription.workspace_id):
        Subscription.objects.update(cancel_reason=evil, source_status=evil)
        Plan.objects.update(name=evil)
        Product.objects.update(name=evil)
    html = page_of(sign_in(support_agent), subscription)

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_page_has_the_messages_of_the_days_around_and_leads_to_the_timeline(
    sign_in: SignIn, support_agent: Membership, employee: Membership, subscription: Subscription
) -> None:
    customer = subscription.customer
    said = {"Antes": -4, "Perto": -2, "No dia": 0, "Da saída": 899, "Depois": 450}
    with enter(customer.workspace_id):
        employee.extra_permissions = ["subscriptions.view"]
        employee.save()
        for subject, days in said.items():
            factories.MessageFactory(
                customer=customer, subject=subject, sent_at=factories.NOON + timedelta(days=days)
            )
        factories.MessageFactory(
            customer=factories.CustomerFactory(), subject="De outra pessoa", sent_at=factories.NOON
        )
    html = page_of(sign_in(support_agent), subscription)
    assert [subject for subject in said if f">{subject}</a>" in html] == ["Perto", "No dia", "Da saída"]
    assert "De outra pessoa" not in html
    assert f"customers/{customer.public_id}/timeline/" in html
    # Who may not see customers reads nothing of what they wrote.
    hidden = page_of(sign_in(employee), subscription)
    assert ("No dia" in hidden, "/timeline/" in hidden, 'id="messages"' in hidden) == (False, False, False)


def test_page_takes_the_same_queries_for_little_and_for_much(
    sign_in: SignIn, support_agent: Membership, subscription: Subscription
) -> None:
    with enter(subscription.workspace_id):
        bare = factories.SubscriptionFactory()
        for _ in range(20):
            factories.MessageFactory(customer=subscription.customer, sent_at=factories.NOON)
    client = sign_in(support_agent)
    numbers = []
    for each in (bare, subscription):
        page_of(client, each)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, each)
        numbers.append(len(statements(captured)))

    assert numbers[0] == numbers[1] <= BUDGET


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "active", "next_charge_at": factories.NOON}, "Next charge on 2 Mar 2026"),
        ({"status": "past_due", "next_charge_at": factories.NOON}, "Next try on 2 Mar 2026"),
        ({"status": "trialing", "trial_ends_at": factories.NOON}, "Trial ends on 2 Mar 2026"),
        (
            {"status": "active", "cancel_at_period_end": True, "current_period_end": factories.NOON},
            "Ends on 2 Mar 2026",
        ),
        ({"status": "canceled", "current_period_end": factories.NOON}, "Paid until 2 Mar 2026"),
        ({"status": "canceled", "canceled_at": factories.NOON}, "Ended on 2 Mar 2026"),
        ({"status": "expired", "ended_at": factories.NOON}, "Ended on 2 Mar 2026"),
        ({"status": "expired"}, "Ended"),
        ({"status": "active"}, "No next charge on record"),
    ],
)
def test_what_comes_next_is_said_of_every_state(fields: dict[str, object], words: str) -> None:
    with timezone.override("America/Sao_Paulo"):
        assert what_comes_next(Subscription(workspace_id=1, **fields)) == words


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ({"active", "past_due"}, "Past due"),
        ({"unpaid", "past_due"}, "Unpaid"),
        ({"expired", "active"}, "Active subscriber"),
        ({"trialing"}, "On trial"),
    ],
)
def test_subscriber_badge_says_what_needs_a_person_first(statuses: set[str], words: str) -> None:
    assert words in str(subscriber_badge(statuses))


def test_subscriber_badge_of_nobody_who_subscribes_is_none() -> None:
    assert subscriber_badge({"expired", "canceled"}) is None
    assert subscriber_badge(set()) is None
