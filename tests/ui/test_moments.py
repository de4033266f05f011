"""Days and minutes are read in the active zone, and say which it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from atomicpay.ui.moments import format_day, format_moment, month_words, zone_words

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LATE = datetime(2026, 9, 19, 1, 30, tzinfo=UTC)  # still the 18th in São Paulo


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("en", "18 Sep 2026", "18 Sep 2026, 22:30"), ("pt-br", "18 set. 2026", "18 set. 2026, 22:30")],
)
def test_format_moment_takes_the_active_zone_and_language(language: str, day: str, moment: str) -> None:
    with timezone.override(SAO_PAULO), translation.override(language):
        assert (format_day(LATE), format_moment(LATE)) == (day, moment)


def test_format_day_leaves_a_plain_date_where_it_is() -> None:
    with timezone.override(SAO_PAULO):
        assert format_day(date(2026, 1, 1), "en") == "1 Jan 2026"


def test_month_words_name_the_month_and_its_year() -> None:
    assert (month_words(date(2026, 2, 1), "en"), month_words(date(2026, 2, 1), "pt-br")) == (
        "Feb 2026",
        "fev. 2026",
    )


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("America/Sao_Paulo", "pt-br", "São Paulo, UTC\u22123"),
        ("Europe/Lisbon", "en", "Lisbon, UTC+1"),
        ("Asia/Kolkata", "en", "Kolkata, UTC+5:30"),
        ("America/St_Johns", "en", "St. John’s, UTC\u22122:30"),
        ("UTC", "en", "UTC"),
    ],
)
def test_zone_words_name_the_city_and_the_distance_of_the_day(zone: str, language: str, words: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert zone_words(LATE, language) == words
