"""A row of refunds and disputes, as the pages of a customer and of a sale show it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui import html
from atomicpay.ui.moments import format_day
from atomicpay.ui.screen import Row, ShownCell

from .queries import REFUND, MoneyBack
from .states import DisputeKind
from .words import dispute_badge, reason_words, refund_badge


def money_back_rows(rows: Iterable[MoneyBack], *, of_one_sale: bool = False) -> list[Row]:
    """The rows of sales/money_back_table.html; on the page of their sale they need not name it again."""
    return [_row(row, row.sale, of_one_sale) for row in rows]


def _row(row: MoneyBack, sale: dict[str, str] | None, of_one_sale: bool) -> Row:
    kind, status, why, coming = _refund(row) if row.kind == REFUND else _dispute(row)
    about = f"{sale['product']}, {sale['reference']}" if sale else gettext("Names no sale")
    url = reverse("sales:detail", args=[sale["public_id"]]) if sale else ""
    return Row(
        "" if of_one_sale else url,
        [
            ShownCell(kind, "" if of_one_sale else about, "main", ""),
            ShownCell(status, "", "", ""),
            ShownCell(why, "", "quiet", ""),
            ShownCell(html.money_cell(row.amount, row.currency), "", "figure lead-figure", ""),
            ShownCell(format_day(row.began_at), "", "num", gettext("Began")),
            ShownCell(coming, "", "quiet", ""),
        ],
    )


def _refund(row: MoneyBack) -> tuple[str, SafeString, str, str]:
    """What it is called, its state, why, and the date that matters next."""
    why = ". ".join(filter(None, (reason_words(row.reason), row.failure)))
    ended = gettext("Completed on %(day)s") % {"day": format_day(row.ended_at)} if row.ended_at else ""
    return gettext("Refund"), refund_badge(row.status), why, ended


def _dispute(row: MoneyBack) -> tuple[str, SafeString, str, str]:
    """The same of a dispute."""
    coming = ""
    if row.ended_at:
        coming = gettext("Closed on %(day)s") % {"day": format_day(row.ended_at)}
    elif row.due_at:
        coming = gettext("Evidence due %(day)s") % {"day": format_day(row.due_at)}
    return str(DisputeKind(row.kind).label), dispute_badge(row.status), reason_words(row.reason), coming
