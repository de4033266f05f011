"""Times as people read them: days and minutes in the active zone, inside a workspace the workspace's own."""

from datetime import date, datetime, tzinfo
from functools import cache, lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from django.utils import timezone
from django.utils.translation import gettext

from atomicpay.ui.money import active_language

_MINUS = "\u2212"


def format_day(day: date, language: str | None = None) -> str:
    """A day with its year: "18 Sep 2026", "18 set. 2026". A datetime is taken to the active zone first."""
    return _format_day(_local_day(day), language or active_language())


def format_days(first: date, last: date, language: str | None = None) -> str:
    """Days from one to another, both included: "27 Oct to 25 Nov 2026"; one day alone, once."""
    language = language or active_language()
    if first == last:
        return _format_day(last, language)
    begin = _day_of_year(first, language) if first.year == last.year else _format_day(first, language)
    return gettext("%(first)s to %(last)s") % {"first": begin, "last": _format_day(last, language)}


def format_moment(moment: datetime, language: str | None = None) -> str:
    """A day and a minute in the active zone: "18 Sep 2026, 09:34"."""
    local = timezone.localtime(moment)
    return f"{_format_day(local.date(), language or active_language())}, {local:%H:%M}"


def month_words(month: date, language: str | None = None) -> str:
    """A month with its year: "Sep 2026"."""
    return f"{_months(language or active_language())[month.month]} {month.year}"


def zone_words(moment: datetime | None = None, language: str | None = None) -> str:
    """The active zone by its city and its distance from UTC at a moment (now by default): "Lisbon, UTC+1"."""
    zone = timezone.get_current_timezone()
    local = (moment or timezone.now()).astimezone(zone)
    city, distance = _city(zone, language or active_language()), _distance(local)
    return distance if city == "UTC" else f"{city}, {distance}"


def _local_day(day: date) -> date:
    return timezone.localtime(day).date() if isinstance(day, datetime) else day


@lru_cache(maxsize=4096)
def _format_day(day: date, language: str) -> str:
    return f"{_day_of_year(day, language)} {day.year}"


def _day_of_year(day: date, language: str) -> str:
    return f"{day.day} {_months(language)[day.month]}"


@cache
def _months(language: str) -> dict[int, str]:
    return dict(Locale.parse(language, sep="-").months["format"]["abbreviated"])


@cache
def _city(zone: tzinfo, language: str) -> str:
    return get_timezone_location(zone, locale=Locale.parse(language, sep="-"), return_city=True)


def _distance(local: datetime) -> str:
    offset = local.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = _MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
