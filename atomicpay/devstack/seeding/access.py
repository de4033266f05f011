"""Buyers who paid, or say so, and cannot get in, each for another reason; the access card must say which."""

from datetime import timedelta
from typing import Final

from atomicpay.devstack.seeding.buyers import Buyer, meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import Life, due_date, subscribe
from atomicpay.devstack.seeding.purchases import BOLETO, PIX, Terms, buy, grant_access
from atomicpay.devstack.seeding.reversals import dispute
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus

BOLETO_WAITS: Final = "Davi Rezende Couto"
CHARGED_BACK: Final = "Otília Nunes Barreto"
PAST_DUE: Final = "Ravi Seixas Lopes"
CANCELED_AND_OVER: Final = "Noemi Prates Galvão"
SHUT_BY_HAND: Final = "Silas Amorim Peixoto"
LET_IN_BY_HAND: Final = "Joana Brandt Siqueira"
TERM_OVER: Final = "Caio Villar Neto"


def questions_about_access(shop: Shop, ledger: Ledger) -> None:
    """One buyer for each reason that the other situations do not have."""
    for situation in (_boleto, _chargeback, _late, _canceled, _by_hand, _term):
        situation(shop, ledger)


def _meet(shop: Shop, ledger: Ledger, name: str, days: int) -> Buyer:
    first, *_others, last = name.lower().split()
    email = f"{first}.{last}@correio.example".translate(str.maketrans("áãíó", "aaio"))
    return meet(shop, ledger, name=name, at=later(shop.as_of, days=-days), email=email)


def _boleto(shop: Shop, ledger: Ledger) -> None:
    """Issued yesterday, paid this morning as he says, and not confirmed by the bank."""
    buyer = _meet(shop, ledger, BOLETO_WAITS, 1)
    buy(buyer, shop.plan_of("retrato"), buyer.born, Terms(BOLETO, SaleStatus.PENDING))
    buyer.writes("Paguei o boleto hoje cedo e ainda não consigo entrar.", later(shop.as_of, hours=-2))
    waiting = _meet(shop, ledger, LET_IN_BY_HAND, 2)
    sale = buy(waiting, shop.plan_of("luz"), waiting.born, Terms(BOLETO, SaleStatus.PENDING))
    grant = grant_access(waiting, sale, later(waiting.born, hours=20))
    grant.is_manual, grant.source = True, "manual"


def _chargeback(shop: Shop, ledger: Ledger) -> None:
    """The bank took the money back, and the platform shut the door."""
    buyer = _meet(shop, ledger, CHARGED_BACK, 50)
    sale = buy(buyer, shop.plan_of("luz"), buyer.born)
    dispute(buyer, sale, later(buyer.born, days=9), DisputeStatus.LOST)
    buyer.writes("Paguei o Luz e Cor e o acesso sumiu!", later(shop.as_of, days=-1))


def _late(shop: Shop, ledger: Ledger) -> None:
    """The card of the club was refused five days ago; the platform was hasty and shut the door."""
    club = shop.plan_of("clube")
    start = due_date(later(shop.as_of, days=-5), club, -6)
    buyer = _meet(shop, ledger, PAST_DUE, (shop.as_of - start).days)
    subscription = subscribe(buyer, club, start, Life(SubscriptionStatus.PAST_DUE))
    for grant in ledger.access_of(subscription):
        grant.status, grant.revoked_at = AccessStatus.REVOKED, later(shop.as_of, days=-4)
        grant.revoke_reason = "payment_failed"
    buyer.writes("Sou assinante e não consigo entrar no Clube.", later(shop.as_of, hours=-5))


def _canceled(shop: Shop, ledger: Ledger) -> None:
    """She canceled in the middle of a month that is over now."""
    club = shop.plan_of("clube")
    start = due_date(later(shop.as_of, days=-8), club, -5)
    buyer = _meet(shop, ledger, CANCELED_AND_OVER, (shop.as_of - start).days)
    left = later(due_date(start, club, 5), days=-12)
    subscribe(buyer, club, start, Life(SubscriptionStatus.CANCELED, at=left, reason="sem tempo agora"))
    buyer.writes("Minha conta do Clube não abre mais. Eu paguei!", later(shop.as_of, hours=-20))


def _by_hand(shop: Shop, ledger: Ledger) -> None:
    """Somebody of the team took the access away, whatever was paid."""
    buyer = _meet(shop, ledger, SHUT_BY_HAND, 80)
    sale = buy(buyer, shop.plan_of("aquarela"), buyer.born, Terms(PIX))
    for grant in ledger.access_of(sale):
        grant.is_manual, grant.status = True, AccessStatus.REVOKED
        grant.revoked_at, grant.revoke_reason = later(shop.as_of, days=-6), "login compartilhado"


def _term(shop: Shop, ledger: Ledger) -> None:
    """A year of access for one payment, over since a month."""
    buyer = _meet(shop, ledger, TERM_OVER, 395)
    sale = buy(buyer, shop.plan_of("retrato"), buyer.born, Terms(PIX))
    for grant in ledger.access_of(sale):
        grant.status, grant.expires_at = AccessStatus.EXPIRED, buyer.born + timedelta(days=365)
