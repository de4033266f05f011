"""The tokens of a workspace as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from atomicpay.ui import html
from atomicpay.ui.moments import format_day

from .models import ApiToken


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token; `revoke_url` is empty for one that opens nothing any more."""

    name: str
    prefix: str
    state: SafeString
    made: str
    used: str
    ends: str
    revoke_url: str


def token_row(token: ApiToken, now: datetime) -> TokenRow:
    """A token as it stands at a moment."""
    made = gettext("%(day)s by %(name)s")
    return TokenRow(
        name=token.name,
        prefix=f"{token.prefix}…",
        state=_state(token, now),
        made=made % {"day": format_day(token.created_at), "name": token.created_by.user.name},
        used=format_day(token.last_used_at) if token.last_used_at else gettext("Never"),
        ends=_end(token),
        revoke_url=reverse("tokens:revoke", args=[token.public_id]) if token.is_open(now) else "",
    )


def _state(token: ApiToken, now: datetime) -> SafeString:
    if token.revoked_at is not None:
        return html.status("off", gettext("Revoked"))
    if not token.is_open(now):
        return html.status("off", gettext("Expired"))
    return html.status("ok", gettext("Open"))


def _end(token: ApiToken) -> str:
    end = token.revoked_at or token.expires_at
    return format_day(end) if end else ""
