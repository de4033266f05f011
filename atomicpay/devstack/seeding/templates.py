"""The export templates that the demo's teams share: what accountants are sent each month."""

from typing import Final

from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.permissions import Role
from exports.dialects import Dialect
from exports.file_templates.services import save_template

Shared = tuple[str, str, tuple[str, ...], Dialect]
"""The list, the name, the columns in their order, the format."""

MONTHLY: Final[tuple[Shared, ...]] = (
    (
        "sales",
        "For the accountant",
        ("approved_at", "reference", "buyer_name", "currency", "amount_charged", "amount_fee", "amount_net"),
        Dialect.EXCEL_BR,
    ),
    (
        "customers",
        "Tax office",
        ("name", "document_type", "document", "currency", "lifetime_spend"),
        Dialect.XLSX,
    ),
)


def share_templates(shop: Shop) -> None:
    """Save them in the workspace that is entered, by its finance or its owner."""
    member = shop.members.get(Role.FINANCE) or shop.members[Role.OWNER]
    for page, name, columns, dialect in MONTHLY:
        save_template(
            acting_member=member,
            page=get_list_page(page),
            name=name,
            columns=columns,
            dialect=dialect,
            is_shared=True,
        )
