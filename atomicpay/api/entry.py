"""How a program enters a workspace: its token names the workspace, and all walls stand as for a person.

A program has no membership and no session; what it may do is what its token is for.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter_for_request

from .models import ApiToken

_COARSE: Final = timedelta(hours=1)


def hash_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@contextmanager
def token_scope(secret: str) -> Iterator[ApiToken | None]:
    """Run a block in the workspace of a token, in its zone; None where the secret opens none.

    A token that is wrong, revoked or expired, or whose workspace is closed: all the same. The secret is only
    ever looked for by its hash, so that the time an answer takes tells nothing about it.
    """
    hashed = hash_of(secret)
    workspace_id = _workspace_of(hashed)
    if workspace_id is None:
        yield None
        return
    with enter_for_request(workspace_id):
        workspace = Workspace.objects.get(pk=workspace_id)
        token = ApiToken.objects.get(token_hash=hashed)
        token.workspace = workspace
        with timezone.override(workspace.zone):
            yield token


def note_use(token: ApiToken) -> None:
    """Note that a token is used: to the hour, so that its requests do not wait for each other."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _COARSE)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _workspace_of(hashed: str) -> int | None:
    """Row security shows one workspace at a time; the function runs as the owner and gives an id only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspace_of_api_token(%s)", [hashed])
        found: tuple[int | None] | None = cursor.fetchone()
    return found[0] if found else None
