"""Who may give what to whom: pure functions from two members to the rule that stands in the way, or None."""

from collections.abc import Iterable

from atomicpay.workspaces.models import Membership, ProductAccess
from atomicpay.workspaces.permissions import Role, permissions_of

from .errors import Why


def why_not_manage(acting: Membership) -> Why | None:
    """Why a member may not manage members at all."""
    if acting.ended_at is not None or not acting.may("members.manage"):
        return Why.NOT_ALLOWED
    if acting.product_access == ProductAccess.SELECTED:
        return Why.LIMITED_TO_PRODUCTS
    return None


def why_not_give(acting: Membership, *, role: str, extra: Iterable[str] = ()) -> Why | None:
    """Why a member may not give somebody this role and these permissions.

    Nobody gives what they do not have, so nobody can raise themselves or raise a friend to be raised by.
    """
    if reason := why_not_manage(acting):
        return reason
    if role == Role.OWNER and acting.role != Role.OWNER:
        return Why.ONLY_OWNERS_CHOOSE_OWNERS
    if not permissions_of(role, extra) <= acting.permissions:
        return Why.BEYOND_OWN_PERMISSIONS
    return None


def why_not_change(acting: Membership, member: Membership) -> Why | None:
    """Why a member may not change or remove another one, as that one is now."""
    if member.ended_at is not None:
        return Why.NO_LONGER_MEMBER
    return why_not_give(acting, role=member.role, extra=member.extra_permissions)
