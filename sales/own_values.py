"""What a sale has where a filter of the list asks for something; see `atomicpay.ui.own_values`."""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.models import PaymentModel
from atomicpay.ui.own_values import own_amount, own_answer, own_day, own_word, own_words

from . import conditions
from .models import Dispute, Refund
from .states import DisputeStatus, PaymentMethod, RefundStatus, SaleStatus


def _refunded_at() -> Any:
    succeeded = Refund.objects.filter(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)
    return Subquery(succeeded.order_by("-completed_at").values("completed_at")[:1])


def _disputes() -> Any:
    disputes = Dispute.objects.filter(sale=OuterRef("pk"))
    return ArraySubquery(disputes.order_by("status").values("status").distinct())


def _is(condition: Q) -> Any:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


ORDERED: Final = own_day(lambda: F("ordered_at"))
APPROVED: Final = own_day(lambda: F("approved_at"))
COMPLETED: Final = own_day(lambda: F("completed_at"))
REFUNDED_AT: Final = own_day(_refunded_at)
STATUS: Final = own_word(lambda: F("status"), SaleStatus.choices)
METHOD: Final = own_word(lambda: F("method"), PaymentMethod.choices)
PRODUCT: Final = own_word(lambda: F("product__name"))
PLAN: Final = own_word(lambda: F("plan__name"))
PAYMENT_MODEL: Final = own_word(lambda: F("plan__payment_model"), PaymentModel.choices)
CURRENCY: Final = own_word(lambda: F("currency"))
AMOUNT: Final = own_amount(lambda: JSONObject(minor="amount_charged", currency="currency"))
REFUNDED: Final = own_answer(conditions.was_refunded, _("has a refund"), _("no refund"))
DISPUTED: Final = own_words(_disputes, DisputeStatus.choices)
KIND: Final = own_answer(lambda: _is(conditions.OF_SUBSCRIPTION), _("charge of a subscription"), _("one-off"))
TEST: Final = own_answer(lambda: F("is_test"), _("a test sale"), pgettext_lazy("sale", "a real one"))
