"""What a subscription has where a filter of the list asks for something; see `atomicpay.ui.own_values`."""

from typing import Final

from django.db.models import F

from atomicpay.ui.own_values import own_word

from .lifecycle import SubscriptionStatus
from .models import CanceledBy

STATUS: Final = own_word(lambda: F("status"), SubscriptionStatus.choices)
PRODUCT: Final = own_word(lambda: F("product__name"))
PLAN: Final = own_word(lambda: F("plan__name"))
CANCELED_BY: Final = own_word(lambda: F("canceled_by"), CanceledBy.choices)
