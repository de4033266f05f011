"""How long things usually take: two tables, each time with its reason."""

from datetime import timedelta
from typing import Final

from atomicpay.catalog.models import Product
from sales.states import PaymentMethod

_D, _M = Product.Delivery, PaymentMethod

ACCESS_MINUTES: Final[dict[str, int]] = {
    # Another platform is told by a webhook, which is sent again for about a day when it is not answered.
    _D.EXTERNAL_MEMBERS_AREA: 24 * 60,
    # Our own area, a file and links are opened by the approval itself; two hours are for a queue that waits.
    _D.ATOMIC_MEMBERS: 2 * 60,
    _D.EBOOK_FILE: 2 * 60,
    _D.LINKS: 2 * 60,
}
"""By the way of delivery, where the product does not say how long its own takes. What opens nothing is not
here."""

PENDING_HOURS: Final[dict[str, int]] = {
    # A Pix code is good for minutes up to a day.
    _M.PIX: 24,
    _M.PIX_AUTOMATICO: 24,
    # Three days to pay, and a bank takes up to two working days to say so.
    _M.BOLETO: 5 * 24,
    # A card is answered while the buyer waits; an hour is for a review of risk.
    _M.CREDIT_CARD: 1,
    _M.DEBIT_CARD: 1,
    _M.WALLET: 24,
    # PayPal and banks hold some payments back for up to three days.
    _M.PAYPAL: 3 * 24,
    _M.BANK_TRANSFER: 3 * 24,
}
LONGEST_PENDING_HOURS: Final = 5 * 24
"""For any other method, and for none: as long as the slowest that is known."""


def access_time(delivery: str, own_minutes: int | None) -> timedelta | None:
    """How long access may take after the approval; None for what opens nothing."""
    usual = ACCESS_MINUTES.get(delivery)
    if usual is None:
        return None
    return timedelta(minutes=usual if own_minutes is None else own_minutes)


def pending_time(method: str) -> timedelta:
    """How long a sale may wait for its payment."""
    return timedelta(hours=PENDING_HOURS.get(method, LONGEST_PENDING_HOURS))
