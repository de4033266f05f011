"""What leaves a trace here: asking whether something lies outside one's products."""

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.search_text import Part

from .outside import exists_in_workspace


@transaction.atomic
def look_outside(*, acting_member: Membership, key: Part | None) -> bool:
    """Whether something of a whole key lies outside the products of a member, who knows that none lies
    inside.

    The log says who asked and what came of it, never the key. False for who sees all products: nothing is
    outside for them; and without a whole key, when nothing is looked for at all.
    """
    if key is None or not is_limited_to_products():
        return False
    is_there = exists_in_workspace(key)
    record("customer.looked_for_outside", acting_member=acting_member, detail={"is_there": is_there})
    return is_there
