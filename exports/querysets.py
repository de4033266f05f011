"""Chainable reads of exports, each named as a phrase."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedQuerySet
from atomicpay.workspaces.scope import active_scope

from .states import TOLD, WITHOUT_FILE, ExportState

if TYPE_CHECKING:
    from .models import Export  # noqa: F401 -- named in a string below

ATTEMPTS: Final = 3
"""How often an export is tried before it has failed, unless it was started again meanwhile."""

MAILED_WITHIN: Final = timedelta(days=1)
"""How long the mail about an export is tried to be sent."""


def _within_products() -> Q:
    products = active_scope().products
    return Q(pk__isnull=False) if products is None else Q(products__contained_by=list(products))


class ExportQuerySet(OwnedQuerySet["Export"]):
    """Reads of exports. Times are compared by the database's clock: a worker's may be wrong."""

    def visible_to(self, member: Membership) -> Self:
        """The member's own, and for who may download any those of others within their products.

        An export's filters may name a buyer of another product, so that they are as secret as its rows.
        """
        own = Q(requested_by=member)
        oversees = member.may("exports.download_any")
        return self.filter(own | _within_products() if oversees else own)

    def within_products(self) -> Self:
        """Those that hold no product but those in scope; one that was not written yet may hold any."""
        return self.filter(_within_products())

    def newest_first(self) -> Self:
        """As the history is read."""
        return self.order_by("-requested_at", "-id")

    def held_by(self, attempt: int) -> Self:
        """Those that are being written by just this attempt: the fence of every write of a worker."""
        return self.filter(state=ExportState.RUNNING, attempt=attempt)

    def without_worker(self) -> Self:
        """Those that wait, and those whose worker has let its lease run out."""
        return self.filter(Q(state=ExportState.QUEUED) | Q(state=ExportState.RUNNING, lease_until__lt=Now()))

    def being_written(self) -> Self:
        """Those that a worker holds, as far as is known."""
        return self.filter(state=ExportState.RUNNING, lease_until__gte=Now())

    def claimable(self) -> Self:
        """Those that a worker may start on."""
        return self.without_worker().filter(attempt__lt=F("tries"))

    def given_up(self) -> Self:
        """Those whose last attempt was lost."""
        return self.without_worker().filter(attempt__gte=F("tries"))

    def unheard(self) -> Self:
        """Those to tell the queue of again."""
        late = Now() - settings.EXPORT_UNHEARD_AFTER
        return self.claimable().filter(Q(state=ExportState.RUNNING) | Q(queued_at__lt=late))

    def never_tried_or_unheard(self) -> Self:
        """Those that may be begun now. One that the database broke off waits until it is whole again."""
        late = Now() - settings.EXPORT_UNHEARD_AFTER
        return self.claimable().filter(Q(state=ExportState.RUNNING) | Q(attempt=0) | Q(queued_at__lt=late))

    def to_be_told(self) -> Self:
        """Those that have ended and whose asker wants a mail and has none; not after the day."""
        wanted = self.filter(mail_when_ready=True, mailed_at=None, state__in=TOLD)
        return wanted.filter(finished_at__gt=Now() - MAILED_WITHIN)

    def past_keeping(self) -> Self:
        """Those whose file must go."""
        return self.filter(state=ExportState.READY, expires_at__lte=Now())

    def with_leftovers(self) -> Self:
        """Those that have ended without a file to offer, and whose files may lie there still."""
        return self.filter(has_leftovers=True, state__in=WITHOUT_FILE)

    def in_turn(self) -> Self:
        """In the order in which they were asked."""
        return self.order_by("id")
