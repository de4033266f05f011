"""What pages read of support messages, and the purchases of the days around them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.keyset import Cursor, CursorIsGone, Order, Page, Sorting, read_page
from atomicpay.workspaces.owned import OwnedQuerySet
from customers.models import Customer, Message
from customers.search_plan import plan_search
from sales.models import Sale

PAGE: Final = 25
NEARBY: Final = timedelta(days=3)
"""How far from a message a purchase is still what it may be about."""

# There is no day before the first of the calendar, nor after its last.
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC) + NEARBY
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - NEARBY

_NEWEST_FIRST: Final = Sorting(
    Order(key="sent", expression="sent_at", ascending=_("Oldest first"), descending=_("Newest first")),
    is_descending=True,
    currency="",
)
_SHOWN: Final = (
    *("public_id", "customer", "channel", "direction", "subject", "body"),
    *("author_name", "author__user__name", "sent_at", "url"),
)


def messages_of_customer(customer: Customer, text: str = "") -> OwnedQuerySet[Message]:
    """The messages of a customer, or those with all words of the text, whatever their case and accents."""
    messages: OwnedQuerySet[Message] = Message.objects.filter(customer=customer)
    return messages.filter(plan_search(text).condition()) if text else messages


def read_messages(customer: Customer, text: str, query: Mapping[str, str]) -> Page:
    """The page of messages that an address names; the first one where it names none."""
    after, before = query.get("after", ""), query.get("before", "")
    cursor = Cursor.read(before, is_backward=True) if before else Cursor.read(after, is_backward=False)
    messages = messages_of_customer(customer, text).select_related("author__user").only(*_SHOWN)
    everything = messages_of_customer(customer)
    try:
        return read_page(messages, _NEWEST_FIRST, cursor, PAGE, everything)
    except CursorIsGone:
        return read_page(messages, _NEWEST_FIRST, None, PAGE, everything)


def find_message(public_id: UUID) -> Message:
    """The message of an address, with its customer; raises Message.DoesNotExist for what is not in scope."""
    shown = (*_SHOWN, "customer__public_id", "customer__name", "customer__email")
    found = Message.objects.select_related("customer", "author__user").only(*shown)
    return found.get(public_id=public_id)


def messages_around(customer_id: int, moments: Iterable[datetime | None], number: int) -> list[Message]:
    """The latest messages of a customer within three days of any of the moments, newest first: one query."""
    near = _near("sent_at", (moment for moment in moments if moment))
    messages = Message.objects.filter(near, customer_id=customer_id).select_related("author__user")
    return list(messages.only(*_SHOWN).order_by("-sent_at", "-id")[:number]) if near else []


def sales_around(customer_id: int, moments: Iterable[datetime]) -> list[Sale]:
    """The purchases of a customer within three days of any of the moments, oldest first: one query."""
    near = _near("ordered_at", moments)
    if not near:
        return []
    sales: Any = Sale.objects.filter(near, customer_id=customer_id, is_test=False)
    shown = ("public_id", "reference", "status", "method", "ordered_at", "product__name")
    return list(sales.select_related("product").only(*shown).order_by("ordered_at", "id"))


def _near(column: str, moments: Iterable[datetime]) -> Q:
    """That a column is within three days of any of the moments; nothing at all for none."""
    near = Q()
    for first, last in _merged(moments):
        near |= Q(**{f"{column}__gte": first, f"{column}__lte": last})
    return near


def _merged(moments: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """The days around the moments as ranges of which no two overlap."""
    ranges: list[tuple[datetime, datetime]] = []
    for moment in sorted(moments):
        first, last = max(moment, _EARLIEST) - NEARBY, min(moment, _LATEST) + NEARBY
        if ranges and first <= ranges[-1][1]:
            ranges[-1] = ranges[-1][0], last
        else:
            ranges.append((first, last))
    return ranges
