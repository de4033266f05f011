"""How a person enters a workspace: their membership decides the scope, for a request as for a task."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from .models import Membership, ProductAccess, User, Workspace
from .scope import enter, enter_for_request, narrowed_to


class WorkspaceRequest(HttpRequest):
    """A request under the mount point, for type checkers: the middleware has set these."""

    user: User
    workspace: Workspace
    membership: Membership
    htmx: Any


def find_workspace(slug: str) -> Workspace | None:
    """The open workspace of that name."""
    return Workspace.objects.filter(slug=slug, status=Workspace.Status.ACTIVE).first()


@contextmanager
def members_scope(workspace: Workspace, user: User) -> Iterator[Membership | None]:
    """Run a block as a member of the workspace, inside their products; None for who is not a member."""
    with enter_for_request(workspace.pk):
        membership = Membership.objects.current().filter(user_id=user.pk).first()
        if membership is None:
            yield None
            return
        membership.user, membership.workspace = user, workspace
        with narrowed_to(allowed_products(membership)):
            yield membership


@contextmanager
def enter_as(workspace_id: int, membership_id: int, *, snapshot: bool = False) -> Iterator[Membership]:
    """Run a block with the rights that a member has now; raises Membership.DoesNotExist when removed.

    For work that is done later on a member's behalf. With `snapshot` the block reads one snapshot.
    """
    with enter(workspace_id, snapshot=snapshot):
        members = Membership.objects.current().select_related("user", "workspace")
        membership = members.get(pk=membership_id, workspace__status=Workspace.Status.ACTIVE)
        with narrowed_to(allowed_products(membership)):
            yield membership


def allowed_products(membership: Membership) -> list[int] | None:
    """The ids of the products a member may see, or None for all."""
    if membership.product_access == ProductAccess.ALL:
        return None
    # The grants are the catalog's; the kernel knows them only by the name of the relation.
    return list(membership.product_grants.values_list("product_id", flat=True))


def open_membership(request: HttpRequest, workspace: Workspace, membership: Membership) -> None:
    """Put the workspace and the member on the request."""
    request.workspace = workspace  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]


def two_factor_is_missing(request: HttpRequest) -> bool:
    """Whether the workspace requires two-factor sign-in and the member has not set it up."""
    return lacks_second_factor(request.workspace, request.user)  # type: ignore[attr-defined]


def lacks_second_factor(workspace: Workspace, person: Any) -> bool:
    """Whether a person may not enter the workspace for want of a second factor."""
    return workspace.requires_two_factor and not is_mfa_enabled(person)
