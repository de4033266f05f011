"""How sales are said: states of sales, payments, refunds, disputes and access, how it was paid, and why."""

from functools import cache
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import html
from atomicpay.ui.money import active_language

from .states import (
    AccessStatus,
    DisputeStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    SaleStatus,
)

SALE_TONES: Final[dict[str, str]] = {
    SaleStatus.PENDING: "wait",
    SaleStatus.APPROVED: "ok",
    SaleStatus.COMPLETED: "ok",
    SaleStatus.DECLINED: "bad",
    SaleStatus.EXPIRED: "off",
    SaleStatus.CANCELED: "off",
    SaleStatus.REFUND_REQUESTED: "wait",
    SaleStatus.PARTIALLY_REFUNDED: "warn",
    SaleStatus.REFUNDED: "off",
    SaleStatus.DISPUTED: "bad",
    SaleStatus.CHARGEBACK: "bad",
}
PAYMENT_TONES: Final[dict[str, str]] = {
    PaymentStatus.PENDING: "wait",
    PaymentStatus.AUTHORIZED: "wait",
    PaymentStatus.PAID: "ok",
    PaymentStatus.FAILED: "bad",
    PaymentStatus.CANCELED: "off",
    PaymentStatus.EXPIRED: "off",
}
REFUND_TONES: Final[dict[str, str]] = {
    RefundStatus.PENDING: "wait",
    RefundStatus.REQUIRES_ACTION: "warn",
    RefundStatus.SUCCEEDED: "ok",
    RefundStatus.FAILED: "bad",
    RefundStatus.CANCELED: "off",
}
DISPUTE_TONES: Final[dict[str, str]] = {
    DisputeStatus.INQUIRY: "wait",
    DisputeStatus.OPEN: "bad",
    DisputeStatus.WON: "ok",
    DisputeStatus.LOST: "bad",
    DisputeStatus.PREVENTED: "off",
    DisputeStatus.CLOSED: "off",
}
ACCESS_TONES: Final[dict[str, str]] = {
    AccessStatus.NOT_APPLICABLE: "off",
    AccessStatus.PENDING: "wait",
    AccessStatus.GRANTED: "ok",
    AccessStatus.REVOKED: "bad",
    AccessStatus.EXPIRED: "off",
    AccessStatus.FAILED: "bad",
}
_TONES: Final[dict[type[TextChoices], dict[str, str]]] = {
    SaleStatus: SALE_TONES,
    PaymentStatus: PAYMENT_TONES,
    RefundStatus: REFUND_TONES,
    DisputeStatus: DISPUTE_TONES,
    AccessStatus: ACCESS_TONES,
}
METHOD_ICONS: Final[dict[str, str]] = {
    PaymentMethod.CREDIT_CARD: "credit-card",
    PaymentMethod.DEBIT_CARD: "credit-card",
    PaymentMethod.PIX: "qrcode",
    PaymentMethod.PIX_AUTOMATICO: "qrcode",
    PaymentMethod.BOLETO: "barcode",
    PaymentMethod.PAYPAL: "brand-paypal",
}

_ISSUED: Final[dict[str, str | Promise]] = {
    PaymentMethod.PIX: _("Pix issued"),
    PaymentMethod.BOLETO: _("Boleto issued"),
}

# As a bank names them; a reason that is not here is shown as it was received.
_DISPUTE_REASONS: Final = {
    "fraudulent": _("Fraudulent"),
    "unrecognized": _("Unrecognized"),
    "duplicate": _("Charged twice"),
    "bank_cannot_process": _("The bank could not process it"),
    "check_returned": _("Check returned"),
    "incorrect_account_details": _("Wrong account details"),
    "noncompliant": _("Against the card network's rules"),
    "expired_uncaptured_charge": _("Authorised and never captured"),
    "general": _("No reason given"),
    "product_not_received": _("Product not received"),
    "product_unacceptable": _("Product not as described"),
    "subscription_canceled": _("Subscription was canceled"),
    "credit_not_processed": _("Refund not received"),
    "debit_not_authorized": _("Debit not authorised"),
    "customer_initiated": _("Started by the buyer"),
    "insufficient_funds": _("Insufficient funds"),
    "requested_by_customer": _("Asked for by the buyer"),
}


def sale_badge(status: str, method: str = "") -> SafeString:
    """A sale's state, drawn; what a pending one waits for is said where its method tells."""
    if status == SaleStatus.PENDING and method in _ISSUED:
        return html.status(SALE_TONES[status], _ISSUED[method])
    return _badge(SaleStatus, status, active_language())


def payment_badge(status: str) -> SafeString:
    """A payment attempt's state, drawn."""
    return _badge(PaymentStatus, status, active_language())


def refund_badge(status: str) -> SafeString:
    """A refund's state, drawn."""
    return _badge(RefundStatus, status, active_language())


def dispute_badge(status: str) -> SafeString:
    """A dispute's state, drawn."""
    return _badge(DisputeStatus, status, active_language())


def access_badge(status: str) -> SafeString:
    """The state of access as a platform reported it, drawn."""
    return _badge(AccessStatus, status, active_language())


# A page says the same few words again and again, so each is looked up once in a language.


@cache
def _badge(states: type[TextChoices], status: str, language: str) -> SafeString:
    return html.status(_TONES[states][status], states(status).label)


@cache
def _method_label(method: str, language: str) -> str:
    return str(PaymentMethod(method).label)


def reason_words(reason: str) -> str:
    """Why money was asked back or not paid: a known code in words, anything else as it was received."""
    return str(_DISPUTE_REASONS.get(reason, reason))


def method_words(method: str, card: str | None = "", installments: int = 1) -> str:
    """How it was paid: "Mastercard 4417, 6×", "Pix"; "" when that is not on record.

    `card` is the brand and the last four digits, as far as they are known.
    """
    if not method:
        return ""
    brand, _blank, last4 = (card or "").strip().rpartition(" ")
    words = f"{brand.capitalize()} {last4}".strip() if last4 else _method_label(method, active_language())
    if installments > 1:
        return gettext("%(method)s, %(number)d×") % {"method": words, "number": installments}
    return words
