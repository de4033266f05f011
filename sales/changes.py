"""Why a sale is new, changed or gone in a file since an earlier one, asked of the books as they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from atomicpay.ui.filters import Condition

from .models import Dispute, Refund, SaleEvent
from .states import RefundStatus, SaleStatus

Reasons = Mapping[str, Sequence[tuple[str, Condition]]]


def sales_changed_because(since: datetime) -> Reasons:
    """The codes of `exports.changes.words`, by what became of the row."""
    turned_back = [
        ("refunded", was_refunded_since(since, of_refund="sale", of_event="sale")),
        ("disputed", Exists(disputes_since(since).filter(sale=OuterRef("pk")))),
    ]
    return {
        "new": [("new_sale", Q(created_at__gte=since)), *turned_back],
        "changed": turned_back,
        "gone": turned_back,
    }


def was_refunded_since(since: datetime, *, of_refund: str, of_event: str) -> Condition:
    """Whether money was given back since a moment, by the refund's own time or by when we were told of it.

    The names are the ways from a refund and from an event to the row that is asked about.
    """
    refunds = Refund.objects.filter(status=RefundStatus.SUCCEEDED, completed_at__gte=since)
    told = SaleEvent.objects.filter(
        recorded_at__gte=since, to_status__in=[SaleStatus.REFUNDED, SaleStatus.PARTIALLY_REFUNDED]
    )
    row = OuterRef("pk")
    return Exists(refunds.filter(**{of_refund: row})) | Exists(told.filter(**{of_event: row}))


def disputes_since(since: datetime) -> QuerySet[Dispute]:
    """The disputes that were opened or closed since a moment."""
    return Dispute.objects.filter(Q(opened_at__gte=since) | Q(closed_at__gte=since))
