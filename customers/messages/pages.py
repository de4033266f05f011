"""All messages of a customer as their page shows them, each beside the purchases of the days around it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui import html
from atomicpay.ui.keyset import Cursor, Page
from atomicpay.workspaces.models import Membership
from customers.models import Customer, Message
from sales.models import Sale

from .around import Nearby, purchases_around
from .author import author_words
from .services import may_delete


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message in full."""

    anchor: str
    direction: str
    channel: str
    at: SafeString
    subject: str
    body: str
    author: str
    helpdesk_url: str
    delete_url: str
    nearby: list[Nearby]


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """A page of messages and the way to its neighbours."""

    messages: list[ShownMessage]
    words: str
    newer_url: str
    older_url: str


def messages_page(
    customer: Customer, page: Page, sales: list[Sale], member: Membership, text: str
) -> MessagesPage:
    """The page as it was read; `text` is what was looked for, and stays in the addresses."""
    last = page.first_row + len(page.rows) - 1
    words = gettext("%(first)d to %(last)d, newest first")
    return MessagesPage(
        messages=[shown_message(message, sales, member) for message in page.rows],
        words=words % {"first": page.first_row, "last": last} if page.rows else "",
        newer_url=_address(customer, text, before=page.previous),
        older_url=_address(customer, text, after=page.next),
    )


def shown_message(message: Message, sales: list[Sale], member: Membership) -> ShownMessage:
    """One message, with what of these purchases stands near it."""
    delete_url = reverse("messages:delete", args=[message.public_id])
    return ShownMessage(
        anchor=f"m-{message.public_id}",
        direction=str(Message.Direction(message.direction).label),
        channel=str(Message.Channel(message.channel).label),
        at=html.moment(message.sent_at),
        subject=message.subject,
        body=message.body,
        author=author_words(message),
        helpdesk_url=message.url,
        delete_url=delete_url if may_delete(member, message) else "",
        nearby=purchases_around(message.sent_at, sales),
    )


def _address(customer: Customer, text: str, **cursor: Cursor | None) -> str:
    """Where a neighbouring page is; "" where there is none."""
    places = {name: str(place) for name, place in cursor.items() if place}
    if not places:
        return ""
    asked = {"q": text} if text else {}
    path = reverse("customers:messages", args=[customer.public_id])
    return f"{path}?{urlencode(asked | places)}"
