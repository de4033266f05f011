"""Chainable reads of saved views, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedQuerySet

if TYPE_CHECKING:
    from .models import SavedView  # noqa: F401 -- named in a string below


class SavedViewQuerySet(OwnedQuerySet["SavedView"]):
    """Reads of saved views."""

    def visible_to(self, member: Membership) -> Self:
        """The member's own and the shared ones."""
        return self.filter(Q(owner=member) | Q(is_shared=True))

    def of_list(self, page: str) -> Self:
        return self.filter(page=page)

    def in_order(self) -> Self:
        """As the tabs stand: shared ones, then the member's own."""
        return self.order_by("-is_shared", "position", "id")

    def with_default_of(self, member: Membership) -> Self:
        """`is_default`: whether the member's list opens with it."""
        from .models import DefaultView  # the models import this module

        mine = DefaultView.objects.filter(view=OuterRef("pk"), member=member)
        return self.annotate(is_default=Exists(mine))
