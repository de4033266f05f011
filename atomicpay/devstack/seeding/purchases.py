"""Invented sales: paid, refused or never paid; each with its events, its payments and the access it gave."""

from dataclasses import dataclass
from datetime import datetime

from atomicpay.catalog.models import Plan, Product
from atomicpay.devstack.seeding.buyers import Buyer, Card
from atomicpay.devstack.seeding.ledger import later
from atomicpay.devstack.seeding.streams import public_id
from atomicpay.ui.money import currency_exponent
from sales.models import AccessGrant, Payment, Sale, SaleEvent
from sales.states import PAID, AccessStatus, PaymentMethod, PaymentStatus, SaleStatus
from subscriptions.models import Subscription

CARD, PIX, BOLETO, PAYPAL = (
    PaymentMethod.CREDIT_CARD,
    PaymentMethod.PIX,
    PaymentMethod.BOLETO,
    PaymentMethod.PAYPAL,
)
DECLINES = ("insufficient_funds", "do_not_honor", "expired_card", "suspected_fraud", "incorrect_cvc")
_WAIT_MINUTES = {CARD: 1, PIX: 4, BOLETO: 26 * 60, PAYPAL: 2}


@dataclass
class Terms:
    """How one purchase differs from a plain one. `email` is the one typed at the checkout."""

    method: str = CARD
    status: str = ""
    email: str = ""
    installments: int = 1
    card: Card | None = None
    parent: Sale | None = None
    offer: str = Sale.OfferType.MAIN
    subscription: Subscription | None = None
    charge: int | None = None
    coupon: str = ""
    discount: int = 0
    has_access: bool = True
    is_test: bool = False
    has_payment: bool = True


def buy(buyer: Buyer, plan: Plan, at: datetime, terms: Terms | None = None) -> Sale:
    """A sale of a plan; without a status it is approved, and completed once its refund window is over."""
    terms = terms or Terms()
    product: Product = plan.product
    window = later(at, days=product.refund_days or 7)
    status = terms.status or (SaleStatus.COMPLETED if window < buyer.shop.as_of else SaleStatus.APPROVED)
    paid_at = later(at, minutes=_WAIT_MINUTES.get(PaymentMethod(terms.method), 3)) if status in PAID else None
    sale = _sale(buyer, plan, at, terms)
    sale.status, sale.source_status, sale.approved_at = (
        status,
        _SOURCE_WORDS.get(SaleStatus(status), status),
        paid_at,
    )
    if paid_at:
        sale.refundable_until = window
        sale.completed_at = window if status == SaleStatus.COMPLETED else None
    _events(buyer, sale)
    if terms.has_payment:
        pay(buyer, sale, terms)
    opens = terms.has_access and product.delivery != Product.Delivery.NONE and terms.charge in (None, 1)
    if paid_at and opens:
        grant_access(buyer, sale, later(paid_at, minutes=3))
    return sale


# As the provider says it.
_SOURCE_WORDS = {
    SaleStatus.APPROVED: "approved",
    SaleStatus.COMPLETED: "COMPLETE",
    SaleStatus.DECLINED: "refused",
    SaleStatus.PENDING: "waiting_payment",
    SaleStatus.EXPIRED: "EXPIRED",
}


def _sale(buyer: Buyer, plan: Plan, at: datetime, terms: Terms) -> Sale:
    charged = plan.amount - terms.discount
    # A tenth of a thousandth has no place in minor units: the fee is rounded down, as gateways do.
    fee = charged * 499 // 10_000 + (10 ** currency_exponent(plan.currency) if charged else 0)
    provider = buyer.provider
    sale: Sale = buyer.ledger.add(
        Sale(
            public_id=public_id(buyer.chance),
            customer=buyer.customer,
            product=plan.product,
            plan=plan,
            subscription=terms.subscription,
            recurrence_number=terms.charge,
            parent_sale=terms.parent,
            offer_type=terms.offer,
            provider=provider,
            external_id=buyer.ledger.next_id("HP" if provider == "hotmart" else "ord_"),
            method=terms.method,
            installments=terms.installments,
            currency=plan.currency,
            amount_charged=charged,
            amount_list=plan.amount,
            amount_discount=terms.discount,
            amount_fee=min(fee, charged),
            amount_net=charged - min(fee, charged),
            buyer_name=buyer.customer.name,
            buyer_email=terms.email or buyer.customer.email,
            buyer_document=buyer.customer.document,
            buyer_phone=buyer.customer.phone,
            coupon=terms.coupon,
            utm_source=buyer.chance.choice(("instagram", "google", "newsletter", "")),
            is_test=terms.is_test or buyer.customer.is_test,
            ordered_at=at,
            created_at=at,
        )
    )
    return sale


