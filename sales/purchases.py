"""A row of purchases as each page shows it: on a customer, as a charge of a subscription, bought together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.addresses import addresses_of
from atomicpay.ui.keyset import Cursor, CursorIsGone, Order, Page, Sorting, read_page
from atomicpay.ui.money import active_language, format_money
from atomicpay.ui.screen import Row, ShownCell

from .models import Sale
from .querysets import SaleQuerySet
from .words import method_words, sale_badge

FIRST: Final = 25
"""How many purchases the page of a customer or a subscription shows; the others are a link away."""

PAGE: Final = 50
"""How many purchases a page of nothing else shows."""

NEWEST_FIRST: Final = Sorting(
    Order(key="ordered", expression="ordered_at", ascending=_("Oldest first"), descending=_("Newest first")),
    is_descending=True,
    currency="",
)


def purchase_rows(sales: Iterable[Sale]) -> list[Row]:
    """The rows of sales/purchases_table.html for sales that were read with `as_purchases()`."""
    address, labels = (
        addresses_of("sales:detail"),
        _Labels(gettext("Refunded"), gettext("Ordered"), gettext("Sale")),
    )
    return [Row(address(sale.public_id), _cells(sale, labels)) for sale in sales]


class _Labels(NamedTuple):
    refunded: str
    ordered: str
    sale: str


def _cells(sale: Sale, labels: _Labels) -> list[ShownCell]:
    refunded: int | None = sale.refunded  # type: ignore[attr-defined]
    card: str | None = sale.card  # type: ignore[attr-defined]
    return [
        ShownCell(sale.product.name, what_was_bought(sale), "main", ""),
        ShownCell(sale_badge(sale.status, sale.method), "", "", ""),
        ShownCell(method_words(sale.method, card, sale.installments), "", "quiet", ""),
        ShownCell(html.money_cell(sale.amount_charged, sale.currency), "", "figure lead-figure", ""),
        ShownCell(format_money(refunded, sale.currency), "", "figure", labels.refunded)
        if refunded
        else ShownCell("", "", "figure", ""),
        ShownCell(html.day(sale.ordered_at), "", "", labels.ordered),
        ShownCell(sale.reference, "", "quiet", labels.sale),
    ]


def what_was_bought(sale: Sale) -> str:
    """The kind of product, how it is charged and which charge this is: "Course, monthly, charge 33"."""
    parts = [_kind_words(sale.product.kind, active_language()), frequency(sale.plan)]
    if sale.recurrence_number:
        parts.append(gettext("charge %(number)d") % {"number": sale.recurrence_number})
    if sale.offer_type != Sale.OfferType.MAIN:
        parts.append(Sale.OfferType(sale.offer_type).label.lower())
    if sale.is_test:
        parts.append(gettext("test"))
    return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Pager:
    """Which purchases are shown and where the others are.

    With `appends` the older ones are added under the rows that are there, which only htmx can do; without it
    the links go to a page of their own. An address that leads nowhere is empty.
    """

    words: str
    older_url: str
    newer_url: str
    appends: bool


def first_pager(path: str, sales: list[Sale], count: int) -> Pager:
    """The pager under the first rows; `sales` are one more than is shown where there are older ones."""
    older = Cursor(sales[FIRST - 1].public_id, FIRST + 1) if len(sales) > FIRST else None
    return _appending(path, min(len(sales), FIRST), count, older)


def page_pager(path: str, page: Page, count: int, *, appends: bool) -> Pager:
    """The pager of a page of purchases."""
    last = page.first_row + len(page.rows) - 1
    if appends:
        return _appending(path, last, count, page.next)
    words = gettext("%(first)d to %(last)d of %(count)d, newest first")
    return Pager(
        words=words % {"first": page.first_row if page.rows else 0, "last": last, "count": count},
        older_url=_beside(path, "after", page.next),
        newer_url=_beside(path, "before", page.previous),
        appends=False,
    )


def _appending(path: str, last: int, count: int, older: Cursor | None) -> Pager:
    words = gettext("The latest %(last)d of %(count)d") % {"last": last, "count": count}
    return Pager(words, _beside(path, "after", older), "", appends=True)


def _beside(path: str, parameter: str, cursor: Cursor | None) -> str:
    """The address of a neighbouring page; `path` may carry parameters of its own, which stay."""
    return f"{path}{'&' if '?' in path else '?'}{parameter}={cursor}" if cursor else ""


@cache
def _kind_words(kind: str, language: str) -> str:
    return str(Product.Kind(kind).label)


def read_purchases(sales: SaleQuerySet, query: Mapping[str, str], rows: SaleQuerySet | None = None) -> Page:
    """The page of purchases that an address names; the first one where it names none.

    `rows` are the sales with what a page shows of them, where that is not what it shows of them now.
    """
    after, before = query.get("after", ""), query.get("before", "")
    cursor = Cursor.read(before, is_backward=True) if before else Cursor.read(after, is_backward=False)
    rows = sales.as_purchases() if rows is None else rows
    try:
        return read_page(rows, NEWEST_FIRST, cursor, PAGE, sales)
    except CursorIsGone:
        return read_page(rows, NEWEST_FIRST, None, PAGE, sales)
