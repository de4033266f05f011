"""Months in an address: one or a row of them, as they are in the workspace's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from atomicpay.ui.months import Months

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


@pytest.mark.parametrize("months", [Months(MARCH, MARCH), Months(MARCH, MAY)])
def test_months_stand_in_an_address_as_they_are_read(months: Months) -> None:
    query = dict(part.split("=") for part in months.query.split("&"))
    assert Months.read(query) == months


def test_an_address_may_name_none() -> None:
    assert Months.read({"after": "1"}) is None


@pytest.mark.parametrize(
    "query",
    [
        *({"month": ""}, {"month": "2026-13"}, {"month": "2026-03-01"}, {"month": "٢٠٢٦-03"}),
        *({"from": "2026-03"}, {"to": "2026-03"}, {"from": "2026-05", "to": "2026-03"}),
    ],
)
def test_what_is_no_month_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="month"):
        Months.read(query)


def test_months_begin_and_end_at_midnight_of_the_zone() -> None:
    begin, end = Months(MARCH, MAY).bounds(ZoneInfo("America/Sao_Paulo"))
    assert begin == datetime(2026, 3, 1, 3, tzinfo=UTC)
    assert end == datetime(2026, 6, 1, 3, tzinfo=UTC)


def test_months_are_said_with_their_years() -> None:
    assert Months(MARCH, MARCH).words == "Mar 2026"
    assert Months(MARCH, MAY).words == "Mar 2026 to May 2026"
