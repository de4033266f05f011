"""Chainable reads of sales, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Concat

from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.owned import OwnedQuerySet

from .states import DISPUTED, PAID, RefundStatus

if TYPE_CHECKING:
    from .models import Sale  # noqa: F401 -- named in a string below


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

    def with_kind(self) -> Self:
        """`is_charge`: whether it is a charge of a subscription, as SaleTally has it."""
        is_charge = ExpressionWrapper(Q(subscription__isnull=False), output_field=BooleanField())
        return self.annotate(is_charge=is_charge)

    def newest_first(self) -> Self:
        """As a customer's purchases are read; the order of the index `sale_customer_i`."""
        return self.order_by("-ordered_at", "-id")

    def with_refunded(self) -> Self:
        """`refunded`: what succeeded refunds gave back of each sale, None where nothing was."""
        return self.annotate(refunded=given_back())

    def with_card(self) -> Self:
        """`card`: brand and last four digits of the paying card, or of the last one tried; "" for none."""
        return self.annotate(card=paying_card())

    def as_purchases(self) -> Self:
        """With everything a row of purchases shows, and no other column."""
        return (
            self.with_refunded()
            .with_card()
            .select_related("product", "plan")
            .only(
                *("public_id", "reference", "status", "is_test", "method", "installments", "offer_type"),
                *("currency", "amount_charged", "ordered_at", "recurrence_number"),
                *("product__name", "product__kind"),
                *("plan__payment_model", "plan__interval", "plan__interval_count", "plan__source_frequency"),
            )
        )


def given_back() -> Subquery:
    """What succeeded refunds gave back of a sale, None where nothing was."""
    from .models import Refund  # the models import this module

    refunds = Refund.objects.filter(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)
    total = refunds.order_by().values("sale").annotate(total=Sum("amount")).values("total")
    return Subquery(total)


def held_by_disputes() -> Subquery:
    """What open and lost disputes hold of a sale, None where there is none."""
    from .models import Dispute  # the models import this module

    disputes = Dispute.objects.filter(sale=OuterRef("pk"), status__in=DISPUTED)
    total = disputes.order_by().values("sale").annotate(total=Sum("amount")).values("total")
    return Subquery(total)


def paying_card() -> Subquery:
    """Brand and last four digits of the card that paid a sale, or of the last one tried."""
    from .models import Payment  # the models import this module

    by_card = Payment.objects.filter(sale=OuterRef("pk")).exclude(card_last4="")
    best = by_card.order_by(F("paid_at").desc(nulls_last=True), "-attempted_at", "-id")
    words = Concat("card_brand", Value(" ", output_field=CodeField()), "card_last4")
    return Subquery(best.annotate(words=words).values("words")[:1])
