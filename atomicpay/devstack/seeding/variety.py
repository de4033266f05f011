"""Refunds, disputes and subscriptions in every state they can have, one customer for each."""

from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.buyers import Buyer, meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import Life, due_date, happened, subscribe
from atomicpay.devstack.seeding.purchases import CARD, PIX, Terms, attempt, buy
from atomicpay.devstack.seeding.reversals import dispute, refund, refund_without_sale
from sales.states import DisputeKind, DisputeStatus, PaymentStatus, RefundStatus
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import CanceledBy

S = SubscriptionStatus


def _somebody(shop: Shop, ledger: Ledger, number: int, days: int) -> Buyer:
    is_aurora = shop.workspace.default_currency == "BRL"
    firsts, lasts = (
        (names.BRAZILIAN_FIRST, names.BRAZILIAN_LAST)
        if is_aurora
        else (names.ENGLISH_FIRST, names.ENGLISH_LAST)
    )
    name = f"{firsts[number]} {lasts[-1 - number]}"
    email = names.address_of(name, "caixa.example" if is_aurora else "inbox.example")
    return meet(shop, ledger, name=name, at=later(shop.as_of, days=-days), email=email)


def _plan(shop: Shop, aurora: str, beacon: str) -> str:
    return aurora if shop.workspace.default_currency == "BRL" else beacon


