"""Work of the team room that is done in the worker: sending mail."""

from celery import shared_task

from atomicpay.workspaces.models import Invitation
from atomicpay.workspaces.tasks import WorkspaceTask


@shared_task(
    base=WorkspaceTask, autoretry_for=(OSError,), retry_backoff=10, retry_backoff_max=600, max_retries=8
)
def send_invitation(*, workspace_id: int, invitation_id: int) -> None:
    """Mail an invitation that is still open, with a link made now. OSError is whatever keeps mail from going.

    The secret is made here, so that it stands in no queue and no table; run twice, the later mail counts.
    """
    from .invitations import new_secret
    from .mails import mail_invitation

    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.is_open:
        mail_invitation(invitation, new_secret(invitation))
