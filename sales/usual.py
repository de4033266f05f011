"""How long things usually take, each time with its reason, and when the silence of a platform is odd.

The cards of access and the checks read the same tables and the same rule, so that one page cannot say both.
"""

from datetime import datetime, timedelta
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

REPORTING: Final = (_D.EXTERNAL_MEMBERS_AREA, _D.ATOMIC_MEMBERS)
"""A file or a link needs no platform to open a door, and so no report."""

WAITED_FOR: Final = timedelta(days=30)
"""A report that never came says something of the buyer for so long; later only of what was imported."""

FEWEST_SAMPLED: Final = 5
"""Of fewer sales nobody can tell whether a platform reports access at all."""

SAMPLE: Final = 20
"""By how many of its latest sales a product is known to report access."""

LOOKED_THROUGH: Final = 100
"""Among how many of its latest sales, paid or not, those are looked for: by the order of an index alone."""


def access_time(delivery: str, own_minutes: int | None) -> timedelta | None:
    """How long access may take after the approval; None for what opens nothing."""
    usual = ACCESS_MINUTES.get(delivery)
    if usual is None:
        return None
    return timedelta(minutes=usual if own_minutes is None else own_minutes)


def pending_time(method: str) -> timedelta:
    """How long a sale may wait for its payment."""
    return timedelta(hours=PENDING_HOURS.get(method, LONGEST_PENDING_HOURS))


def is_late(delivery: str, own_minutes: int | None, since: datetime | None, now: datetime) -> bool:
    """Whether access that began to be due at a moment is due for longer than is usual."""
    usual = access_time(delivery, own_minutes)
    return usual is not None and since is not None and now - since > usual


def is_told_of(reported: int, sampled: int) -> bool:
    """Whether access is reported of a product at all, by how many of its latest sales it was."""
    return sampled >= FEWEST_SAMPLED and 2 * reported >= sampled


def is_silence_odd(delivery: str, own_minutes: int | None, since: datetime | None, now: datetime) -> bool:
    """Whether nothing was reported where by now something should have been."""
    if delivery not in REPORTING or since is None or now - since > WAITED_FOR:
        return False
    return is_late(delivery, own_minutes, since, now)


def is_waiting_too_long(method: str, since: datetime, now: datetime) -> bool:
    """Whether a sale waits for its payment longer than is usual."""
    return now - since > pending_time(method)
