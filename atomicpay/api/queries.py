"""What the pages of tokens read."""

from uuid import UUID

from .models import ApiToken


def tokens() -> list[ApiToken]:
    """All tokens of the workspace, the newest first, with who made them."""
    made = ApiToken.objects.select_related("created_by__user", "revoked_by__user")
    return list(made.order_by("-created_at", "-id"))


def find_token(public_id: UUID) -> ApiToken:
    """The token of an address; raises ApiToken.DoesNotExist."""
    token: ApiToken = ApiToken.objects.select_related("created_by__user").get(public_id=public_id)
    return token
