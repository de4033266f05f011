"""Making tokens and revoking them. The secret is given once, to who makes it, and never kept."""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership, ProductAccess

from .entry import hash_of
from .errors import NotAllowed
from .models import ApiToken

_KIND: Final = "apmsg_"
"""What a secret begins with, so that scanners for lost secrets can know it."""

_SHOWN: Final = len(_KIND) + 6
_BYTES: Final = 32


@transaction.atomic
def create_token(
    *, acting_member: Membership, name: str, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which cannot be had again; raises NotAllowed."""
    check_manage(acting_member)
    if not acting_member.may("messages.write"):
        # A token may not do more than who makes it.
        raise NotAllowed
    secret = _KIND + secrets.token_urlsafe(_BYTES)
    token = ApiToken.objects.create(
        name=name,
        token_hash=hash_of(secret),
        prefix=secret[:_SHOWN],
        created_by=acting_member,
        expires_at=expires_at,
    )
    detail = {"prefix": token.prefix, "expires_at": expires_at}
    record("token.created", acting_member=acting_member, target=token, detail=detail)
    return token, secret


@transaction.atomic
def revoke_token(*, acting_member: Membership, token: ApiToken) -> bool:
    """Let a token open nothing any more, from the next request on; whether it was not revoked already.

    Raises NotAllowed.
    """
    check_manage(acting_member)
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is not None:
        return False
    token.revoked_at, token.revoked_by = timezone.now(), acting_member
    token.save(update_fields=["revoked_at", "revoked_by"])
    record("token.revoked", acting_member=acting_member, target=token, detail={"prefix": token.prefix})
    return True


def check_manage(member: Membership) -> None:
    """Raise NotAllowed unless the member may make tokens: nobody hands on more than they see."""
    if not member.may("tokens.manage") or member.product_access == ProductAccess.SELECTED:
        raise NotAllowed
