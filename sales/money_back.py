"""A row of refunds and disputes, as the pages of a customer and of a sale show it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui import html
from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.moments import format_day
from atomicpay.ui.screen import Row, ShownCell

from .queries import REFUND, MoneyBack
from .refunding import left_of, left_words, window_of, window_words
from .states import DisputeKind, DisputeStatus
from .words import dispute_badge, reason_words, refund_badge


def money_back_rows(
    rows: Iterable[MoneyBack], *, of_one_sale: bool = False, with_terms: bool = True
) -> list[Row]:
    """The rows of sales/money_back_table.html; on the page of their sale they need not name it again.

    `with_terms` says what is left of each sale and until when, and marks what is past, as it is now.
    """
    address, began = addresses_of("sales:detail"), gettext("Began")
    return [_row(row, None if of_one_sale else address, began, with_terms) for row in rows]


def _row(row: MoneyBack, address: Callable[[str], str] | None, began: str, with_terms: bool) -> Row:
    kind, status, why, coming = _refund(row) if row.kind == REFUND else _dispute(row, is_now=with_terms)
    url, about = _sale(row.sale, address) if address else ("", "")
    left, window = _terms(row) if address and with_terms else ("", "")
    return Row(
        url,
        [
            ShownCell(kind, about, "main", ""),
            ShownCell(status, "", "", ""),
            ShownCell(why, "", "quiet", ""),
            ShownCell(html.money_cell(row.amount, row.currency), left, "figure lead-figure", ""),
            ShownCell(format_day(row.began_at), "", "num", began),
            ShownCell(coming, window, "quiet", ""),
        ],
    )


def _terms(row: MoneyBack) -> tuple[str, str]:
    """What is left of the sale, and its refund window; the sale's own page says both once."""
    if row.sale is None:
        return "", ""
    left = left_words(left_of(row.sale), row.currency) if row.kind == REFUND else ""
    return left, window_words(window_of(row.sale))


def _sale(sale: dict[str, Any] | None, address: Callable[[str], str]) -> tuple[str, str]:
    """Where the sale is that a row is about, and what it is called."""
    if sale is None:
        return "", gettext("Names no sale")
    return address(sale["public_id"]), f"{sale['product']}, {sale['reference']}"


def _refund(row: MoneyBack) -> tuple[str, SafeString, str, str]:
    """What it is called, its state, why, and the date that matters next."""
    why = ". ".join(filter(None, (reason_words(row.reason), row.failure)))
    ended = gettext("Completed on %(day)s") % {"day": format_day(row.ended_at)} if row.ended_at else ""
    return gettext("Refund"), refund_badge(row.status), why, ended


def _dispute(row: MoneyBack, *, is_now: bool) -> tuple[str, SafeString, str, str]:
    """The same of a dispute; as it is now, what is past is marked."""
    coming = ""
    if row.ended_at:
        coming = gettext("Closed on %(day)s") % {"day": format_day(row.ended_at)}
    elif row.due_at and is_now and row.status == DisputeStatus.OPEN and row.due_at < timezone.now():
        coming = html.status("bad", gettext("Evidence was due %(day)s") % {"day": format_day(row.due_at)})
    elif row.due_at:
        coming = gettext("Evidence due %(day)s") % {"day": format_day(row.due_at)}
    return str(DisputeKind(row.kind).label), dispute_badge(row.status), reason_words(row.reason), coming
