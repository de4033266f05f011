"""Dates and times as files write them, turned into what PostgreSQL reads in the zone they were written in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from .reasons import Reason

_TOKENS: Final = {
    "YYYY": ("year", r"([0-9]{4})"),
    "MM": ("month", r"([0-9]{2})"),
    "M": ("month", r"([0-9]{1,2})"),
    "DD": ("day", r"([0-9]{2})"),
    "D": ("day", r"([0-9]{1,2})"),
    "hh": ("hour", r"([0-9]{2})"),
    "h": ("hour", r"([0-9]{1,2})"),
    "mm": ("minute", r"([0-9]{2})"),
    "ss": ("second", r"([0-9]{2})(?:[.,][0-9]+)?"),
}
_TOKEN: Final = re.compile("|".join(_TOKENS))
_ORDER: Final = ("year", "month", "day", "hour", "minute", "second")
# By the number of parts; a part of one digit is padded with a space, and that with a zero.
_ISO: Final = {3: "%s-%2s-%2s", 5: "%s-%2s-%2sT%2s:%s", 6: "%s-%2s-%2sT%2s:%s:%s"}
_EPOCHS: Final = {"epoch": 1, "epoch_ms": 1000}
_EPOCH: Final = re.compile(r"[0-9]{1,16}")
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Outside these years a cell is a slip of the finger, or a spreadsheet's "never".
_FIRST_YEAR, _LAST_YEAR = 1970, 2199

# No clock differs from UTC by so much, and PostgreSQL refuses it.
_BEYOND_OFFSETS: Final = timedelta(hours=16)

MomentReader = Callable[[str], str]


class NotAMoment(ValueError):
    """A cell that is no date of the form that was named."""

    reason = Reason.NOT_A_DATE


def is_moment_format(text: str) -> bool:
    """Whether the text names a form of dates: iso, epoch, epoch_ms, or tokens such as DD/MM/YYYY hh:mm."""
    if text == "iso" or text in _EPOCHS:
        return True
    parts = [_TOKENS[token][0] for token in _TOKEN.findall(text)]
    literal = _TOKEN.sub("", text)
    return (
        len(parts) == len(set(parts))
        and {"year", "month", "day"} <= set(parts)
        and ("second" not in parts or "minute" in parts)
        and ("minute" in parts) == ("hour" in parts)
        and not re.search(r"[A-SU-Za-z0-9]", literal)
    )


def is_offset_known(moment: datetime) -> bool:
    """Whether PostgreSQL reads the offset of a time; also one that has none."""
    offset = moment.utcoffset()
    return offset is None or (abs(offset) < _BEYOND_OFFSETS and not offset.microseconds)


def moment_reader(form: str, zone: str) -> MomentReader:
    """A function from a cell to a timestamp with its zone, as PostgreSQL reads it; raises NotAMoment.

    A time that a change of clocks skipped or repeated is read as PostgreSQL reads it: with the winter clock.
    """
    if form == "iso":
        return _iso_reader(zone)
    if form in _EPOCHS:
        return _epoch_reader(_EPOCHS[form])
    read = _pattern_reader(form, zone)
    # Days repeat, seconds do not.
    return read if "h" in form else lru_cache(maxsize=8192)(read)


def _iso_reader(zone: str) -> MomentReader:
    def read(text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise NotAMoment from None
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise NotAMoment
        if not is_offset_known(moment):
            raise NotAMoment
        return moment.isoformat(" ") if moment.tzinfo else f"{moment.isoformat(' ')} {zone}"

    return read


def _epoch_reader(divisor: int) -> MomentReader:
    def read(text: str) -> str:
        if not _EPOCH.fullmatch(text):
            raise NotAMoment
        try:
            moment = _START + timedelta(seconds=int(text) // divisor, milliseconds=int(text) % divisor)
        except OverflowError:
            raise NotAMoment from None
        if moment.year > _LAST_YEAR:
            raise NotAMoment
        return moment.isoformat(" ")

    return read


def _pattern_reader(form: str, zone: str) -> MomentReader:
    parts = [_TOKENS[token][0] for token in _TOKEN.findall(form)]
    pieces = _TOKEN.split(form)
    tokens = [_TOKENS[token][1] for token in _TOKEN.findall(form)]
    pattern = re.escape(pieces[0]) + "".join(
        token + re.escape(piece) for token, piece in zip(tokens, pieces[1:], strict=True)
    )
    match = re.compile(pattern).fullmatch
    groups = [parts.index(part) + 1 for part in _ORDER if part in parts]
    iso = _ISO[len(groups)]

    def read(text: str) -> str:
        found = match(text)
        if found is None:
            raise NotAMoment
        local = iso % found.group(*groups)
        try:
            moment = datetime.fromisoformat(local.replace(" ", "0"))
        except ValueError:
            raise NotAMoment from None
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise NotAMoment
        return f"{moment} {zone}"

    return read
