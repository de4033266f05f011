"""Who may do what with an export template: plain questions, asked by services, pages and templates alike."""

from typing import Final

from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership

from .models import FileTemplate

SHARE: Final = "views.share"
"""The right to share saved views: who names what a team looks at also names what it exports."""


def is_own(member: Membership, template: FileTemplate) -> bool:
    return bool(template.owner_id == member.pk)


def columns_beyond(member: Membership, page: ListPage, columns: list[str]) -> list[str]:
    """Those that the list does not know any more, or that the member may not have."""
    allowed = {
        column.key for column in page.export_columns if not column.permission or member.may(column.permission)
    }
    return [key for key in columns if key not in allowed]


def may_change(member: Membership, template: FileTemplate) -> bool:
    """Name, columns, format: of a private template its owner, of a shared one whoever may share."""
    return member.may(SHARE) if template.is_shared else is_own(member, template)


def may_withdraw(member: Membership, template: FileTemplate) -> bool:
    """Delete it, or stop sharing it: its owner in any case."""
    return is_own(member, template) or may_change(member, template)
