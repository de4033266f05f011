"""Chainable reads of sales, each named as a phrase."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from atomicpay.workspaces.owned import OwnedQuerySet

from .states import PAID, PaymentStatus, RefundStatus

if TYPE_CHECKING:
    from .models import Sale


class SaleQuerySet(OwnedQuerySet["Sale"]):
    """Reads of sales."""

    def real(self) -> Self:
        """Those that are not test data."""
        return self.filter(is_test=False)

    def paid(self) -> Self:
        """Those that count in gross: real, and approved at some time.

        Written as the index `sale_bought_i` has it, so that it can be used.
        """
        return self.filter(is_test=False, status__in=PAID)

    def newest_first(self) -> Self:
        """As a customer's purchases are read."""
        return self.order_by("-ordered_at", "-id")

    def older_than(self, ordered_at: datetime, pk: int) -> Self:
        """What follows one sale in that order.

        A row comparison, which the index `sale_customer_i` answers at any depth; `a < x OR a = x AND ...` is
        not one.
        """
        return self.filter(TupleLessThan(Tuple(F("ordered_at"), F("id")), (ordered_at, pk)))

    def with_refunded(self) -> Self:
        """`refunded`: what succeeded refunds gave back of each sale, None where nothing was."""
        from .models import Refund  # the models import this module

        refunds = Refund.objects.filter(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)
        total = refunds.order_by().values("sale").values(total=Sum("amount"))
        return self.annotate(refunded=Subquery(total))

    def with_card(self) -> Self:
        """`card_brand` and `card_last4` of the payment that was made, or of the last attempt."""
        from .models import Payment  # the models import this module

        paid_first = (F("status") == PaymentStatus.PAID, F("attempted_at").desc())
        attempts = Payment.objects.filter(sale=OuterRef("pk")).exclude(card_last4="")
        last = attempts.order_by("-attempted_at", "-id")
        return self.annotate(
            card_brand=Subquery(last.values("card_brand")[:1]),
            card_last4=Subquery(last.values("card_last4")[:1]),
        )
