"""What a packet is for, what can go into it, and what goes in unless somebody chooses otherwise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.workspaces.models import Membership


class Purpose(TextChoices):
    """Whom it answers."""

    ESCALATION = "escalation", _("Escalation inside the business")
    CHARGEBACK = "chargeback", _("Answer to a chargeback")
    SUBJECT = "subject", _("Request of the person (LGPD)")


class Part(TextChoices):
    """What can go in, in the order in which it stands."""

    IDENTITY = "identity", _("Identity")
    NUMBERS = "numbers", pgettext_lazy("part of a packet", "Numbers")
    ACCESS = "access", _("Access")
    PURCHASES = "purchases", _("Purchases")
    PAYMENTS = "payments", _("Payments")
    SUBSCRIPTIONS = "subscriptions", _("Subscriptions")
    MONEY_BACK = "money_back", _("Refunds and disputes")
    MESSAGES = "messages", _("Messages")
    NOTES = "notes", _("Internal notes")
    TIMELINE = "timeline", _("Timeline")


class Shown(TextChoices):
    """How much of documents, emails and phones is readable."""

    MASKED = "masked", _("Masked: enough to tell two people apart")
    FULL = "full", _("In full")


NEEDS: Final[dict[Part, str]] = {Part.NUMBERS: "spend.view", Part.SUBSCRIPTIONS: "subscriptions.view"}
"""What a part needs beyond seeing customers and sales."""

_ALL: Final = tuple(part for part in Part if part != Part.NOTES)
PRESETS: Final[dict[Purpose, tuple[Part, ...]]] = {
    Purpose.ESCALATION: _ALL,
    # A bank asks for this sale, what was delivered and what was said, not for what somebody was worth.
    Purpose.CHARGEBACK: tuple(part for part in _ALL if part != Part.NUMBERS),
    Purpose.SUBJECT: _ALL,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen. The period is half-open; `notes` are the keys of the notes that were marked."""

    purpose: Purpose
    parts: tuple[Part, ...]
    is_full: bool
    start: datetime | None
    end: datetime | None
    product: UUID | None
    sale: str
    notes: frozenset[int]

    def has(self, part: Part) -> bool:
        return part in self.parts


def parts_for(member: Membership) -> list[Part]:
    """The parts that a member may put in."""
    return [part for part in Part if part not in NEEDS or member.may(NEEDS[part])]
