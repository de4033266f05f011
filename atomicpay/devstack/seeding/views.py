"""The views that the demo's teams share: what support and finance look at first thing in the morning."""

from typing import Final

from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.saved_views.services import save_view
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.permissions import Role

Shared = tuple[str, str, str, tuple[str, ...]]
"""The list, the name, the query, the columns where they are not the usual ones."""

DAILY: Final[tuple[Shared, ...]] = (
    ("customers", "Past due", "subscription=past_due", ("subscription_statuses", "phone", "lifetime_spend")),
    ("customers", "Open disputes", "dispute=open", ()),
    ("customers", "No paid sale", "purchases=none", ("phone", "country", "created_at", "tags")),
    ("sales", "Waiting for payment", "status=pending", ()),
    ("subscriptions", "Ending soon", "risk=ends&sort=next_charge", ()),
)


def share_views(shop: Shop) -> None:
    """Save them in the workspace that is entered, by whoever leads its support or owns it."""
    member = shop.members.get(Role.SUPPORT_MANAGER) or shop.members[Role.OWNER]
    for page, name, query, columns in DAILY:
        save_view(
            acting_member=member,
            page=get_list_page(page),
            name=name,
            query=query,
            columns=columns,
            is_shared=True,
        )
