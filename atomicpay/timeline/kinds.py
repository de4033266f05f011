"""The kinds of things a timeline tells of, who may read which, and what each act of the audit log is."""

from typing import Final

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.models import Membership


class Kind(TextChoices):
    """What a timeline can be narrowed by."""

    SALE = "sale", _("Purchases")
    SALE_STATUS = "sale_status", _("States of sales")
    PAYMENT = "payment", _("Payments")
    REFUND = "refund", _("Refunds")
    DISPUTE = "dispute", _("Disputes")
    SUBSCRIPTION = "subscription", _("Subscriptions")
    ACCESS = "access", _("Access")
    MESSAGE = "message", _("Messages")
    NOTE = "note", _("Notes")
    TAG = "tag", _("Tags")
    EMAIL = "email", _("Emails")
    RECORD = "record", _("The record itself")
    EXPORT = "export", _("Files and reveals")


ACT: Final = "act"
"""A row of the audit log, whose kind is that of its action."""

PERMISSIONS_OF_KINDS: Final[dict[Kind, str]] = {
    Kind.SALE: "sales.view",
    Kind.SALE_STATUS: "sales.view",
    Kind.PAYMENT: "sales.view",
    Kind.REFUND: "sales.view",
    Kind.DISPUTE: "sales.view",
    Kind.SUBSCRIPTION: "subscriptions.view",
    Kind.MESSAGE: "customers.view",
    Kind.NOTE: "customers.view",
    Kind.TAG: "customers.view",
    Kind.EMAIL: "customers.view",
    Kind.RECORD: "customers.view",
    # Who took what of a person is told in the audit log alone.
    Kind.EXPORT: "audit.view",
}
"""What each kind needs. Access is by what gave it: see `visible_to`."""

KIND_OF_ACT: Final[dict[str, Kind]] = {
    "customer.tag_added": Kind.TAG,
    "customer.tag_removed": Kind.TAG,
    "customer.archived": Kind.RECORD,
    "customer.restored": Kind.RECORD,
    "customer.merged": Kind.RECORD,
    "customer.merge_undone": Kind.RECORD,
    "customer.document_revealed": Kind.EXPORT,
    "customer.looked_for_outside": Kind.EXPORT,
    "customer.data_exported": Kind.EXPORT,
    "customer.packet_made": Kind.EXPORT,
    "customer.anonymised": Kind.RECORD,
    "record.added": Kind.RECORD,
    "record.changed": Kind.RECORD,
    "record.deleted": Kind.RECORD,
}
"""An act that is not here is one on the record itself."""

TOLD_ELSEWHERE: Final = {
    "customer.note_added": "the note itself stands in the timeline",
}
"""Acts about a customer that the view leaves out, and why."""

OPEN_ACTS: Final = (
    "customer.tag_added",
    "customer.tag_removed",
    "customer.archived",
    "customer.restored",
    "customer.merged",
    "customer.merge_undone",
)
"""Acts whose outcome everybody sees on the customer's page; the others are for who may read the audit log."""


def visible_to(member: Membership) -> Q:
    """What a member may read: each kind by its permission, acts by the audit log's unless they are open."""
    kinds = [kind.value for kind, permission in PERMISSIONS_OF_KINDS.items() if member.may(permission)]
    if len(kinds) == len(PERMISSIONS_OF_KINDS):
        return Q()
    condition = Q(kind__in=kinds)
    if member.may("sales.view"):
        condition |= Q(kind=Kind.ACCESS, sale__isnull=False)
        condition |= Q(kind=Kind.ACCESS, subscription__isnull=True)
    if member.may("subscriptions.view"):
        condition |= Q(kind=Kind.ACCESS, sale__isnull=True, subscription__isnull=False)
    acts = Q(kind=ACT) if member.may("audit.view") else Q(kind=ACT, step__in=OPEN_ACTS)
    return condition | acts


def kinds_for(member: Membership) -> list[Kind]:
    """The kinds of which a member may read anything."""
    needed = {kind: {permission} for kind, permission in PERMISSIONS_OF_KINDS.items()}
    needed[Kind.ACCESS] = {"sales.view", "subscriptions.view"}
    return [kind for kind in Kind if any(member.may(permission) for permission in needed[kind])]


def of_kinds(kinds: list[str]) -> Q:
    """The rows of some kinds, acts among them."""
    acts = [action for action, kind in KIND_OF_ACT.items() if kind in kinds]
    condition = Q(kind__in=kinds) | Q(kind=ACT, step__in=acts)
    if Kind.RECORD in kinds:
        condition |= Q(kind=ACT) & ~Q(step__in=list(KIND_OF_ACT))
    return condition


def kind_of(kind: str, step: str) -> Kind:
    """The kind of a row."""
    return KIND_OF_ACT.get(step, Kind.RECORD) if kind == ACT else Kind(kind)
