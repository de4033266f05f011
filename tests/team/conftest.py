"""What the tests of the team room share: the link in a mail, and a page's form as a browser would send it."""

import re
from typing import Any

import pytest
from django.core import mail

from atomicpay.team import invitations
from atomicpay.team.tasks import send_invitation
from atomicpay.workspaces.models import Invitation, Membership
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter


def path_in_last_mail() -> str:
    """The path of the link in the last mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def invite(owner: Membership) -> Any:
    """Invite an email as the owner; gives the invitation and the path of the mailed link."""

    def _invite(
        email: str = "nova@team.example", role: str = Role.FINANCE, **kwargs: Any
    ) -> tuple[Invitation, str]:
        with enter(owner.workspace_id):
            invitation = invitations.invite(acting_member=owner, email=email, role=role, **kwargs)
        deliver(invitation)
        return invitation, path_in_last_mail()

    return _invite


def deliver(invitation: Invitation) -> None:
    """What the worker does after the commit."""
    send_invitation(workspace_id=invitation.workspace_id, invitation_id=invitation.pk)
