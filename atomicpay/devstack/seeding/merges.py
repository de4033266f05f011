"""The one merge of the demo: a record that turned out to be Mariana's, joined as members do."""

from datetime import datetime

from atomicpay.devstack.seeding.ledger import later
from atomicpay.devstack.seeding.mariana import MERGED_NAME, NAME
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.permissions import Role
from customers.merging.models import Merge
from customers.merging.services import merge_customers
from customers.models import Customer

DAYS_AGO = 1100


def merge_what_was_found_twice(as_of: datetime) -> None:
    """Merge it where it is, and let it be long ago."""
    loser = Customer.objects.filter(name=MERGED_NAME).first()
    if loser is None:
        return
    merge = merge_customers(
        acting_member=Membership.objects.filter(role=Role.OWNER).order_by("pk")[0],
        survivor=Customer.objects.get(name=NAME),
        losers=[loser],
        reason="Mesma pessoa: escreveu do novo endereço e confirmou a compra antiga.",
    )
    at = later(as_of, days=-DAYS_AGO)
    Merge.objects.filter(pk=merge.pk).update(at=at)
    Customer.objects.filter(pk=loser.pk).update(merged_at=at)
