"""Small pieces of HTML that columns, written in Python, and templates share."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final

from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from atomicpay.ui import moments, money

TONES: Final = frozenset({"ok", "wait", "warn", "bad", "off"})

_NOTHING = SafeString("")


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
    return SafeString(
        "".join(f'<tr role="row">{_main_cell(row)}{_other_cells(row.cells)}</tr>' for row in rows)
    )


def _main_cell(row: Any) -> str:
    cell = row.cells[0]
    text: str = conditional_escape(cell.html)
    if row.url:
        text = f'<a href="{escape(row.url)}">{text}</a>'
    return f'<th role="rowheader" scope="row" class="main">{text}{_second_line(cell)}</th>'


def _other_cells(cells: Sequence[Any]) -> str:
    drawn = []
    for cell in cells[1:]:
        css = f' class="{escape(cell.css)}"' if cell.css else ""
        label = f' data-label="{escape(cell.label)}"' if cell.label else ""
        drawn.append(f'<td role="cell"{css}{label}>{conditional_escape(cell.html)}{_second_line(cell)}</td>')
    return "".join(drawn)


def _second_line(cell: Any) -> str:
    return f'<span class="sub">{conditional_escape(cell.sub)}</span>' if cell.sub else ""
