"""Chainable reads of schedules, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedQuerySet
from atomicpay.workspaces.scope import is_limited_to_products

from ..states import OPEN
from .states import ScheduleState

if TYPE_CHECKING:
    from .models import Schedule  # noqa: F401 -- named in a string below

OVERSEE = "exports.download_any"
"""Who may see, pause and delete the schedules of others."""


class ScheduleQuerySet(OwnedQuerySet["Schedule"]):
    """Reads of schedules. Times are compared by the database's clock: a worker's may be wrong."""

    def visible_to(self, member: Membership) -> Self:
        """The member's own, or everybody's for who oversees exports and sees all products.

        Its files will hold what their owner may see by then, so none can be said to lie within fewer.
        """
        sees_all = member.may(OVERSEE) and not is_limited_to_products()
        return self.all() if sees_all else self.filter(owner=member)

    def active(self) -> Self:
        return self.filter(state=ScheduleState.ACTIVE)

    def due(self) -> Self:
        """Those whose moment has come, and those whose moment was worked out in another zone than now."""
        is_due = Q(next_at__lte=Now()) | ~Q(zone=F("workspace__timezone"))
        return self.active().filter(is_due)

    def without_open_export(self) -> Self:
        """Those whose last file is not being written any more: the next one is compared with it."""
        from ..models import Export  # the models import this module

        return self.exclude(Exists(Export.objects.filter(schedule=OuterRef("pk"), state__in=OPEN)))

    def in_order(self) -> Self:
        """Those that are on first, the next due before the others."""
        return self.order_by("state", F("next_at").asc(nulls_last=True), "id")
