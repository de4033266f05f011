"""Small pieces of HTML that columns, written in Python, and templates share."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from typing import Any, Final

from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from atomicpay.ui import moments, money

TONES: Final = frozenset({"ok", "wait", "warn", "bad", "off"})

_NOTHING = SafeString("")


def safe(value: Any) -> str:
    """HTML as it is, anything else as escaped words; conditional_escape without its care for lazy words."""
    text = str(value)
    return text if hasattr(value, "__html__") else escape(text)


def attributes(values: Mapping[str, Any]) -> str:
    """The attributes of an element, a space before each: True is a bare name, False and None are left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{safe(value)}"'
        for name, value in values.items()
        if value is not False and value is not None
    )


# A page repeats the same few marks, states and days many times, so each is put together once.


@lru_cache(maxsize=256)
def icon(name: str, size: str = "") -> SafeString:
    """An outline of static/icons.svg, to stand beside a word; size "s" is the small one."""
    css = f"icon icon-{size}" if size else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css, _sprite(), name)


@cache
def mark(tone: str) -> SafeString:
    """The shape of a state, for where the word stands apart from it."""
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone!r}")
    return format_html('<svg class="mark" aria-hidden="true"><use href="{}#m-{}"/></svg>', _sprite(), tone)


def status(tone: str, label: str | Promise) -> SafeString:
    """A state: word, shape and tone."""
    return _status(tone, str(label))


@lru_cache(maxsize=512)
def _status(tone: str, label: str) -> SafeString:
    return format_html('<span class="status" data-tone="{}">{}{}</span>', tone, mark(tone), label)


def money_cell(minor: int | None, currency: str) -> SafeString:
    """An amount with its currency, never broken over two lines. Nothing for None: unknown is not zero."""
    if minor is None:
        return _NOTHING
    return format_html('<span class="money">{}</span>', money.format_money(minor, currency))


def day(value: date | None) -> SafeString:
    """A day in the active zone, as a <time> that machines can read."""
    if value is None:
        return _NOTHING
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _day(local, money.active_language())


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), moments.format_day(day, language))


def moment(value: datetime | None) -> SafeString:
    """A day and minute in the active zone, as a <time> with its distance from UTC."""
    if value is None:
        return _NOTHING
    machine = timezone.localtime(value).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', machine, moments.format_moment(value))


def minute(value: datetime) -> SafeString:
    """The minute of a moment in the active zone, where the day stands above it."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), f"{local:%H:%M}")


def sub(text: str | Promise) -> SafeString:
    """The second, fainter line of a cell."""
    return format_html('<span class="sub">{}</span>', text)


def _sprite() -> str:
    return static("icons.svg")


def table_rows(rows: Iterable[Any]) -> SafeString:
    """The rows of ui/table.html: a link in the main cell, then the others.

    Drawn here and not by template nodes, of which fifty rows of six cells are two thousand: half of the time
    that a list took.
    """
    return SafeString("".join(f'<tr role="row">{_cells(row)}</tr>' for row in rows))


def _cells(row: Any) -> str:
    main, *others = row.cells
    text = f'<a href="{escape(row.url)}">{safe(main.html)}</a>' if row.url else safe(main.html)
    first = f'<th role="rowheader" scope="row" class="main">{text}{_second_line(main)}</th>'
    return first + "".join(
        f"{_opening(cell.css, str(cell.label))}{safe(cell.html)}{_second_line(cell)}</td>" for cell in others
    )


@lru_cache(maxsize=512)
def _opening(css: str, label: str) -> str:
    return f"<td{attributes({'role': 'cell', 'class': css or None, 'data-label': label or None})}>"


def _second_line(cell: Any) -> str:
    return f'<span class="sub">{safe(cell.sub)}</span>' if cell.sub else ""
