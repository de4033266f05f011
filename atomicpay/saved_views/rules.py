"""Who may do what with a saved view: plain questions, asked by services, pages and templates alike."""

from typing import Final

from atomicpay.workspaces.models import Membership

from .models import SavedView

SHARE: Final = "views.share"


def is_own(member: Membership, view: SavedView) -> bool:
    return bool(view.owner_id == member.pk)


def may_change(member: Membership, view: SavedView) -> bool:
    """Name, filters, place: of a private view its owner, of a shared one whoever may share."""
    return member.may(SHARE) if view.is_shared else is_own(member, view)


def may_withdraw(member: Membership, view: SavedView) -> bool:
    """Delete it, or stop sharing it: its owner in any case."""
    return is_own(member, view) or may_change(member, view)
