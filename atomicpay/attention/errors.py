"""What cannot be done with a finding, one class each."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The member lacks the permission that the act needs."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.")
        self.permission = permission


class CannotDismiss(Exception):
    """There is no such finding any more, or no reason was given."""
