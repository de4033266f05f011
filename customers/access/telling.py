"""Whether a platform tells of access at all, by the latest sales of a product.

The same as `reports` in the statement of the checks: a test holds the two together over one set of books.
"""

from datetime import timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Now

from sales.models import AccessGrant, Sale
from sales.states import SaleStatus
from sales.usual import ACCESS_MINUTES, LOOKED_THROUGH, SAMPLE, WAITED_FOR

_PAID: Final = (SaleStatus.APPROVED, SaleStatus.COMPLETED)


def told_of_others() -> Case:
    """Of each of the product's latest sales whether access to it was reported.

    Asked only of a sale so young that somebody may be waiting, and of which nothing was reported itself.
    """
    since = Now() - Value(WAITED_FOR, output_field=DurationField())
    is_young = Q(approved_at__gte=since) | Q(approved_at=None, ordered_at__gte=since)
    unreported = ~Exists(AccessGrant.objects.filter(sale=OuterRef("pk")))
    return Case(When(is_young & Q(status__in=_PAID) & Q(unreported), then=_told()))


def _told() -> ArraySubquery:
    of_product = Sale.objects.filter(product=OuterRef(OuterRef("product")))
    latest = of_product.filter(ordered_at__lt=Now() - _usual_time()).order_by("-ordered_at", "-pk")
    looked_through = latest.values("pk")[:LOOKED_THROUGH]
    first = Q(recurrence_number=None) | Q(recurrence_number=1)
    counted = Sale.objects.filter(first, pk__in=looked_through, is_test=False, status__in=_PAID)
    reports = AccessGrant.objects.filter(
        Q(sale=OuterRef("pk")) | Q(subscription__isnull=False, subscription=OuterRef("subscription"))
    )
    newest = counted.order_by("-ordered_at", "-pk").annotate(is_reported=Exists(reports))
    return ArraySubquery(newest.values("is_reported")[:SAMPLE])


def _usual_time() -> Any:
    of_delivery = [
        When(product__delivery=delivery, then=Value(minutes)) for delivery, minutes in ACCESS_MINUTES.items()
    ]
    minutes = Coalesce(F("product__access_within_minutes"), Case(*of_delivery))
    return ExpressionWrapper(minutes * Value(timedelta(minutes=1)), output_field=DurationField())
