"""What cannot be done with members and invitations; each error says why, and views turn that into words."""

from enum import StrEnum


class Why(StrEnum):
    """The rule that stands in the way."""

    NOT_ALLOWED = "not_allowed"
    LIMITED_TO_PRODUCTS = "limited_to_products"
    ONLY_OWNERS_CHOOSE_OWNERS = "only_owners_choose_owners"
    BEYOND_OWN_PERMISSIONS = "beyond_own_permissions"
    LAST_OWNER = "last_owner"
    NO_LONGER_MEMBER = "no_longer_member"
    ALREADY_MEMBER = "already_member"
    ALREADY_INVITED = "already_invited"
    CLOSED = "closed"
    OTHER_EMAIL = "other_email"


class TeamError(RuntimeError):
    """Something about the team cannot be done; `why` names the rule."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"{type(self).__name__}: {why}")
        self.why = why


class CannotChangeMember(TeamError):
    """A member cannot be changed or removed."""


class CannotInvite(TeamError):
    """An invitation cannot be sent, sent again or revoked."""


class CannotJoin(TeamError):
    """An invitation cannot be accepted."""
