"""What a person may choose between: their memberships and their invitations, over all workspaces."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection

from atomicpay.workspaces.models import Invitation, Membership, User
from atomicpay.workspaces.scope import enter


def memberships_of(user: User) -> list[Membership]:
    """The person's current memberships, each with its workspace, by the workspace's name."""
    return [_membership(workspace_id, user) for workspace_id, _role in _ask("memberships_of", user)]


def is_member_elsewhere(user: User) -> bool:
    """Whether the person is a member of more than one workspace; can be asked from inside one."""
    return len(_ask("memberships_of", user)) > 1


def invitations_of(user: User) -> list[Invitation]:
    """The open invitations to the person's email, each with its workspace, newest first."""
    return [_invitation(*ids) for ids in _ask("invitations_of", user)]


def has_verified_email(user: User) -> bool:
    """Whether the email that the person signs in with is known to be theirs."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def find_invitation(public_id: UUID) -> Invitation | None:
    """The invitation of the active workspace with that id."""
    return Invitation.objects.filter(public_id=public_id).first()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited email signs somebody in already."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def _ask(function: str, user: User) -> list[tuple[int, int | str]]:
    with connection.cursor() as cursor:
        cursor.callproc(function, [user.pk])
        return cursor.fetchall()


def _membership(workspace_id: int, user: User) -> Membership:
    with enter(workspace_id):
        membership = Membership.objects.select_related("workspace").get(user=user)
    membership.user = user
    return membership


def _invitation(workspace_id: int, invitation_id: int | str) -> Invitation:
    with enter(workspace_id):
        return Invitation.objects.select_related("workspace", "invited_by__user").get(pk=invitation_id)
