"""Books drawn at random: sales, refunds, disputes, payments and subscriptions in every state there is."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from atomicpay.catalog.models import Product
from customers.models import Customer
from sales.models import Dispute, Payment, Refund, Sale
from sales.states import DisputeKind, DisputeStatus, PaymentMethod, PaymentStatus, RefundStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from tests import factories

CURRENCIES = ("BRL", "USD", "JPY", "KWD")


def write_books(
    chance: random.Random,
    customer: Customer,
    products: list[Product],
    sales: int,
    currencies: Sequence[str] = CURRENCIES,
) -> None:
    """Everything a customer may have, in the entered workspace; mostly in the first of the currencies."""
    sold = Sale.objects.bulk_create(
        _sale(chance, customer, chance.choice(products), currencies) for _ in range(sales)
    )
    Refund.objects.bulk_create(_refund(chance, sale) for sale in chance.sample(sold, sales // 3))
    Refund.objects.bulk_create(
        _refund(chance, None, customer=customer, currency=chance.choice(currencies)) for _ in range(3)
    )
    Dispute.objects.bulk_create(_dispute(chance, sale) for sale in chance.sample(sold, sales // 3))
    Payment.objects.bulk_create(_payment(chance, sale) for sale in chance.sample(sold, sales // 2))
    Subscription.objects.bulk_create(
        factories.SubscriptionFactory.build(
            customer=customer,
            product=chance.choice(products),
            status=chance.choice(SubscriptionStatus.values),
            currency=chance.choice(currencies),
            started_at=_at(chance),
        )
        for _ in range(12)
    )


def _at(chance: random.Random) -> datetime:
    """Of four years, often at the very same moment as another, and at the end of a month in São Paulo."""
    edge = timedelta(hours=chance.choice((0, 0, 12, -12)), minutes=chance.choice((0, 59)))
    return factories.NOON + timedelta(days=30 * chance.randrange(48)) + edge


def _sale(chance: random.Random, customer: Customer, product: Product, currencies: Sequence[str]) -> Sale:
    return factories.SaleFactory.build(
        customer=customer,
        product=product,
        status=chance.choice(SaleStatus.values),
        currency=chance.choice((*[currencies[0]] * 6, *currencies)),
        amount_charged=chance.choice((0, 1, 9700, chance.randrange(1, 10**7))),
        recurrence_number=chance.choice((None, None, 1, 2, 3)),
        is_test=chance.random() < 0.1,
        ordered_at=_at(chance),
        reference=f"AC-{chance.randrange(10**9)}",
    )


def _refund(chance: random.Random, sale: Sale | None, **more: Any) -> Refund:
    return factories.RefundFactory.build(
        **_of(chance, sale, more),
        status=chance.choice(RefundStatus.values),
        requested_at=_at(chance),
        completed_at=chance.choice((None, _at(chance))),
    )


def _dispute(chance: random.Random, sale: Sale) -> Dispute:
    return factories.DisputeFactory.build(
        **_of(chance, sale, {}),
        kind=chance.choice(DisputeKind.values),
        status=chance.choice(DisputeStatus.values),
        opened_at=_at(chance),
    )


def _payment(chance: random.Random, sale: Sale) -> Payment:
    of = _of(chance, sale, {})
    del of["is_test"]
    return factories.PaymentFactory.build(
        **of, status=chance.choice(PaymentStatus.values), method=chance.choice(PaymentMethod.values)
    )


def _of(chance: random.Random, sale: Sale | None, more: dict[str, Any]) -> dict[str, Any]:
    """The columns that a row shares with its sale."""
    of = {"sale": sale, "amount": chance.choice((0, 1, chance.randrange(1, 10**6))), "is_test": False, **more}
    if sale is not None:
        of |= {"customer": sale.customer, "currency": sale.currency, "is_test": sale.is_test}
    return of
