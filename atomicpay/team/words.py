"""The words for each rule of the team, for forms and messages."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .errors import TeamError, Why

WORDS: Final[dict[Why, str | Promise]] = {
    Why.NOT_ALLOWED: _("You may not manage members."),
    Why.LIMITED_TO_PRODUCTS: _("Only somebody who sees all products can manage members."),
    Why.ONLY_OWNERS_CHOOSE_OWNERS: _("Only an owner can make or change an owner."),
    Why.BEYOND_OWN_PERMISSIONS: _("You cannot give, change or take away more than you may do yourself."),
    Why.LAST_OWNER: _(
        "A workspace keeps at least one owner who sees all products: make somebody else one first."
    ),
    Why.NO_LONGER_MEMBER: _("This person is no longer a member."),
    Why.ALREADY_MEMBER: _("This person is a member already."),
    Why.ALREADY_INVITED: _("This email has an invitation already; send it again instead."),
    Why.CLOSED: _("This invitation was answered, revoked or has expired."),
    Why.OTHER_EMAIL: _("This invitation was sent to another email."),
}


def words_for(error: TeamError) -> str:
    """One sentence that says why it cannot be done."""
    return str(WORDS[error.why])
