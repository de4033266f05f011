"""How an entry of a timeline is told: what happened, its picture and tone, who did it and why."""

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.audit.actions import words_for
from customers.models import Message
from sales.states import DisputeKind, SaleStatus
from sales.words import (
    DISPUTE_TONES,
    METHOD_ICONS,
    PAYMENT_TONES,
    REFUND_TONES,
    SALE_TONES,
    dispute_badge,
    payment_badge,
    reason_words,
    refund_badge,
    sale_badge,
)
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import CanceledBy
from subscriptions.words import SUBSCRIPTION_TONES, subscription_badge

from .kinds import ACT, Kind, kind_of
from .models import TimelineEntry

Words = str | Promise

STEPS: Final[dict[tuple[str, str], Words]] = {
    (Kind.SALE, "ordered"): _("Ordered"),
    (Kind.SALE_STATUS, "changed"): _("State of the sale"),
    (Kind.PAYMENT, "attempted"): _("Payment attempt"),
    (Kind.REFUND, "requested"): _("Refund asked for"),
    (Kind.REFUND, "ended"): _("Refund closed"),
    (Kind.DISPUTE, "opened"): _("Dispute opened"),
    (Kind.DISPUTE, "closed"): _("Dispute closed"),
    (Kind.ACCESS, "granted"): _("Access granted"),
    (Kind.ACCESS, "first_access"): _("First access"),
    (Kind.ACCESS, "expired"): _("Access expired"),
    (Kind.ACCESS, "revoked"): _("Access revoked"),
    (Kind.MESSAGE, "in"): Message.Direction.IN.label,
    (Kind.MESSAGE, "out"): Message.Direction.OUT.label,
    (Kind.NOTE, "written"): _("Note"),
    (Kind.TAG, "on"): _("Tag put on"),
    (Kind.EMAIL, "main"): _("New main email"),
    (Kind.EMAIL, "other"): _("Another email seen"),
    (Kind.RECORD, "archived"): _("Archived"),
    (Kind.RECORD, "merged"): _("Another record was merged into this one"),
    (Kind.EXPORT, "timeline"): _("File of this timeline asked for"),
}
"""What happened, by kind and step; subscriptions have theirs in EventKind, acts in the audit log."""

_ICONS: Final[dict[str, str]] = {
    Kind.SALE: "file-check",
    Kind.SALE_STATUS: "refresh",
    Kind.PAYMENT: "credit-card",
    Kind.REFUND: "arrow-left",
    Kind.DISPUTE: "gavel",
    Kind.SUBSCRIPTION: "repeat",
    Kind.ACCESS: "key",
    Kind.MESSAGE: "message",
    Kind.NOTE: "note",
    Kind.TAG: "tag",
    Kind.EMAIL: "mail",
    Kind.RECORD: "user",
    Kind.EXPORT: "eye",
}
_ICONS_OF_STEPS: Final[dict[str, str]] = {
    "archived": "archive",
    "customer.archived": "archive",
    "customer.restored": "archive",
    "customer.merged": "git-merge",
    "customer.merge_undone": "git-merge",
    "merged": "git-merge",
    "timeline": "download",
}

_ACCESS_TONES: Final = {"granted": "ok", "first_access": "ok", "expired": "off", "revoked": "bad"}

_Badge = Callable[[str], SafeString]
_STATES: Final[dict[str, tuple[dict[str, str], _Badge]]] = {
    Kind.SALE: (SALE_TONES, sale_badge),
    Kind.SALE_STATUS: (SALE_TONES, sale_badge),
    Kind.PAYMENT: (PAYMENT_TONES, payment_badge),
    Kind.REFUND: (REFUND_TONES, refund_badge),
    Kind.DISPUTE: (DISPUTE_TONES, dispute_badge),
    Kind.SUBSCRIPTION: (SUBSCRIPTION_TONES, subscription_badge),
}


def what_happened(entry: TimelineEntry) -> str:
    """The few words that say it: "Access granted"; of an act those of the audit log."""
    if entry.kind == ACT:
        return words_for(entry.step)
    if entry.kind == Kind.SUBSCRIPTION:
        return str(EventKind(entry.step).label)
    if entry.kind == Kind.DISPUTE:
        kind = str(DisputeKind(entry.title).label)
        return gettext("%(dispute)s: %(step)s") % {"dispute": kind, "step": _step(entry)}
    return _step(entry)


def _step(entry: TimelineEntry) -> str:
    return str(STEPS[entry.kind, entry.step])


def what_about(entry: TimelineEntry) -> str:
    """What it is about, as it was written: a tag, an email, the name of a merged record."""
    kind = kind_of(entry.kind, entry.step)
    return entry.title if kind in (Kind.TAG, Kind.EMAIL) or entry.step == "merged" else ""


def state_of(entry: TimelineEntry) -> SafeString | str:
    """The state it left behind, drawn; nothing where there is none."""
    if not entry.status or entry.kind not in _STATES:
        return ""
    return _STATES[entry.kind][1](entry.status)


def state_before(entry: TimelineEntry) -> str:
    """The state before it, in words."""
    if not entry.status_before:
        return ""
    states = SubscriptionStatus if entry.kind == Kind.SUBSCRIPTION else SaleStatus
    return gettext("From %(status)s") % {"status": states(entry.status_before).label}


def tone_of(entry: TimelineEntry) -> str:
    """Whether it is good or bad news; what is neither waits for nobody."""
    if entry.kind == Kind.ACCESS:
        return _ACCESS_TONES[entry.step]
    tones = _STATES[entry.kind][0] if entry.kind in _STATES else {}
    return tones.get(entry.status, "wait" if entry.kind == Kind.MESSAGE else "off")


def icon_of(entry: TimelineEntry) -> str:
    """Its picture, by name."""
    if entry.kind in (Kind.SALE, Kind.PAYMENT) and entry.method in METHOD_ICONS:
        return METHOD_ICONS[entry.method]
    return _ICONS_OF_STEPS.get(entry.step, _ICONS[kind_of(entry.kind, entry.step)])


def who_did_it(entry: TimelineEntry) -> str:
    """A member by name, who is known to the source, or the source itself; the program where nobody did."""
    if entry.member is not None:
        return entry.member.user.name
    if entry.kind == Kind.SUBSCRIPTION and entry.title:
        return str(CanceledBy(entry.title).label)
    if entry.source == "manual":
        return gettext("By hand")
    if entry.kind == Kind.MESSAGE:
        return entry.source
    return entry.source.capitalize() if entry.source else gettext("The program")


def why(entry: TimelineEntry) -> str:
    """The reason that was given, a known code in words; what failed about it beside it."""
    is_of_bank = entry.kind in (Kind.PAYMENT, Kind.REFUND, Kind.DISPUTE)
    reason = reason_words(entry.reason) if is_of_bank else entry.reason
    return ", ".join(filter(None, (reason, entry.body if entry.kind == Kind.REFUND else "")))


def channel_of(entry: TimelineEntry) -> str:
    """How a message came."""
    return str(Message.Channel(entry.method).label)
