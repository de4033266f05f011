"""When a customer first and last bought in a currency, as far as was known at an earlier moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from atomicpay.workspaces.compiled import Given, compiled

from .as_of import DERIVED, sale_then
from .models import Sale
from .states import PAID

_CUSTOMER: Final = Given("customer_id")
_MOMENT: Final = Given("moment")
_CURRENCY: Final = "currency_{}"


class PaidDays(NamedTuple):
    """When the first and the last sale in a currency were ordered that had been approved by some moment."""

    first_at: datetime | None = None
    last_at: datetime | None = None


def paid_days_at(customer_id: int, moment: datetime, currencies: Collection[str]) -> dict[str, PaidDays]:
    """The same for each of some currencies, of one customer's sales in scope; one query."""
    if not currencies:
        return {}
    given = {_CURRENCY.format(place): currency for place, currency in enumerate(currencies)}
    found: dict[str, list[datetime]] = {}
    for currency, at in _ends(len(given), customer_id=customer_id, moment=moment, **given):
        found.setdefault(currency, []).append(at)
    return {currency: PaidDays(min(days), max(days)) for currency, days in found.items()}


@compiled
def _ends(currencies: int) -> Any:
    """For each of so many currencies the first paid sale in the order of an index, from either end."""
    sales = Sale.objects.filter(customer_id=_CUSTOMER, ordered_at__lt=_MOMENT, is_test=False)
    states = [*PAID, *(f"{DERIVED}{status}" for status in PAID)]
    paid = sales.annotate(then=sale_then(_MOMENT, _CUSTOMER)).filter(then__in=states)
    ends = [
        paid.filter(currency=Given(_CURRENCY.format(place)))
        .order_by(order, "id")
        .values_list("currency", "ordered_at")[:1]
        for place in range(currencies)
        for order in ("ordered_at", "-ordered_at")
    ]
    return ends[0].union(*ends[1:], all=True)
