"""A whole workspace in numbers: what `manage.py workspace_totals` prints."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Min, Q, Sum

from atomicpay.ui.money import minor_to_decimal
from customers.models import Customer, CustomerIdentity

from .models import CustomerSpend, Refund, Sale
from .states import RefundStatus

BEST: Final = 10


@dataclass(frozen=True, slots=True)
class BestCustomer:
    """A customer with one of the highest net spends in a currency."""

    name: str
    external_ids: tuple[str, ...]
    net: str


@dataclass(frozen=True, slots=True)
class CurrencyTotals:
    """The money of one currency, as decimals with as many places as the currency has."""

    code: str
    amounts: dict[str, str]
    top_customers: tuple[BestCustomer, ...]


@dataclass(frozen=True, slots=True)
class WorkspaceTotals:
    """The counts of a workspace, and its money per currency."""

    counts: dict[str, int]
    currencies: tuple[CurrencyTotals, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain types for json.dumps."""
        currencies = {
            each.code: {
                **each.amounts,
                "top_customers": [
                    {"external_ids": list(best.external_ids), "name": best.name, "net": best.net}
                    for best in each.top_customers
                ],
            }
            for each in self.currencies
        }
        return {**self.counts, "currencies": currencies}


def totals_of_workspace() -> WorkspaceTotals:
    """The active workspace in numbers. Test data never counts."""
    codes = CustomerSpend.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return WorkspaceTotals(counts=_counts(), currencies=tuple(_currency(code) for code in codes))


def _counts() -> dict[str, int]:
    # A customer who paid in two currencies has two rows of spend and is one customer.
    by_customer = CustomerSpend.objects.values("customer_id").annotate(
        paid=Sum("paid_sales"),
        bought=Sum(F("paid_sales") - F("renewals")),
        back=Sum("refunds"),
        lowest=Min("net"),
    )
    customers = by_customer.aggregate(
        repeat=Count("customer_id", filter=Q(bought__gte=2)),
        repeat_counting_renewals=Count("customer_id", filter=Q(paid__gte=2)),
        only_refunds=Count("customer_id", filter=Q(paid=0, back__gt=0)),
        negative=Count("customer_id", filter=Q(lowest__lt=0)),
    )
    return {
        "customers": Customer.objects.filter(merged_into=None, is_test=False).count(),
        "sales": Sale.objects.real().count(),
        "paid_sales": Sale.objects.paid().count(),
        "renewals": Sale.objects.paid().filter(recurrence_number__gt=1).count(),
        "refunds": Refund.objects.filter(is_test=False, status=RefundStatus.SUCCEEDED).count(),
        "repeat_customers": customers["repeat"],
        "repeat_customers_counting_renewals": customers["repeat_counting_renewals"],
        "customers_with_only_refunds": customers["only_refunds"],
        "customers_with_negative_net": customers["negative"],
    }


def _currency(code: str) -> CurrencyTotals:
    spend = CustomerSpend.objects.filter(currency=code)
    sums = spend.aggregate(
        gross=Sum("gross"), refunded=Sum("refunded"), disputed=Sum("disputed"), net=Sum("net")
    )
    best = list(
        spend.order_by("-net", "-customer_id").values_list("customer_id", "customer__name", "net")[:BEST]
    )
    ids = defaultdict(list)
    identities = CustomerIdentity.objects.filter(customer_id__in=[customer for customer, _name, _net in best])
    for customer_id, external_id in identities.order_by("id").values_list("customer_id", "external_id"):
        ids[customer_id].append(external_id)
    return CurrencyTotals(
        code=code,
        amounts={name: str(minor_to_decimal(sums[name], code)) for name in sums},
        top_customers=tuple(
            BestCustomer(name, tuple(ids[customer_id]), str(minor_to_decimal(net, code)))
            for customer_id, name, net in best
        ),
    )