def refunds_of_every_kind(shop: Shop, ledger: Ledger) -> None:
    """A refund in each state, part of a sale and the whole of it, and one that names no sale."""
    plan = shop.plan_of(_plan(shop, "luz", "foundations"))
    for number, status in enumerate(RefundStatus):
        buyer = _somebody(shop, ledger, number, 20 + number)
        sale = buy(buyer, plan, buyer.born)
        refund(buyer, sale, later(buyer.born, days=3), status=status)
    part = _somebody(shop, ledger, 6, 40)
    sale = buy(part, plan, part.born)
    refund(part, sale, later(part.born, days=2), amount=sale.amount_charged // 3)
    refund(part, sale, later(part.born, days=20), amount=sale.amount_charged // 4)
    stray = _somebody(shop, ledger, 7, 60)
    buy(stray, plan, stray.born)
    refund_without_sale(stray, later(stray.born, days=9), plan.amount // 2, plan.currency)


def disputes_of_every_kind(shop: Shop, ledger: Ledger) -> None:
    """A dispute in each state; a Pix return that is open and one that was lost in part."""
    plan = shop.plan_of(_plan(shop, "aquarela", "foundations"))
    for number, status in enumerate(DisputeStatus, start=10):
        days = 11 if status == DisputeStatus.OPEN else 60
        buyer = _somebody(shop, ledger, number, days)
        sale = buy(buyer, plan, buyer.born)
        dispute(buyer, sale, later(buyer.born, days=6), status)
    if plan.currency != "BRL":
        return
    for number, status in ((18, DisputeStatus.OPEN), (19, DisputeStatus.LOST)):
        buyer = _somebody(shop, ledger, number, 6 if status == DisputeStatus.OPEN else 70)
        sale = buy(buyer, plan, buyer.born, Terms(PIX))
        amount = sale.amount_charged if status == DisputeStatus.OPEN else sale.amount_charged // 2
        dispute(
            buyer,
            sale,
            later(buyer.born, days=4),
            status,
            kind=DisputeKind.PIX_MED,
            amount=amount,
            reason="fraudulent",
        )


def subscriptions_of_every_kind(shop: Shop, ledger: Ledger) -> None:
    """A subscription in each state, and those whose story is worth reading."""
    as_of, clube, trial = shop.as_of, shop.plan_of("clube"), shop.plan_of("clube/trial")

    def months_ago(months: int, day: int) -> int:
        """How many days ago a monthly subscription began whose last charge fell due `day` days ago."""
        return (as_of - due_date(later(as_of, days=-day), clube, -months)).days

    lives = {
        S.INCOMPLETE: (1, Life(S.INCOMPLETE, method=PIX)),
        S.TRIALING: (3, Life(S.TRIALING)),
        S.ACTIVE: (months_ago(14, 3), Life(recovered=frozenset((5, 9)))),
        S.PAST_DUE: (months_ago(8, 8), Life(S.PAST_DUE)),
        S.UNPAID: (months_ago(9, 16), Life(S.UNPAID)),
        S.PAUSED: (months_ago(6, 10), Life(S.PAUSED, at=later(as_of, days=-9))),
        S.CANCELED: (months_ago(5, 12), Life(S.CANCELED, at=later(as_of, days=-2), reason="sem tempo agora")),
        S.EXPIRED: (months_ago(11, 2), Life(S.EXPIRED, at=later(as_of, days=-70), reason="preço alto")),
    }
    for number, (status, (days, life)) in enumerate(lives.items(), start=25):
        buyer = _somebody(shop, ledger, number, days)
        subscribe(buyer, trial if status == S.TRIALING else clube, buyer.born, life)
    _stories(shop, ledger)


def _stories(shop: Shop, ledger: Ledger) -> None:
    as_of, clube, trial = shop.as_of, shop.plan_of("clube"), shop.plan_of("clube/trial")
    ending = _somebody(shop, ledger, 40, 100)
    subscribe(ending, clube, ending.born, Life(reason="vou viajar", ends_at_term=True))
    failed = _somebody(shop, ledger, 41, 200)
    left = Life(S.CANCELED, at=later(as_of, days=-20), by=CanceledBy.PAYMENT_FAILURE)
    subscribe(failed, clube, failed.born, left)
    converted = _somebody(shop, ledger, 42, 75)
    subscribe(converted, trial, converted.born)
    over = _somebody(shop, ledger, 43, 480)
    subscribe(over, shop.plan_of("mentoria/12"), over.born)
    back = _somebody(shop, ledger, 44, 90)
    again = subscribe(back, clube, back.born)
    happened(back, again, EventKind.PAUSED, later(back.born, days=35), S.PAUSED)
    happened(back, again, EventKind.RESUMED, later(back.born, days=45), S.ACTIVE)
    detail = {"from": "Mensal", "to": "Anual"}
    happened(back, again, EventKind.PLAN_CHANGED, later(as_of, days=-6), detail=detail)
    free = _somebody(shop, ledger, 45, 30)
    buy(free, shop.plan_of("clube/free"), free.born)
    lifetime = _somebody(shop, ledger, 46, 65)
    buy(lifetime, shop.plan_of("aquarela/lifetime"), lifetime.born, Terms(CARD, installments=10))


def three_currencies(shop: Shop, ledger: Ledger) -> None:
    """One buyer in dollars, euros and yen: three totals that are never added up."""
    born = later(shop.as_of, days=-330)
    buyer = meet(
        shop,
        ledger,
        name="Yuki Tanaka",
        at=born,
        email="yuki.tanaka@post.example",
        place=names.FOREIGN_PLACES[-1],
    )
    for days, plan in ((0, "handbook"), (40, "foundations/jpy"), (90, "kit/eur"), (200, "handbook/jpy")):
        buy(buyer, shop.plan_of(plan), later(born, days=days))
    sale = buy(buyer, shop.plan_of("foundations/eur"), later(born, days=230))
    refund(buyer, sale, later(born, days=240), amount=5000)
    subscribe(buyer, shop.plan_of("board/jpy"), later(born, days=60))
    sale = buy(buyer, shop.plan_of("kit"), later(born, days=300), Terms(has_payment=False))
    attempt(buyer, sale, PaymentStatus.FAILED, sale.ordered_at, card=buyer.cards[0])
    attempt(buyer, sale, PaymentStatus.PAID, later(sale.ordered_at, minutes=4), card=buyer.cards[0])
