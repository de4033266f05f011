"""Archiving a customer and taking one out of the archive."""

from django.db import transaction
from django.utils.timezone import now

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.errors import NotAllowed
from customers.models import Customer

from .errors import CannotArchive, StillOpen
from .queries import open_matters

ARCHIVE = "customers.archive"


@transaction.atomic
def archive_customer(
    *, acting_member: Membership, customer: Customer, reason: str = "", is_forced: bool = False
) -> Customer:
    """Leave a customer out of lists and exports that do not ask for archived ones; no total changes.

    Refused while a subscription runs or a dispute is open, unless it is forced with a reason. Archived twice
    is archived once. Raises NotAllowed, CannotArchive and StillOpen.
    """
    customer = _locked(acting_member, customer)
    reason = reason.strip()
    if customer.merged_into_id is not None or customer.is_anonymised or (is_forced and not reason):
        raise CannotArchive
    if customer.archived_at is not None:
        return customer
    # Read after the lock: a sale or a dispute that was being written has been by now.
    still_open = open_matters(customer)
    if still_open and not is_forced:
        raise StillOpen(still_open.subscriptions, still_open.disputes)
    customer.archived_at, customer.archived_by, customer.archive_reason = now(), acting_member, reason
    _save(customer)
    record(
        "customer.archived",
        acting_member=acting_member,
        target=customer,
        reason=reason,
        detail={
            "forced": bool(still_open),
            "subscriptions": still_open.subscriptions,
            "disputes": still_open.disputes,
        },
    )
    return customer


@transaction.atomic
def unarchive_customer(*, acting_member: Membership, customer: Customer) -> Customer:
    """List an archived customer again; one who is not archived stays as they are. Raises NotAllowed."""
    customer = _locked(acting_member, customer)
    if customer.archived_at is None:
        return customer
    customer.archived_at, customer.archived_by, customer.archive_reason = None, None, ""
    _save(customer)
    record("customer.restored", acting_member=acting_member, target=customer, detail={"cause": "by_hand"})
    return customer


def _locked(member: Membership, customer: Customer) -> Customer:
    """The customer, held against the writers of sales, who lock it too.

    A member limited to products sees a part of the customer, and may not hide the whole from the others.
    """
    if not member.may(ARCHIVE) or is_limited_to_products():
        raise NotAllowed(ARCHIVE)
    locked: Customer = (
        Customer.objects.without_search_text().select_for_update(no_key=True).get(pk=customer.pk)
    )
    return locked


def _save(customer: Customer) -> None:
    customer.save(update_fields=["archived_at", "archived_by", "archive_reason", "updated_at"])
