"""The life of a subscription, told by its events: spans without gaps, a small picture, a short list."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from atomicpay.workspaces.models import Workspace
from subscriptions.life import Happened, Life, events_of, life_of
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import CanceledBy, Subscription
from subscriptions.steps import MOST_STEPS, steps_of
from subscriptions.strip import strip_of
from tests import factories

S, K = SubscriptionStatus, EventKind
START = factories.NOON
NOW = START + timedelta(days=400)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def happened(number: float, kind: str, before: str = "", after: str = "", **detail: Any) -> Happened:
    return Happened(kind, before, after, day(number), False, "hotmart", detail)


def subscription(status: str = S.ACTIVE, **more: Any) -> Subscription:
    return factories.SubscriptionFactory.build(
        workspace_id=1, customer=None, product=None, status=status, started_at=START, **more
    )


def spans_of(life: Life) -> list[tuple[str, float, float]]:
    """Status, and the days from the start at which it began and ended."""
    days = timedelta(days=1)
    return [(span.status, (span.since - START) / days, (span.until - START) / days) for span in life.spans]


WHOLE = [
    happened(0, K.CREATED, "", S.TRIALING),
    happened(0, K.TRIAL_STARTED),
    happened(7, K.ACTIVATED, S.TRIALING, S.ACTIVE),
    happened(37, K.RENEWED),
    happened(67, K.RENEWED),
    happened(97, K.PAYMENT_FAILED, S.ACTIVE, S.PAST_DUE),
    happened(99, K.PAYMENT_FAILED),
    happened(100, K.RECOVERED, S.PAST_DUE, S.ACTIVE),
    happened(120, K.PAUSED, S.ACTIVE, S.PAUSED),
    happened(130, K.RESUMED, S.PAUSED, S.ACTIVE),
    happened(150, K.CANCELED, S.ACTIVE, S.CANCELED, by="customer", reason="sem tempo agora"),
    happened(160, K.EXPIRED, S.CANCELED, S.EXPIRED),
]


def test_life_is_the_states_in_order_without_gaps() -> None:
    life = life_of(subscription(S.EXPIRED, ended_at=day(160)), WHOLE, NOW)
    assert spans_of(life) == [
        (S.TRIALING, 0, 7),
        (S.ACTIVE, 7, 97),
        (S.PAST_DUE, 97, 100),
        (S.ACTIVE, 100, 120),
        (S.PAUSED, 120, 130),
        (S.ACTIVE, 130, 150),
        (S.CANCELED, 150, 160),
        (S.EXPIRED, 160, 160),
    ]


@pytest.mark.parametrize(
    ("status", "dates", "spans"),
    [
        (S.ACTIVE, {}, [(S.ACTIVE, 0, 400)]),
        (S.PAST_DUE, {}, [(S.PAST_DUE, 0, 400)]),
        (S.ACTIVE, {"trial_ends_at": 7}, [(S.TRIALING, 0, 7), (S.ACTIVE, 7, 400)]),
        (S.TRIALING, {"trial_ends_at": 500}, [(S.TRIALING, 0, 400)]),
        (S.EXPIRED, {"ended_at": 90}, [(S.ACTIVE, 0, 90), (S.EXPIRED, 90, 90)]),
        (
            S.CANCELED,
            {"canceled_at": 90, "current_period_end": 120},
            [(S.ACTIVE, 0, 90), (S.CANCELED, 90, 120)],
        ),
        # Paid for longer than today.
        (
            S.CANCELED,
            {"canceled_at": 390, "current_period_end": 420},
            [(S.ACTIVE, 0, 390), (S.CANCELED, 390, 420)],
        ),
        (S.CANCELED, {"canceled_at": -5}, [(S.CANCELED, 0, 0)]),
    ],
)
def test_life_without_events_is_told_by_the_dates(
    status: str, dates: dict[str, int], spans: list[tuple[str, float, float]]
) -> None:
    moments = {name: day(number) for name, number in dates.items()}
    assert spans_of(life_of(subscription(status, **moments), [], NOW)) == spans


def test_life_ends_as_the_record_stands_where_events_are_missing() -> None:
    record = subscription(S.CANCELED, canceled_at=day(200), current_period_end=day(210))
    life = life_of(record, [happened(0, K.CREATED, "", S.ACTIVE)], NOW)
    assert spans_of(life) == [(S.ACTIVE, 0, 200), (S.CANCELED, 200, 210)]


@pytest.mark.parametrize("status", S.values)
def test_every_state_has_a_picture_and_words(status: str) -> None:
    strip = strip_of(life_of(subscription(status), [], NOW), NOW)
    assert f'class="life-{status}"' in strip.picture
    assert str(S(status).label) in strip.label
    assert f'class="life-{status}"' in strip.key


def test_picture_says_in_words_what_it_shows() -> None:
    strip = strip_of(life_of(subscription(S.ACTIVE), WHOLE[:8], NOW), NOW)
    states = "On trial, 7 days; Active, 3 months; Past due, 3 days; Active, 10 months"
    assert strip.label == f"From 2 Mar 2026 to 6 Apr 2027. {states}."
    assert "<title>Past due, 7 Jun 2026 to 10 Jun 2026, 3 days</title>" in strip.picture
    assert (strip.has_renewals, strip.has_failures, strip.has_future) == (True, True, False)


def test_picture_says_where_today_is_while_one_is_paid_for_longer() -> None:
    record = subscription(S.CANCELED, canceled_at=day(200), current_period_end=day(500))
    strip = strip_of(life_of(record, [], NOW), NOW)
    assert strip.has_future
    assert '<path class="now" d="M800 0v1"/>' in strip.picture


def test_steps_tell_what_comes_again_once_and_by_whom_it_was_canceled() -> None:
    record = subscription(S.EXPIRED, canceled_by=CanceledBy.SELLER, cancel_reason="outro")
    told = [(str(step.what), step.sub) for step in steps_of(life_of(record, WHOLE, NOW), record)]
    assert ("Renewed 2 times", "") in told
    assert ("Payment failed 2 times", "Active → Past due") in told
    assert ("Canceled", "Active → Canceled. Canceled by the customer: sem tempo agora") in told


def test_steps_take_from_the_record_what_the_last_ending_does_not_say() -> None:
    record = subscription(S.CANCELED, canceled_by=CanceledBy.CUSTOMER, cancel_reason="sem tempo")
    events = [happened(5, K.CANCELED, S.ACTIVE, S.CANCELED), happened(9, K.CANCELED, by="x", reason="")]
    subs = [step.sub for step in steps_of(life_of(record, events, NOW), record)]
    assert subs == ["Active → Canceled", "Canceled by the customer: sem tempo"]


def test_a_life_of_hundreds_of_renewals_stays_small(in_aurora: Workspace) -> None:
    record = factories.SubscriptionFactory()
    for number in range(200):
        factories.SubscriptionEventFactory(subscription=record, kind=K.RENEWED, occurred_at=day(number * 30))
    life = life_of(record, events_of(record), day(6100))
    strip = strip_of(life, day(6100))

    assert [str(step.what) for step in steps_of(life, record)] == ["Renewed 200 times"]
    assert len(strip.picture) < 3000
    assert strip.picture.count("<text") <= 6


def test_steps_of_a_restless_life_are_the_latest() -> None:
    record = subscription()
    kinds = (K.RENEWED, K.PAUSED, K.RESUMED)
    events = [happened(number, kinds[number % 3]) for number in range(1200)]
    life = life_of(record, events, day(1300))

    assert life.has_more
    assert len(steps_of(life, record)) == MOST_STEPS
