"""Writing down that a packet was made: what kind of things it holds, never what they say."""

from collections.abc import Sequence

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from customers.errors import NotAllowed
from customers.models import Customer

from .choice import NEEDS, Choice, Part
from .sections import Section

PERMISSION = "sales.view"


@transaction.atomic
def record_packet(
    *, acting_member: Membership, customer: Customer, choice: Choice, sections: Sequence[Section]
) -> None:
    """Log a packet about a customer; documents in full are logged as a reveal as well. Raises NotAllowed."""
    needed = {"customers.view", PERMISSION, *(NEEDS[part] for part in choice.parts if part in NEEDS)}
    if choice.is_full:
        needed.add("customers.view_pii")
    for permission in sorted(needed):
        if not acting_member.may(permission):
            raise NotAllowed(permission)
    detail = {
        "purpose": choice.purpose.value,
        "rows": {section.part.value: len(section.rows) for section in sections},
        "not_listed": {section.part.value: section.left for section in sections if section.left},
        "in_full": choice.is_full,
        "is_about_all": not (choice.product or choice.sale or choice.start or choice.end),
    }
    record("customer.packet_made", acting_member=acting_member, target=customer, detail=detail)
    if choice.is_full and choice.has(Part.IDENTITY):
        record(
            "customer.document_revealed",
            acting_member=acting_member,
            target=customer,
            detail={"cause": "packet"},
        )
