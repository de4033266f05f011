"""Changing members and the workspace's settings. Each act locks whom it concerns, and is audited."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.models import Membership, ProductAccess, User, Workspace
from atomicpay.workspaces.permissions import Role

from .errors import CannotChangeMember, Why
from .rules import why_not_change, why_not_give


def check_change(
    acting_member: Membership,
    member: Membership,
    *,
    role: str,
    extra: Iterable[str] = (),
    access: str = ProductAccess.ALL,
) -> None:
    """Raise CannotChangeMember unless the member may be given this role, these permissions and products."""
    _refuse(why_not_change(acting_member, member))
    _refuse(why_not_give(acting_member, role=role, extra=extra))
    if role != Role.OWNER or access == ProductAccess.SELECTED:
        _keep_an_owner(member)


@transaction.atomic
def change_role(*, acting_member: Membership, member: Membership, role: str) -> Membership:
    """Give a member another role; raises CannotChangeMember. The member's next request has the new rights."""
    acting_member, member = _lock(acting_member, member)
    check_change(acting_member, member, role=role, extra=member.extra_permissions)
    before, member.role = member.role, role
    if role != before:
        _save(member, "role")
        record(
            "member.role_changed",
            acting_member=acting_member,
            target=member,
            detail={"from": before, "to": role},
        )
    return member


@transaction.atomic
def set_extra_permissions(
    *, acting_member: Membership, member: Membership, permissions: Iterable[str]
) -> Membership:
    """Set what a member may do beyond their role; raises CannotChangeMember."""
    acting_member, member = _lock(acting_member, member)
    before, after = set(member.extra_permissions), set(permissions)
    check_change(acting_member, member, role=member.role, extra=after)
    if after != before:
        member.extra_permissions = sorted(after)
        _save(member, "extra_permissions")
        record(
            "member.permissions_changed",
            acting_member=acting_member,
            target=member,
            detail={"added": sorted(after - before), "removed": sorted(before - after)},
        )
    return member


@transaction.atomic
def set_product_access(
    *, acting_member: Membership, member: Membership, access: str, products: Iterable[Product] = ()
) -> Membership:
    """Let a member see all products, or only the selected ones; raises CannotChangeMember."""
    acting_member, member = _lock(acting_member, member)
    if access == ProductAccess.SELECTED:
        _keep_an_owner(member)
    chosen = {product.pk for product in products} if access == ProductAccess.SELECTED else set()
    granted = set(ProductGrant.objects.filter(membership=member).values_list("product_id", flat=True))
    if (access, chosen) == (member.product_access, granted):
        return member
    ProductGrant.objects.filter(membership=member).exclude(product_id__in=chosen).delete()
    ProductGrant.objects.bulk_create(
        [ProductGrant(membership=member, product_id=product_id) for product_id in sorted(chosen - granted)]
    )
    member.product_access = access
    _save(member, "product_access")
    record(
        "member.products_changed",
        acting_member=acting_member,
        target=member,
        detail={"access": access, "added": sorted(chosen - granted), "removed": sorted(granted - chosen)},
    )
    return member


@transaction.atomic
def remove_member(*, acting_member: Membership, member: Membership) -> Membership:
    """End a membership; raises CannotChangeMember. The rights end with the member's present request.

    So do their sessions, everywhere: they sign in again to the workspaces that they still belong to. The row
    stays: what the member did keeps its author.
    """
    acting_member, member = _lock(acting_member, member)
    _keep_an_owner(member)
    member.ended_at = timezone.now()
    _save(member, "ended_at")
    User.objects.end_sessions(member.user_id)
    record("member.removed", acting_member=acting_member, target=member, detail={"role": member.role})
    return member


@transaction.atomic
def change_settings(*, acting_member: Membership, workspace: Workspace, **fields: Any) -> Workspace:
    """Set fields of the member's workspace; the log names them."""
    changed = {name for name, value in fields.items() if getattr(workspace, name) != value}
    if changed:
        for name in changed:
            setattr(workspace, name, fields[name])
        workspace.save(update_fields=sorted(changed))
        record(
            "workspace.settings_changed",
            acting_member=acting_member,
            target=workspace,
            detail={"fields": sorted(changed)},
        )
    return workspace


def _lock(acting_member: Membership, member: Membership) -> tuple[Membership, Membership]:
    """Both members as they are now, locked together with every owner, in pk order.

    With the owners locked, two owners who demote each other at once cannot leave none.
    """
    concerned = Q(pk__in=[acting_member.pk, member.pk]) | Q(role=Role.OWNER, ended_at=None)
    locked = Membership.objects.filter(concerned).select_related("user").order_by("pk")
    rows = {row.pk: row for row in locked.select_for_update(of=("self",))}
    acting_member, member = rows[acting_member.pk], rows[member.pk]
    _refuse(why_not_change(acting_member, member))
    return acting_member, member


def _keep_an_owner(member: Membership) -> None:
    """Refuse what takes the last owner away who can manage members: one who is limited to products cannot."""
    managing = {"role": Role.OWNER, "product_access": ProductAccess.ALL}
    if all(getattr(member, field) == value for field, value in managing.items()):
        others = Membership.objects.current().filter(**managing).exclude(pk=member.pk)
        _refuse(None if others.exists() else Why.LAST_OWNER)


def _refuse(why: Why | None) -> None:
    if why:
        raise CannotChangeMember(why)


def _save(member: Membership, *fields: str) -> None:
    member.save(update_fields=fields)
    # The permissions are worked out once for an instance.
    member.__dict__.pop("permissions", None)
