"""What is left to give back of a sale and until when its terms speak of refunds: facts, never a promise."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext

from atomicpay.ui.moments import format_day
from atomicpay.ui.money import format_money

from .querysets import given_back, held_by_disputes
from .states import PAID


def left_to_refund(status: str, charged: int, refunded: int | None, disputed: int | None) -> int | None:
    """What was charged less what succeeded refunds gave back and open or lost disputes hold, never below 0.

    None for a sale that was never paid.
    """
    return max(charged - (refunded or 0) - (disputed or 0), 0) if status in PAID else None


def window_end(until: datetime | None, approved_at: datetime | None, days: int | None) -> datetime | None:
    """When the refund window ends: as the provider said it, else the product's days after the approval."""
    if until is None and approved_at and days:
        return approved_at + timedelta(days=days)
    return until


def window_words(end: datetime | None) -> str:
    """When the window ended or ends; "" where neither sale nor product has one."""
    if end is None:
        return ""
    has_ended = end <= timezone.now()
    words = gettext("Refund window ended on %(day)s") if has_ended else gettext("Refund window until %(day)s")
    return words % {"day": format_day(end)}


def left_words(left: int | None, currency: str) -> str:
    """What is left of a sale, in words; "" where nothing was ever paid."""
    if left is None:
        return ""
    words = gettext("%(amount)s left of the sale")
    return words % {"amount": format_money(left, currency)} if left else gettext("Nothing left of the sale")


def sale_with_terms() -> JSONObject:
    """What names a sale, and what `left_of` and `window_of` read of it."""
    return JSONObject(
        public_id="public_id",
        reference="reference",
        product="product__name",
        status="status",
        charged="amount_charged",
        refunded=given_back(),
        disputed=held_by_disputes(),
        until="refundable_until",
        approved="approved_at",
        days="product__refund_days",
    )


def left_of(sale: Mapping[str, Any]) -> int | None:
    """What is left of a sale that was read with its terms."""
    return left_to_refund(sale["status"], sale["charged"], sale["refunded"], sale["disputed"])


def window_of(sale: Mapping[str, Any]) -> datetime | None:
    """The end of the window of a sale that was read with its terms."""
    until, approved = (_moment(sale[name]) for name in ("until", "approved"))
    return window_end(until, approved, sale["days"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
