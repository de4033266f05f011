"""The rows that decide about access as of a day: sales with what had gone back by then, and reports."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import JSONObject, RowNumber

from atomicpay.workspaces.compiled import Given, IsAmong, compiled
from sales.as_of import done_before, sale_then
from sales.models import AccessGrant, Dispute, Refund, Sale
from sales.states import RefundStatus

_CUSTOMER: Final = Given("customer_id")
_MOMENT: Final = Given("moment")
_REPORTS: Final = 50
"""Of the reports that name neither sale nor subscription so many are looked at, the last ones."""


class ProductRow(NamedTuple):
    """What the rules ask of a product."""

    public_id: Any
    name: str
    delivery: str
    delivery_platform: str
    access_within_minutes: int | None
    support_email: str


class SaleRow(NamedTuple):
    """A sale as it was: `then` is its state, and what had gone back of it by then.

    Tuples and no models: of a long history some hundred are read for every page.
    """

    pk: int
    public_id: Any
    reference: str
    method: str
    is_test: bool
    currency: str
    amount: int
    recurrence_number: int | None
    ordered_at: datetime
    approved_at: datetime | None
    subscription_id: int | None
    payment_model: str | None
    plan_type: str | None
    interval: str | None
    interval_count: int | None
    then: str
    refunded: int | None
    refunding: int | None
    has_failed_refund: bool
    refunded_at: datetime | None
    disputes: list[dict[str, str]]


_SALE: Final = (
    *("pk", "public_id", "reference", "method", "is_test", "currency", "amount_charged"),
    *("recurrence_number", "ordered_at", "approved_at", "subscription_id"),
    *("plan__payment_model", "plan__plan_type", "plan__interval", "plan__interval_count"),
    *("then", "back", "on_its_way", "failed", "back_at", "contested"),
)


def sales_of_each_product(**given: Any) -> list[tuple[ProductRow, SaleRow]]:
    """The last sales of each product that a customer had ordered before a moment, `per_product` of each."""
    width = len(ProductRow._fields)
    return [(ProductRow(*row[:width]), SaleRow(*row[width:])) for row in _sales(**given)]


@compiled
def _sales() -> Any:
    """The columns of ProductRow and SaleRow."""
    before = Sale.objects.filter(customer_id=_CUSTOMER, ordered_at__lt=_MOMENT).order_by()
    place = Window(
        RowNumber(), partition_by=F("product_id"), order_by=[F("ordered_at").desc(), F("id").desc()]
    )
    last = before.annotate(place=place).filter(place__lte=Given("per_product")).values("pk")
    sales = Sale.objects.filter(customer_id=_CUSTOMER, pk__in=last)
    sales = sales.annotate(then=sale_then(_MOMENT, _CUSTOMER), **_went_back(), contested=_contested())
    product = [f"product__{name}" for name in ProductRow._fields]
    return sales.values_list(*product, *_SALE)


def _went_back() -> dict[str, Any]:
    """What had gone back of a sale, what was on its way, and whether a refund is known to have failed."""
    refunds = Refund.objects.filter(sale=OuterRef("pk")).order_by()
    asked = refunds.filter(requested_at__lt=_MOMENT)
    done = refunds.filter(done_before(_MOMENT), status=RefundStatus.SUCCEEDED)
    waiting = Q(status__in=(RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION))
    waiting |= Q(status=RefundStatus.SUCCEEDED, completed_at__gte=_MOMENT)
    return {
        "back": _of(done, Sum("amount")),
        "on_its_way": _of(asked.filter(waiting), Sum("amount")),
        "failed": Exists(asked.filter(status=RefundStatus.FAILED)),
        "back_at": _of(done, Max("completed_at")),
    }


def _of(refunds: QuerySet[Any], value: Any) -> Subquery:
    return Subquery(refunds.values("sale").annotate(value=value).values("value"))


def _contested() -> ArraySubquery:
    disputes = Dispute.objects.filter(sale=OuterRef("pk"), opened_at__lt=_MOMENT).order_by("opened_at")
    row = JSONObject(status="status", kind="kind", opened_at="opened_at", closed_at="closed_at")
    return ArraySubquery(disputes.values(each=row))


@compiled
def reports_about() -> Any:
    """What platforms and people reported of these sales and subscriptions, and of the product alone."""
    grants = AccessGrant.objects.order_by()
    of_nothing = grants.filter(customer_id=_CUSTOMER, sale=None, subscription=None)
    columns = ("id", "product__public_id", "sale_id", "subscription_id", "status", "is_manual")
    times = ("granted_at", "expires_at", "revoked_at", "revoke_reason", "first_access_at", "created_at")
    return (
        grants.filter(IsAmong("sale_id", Given("sales")))
        .values_list(*columns, *times)
        .union(
            grants.filter(IsAmong("subscription_id", Given("subscriptions"))).values_list(*columns, *times),
            of_nothing.order_by("-created_at").values_list(*columns, *times)[:_REPORTS],
        )
    )