def _events(buyer: Buyer, sale: Sale) -> None:
    """The way to the sale's status, by legal steps."""
    steps: list[tuple[str, datetime]] = []
    if sale.method in (PIX, BOLETO) or sale.status in (SaleStatus.PENDING, SaleStatus.EXPIRED):
        steps.append((SaleStatus.PENDING, sale.ordered_at))
    if sale.approved_at:
        steps.append((SaleStatus.APPROVED, sale.approved_at))
    if sale.completed_at:
        steps.append((SaleStatus.COMPLETED, sale.completed_at))
    elif sale.status == SaleStatus.EXPIRED:
        steps.append((sale.status, later(sale.ordered_at, days=3)))
    elif sale.status == SaleStatus.CANCELED:
        steps = [(SaleStatus.PENDING, sale.ordered_at), (sale.status, later(sale.ordered_at, hours=5))]
    elif sale.status == SaleStatus.DECLINED:
        steps.append((sale.status, later(sale.ordered_at, minutes=1)))
    before = ""
    for status, at in steps:
        record_event(buyer, sale, before, status, at)
        before = status


def record_event(
    buyer: Buyer, sale: Sale, before: str, after: str, at: datetime, *, is_illegal: bool = False
) -> None:
    """A change of state as the provider reported it."""
    sale.source_updated_at = max(sale.source_updated_at or at, at)
    buyer.ledger.add(
        SaleEvent(
            sale=sale,
            from_status=before,
            to_status=after,
            source_status=_SOURCE_WORDS.get(SaleStatus(after), after),
            is_illegal=is_illegal,
            occurred_at=at,
            recorded_at=later(at, minutes=1),
            source=buyer.provider,
        )
    )


def move(buyer: Buyer, sale: Sale, status: str, at: datetime, *, is_illegal: bool = False) -> None:
    """The sale takes another state."""
    record_event(buyer, sale, sale.status, status, at, is_illegal=is_illegal)
    sale.status, sale.source_status = status, _SOURCE_WORDS.get(SaleStatus(status), status)


_PAYMENT_OF = {
    SaleStatus.PENDING: PaymentStatus.PENDING,
    SaleStatus.EXPIRED: PaymentStatus.EXPIRED,
    SaleStatus.DECLINED: PaymentStatus.FAILED,
    SaleStatus.CANCELED: PaymentStatus.CANCELED,
}


def pay(buyer: Buyer, sale: Sale, terms: Terms) -> None:
    """The payment that fits the sale's status."""
    status = _PAYMENT_OF.get(SaleStatus(sale.status), PaymentStatus.PAID)
    card = terms.card or buyer.cards[0]
    attempt(buyer, sale, status, sale.ordered_at, card=card if terms.method == CARD else None)


def attempt(
    buyer: Buyer,
    sale: Sale,
    status: str,
    at: datetime,
    *,
    card: Card | None = None,
    amount: int | None = None,
    reason: str = "",
) -> Payment:
    """One try to pay, also beside others: a retry, or the second of two cards."""
    is_slip = sale.method in (PIX, BOLETO)
    if status == PaymentStatus.FAILED and not reason:
        reason = buyer.chance.choice(DECLINES)
    payment: Payment = buyer.ledger.add(
        Payment(
            sale=sale,
            customer=buyer.customer,
            currency=sale.currency,
            amount=sale.amount_charged if amount is None else amount,
            method=sale.method,
            status=status,
            installments=sale.installments,
            card_brand=card.brand if card else "",
            card_last4=card.last4 if card else "",
            decline_reason=reason,
            due_at=later(at, days=5 if sale.method == BOLETO else 0, hours=1) if is_slip else None,
            external_id=buyer.ledger.next_id("pay_"),
            attempted_at=at,
            paid_at=(sale.approved_at or at) if status == PaymentStatus.PAID else None,
        )
    )
    return payment


def grant_access(
    buyer: Buyer, sale: Sale | None, at: datetime, *, subscription: Subscription | None = None
) -> AccessGrant:
    """What the platform reported: access was given, and opened within hours."""
    of = sale or subscription
    assert of is not None  # noqa: S101 -- for the type checker: every grant is of something
    grant: AccessGrant = buyer.ledger.add(
        AccessGrant(
            customer=buyer.customer,
            product=of.product,
            sale=sale,
            subscription=subscription or (sale.subscription if sale else None),
            status=AccessStatus.GRANTED,
            granted_at=at,
            first_access_at=later(at, minutes=buyer.chance.randrange(1, 600)),
            source=buyer.provider,
            created_at=at,
        )
    )
    return grant


def revoke_access(buyer: Buyer, sale: Sale, at: datetime, reason: str) -> None:
    """The platform took the access away again."""
    for grant in buyer.ledger.access_of(sale):
        grant.status, grant.revoked_at, grant.revoke_reason = AccessStatus.REVOKED, at, reason
