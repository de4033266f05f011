"""The latest messages on the customer page, from what it has read already, and beside something bought."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from atomicpay.ui import html
from atomicpay.workspaces.models import Membership
from customers.history.queries import EXCERPT, MESSAGES, Fact
from customers.models import Customer, Message
from sales.models import Sale

from .around import Nearby, purchases_around
from .author import author_of, author_words
from .queries import messages_around


@dataclass(frozen=True, slots=True)
class Line:
    """One message in short, with the purchase nearest to it."""

    url: str
    direction: str
    channel: str
    at: SafeString
    subject: str
    excerpt: str
    author: str
    nearby: list[Nearby]


@dataclass(frozen=True, slots=True)
class MessagesPanel:
    """The latest messages, and where all of them are."""

    lines: list[Line]
    has_more: bool
    all_url: str

    @property
    def count(self) -> str:
        """How many there are, as far as they were read."""
        return f"{len(self.lines)}+" if self.has_more else str(len(self.lines))


def messages_panel(customer: Customer, facts: Iterable[Fact], sales: list[Sale] | None) -> MessagesPanel:
    """The panel from the facts of a history; the latest purchases are None for who may not see them."""
    latest = [fact for fact in facts if fact.kind == "Message"]
    url = reverse("customers:messages", args=[customer.public_id])
    bought = [sale for sale in sales or () if not sale.is_test]
    lines = [
        _line(json.loads(fact.text), fact.first_at, url, bought)
        for fact in latest[:MESSAGES]
        if fact.first_at is not None
    ]
    return MessagesPanel(lines, has_more=len(latest) > MESSAGES, all_url=url)


def messages_beside(
    customer: Customer, moments: Iterable[datetime | None], member: Membership
) -> MessagesPanel | None:
    """The messages of the days around what happened to something that a customer bought: one query.

    None for a member who may not see customers.
    """
    if not member.may("customers.view"):
        return None
    latest = messages_around(customer.pk, moments, MESSAGES + 1)
    url = reverse("customers:messages", args=[customer.public_id])
    lines = [_line(_said(message), message.sent_at, url, []) for message in latest[:MESSAGES]]
    return MessagesPanel(lines, has_more=len(latest) > MESSAGES, all_url=url)


def _said(message: Message) -> dict[str, Any]:
    names = ("public_id", "channel", "direction", "subject", "body")
    said = {name: getattr(message, name) for name in names}
    return {**said, "author_name": author_words(message), "member": ""}


def _line(said: dict[str, Any], at: datetime, url: str, bought: list[Sale]) -> Line:
    return Line(
        url=f"{url}#m-{said['public_id']}",
        direction=str(Message.Direction(said["direction"]).label),
        channel=str(Message.Channel(said["channel"]).label),
        at=html.moment(at),
        subject=said["subject"],
        excerpt=Truncator(said["body"]).chars(EXCERPT),
        author=author_of(said["direction"], said["author_name"], said["member"] or ""),
        nearby=purchases_around(at, bought)[:1],
    )
