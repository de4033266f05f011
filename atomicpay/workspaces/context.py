"""What every template may know of the workspace, the member and the member's permissions."""

from typing import Any

from django.http import HttpRequest

from .models import Membership
from .permissions import PERMISSIONS


class May:
    """A member's permissions for templates: `{% if may.exports_create %}` asks for "exports.create".

    A name that is no permission raises, so that a typing error cannot hide a button for ever.
    """

    def __init__(self, member: Membership | None) -> None:
        self._member = member

    def __getitem__(self, name: str) -> bool:
        permission = name.replace("_", ".", 1)
        if permission not in PERMISSIONS:
            raise LookupError(permission)
        return self._member is not None and self._member.may(permission)


def workspace(request: HttpRequest) -> dict[str, Any]:
    """`workspace`, `member` and `may`; the first two are None outside the mount."""
    member = getattr(request, "membership", None)
    return {
        "workspace": getattr(request, "workspace", None),
        "member": member,
        "may": May(member),
    }
