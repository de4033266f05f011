"""Giving a person what is held about them: by who may see all of it, never without an entry in the log."""

from typing import Final

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.errors import NotAllowed
from customers.models import Customer

from ..errors import NobodyToAnswer
from ..queries import records_of
from .archive import Archive, write_archive

EXPORT: Final = "customers.export_person"
NEEDED: Final = (
    EXPORT,
    *("customers.view", "customers.view_pii", "sales.view", "spend.view", "subscriptions.view"),
)
"""An archive that leaves out what its maker may not see would look complete and not be."""


@transaction.atomic
def export_person(*, acting_member: Membership, customer: Customer) -> Archive:
    """Write the archive of everything held about a customer. Raises NotAllowed and NobodyToAnswer.

    The customer is held while it is written, so that its files agree with each other.
    """
    for permission in NEEDED:
        if not acting_member.may(permission):
            raise NotAllowed(permission)
    if is_limited_to_products():
        raise NotAllowed(EXPORT)
    held = Customer.objects.without_search_text().select_for_update(no_key=True).get(pk=customer.pk)
    if held.is_anonymised or held.merged_into_id is not None:
        raise NobodyToAnswer
    workspace = acting_member.workspace
    archive = write_archive(held, records_of(held.pk), workspace.timezone, workspace.name)
    documents = archive.rows_in("customers.CustomerDocument")
    record(
        "customer.data_exported",
        acting_member=acting_member,
        target=held,
        detail={"rows": archive.rows, "files": len(archive.files), "documents": documents},
    )
    if documents or held.document:
        record(
            "customer.document_revealed",
            acting_member=acting_member,
            target=held,
            detail={"kind": "all", "cause": "subject_access"},
        )
    return archive
