"""Why a customer is new, changed or gone in a file since an earlier one, asked of the books as they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from atomicpay.ui.filters import Condition
from sales.changes import disputes_since, was_refunded_since
from sales.models import Sale

Reasons = Mapping[str, Sequence[tuple[str, Condition]]]


def customers_changed_because(since: datetime) -> Reasons:
    """The codes of `exports.changes.words`, by what became of the row."""
    bought = ("new_sale", Exists(Sale.objects.filter(created_at__gte=since, customer=OuterRef("pk"))))
    anonymised = ("anonymised", Q(anonymised_at__gte=since))
    turned_back = [
        ("refunded", was_refunded_since(since, of_refund="customer", of_event="sale__customer")),
        ("disputed", Exists(disputes_since(since).filter(customer=OuterRef("pk")))),
    ]
    return {
        "new": [("new_customer", Q(created_at__gte=since)), bought],
        "changed": [anonymised, bought, *turned_back],
        "gone": [
            ("merged", Q(merged_at__gte=since)),
            anonymised,
            ("archived", Q(archived_at__gte=since)),
            bought,
            *turned_back,
        ],
    }
