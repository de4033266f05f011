"""What cannot be done with API tokens, one class each."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The member may not manage tokens, or sees only some products while a token's program may name any."""
