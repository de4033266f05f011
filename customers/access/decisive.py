"""Which rows can decide about access: of each kind of sale and report the one that counts, by the database.

Twenty thousand renewals of one subscription are told apart only where a rule would: by product, subscription,
plan, status, and what went back. Of each such kind the last one says what all of them would say.
"""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from atomicpay.workspaces.compiled import Given, IsAmong
from sales.models import AccessGrant, Dispute, Refund, Sale
from sales.states import AccessStatus, DisputeStatus, RefundStatus, SaleStatus

_CUSTOMER: Final = Given("customer_id")
_PRODUCT: Final = Given("product_id")
_SUCCEEDED: Final = Q(status=RefundStatus.SUCCEEDED)
ON_ITS_WAY: Final = Q(status__in=(RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION))
_TOUCHED: Final = ("returned", "contested", "term")
_BY_HAND: Final = 50
"""Of the sales that somebody opened or shut by hand no more than this many are looked at, the last ones."""


class _LastId(Aggregate):
    """The id of the row whose moment is the latest. An array, so that the rows need not be sorted."""

    template = "(max(ARRAY[(date_part('epoch', %(expressions)s) * 1000000)::bigint, id]))[2]"
    output_field = BigIntegerField()


class _FirstId(_LastId):
    """The id of the row whose moment is the earliest."""

    template = _LastId.template.replace("max", "min")


def rows_about(model: Any, of_one_product: bool) -> QuerySet[Any]:
    """The rows of a customer, or of one product of a customer; both are given when the read is run."""
    rows = model.objects.filter(customer_id=_CUSTOMER).order_by()
    return rows.filter(product_id=_PRODUCT) if of_one_product else rows


def decisive_sales(of_one_product: bool) -> QuerySet[Sale]:
    """The last sale of each kind, and those that somebody opened or shut by hand.

    Of nearly all sales nothing went back and no end of access was reported; only of the few others is it
    asked what did.
    """
    sales: QuerySet[Sale] = rows_about(Sale, of_one_product)
    few = Q(pk__in=_touched())
    plain, touched = sales.exclude(few), sales.filter(few)
    touched = touched.annotate(returned=_returned(), contested=_contested(), term=_term())
    acts = AccessGrant.objects.filter(customer_id=_CUSTOMER, is_manual=True, sale__isnull=False)
    named = acts.order_by("-created_at").values("sale_id")[:_BY_HAND]
    return sales.filter(
        _is_of(_last_of_each(plain, _paid_at()))
        | _is_of(_last_of_each(touched, Coalesce(_term_end(), _paid_at()), *_TOUCHED))
        | _is_of(named)
    )


def _last_of_each(sales: QuerySet[Sale], when: Any, *more: str) -> QuerySet[Sale, Any]:
    """The id of the last sale of each kind; where nothing went back, the kind is that of its status."""
    kinds = sales.annotate(stage=_stage())
    by = ("product_id", "subscription_id", "plan_id", "is_test", "stage", *more)
    return kinds.values(*by).annotate(which=_LastId(when)).values("which")


def _paid_at() -> Coalesce:
    return Coalesce("approved_at", "ordered_at")


def _touched() -> QuerySet[Any, Any]:
    """The sales of which something was asked back or contested, or whose access was reported to end."""
    refunds = Refund.objects.filter(customer_id=_CUSTOMER, sale__isnull=False).order_by().values("sale_id")
    disputes = Dispute.objects.filter(customer_id=_CUSTOMER).order_by().values("sale_id")
    return refunds.union(disputes, _with_term(), all=True)


def _is_of(ids: QuerySet[Any, Any]) -> IsAmong:
    """Looked up by key: as a subquery all sales would be read a second time."""
    return IsAmong("pk", ArraySubquery(ids))


def decisive_grants(of_one_product: bool) -> QuerySet[AccessGrant]:
    """The last report of each kind, and the first time the buyer was seen inside."""
    grants: QuerySet[AccessGrant] = rows_about(AccessGrant, of_one_product)
    of_nothing = ExpressionWrapper(Q(sale=None, subscription=None), output_field=BooleanField())
    has_end = ExpressionWrapper(Q(expires_at__isnull=False), output_field=BooleanField())
    kinds = grants.annotate(of_nothing=of_nothing, has_end=has_end)
    # Of those that end the one that ends last, of the others the one that was changed last.
    when = Coalesce("expires_at", "revoked_at", "granted_at", "created_at")
    by = ("product_id", "status", "is_manual", "of_nothing", "has_end")
    last = kinds.values(*by).annotate(which=_LastId(when)).values("which")
    seen = grants.filter(first_access_at__isnull=False).values("product_id")
    first = seen.annotate(which=_FirstId("first_access_at")).values("which")
    return grants.filter(_is_of(last) | _is_of(first))


