"""What cannot be done with a customer, one class each."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The member lacks the permission that the act needs."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.")
        self.permission = permission


class NothingToReveal(Exception):
    """No document of the customer is on record."""


class CannotAnnotate(Exception):
    """A note or tag without words, or about a record that was merged into another or anonymised."""


class NoSuchFigure(Exception):
    """An address names a figure, a currency or months that do not exist."""
