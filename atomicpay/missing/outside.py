"""Whether something of a whole key lies outside a member's products: yes or no, and nothing else.

The one place where a member limited to products is told anything of what lies outside them; see
docs/decisions/0010-why-missing.md for why, and for what is never told. The second half of the scope
(products) is known to the ORM alone, so this asks under row security only, which still holds the workspace.
"""

from typing import Final

from django.db import connection

from atomicpay.workspaces.distinct import list_distinct_values
from atomicpay.workspaces.scope import active_workspace_id
from customers.search_text import Part
from sales.models import Sale
from subscriptions.models import Subscription

from .people import spellings_of

# The indexes of external ids begin with the provider, so each is named.
_EXISTS: Final = """
SELECT EXISTS (SELECT 1 FROM customer_email
                WHERE workspace_id = %(ws)s AND (normalised = %(email)s OR mailbox = %(mailbox)s))
    OR EXISTS (SELECT 1 FROM customer_document WHERE workspace_id = %(ws)s AND normalised = %(document)s)
    OR EXISTS (SELECT 1 FROM customer_phone WHERE workspace_id = %(ws)s AND digits = ANY(%(phones)s))
    OR EXISTS (SELECT 1 FROM customer_identity WHERE workspace_id = %(ws)s AND external_id = ANY(%(codes)s))
    OR EXISTS (SELECT 1 FROM sale WHERE workspace_id = %(ws)s AND reference = ANY(%(codes)s))
    OR EXISTS (SELECT 1 FROM sale WHERE workspace_id = %(ws)s
                AND provider = ANY(%(sellers)s) AND external_id = ANY(%(codes)s))
    OR EXISTS (SELECT 1 FROM subscription WHERE workspace_id = %(ws)s
                AND provider = ANY(%(subscribers)s) AND external_id = ANY(%(codes)s))
"""


def exists_in_workspace(key: Part) -> bool:
    """Whether any record of the workspace, in whatever product, has that very key; never a part of one."""
    named = {
        "ws": active_workspace_id(),
        "email": key.text.lower() if key.email else None,
        "mailbox": key.email or None,
        "document": key.document or None,
        "phones": list(key.phones),
        "codes": list(spellings_of(key)),
        "sellers": list_distinct_values(Sale, "provider"),
        "subscribers": list_distinct_values(Subscription, "provider"),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXISTS, named)
        row = cursor.fetchone()
    return bool(row and row[0])