def _stage() -> Case:
    """What the rules tell apart of a status by itself; of several no the last one decides."""
    return _kinds(
        paid=Q(status__in=(SaleStatus.APPROVED, SaleStatus.COMPLETED)),
        part=Q(status=SaleStatus.PARTIALLY_REFUNDED),
        asked=Q(status=SaleStatus.REFUND_REQUESTED),
        disputed=Q(status=SaleStatus.DISPUTED),
        refunded=Q(status=SaleStatus.REFUNDED),
        lost=Q(status=SaleStatus.CHARGEBACK),
    )


def _returned() -> Case:
    """What the rules tell apart of refunds: all returned, all asked back, some, on its way, failed, none.

    Each is a set of the customer's few refunds, which PostgreSQL hashes once.
    """
    refunds = Refund.objects.filter(customer_id=_CUSTOMER, sale__isnull=False).order_by()
    whole = refunds.values("sale_id", "sale__amount_charged")
    returned = Coalesce(Sum("amount", filter=_SUCCEEDED), 0)
    asked = Coalesce(Sum("amount", filter=_SUCCEEDED | ON_ITS_WAY), 0)
    all_returned = whole.annotate(back=returned).filter(back__gt=0, back__gte=F("sale__amount_charged"))
    on_its_way = refunds.filter(ON_ITS_WAY)
    all_asked = whole.annotate(back=asked).filter(back__gte=F("sale__amount_charged"))
    return _kinds(
        all=Q(pk__in=all_returned.values("sale_id")),
        asked=Q(pk__in=on_its_way.values("sale_id")) & Q(pk__in=all_asked.values("sale_id")),
        some=Q(pk__in=refunds.filter(_SUCCEEDED).values("sale_id")),
        coming=Q(pk__in=on_its_way.values("sale_id")),
        failed=Q(pk__in=refunds.filter(status=RefundStatus.FAILED).values("sale_id")),
    )


def _contested() -> Case:
    """What the rules tell apart of disputes: lost, open, won, over without a loss, none or an inquiry."""

    def disputed(*statuses: str) -> Q:
        disputes = Dispute.objects.filter(customer_id=_CUSTOMER, status__in=statuses).order_by()
        return Q(pk__in=disputes.values("sale_id"))

    return _kinds(
        lost=disputed(DisputeStatus.LOST),
        open=disputed(DisputeStatus.OPEN),
        won=disputed(DisputeStatus.WON),
        over=disputed(DisputeStatus.PREVENTED, DisputeStatus.CLOSED),
    )


def _term() -> Case:
    """What the rules tell apart of the end of the access that came with a sale by itself."""

    def reported(status: str, **end: bool) -> Q:
        grants = AccessGrant.objects.filter(customer_id=_CUSTOMER, sale__isnull=False, status=status, **end)
        return Q(subscription=None, pk__in=grants.order_by().values("sale_id"))

    granted, expired = AccessStatus.GRANTED, AccessStatus.EXPIRED
    return _kinds(
        endless=reported(granted, expires_at__isnull=True),
        ends=reported(granted, expires_at__isnull=False),
        ended=reported(expired, expires_at__isnull=False),
        expired=reported(expired, expires_at__isnull=True),
    )


def _term_end() -> Case:
    """When the access that came with a sale by itself ends: of several the last end decides."""
    ends = AccessGrant.objects.filter(
        sale=OuterRef("pk"), status__in=(AccessStatus.GRANTED, AccessStatus.EXPIRED)
    )
    last = ends.order_by().values("sale").annotate(end=Max("expires_at")).values("end")
    return Case(When(subscription=None, then=Subquery(last)), output_field=DateTimeField())


def _with_term() -> QuerySet[Any, Any]:
    """The sales of which the platform reported an end of the access that came with them."""
    ends = Q(expires_at__isnull=False) | Q(status=AccessStatus.EXPIRED)
    grants = AccessGrant.objects.filter(ends, customer_id=_CUSTOMER, sale__isnull=False)
    return grants.order_by().values("sale_id")


def _kinds(**conditions: Q) -> Case:
    """The name of the first condition that holds, "" where none does."""
    cases = [When(condition, then=Value(name)) for name, condition in conditions.items()]
    return Case(*cases, default=Value(""), output_field=CharField())
