"""Mariana Conceição de Araújo: the one customer in whose history almost everything happened."""

from datetime import datetime

from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.buyers import Buyer, Card, meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import Life, due_date, subscribe
from atomicpay.devstack.seeding.purchases import BOLETO, CARD, PAYPAL, PIX, Terms, buy
from atomicpay.devstack.seeding.reversals import dispute, refund
from sales.states import DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus

MERGED_NAME = "M. Conceição"
NAME, EMAIL = "Mariana Conceição de Araújo", "mariana.araujo@correio.example"
FORMER_EMAIL, MISTYPED_EMAIL = "mari.conceicao@antigo.example", "mariana.arauj@correio.example"
MASTERCARD, VISA = Card("mastercard", "4417"), Card("visa", "1020")
SAO_PAULO, CAMPINAS = names.BRAZILIAN_PLACES[0], names.BRAZILIAN_PLACES[1]


def mariana(shop: Shop, ledger: Ledger) -> None:
    """Four years: courses, a membership that is past due, an open dispute, an unpaid boleto, and a twin."""

    def ago(days: float) -> datetime:
        return later(shop.as_of, days=-days)

    buyer = meet(shop, ledger, name=NAME, at=ago(1566), place=SAO_PAULO, provider="hotmart", phone=False)
    buyer.cards = [MASTERCARD, VISA]
    changed = ago(984)
    buyer.known_by_email(FORMER_EMAIL, until=changed, main=False)
    buyer.known_by_email("mconceicao@escola.example", since=ago(1200), until=ago(1100), main=False)
    buyer.known_by_email(EMAIL, since=changed)
    buyer.known_by_phone("5511900000142", written="+55 11 90000-0142")
    buyer.known_to("kiwify")
    buyer.is_tagged("vip", "embaixadora", "aquarela")
    buyer.is_noted("Prefere contato por e-mail. Professora, compra para a turma.", ago(533))
    _purchases(buyer, shop, ago(1566), ago(63))
    _membership(buyer, shop)
    _boleto(buyer, shop)
    _twin(shop, ledger)


def _purchases(buyer: Buyer, shop: Shop, first: datetime, last: datetime) -> None:
    by_visa = Terms(CARD, card=VISA, installments=12, email=FORMER_EMAIL)
    buy(buyer, shop.plan_of("guia"), first, Terms(PIX, email=FORMER_EMAIL))
    buy(buyer, shop.plan_of("aquarela"), later(first, days=195), by_visa)
    drawing = buy(
        buyer, shop.plan_of("retrato"), later(first, days=470), Terms(CARD, card=VISA, email=FORMER_EMAIL)
    )
    refund(buyer, drawing, later(drawing.ordered_at, days=4), reason="Pediu em 7 dias")
    buy(buyer, shop.plan_of("luz"), later(first, days=1030), Terms(PIX))
    buy(buyer, shop.plan_of("masterclass"), later(first, days=1160), Terms(PAYPAL))
    contested = buy(buyer, shop.plan_of("mentoria"), last, Terms(CARD, installments=6))
    dispute(buyer, contested, later(last, days=42), DisputeStatus.OPEN)


def _membership(buyer: Buyer, shop: Shop) -> None:
    """One that ended by itself, and one whose last charge was refused eight days ago."""
    yearly, monthly = shop.plan_of("traco"), shop.plan_of("clube")
    begun = later(shop.as_of, days=-1300)
    life = Life(SubscriptionStatus.EXPIRED, at=later(begun, days=353), reason="sem tempo agora")
    subscribe(buyer, yearly, begun, life)
    start = due_date(later(shop.as_of, days=-8), monthly, -32)
    subscribe(buyer, monthly, start, Life(SubscriptionStatus.PAST_DUE, recovered=frozenset((20,))))


def _boleto(buyer: Buyer, shop: Shop) -> None:
    """An ebook ordered with a mistyped email and paid, she says, two days ago."""
    at = later(shop.as_of, days=-2, hours=-6)
    buy(buyer, shop.plan_of("caderno"), at, Terms(BOLETO, SaleStatus.PENDING, email=MISTYPED_EMAIL))
    subject = "Acesso ao Caderno de Cores"
    buyer.writes("Oi! Comprei o Caderno de Cores por boleto.", later(at, hours=1), subject=subject)
    buyer.is_answered(
        "Olá, Mariana! O boleto leva até três dias úteis para ser confirmado.",
        later(at, hours=3),
        subject=subject,
    )
    buyer.writes(
        "Paguei o boleto hoje cedo e ainda não consigo entrar no Caderno de Cores. Podem verificar?",
        later(shop.as_of, hours=-4),
        subject=subject,
    )
    buyer.writes(
        "Também não reconheço a mentoria na minha fatura.", later(shop.as_of, hours=-3), channel="whatsapp"
    )


def _twin(shop: Shop, ledger: Ledger) -> None:
    """A second record of her under her former email, and a third that `merges` joins with the first."""
    born = later(shop.as_of, days=-300)
    twin = meet(shop, ledger, name="Conceição Araújo", at=born, place=CAMPINAS, phone=False, document=False)
    twin.known_by_email(FORMER_EMAIL)
    # As it came from the checkout: without the ninth digit.
    twin.known_by_phone("551190000142", written="(11) 9000-0142")
    buy(twin, shop.plan_of("luz"), born, Terms(PIX))
    buy(twin, shop.plan_of("caderno"), later(born, days=31), Terms(PIX))
    meet(
        shop,
        ledger,
        name=MERGED_NAME,
        at=later(shop.as_of, days=-1200),
        place=SAO_PAULO,
        phone=False,
        document=False,
    )
