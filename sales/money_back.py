"""A row of refunds and disputes, as the pages of a customer and of a sale show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money

from .queries import REFUND, MoneyBack
from .states import DisputeKind
from .words import dispute_badge, reason_words, refund_badge


@dataclass(frozen=True, slots=True)
class MoneyBackRow:
    """One refund or dispute; `url` leads to its sale, if it names one."""

    kind: str
    url: str
    about: str
    status: SafeString
    why: str
    amount: str
    began: str
    next: str


def money_back_rows(rows: Iterable[MoneyBack]) -> list[MoneyBackRow]:
    """Refunds and disputes of several sales, each with the sale it is about."""
    return [_refund(row) if row.kind == REFUND else _dispute(row) for row in rows]


def money_back_of_one_sale(rows: Iterable[MoneyBack]) -> list[MoneyBackRow]:
    """The same on the page of their sale, which need not name it again."""
    return [replace(row, url="", about="") for row in money_back_rows(rows)]


def _refund(row: MoneyBack) -> MoneyBackRow:
    why = ". ".join(filter(None, (reason_words(row.reason), row.failure)))
    ended = gettext("Completed on %(day)s") % {"day": format_day(row.ended_at)} if row.ended_at else ""
    return _money_back(row, gettext("Refund"), refund_badge(row.status), why, ended)


def _dispute(row: MoneyBack) -> MoneyBackRow:
    coming = ""
    if row.ended_at:
        coming = gettext("Closed on %(day)s") % {"day": format_day(row.ended_at)}
    elif row.due_at:
        coming = gettext("Evidence due %(day)s") % {"day": format_day(row.due_at)}
    kind = str(DisputeKind(row.kind).label)
    return _money_back(row, kind, dispute_badge(row.status), reason_words(row.reason), coming)


def _money_back(row: MoneyBack, kind: str, status: SafeString, why: str, coming: str) -> MoneyBackRow:
    sale = row.sale
    return MoneyBackRow(
        kind=kind,
        url=reverse("sales:detail", args=[sale["public_id"]]) if sale else "",
        about=f"{sale['product']}, {sale['reference']}" if sale else gettext("Names no sale"),
        status=status,
        why=why,
        amount=format_money(row.amount, row.currency),
        began=format_day(row.began_at),
        next=coming,
    )
