"""What leaves a trace here: asking whether something lies outside one's products."""

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products

from .keys import Keys
from .outside import exists_in_workspace


@transaction.atomic
def look_outside(*, acting_member: Membership, keys: Keys) -> bool:
    """Whether something of a whole key lies outside the products of a member, who knows that none lies
    inside.

    The log says who asked and what came of it, never the key. False for who sees all products: nothing is
    outside for them; and for a text that is no whole key, which is then not looked for at all.
    """
    if not (is_limited_to_products() and keys.is_whole):
        return False
    is_there = exists_in_workspace(keys)
    record("customer.looked_for_outside", acting_member=acting_member, detail={"is_there": is_there})
    return is_there
