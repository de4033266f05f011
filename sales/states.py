"""The states of sales, payments, refunds and disputes, their legal changes, and which of them count as money.

The states are those that the public references of Hotmart, Kiwify, Pagar.me, Gumroad and Stripe have in
common. A change from outside that a table does not know is stored and flagged, never dropped.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class SaleStatus(TextChoices):
    """The eleven states of a sale."""

    PENDING = "pending", _("Pending")
    APPROVED = "approved", pgettext_lazy("sale", "Approved")
    COMPLETED = "completed", pgettext_lazy("sale", "Completed")
    DECLINED = "declined", pgettext_lazy("sale", "Declined")
    EXPIRED = "expired", pgettext_lazy("sale", "Expired")
    CANCELED = "canceled", pgettext_lazy("sale", "Canceled")
    REFUND_REQUESTED = "refund_requested", _("Refund requested")
    PARTIALLY_REFUNDED = "partially_refunded", pgettext_lazy("sale", "Partly refunded")
    REFUNDED = "refunded", pgettext_lazy("sale", "Refunded")
    DISPUTED = "disputed", pgettext_lazy("sale", "Disputed")
    CHARGEBACK = "chargeback", _("Chargeback")


_S = SaleStatus

PAID: Final = (
    _S.APPROVED.value,
    _S.COMPLETED.value,
    _S.REFUND_REQUESTED.value,
    _S.PARTIALLY_REFUNDED.value,
    _S.REFUNDED.value,
    _S.DISPUTED.value,
    _S.CHARGEBACK.value,
)
"""States in which the sale was approved at some time: its amount counts in gross. Indexes name this list."""

LEGAL_CHANGES: Final[dict[SaleStatus, frozenset[SaleStatus]]] = {
    _S.PENDING: frozenset((_S.APPROVED, _S.DECLINED, _S.EXPIRED, _S.CANCELED)),
    _S.DECLINED: frozenset((_S.PENDING, _S.APPROVED)),
    # A Pix or boleto is sometimes confirmed after it ran out.
    _S.EXPIRED: frozenset((_S.APPROVED,)),
    _S.APPROVED: frozenset(
        (
            _S.COMPLETED,
            _S.REFUND_REQUESTED,
            _S.PARTIALLY_REFUNDED,
            _S.REFUNDED,
            _S.DISPUTED,
            _S.CHARGEBACK,
        )
    ),
    _S.COMPLETED: frozenset(
        (_S.REFUND_REQUESTED, _S.PARTIALLY_REFUNDED, _S.REFUNDED, _S.DISPUTED, _S.CHARGEBACK)
    ),
    _S.REFUND_REQUESTED: frozenset(
        (_S.APPROVED, _S.COMPLETED, _S.PARTIALLY_REFUNDED, _S.REFUNDED, _S.CHARGEBACK)
    ),
    _S.PARTIALLY_REFUNDED: frozenset((_S.REFUNDED, _S.DISPUTED, _S.CHARGEBACK)),
    _S.DISPUTED: frozenset((_S.APPROVED, _S.COMPLETED, _S.CHARGEBACK, _S.REFUNDED)),
    _S.CHARGEBACK: frozenset((_S.APPROVED, _S.COMPLETED)),
    # Only when the refund itself fails later.
    _S.REFUNDED: frozenset((_S.APPROVED, _S.COMPLETED)),
    _S.CANCELED: frozenset(),
}


def is_legal_change(before: str, after: str) -> bool:
    """Whether a sale may go from one state to the other; staying the same it always may."""
    return before == after or _S(after) in LEGAL_CHANGES[_S(before)]


class PaymentMethod(TextChoices):
    """How a buyer pays."""

    CREDIT_CARD = "credit_card", _("Credit card")
    DEBIT_CARD = "debit_card", _("Debit card")
    PIX = "pix", _("Pix")
    PIX_AUTOMATICO = "pix_automatico", _("Automatic Pix")
    BOLETO = "boleto", _("Boleto")
    PAYPAL = "paypal", _("PayPal")
    WALLET = "wallet", _("Wallet")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    OTHER = "other", _("Other")


class PaymentStatus(TextChoices):
    """The states of one attempt to pay."""

    PENDING = "pending", _("Pending")
    AUTHORIZED = "authorized", _("Authorized")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")
    EXPIRED = "expired", _("Expired")


class RefundStatus(TextChoices):
    """The states of a refund. Only a succeeded one lowers net spend."""

    PENDING = "pending", _("Pending")
    REQUIRES_ACTION = "requires_action", _("Needs action")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


class DisputeKind(TextChoices):
    """Who contests a sale, and how."""

    CARD_CHARGEBACK = "card_chargeback", _("Card chargeback")
    PIX_MED = "pix_med", _("Pix return (MED)")
    PLATFORM_CLAIM = "platform_claim", _("Claim on the platform")


class DisputeStatus(TextChoices):
    """The states of a dispute. Open and lost ones lower net spend; an inquiry moves no money."""

    INQUIRY = "inquiry", _("Inquiry")
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    PREVENTED = "prevented", _("Prevented")
    CLOSED = "closed", pgettext_lazy("dispute", "Closed")


DISPUTED: Final = (DisputeStatus.OPEN.value, DisputeStatus.LOST.value)
"""States of a dispute in which the money is away from the seller."""


class AccessStatus(TextChoices):
    """What the delivering platform reported of a buyer's access."""

    NOT_APPLICABLE = "not_applicable", _("Nothing to open")
    PENDING = "pending", _("Pending")
    GRANTED = "granted", _("Granted")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")
