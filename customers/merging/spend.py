"""What customers spent together, in each currency: the same before a merge or its undo as after."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min, Sum

from sales.models import CustomerSpend

Sums = dict[str, dict[str, int | str | None]]
"""By currency: gross, refunded, disputed, net, how many, and the first and last time."""

_ADDED = ("gross", "refunded", "disputed", "net", "paid_sales", "renewals", "refunds")


def spend_together(customer_ids: Iterable[int]) -> Sums:
    """The sums over these customers; currencies are never added together."""
    totals = {name: Sum(name) for name in _ADDED}
    times = {"first_paid": Min("first_paid_at"), "last_paid": Max("last_paid_at")}
    kept = CustomerSpend.objects.filter(customer__in=list(customer_ids)).values("currency")
    together: Any = kept.annotate(**{f"all_{name}": total for name, total in totals.items()}, **times)
    found: Sums = {}
    for row in together.order_by("currency"):
        sums: dict[str, int | str | None] = {name: int(row[f"all_{name}"]) for name in _ADDED}
        for name in times:
            sums[name] = row[name].isoformat() if row[name] else None
        found[row["currency"]] = sums
    return found
