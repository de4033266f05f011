"""What cannot be done with a customer, one class each."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from .models import Customer


class NotAllowed(PermissionDenied):
    """The member lacks the permission that the act needs."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.")
        self.permission = permission


class LivesOnElsewhere(Exception):
    """The record was merged into another: what is asked for stands with that one."""

    def __init__(self, customer: "Customer") -> None:
        super().__init__(str(customer.public_id))
        self.customer = customer


class NothingToReveal(Exception):
    """No document of the customer is on record."""


class CannotAnnotate(Exception):
    """A note or tag without words, or about somebody anonymised; a tag to take off a merged record."""


class NoSuchFigure(Exception):
    """An address names a figure, a currency or months that do not exist."""
