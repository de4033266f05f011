"""Inviting people: the secret in the link, and what can be done with an invitation."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.catalog.models import InvitationProduct, Product, ProductGrant
from atomicpay.workspaces.models import Invitation, Membership, ProductAccess, User
from atomicpay.workspaces.permissions import Role

from .errors import CannotInvite, CannotJoin, Why
from .rules import why_not_give
from .tasks import send_invitation

VALID_FOR = timedelta(days=7)


def check_invite(acting_member: Membership, *, email: str, role: str) -> None:
    """Raise CannotInvite unless the member may invite this email as this role."""
    _refuse(why_not_give(acting_member, role=role))
    if Membership.objects.current().filter(user__email__iexact=email).exists():
        raise CannotInvite(Why.ALREADY_MEMBER)
    if Invitation.objects.filter(status=Invitation.Status.PENDING, email__iexact=email).exists():
        raise CannotInvite(Why.ALREADY_INVITED)


@transaction.atomic
def invite(
    *,
    acting_member: Membership,
    email: str,
    role: str,
    access: str = ProductAccess.ALL,
    products: Iterable[Product] = (),
) -> Invitation:
    """Offer a membership to an email, which is mailed on commit; raises CannotInvite."""
    check_invite(acting_member, email=email, role=role)
    invitation = _create(acting_member, email=email, role=role, access=access)
    if access == ProductAccess.SELECTED:
        grants = [InvitationProduct(invitation=invitation, product=product) for product in products]
        InvitationProduct.objects.bulk_create(grants)
    record("invitation.sent", acting_member=acting_member, target=invitation, detail={"role": role})
    _mail_on_commit(invitation)
    return invitation


@transaction.atomic
def invite_first_owner(*, email: str) -> tuple[Invitation, str]:
    """Invite the first owner of the active, new workspace; gives the link as well, which is not mailed."""
    invitation = _create(None, email=email, role=Role.OWNER, access=ProductAccess.ALL)
    record("invitation.sent", acting_member=None, target=invitation, detail={"role": Role.OWNER})
    return invitation, link_of(invitation, new_secret(invitation))


@transaction.atomic
def resend(*, acting_member: Membership, invitation: Invitation) -> Invitation:
    """Mail an unanswered invitation once more, with a new link; the old one opens nothing any more."""
    invitation = _lock_pending(acting_member, invitation)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.times_sent += 1
    invitation.token_hash = _hash(secrets.token_urlsafe())
    invitation.save(update_fields=["sent_at", "expires_at", "times_sent", "token_hash"])
    record("invitation.resent", acting_member=acting_member, target=invitation)
    _mail_on_commit(invitation)
    return invitation


@transaction.atomic
def revoke(*, acting_member: Membership, invitation: Invitation) -> Invitation:
    """Take an unanswered invitation back; raises CannotInvite."""
    invitation = _lock_pending(acting_member, invitation)
    invitation.status = Invitation.Status.REVOKED
    invitation.ended_at = timezone.now()
    invitation.save(update_fields=["status", "ended_at"])
    record("invitation.revoked", acting_member=acting_member, target=invitation)
    return invitation


def find(token: str) -> Invitation | None:
    """The invitation of the active workspace that the token of a link belongs to, in whatever state it is.

    The token names the row and holds the secret; the secret's hash is compared in constant time.
    """
    name, _, secret = token.partition(".")
    try:
        public_id = UUID(hex=name)
    except ValueError:
        return None
    invitation = Invitation.objects.select_related("invited_by__user").filter(public_id=public_id).first()
    if invitation is None or not secrets.compare_digest(invitation.token_hash, _hash(secret)):
        return None
    return invitation


@transaction.atomic
def open_account(*, invitation: Invitation, name: str, password: str, language: str) -> User:
    """Make the account of a person who was invited and had none; raises CannotJoin if they have one by now.

    Their email is verified: the link was in a mail to it.
    """
    invitation = _lock_open(invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise CannotJoin(Why.CLOSED)
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def join(*, invitation: Invitation, user: User) -> Membership:
    """Become a member, or one again, as the invitation says; raises CannotJoin."""
    invitation = _lock_open(invitation)
    if invitation.email.lower() != user.email.lower():
        raise CannotJoin(Why.OTHER_EMAIL)
    member = Membership.objects.select_for_update().filter(user=user).first() or Membership(user=user)
    if member.pk and member.ended_at is None:
        raise CannotJoin(Why.ALREADY_MEMBER)
    member.role, member.product_access = invitation.role, invitation.product_access
    member.extra_permissions, member.ended_at = [], None
    member.save()
    ProductGrant.objects.filter(membership=member).delete()
    chosen = invitation.product_grants.values_list("product_id", flat=True)
    ProductGrant.objects.bulk_create([ProductGrant(membership=member, product_id=pk) for pk in chosen])
    invitation.status, invitation.membership = Invitation.Status.ACCEPTED, member
    invitation.ended_at = timezone.now()
    invitation.save(update_fields=["status", "membership", "ended_at"])
    record("member.joined", acting_member=member, target=member, detail={"role": member.role})
    return member


def new_secret(invitation: Invitation) -> str:
    """Give the invitation a new secret, of which only the hash is kept; any earlier link is dead."""
    secret = secrets.token_urlsafe()
    invitation.token_hash = _hash(secret)
    invitation.save(update_fields=["token_hash"])
    return secret


def link_of(invitation: Invitation, secret: str) -> str:
    """The address to mail. Built from SITE_URL, outside the mount: the invited person is no member yet."""
    token = f"{invitation.public_id.hex}.{secret}"
    return f"{settings.SITE_URL}/invitations/{invitation.workspace.slug}/{token}/"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _create(acting_member: Membership | None, *, email: str, role: str, access: str) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                email=email.lower(),
                role=role,
                product_access=access,
                invited_by=acting_member,
                # Nobody knows the secret of this one; the link gets its own when it is sent.
                token_hash=_hash(secrets.token_urlsafe()),
                expires_at=timezone.now() + VALID_FOR,
            )
    except IntegrityError:
        # The constraint invitation_pending_once: two of these may come at the same moment.
        raise CannotInvite(Why.ALREADY_INVITED) from None


def _lock_open(invitation: Invitation) -> Invitation:
    """As it is now, so that of two answers at once the second finds it answered."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open:
        raise CannotJoin(Why.CLOSED)
    return invitation


def _lock_pending(acting_member: Membership, invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse(why_not_give(acting_member, role=invitation.role))
    if invitation.status != Invitation.Status.PENDING:
        raise CannotInvite(Why.CLOSED)
    return invitation


def _mail_on_commit(invitation: Invitation) -> None:
    ids = {"workspace_id": invitation.workspace_id, "invitation_id": invitation.pk}
    # With the queue away the invitation stands, and can be sent again.
    transaction.on_commit(lambda: send_invitation.delay(**ids), robust=True)


def _refuse(why: Why | None) -> None:
    if why:
        raise CannotInvite(why)
