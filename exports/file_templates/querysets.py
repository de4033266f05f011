"""Chainable reads of export templates, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedQuerySet

if TYPE_CHECKING:
    from .models import FileTemplate  # noqa: F401 -- named in a string below


class FileTemplateQuerySet(OwnedQuerySet["FileTemplate"]):
    """Reads of export templates."""

    def visible_to(self, member: Membership) -> Self:
        """The member's own and the shared ones."""
        return self.filter(Q(owner=member) | Q(is_shared=True))

    def of_list(self, page: str) -> Self:
        return self.filter(page=page)

    def in_order(self) -> Self:
        """List by list; shared ones first, by name."""
        return self.order_by("page", "-is_shared", "name", "id")
