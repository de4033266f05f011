"""When schedules are due: each day once, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from exports.schedules.clock import Timing
from exports.schedules.states import Rhythm

NEW_YORK, SAO_PAULO = ZoneInfo("America/New_York"), ZoneInfo("America/Sao_Paulo")
DAILY = Timing(Rhythm.DAILY, 6)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, ...


def test_hour_is_that_of_the_zone() -> None:
    assert DAILY.moment(date(2026, 1, 5), SAO_PAULO) == at(2026, 1, 5, 9)
    assert DAILY.moment(date(2026, 7, 5), NEW_YORK) == at(2026, 7, 5, 10)
    assert DAILY.moment(date(2026, 1, 5), NEW_YORK) == at(2026, 1, 5, 11)


def test_hour_that_does_not_exist_is_the_moment_after_the_gap() -> None:
    """8 March 2026, New York: 01:59 is followed by 03:00."""
    timing = Timing(Rhythm.DAILY, 2)
    moment = timing.moment(date(2026, 3, 8), NEW_YORK)
    assert moment == at(2026, 3, 8, 7)
    assert moment.astimezone(NEW_YORK).hour == 3
    # Midnight that does not exist: São Paulo, 4 November 2018.
    assert Timing(Rhythm.DAILY, 0).moment(date(2018, 11, 4), SAO_PAULO) == at(2018, 11, 4, 3)


def test_hour_that_comes_twice_is_the_first() -> None:
    """1 November 2026, New York: 01:00 comes at 05:00 and at 06:00 UTC."""
    timing = Timing(Rhythm.DAILY, 1)
    assert timing.moment(date(2026, 11, 1), NEW_YORK) == at(2026, 11, 1, 5)
    assert timing.next_day(at(2026, 11, 1, 5), NEW_YORK) == date(2026, 11, 2)
    assert timing.last_day_due(date(2026, 11, 1), at(2026, 11, 1, 6), NEW_YORK) == date(2026, 11, 1)


def test_moment_itself_is_due_and_the_next_one_lies_after_it() -> None:
    due = DAILY.moment(date(2026, 5, 4), SAO_PAULO)
    assert DAILY.next_day(due, SAO_PAULO) == date(2026, 5, 5)
    assert DAILY.next_day(due - timedelta(microseconds=1), SAO_PAULO) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("timing", "days"),
    [
        (Timing(Rhythm.WEEKLY, 6, weekday=0), ["2026-02-02", "2026-02-09", "2026-02-16"]),
        (Timing(Rhythm.MONTHLY, 6, day=31), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (Timing(Rhythm.MONTHLY, 6, day=29), ["2026-01-29", "2026-02-28", "2026-03-29"]),
        (Timing(Rhythm.DAILY, 6), ["2026-01-28", "2026-01-29"]),
    ],
)
def test_days_of_a_rhythm(timing: Timing, days: list[str]) -> None:
    day = timing.day_from(date(2026, 1, 28))
    for expected in days:
        assert day.isoformat() == expected
        day = timing.day_after(day)


def test_days_that_were_missed_are_one() -> None:
    first = date(2026, 1, 5)
    assert DAILY.last_day_due(first, at(2026, 1, 9, 8), SAO_PAULO) == date(2026, 1, 8)
    assert DAILY.last_day_due(first, at(2031, 1, 9, 9), SAO_PAULO) == date(2031, 1, 9)
    monthly = Timing(Rhythm.MONTHLY, 6, day=5)
    assert monthly.last_day_due(first, at(2026, 12, 31, 9), SAO_PAULO) == date(2026, 12, 5)


ZONES = st.sampled_from(
    ["America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)


@given(
    zone=ZONES,
    timing=st.builds(
        Timing,
        st.sampled_from(Rhythm),
        st.integers(0, 23),
        st.integers(0, 6),
        st.integers(1, 31),
    ),
    now=st.integers(0, 25 * 365 * 24 * 60).map(lambda minutes: at(2005, 1, 1) + timedelta(minutes=minutes)),
)
def test_each_day_is_run_once_by_a_clock_that_ticks(zone: str, timing: Timing, now: datetime) -> None:
    """A beat every 20 minutes for four days runs exactly the days whose moments lie in between."""
    place, end = ZoneInfo(zone), now + timedelta(days=4)
    following, ran = timing.next_day(now, place), []
    tick = now
    while tick < end:
        tick += timedelta(minutes=20)
        if timing.moment(following, place) <= tick:
            day = timing.last_day_due(following, tick, place)
            ran.append(timing.moment(day, place))
            following = timing.day_after(day)
    local = (now.astimezone(place).date() + timedelta(days=number) for number in range(-2, 8))
    moments = {timing.moment(day, place) for day in local if timing.falls_on(day)}
    assert ran == sorted(moment for moment in moments if now < moment <= tick)
