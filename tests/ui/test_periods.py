"""Periods that move with time: the days they mean, in the workspace's zone, and how they are said."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation

from atomicpay.ui.moments import format_days
from atomicpay.ui.periods import AHEAD, Days, Period
from atomicpay.workspaces.models import Membership, Workspace
from tests import factories
from tests.lists import listed, open_list

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("period", "start", "last"),
    [
        (Period.TODAY, date(2026, 11, 25), date(2026, 11, 25)),
        (Period.YESTERDAY, date(2026, 11, 24), date(2026, 11, 24)),
        (Period.LAST_7_DAYS, date(2026, 11, 19), date(2026, 11, 25)),
        (Period.LAST_30_DAYS, date(2026, 10, 27), date(2026, 11, 25)),
        (Period.LAST_90_DAYS, date(2026, 8, 28), date(2026, 11, 25)),
        (Period.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Period.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Period.THIS_YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Period.NEXT_7_DAYS, date(2026, 11, 25), date(2026, 12, 1)),
        (Period.NEXT_30_DAYS, date(2026, 11, 25), date(2026, 12, 24)),
    ],
)
def test_period_means_these_days(period: Period, start: date, last: date) -> None:
    assert period.days(TODAY) == Days(start, last + timedelta(days=1), period)


def test_every_period_is_tested_above_and_has_days_on_every_day_of_a_leap_year() -> None:
    for number in range(366):
        today = date(2028, 1, 1) + timedelta(days=number)
        for period in Period:
            days = period.days(today)
            assert days.start is not None
            assert days.end is not None
            assert days.start < days.end
            assert (days.start <= today < days.end) or period in (Period.YESTERDAY, Period.LAST_MONTH)


@pytest.mark.parametrize(
    ("first", "last", "english", "portuguese"),
    [
        (date(2026, 10, 27), date(2026, 11, 25), "27 Oct to 25 Nov 2026", "27 out. a 25 nov. 2026"),
        (date(2025, 12, 27), date(2026, 1, 25), "27 Dec 2025 to 25 Jan 2026", "27 dez. 2025 a 25 jan. 2026"),
        (TODAY, TODAY, "25 Nov 2026", "25 nov. 2026"),
    ],
)
def test_days_are_said_once_each(first: date, last: date, english: str, portuguese: str) -> None:
    with translation.override("en"):
        assert format_days(first, last) == english
    with translation.override("pt-br"):
        assert format_days(first, last).replace(" to ", " a ") == portuguese


@time_machine.travel(datetime(2026, 11, 26, 2, 59, tzinfo=UTC), tick=False)
def test_period_stays_one_in_the_address_and_is_said_with_its_days(
    in_aurora: Workspace, owner: Membership
) -> None:
    """At 23:59 of 25 November in São Paulo, which is the 26th in Greenwich."""
    with open_list("customers", "created=last_30_days", owner) as state:
        assert parse_qs(state.canonical_query()) == {"created": ["last_30_days"]}
        chip = state.chips[0]
        assert (chip.label, chip.value) == ("Created", "Last 30 days: 27 Oct to 25 Nov 2026")
        assert state.changes_without("created") == dict.fromkeys(
            ("created_from", "created_before", "created")
        )


def test_period_moves_with_time_and_holds_still_where_a_moment_is_given(
    in_aurora: Workspace, owner: Membership
) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    noon = datetime(2026, 11, 25, 12, tzinfo=zone)
    first, second = (factories.SaleFactory(ordered_at=noon + timedelta(days=days)) for days in (0, 1))
    for moment, sale in ((noon, first), (noon + timedelta(days=1), second)):
        with time_machine.travel(moment):
            assert listed("sales", "date=today", owner) == {sale.pk}
    with time_machine.travel(noon + timedelta(days=1)), open_list("sales", "date=today", owner) as state:
        again = state.page.parse(QueryDict("date=today"), state.membership, at=noon)
        assert [row.pk for row in again.read_page().rows] == [first.pk]
        assert again.changed({}).count() == 1


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "America/New_York", "Pacific/Kiritimati"])
def test_day_of_a_period_begins_and_ends_in_the_workspaces_zone(
    in_aurora: Workspace, owner: Membership, zone: str
) -> None:
    """T57: the last moment of a day and the first of the next are one day each."""
    Workspace.objects.filter(pk=in_aurora.pk).update(timezone=zone)
    midnight = datetime(2026, 11, 25, tzinfo=ZoneInfo(zone))
    before = factories.SaleFactory(ordered_at=midnight - timedelta(microseconds=1))
    after = factories.SaleFactory(ordered_at=midnight)
    with time_machine.travel(midnight + timedelta(hours=3)):
        assert listed("sales", "date=today", owner) == {after.pk}
        assert listed("sales", "date=yesterday", owner) == {before.pk}
        assert listed("sales", "date=last_7_days", owner) == {before.pk, after.pk}


def test_only_what_may_lie_ahead_offers_periods_ahead(in_aurora: Workspace, owner: Membership) -> None:
    with open_list("subscriptions", "next_charge=next_7_days", owner) as state:
        assert state.is_valid
    with open_list("subscriptions", f"started={AHEAD[0]}", owner) as state:
        assert not state.is_valid
