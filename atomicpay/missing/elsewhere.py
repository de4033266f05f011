"""The same record in another workspace of the same person: only where they may see it, and only by a whole
key.

A scope cannot be entered inside another, so this runs outside every workspace. Each workspace is entered as
the member that the person is there, inside their products and with their permissions: what is found is what
they would find by going there and searching.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.db import connection

from atomicpay.workspaces.distinct import distinct_values
from atomicpay.workspaces.entry import members_scope
from atomicpay.workspaces.models import Membership, User, Workspace
from customers.models import Customer
from sales.search import sales_named
from subscriptions.models import Subscription

from .keys import Keys, read_keys
from .people import people_with

WORKSPACES: Final = 20
"""So many other workspaces are looked into, by their names."""

_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class FoundElsewhere:
    """What another workspace of the person has: records of one kind, and the addresses of the first few."""

    workspace: Workspace
    kind: str
    paths: tuple[str, ...]


def found_elsewhere(user: User, key: str, except_workspace: str) -> list[FoundElsewhere]:
    """The other workspaces of a person in which a whole key names something that they may see there.

    `except_workspace` is the slug of the one they come from. Nothing for a text that is no whole key. Raises
    WorkspaceAlreadyActive when it is called inside a workspace.
    """
    keys = read_keys(key)
    if not keys.is_whole:
        return []
    workspaces = Workspace.objects.filter(pk__in=_workspaces_of(user)).exclude(slug=except_workspace)
    found = [_found_in(workspace, user, keys) for workspace in workspaces.order_by("name", "pk")[:WORKSPACES]]
    return [each for each in found if each is not None]


def has_other_workspaces(user: User) -> bool:
    """Whether the person is a member of more than one workspace. May be asked anywhere: it names none."""
    return len(_workspaces_of(user)) > 1


def _workspaces_of(user: User) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspace_id FROM memberships_of(%s)", [user.pk])
        return [row[0] for row in cursor.fetchall()]


def _found_in(workspace: Workspace, user: User, keys: Keys) -> FoundElsewhere | None:
    with members_scope(workspace, user) as member:
        # Who must set up a second factor first sees nothing of the workspace until then.
        if member is None or (workspace.requires_two_factor and not is_mfa_enabled(user)):
            return None
        kind, ids = _seen_by(member, keys)
    if not ids:
        return None
    return FoundElsewhere(workspace, kind, tuple(f"{workspace.root}{kind}/{public_id}/" for public_id in ids))


def _seen_by(member: Membership, keys: Keys) -> tuple[str, list[UUID]]:
    """The public ids of what the key names for this member, of the first kind that there is any of."""
    if member.may("sales.view"):
        sales: list[Any] = [
            part.order_by().values_list("public_id", flat=True) for part in sales_named(keys.codes)
        ]
        if found := list(sales[0].union(sales[1])[:_MOST]):
            return "sales", found
    if member.may("subscriptions.view"):
        providers = distinct_values(Subscription, "provider")
        named = Subscription.objects.filter(provider__in=providers, external_id__in=keys.codes)
        if found := list(named.order_by().values_list("public_id", flat=True)[:_MOST]):
            return "subscriptions", found
    if member.may("customers.view"):
        known = Customer.objects.filter(pk__in=people_with(keys), merged_into=None).order_by("pk")
        if found := list(known.values_list("public_id", flat=True)):
            return "customers", found
    return "", []
