"""The live record of a customer whom somebody else may be merging at this moment."""

from typing import Final

from django.db import connection, transaction

from atomicpay.workspaces.scope import active_workspace_id, narrowed_to

from .models import Customer

_MOST_HOPS: Final = 10
# A merge waits for it, and it for a merge; writers of sales do neither.
_HOLD: Final = "SELECT merged_into_id FROM customer WHERE workspace_id = %s AND id = %s FOR KEY SHARE"


def held_survivor(customer: Customer) -> Customer:
    """The record that a customer lives on in now, held so until the transaction ends.

    Without it a row that is written while a merge goes on would be refused when it is committed.
    """
    if (now := _held(customer.pk)) == customer.pk:
        return customer
    # What a member limited to products saw of the one is part of the other.
    with narrowed_to(None):
        survivor: Customer = Customer.objects.without_search_text().get(pk=now)
    return survivor


def _held(customer_id: int) -> int:
    for _hop in range(_MOST_HOPS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HOLD, [active_workspace_id(), customer_id])
            row = cursor.fetchone()
            into = row[0] if row else None
            if into is None:
                return customer_id
            # Let go of the merged one: whoever undoes the merge may wait for it and hold the other.
            transaction.set_rollback(True)
        customer_id = into
    raise Customer.DoesNotExist
