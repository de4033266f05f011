"""The mails of the team room, each in the reader's language."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from atomicpay.workspaces.models import Invitation, User

from .invitations import link_of


def mail_invitation(invitation: Invitation, secret: str) -> None:
    """Mail the link to who is invited; raises OSError when the mail server does not take it."""
    workspace = invitation.workspace
    with override(language_for(invitation)):
        context = {
            "invitation": invitation,
            "workspace": workspace,
            "link": link_of(invitation, secret),
            "inviter": invitation.invited_by and invitation.invited_by.user,
        }
        subject = gettext("Join %(workspace)s on AtomicPay") % {"workspace": workspace.name}
        body = render_to_string("workspaces/mail_invitation.txt", context)
        send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [invitation.email])


def language_for(invitation: Invitation) -> str:
    """The language of the invited person's account, if they have one, else that of who invites them."""
    invited = User.objects.filter(email__iexact=invitation.email).first()
    inviter = invitation.invited_by.user if invitation.invited_by else None
    known = (person.language for person in (invited, inviter) if person)
    return next(filter(None, known), settings.LANGUAGE_CODE)
