"""What a customer has where a filter of the list asks for something; see `atomicpay.ui.own_values`.

Read inside the member's scope: who is limited to products is told of nothing outside them.
"""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.moments import format_day
from atomicpay.ui.own_values import Own, own_amounts, own_answer, own_country, own_day, own_words
from atomicpay.workspaces.scope import is_limited_to_products
from sales.models import CustomerSpend, Dispute, Payment, Sale
from sales.states import DisputeStatus, PaymentMethod, PaymentStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription

from . import conditions
from .models import CustomerTag


def _paid_sales() -> Any:
    return Sale.objects.paid().filter(customer=OuterRef("pk"))


def _first() -> Any:
    return Subquery(_paid_sales().order_by("ordered_at").values("ordered_at")[:1])


def _last() -> Any:
    return Subquery(_paid_sales().order_by("-ordered_at").values("ordered_at")[:1])


def _spend() -> Any:
    """By the totals, which are over all products: nothing for who may not know those."""
    if is_limited_to_products():
        return None
    kept = CustomerSpend.objects.filter(customer=OuterRef("pk")).order_by("currency")
    return ArraySubquery(kept.values(each=JSONObject(minor="net", currency="currency")))


def _products() -> Any:
    return ArraySubquery(_paid_sales().order_by("product__name").values("product__name").distinct())


def _statuses() -> Any:
    held = Subscription.objects.filter(customer=OuterRef("pk"))
    return ArraySubquery(held.order_by("status").values("status").distinct())


def _methods() -> Any:
    paid = Payment.objects.filter(customer=OuterRef("pk"), status=PaymentStatus.PAID)
    return ArraySubquery(paid.order_by("method").values("method").distinct())


def _disputes() -> Any:
    disputes = Dispute.objects.filter(customer=OuterRef("pk"), is_test=False)
    return ArraySubquery(disputes.order_by("status").values("status").distinct())


def _tags() -> Any:
    put = CustomerTag.objects.filter(customer=OuterRef("pk"))
    return ArraySubquery(put.order_by("tag__name").values("tag__name"))


def _archived_words(at: Any) -> str:
    return gettext("archived on %(day)s") % {"day": format_day(at)} if at else gettext("not archived")


FIRST_PURCHASE: Final = own_day(_first)
LAST_PURCHASE: Final = own_day(_last)
SPEND: Final = own_amounts(_spend)
PRODUCTS_BOUGHT: Final = own_words(_products)
PURCHASES: Final = own_answer(conditions.has_paid_sale, _("has a paid sale"), _("no paid sale"))
SUBSCRIPTION: Final = own_words(_statuses, SubscriptionStatus.choices)
METHOD: Final = own_words(_methods, PaymentMethod.choices)
REFUND: Final = own_answer(conditions.was_refunded, _("has a refund"), _("no refund"))
DISPUTE: Final = own_words(_disputes, DisputeStatus.choices)
COUNTRY: Final = own_country(lambda: F("country"))
TAG: Final = own_words(_tags)
ARCHIVED: Final = Own(lambda: F("archived_at"), _archived_words)
