"""What does not fit: somebody for each check that the other situations leave without one."""

from atomicpay.devstack.seeding.buyers import meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import Life, due_date, subscribe
from atomicpay.devstack.seeding.purchases import PIX, Terms, buy, grant_access
from sales.states import AccessStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus


def sale_without_subscription(shop: Shop, ledger: Ledger) -> None:
    """A recurring plan was paid, and no subscription was ever recorded."""
    at = later(shop.as_of, days=-12)
    buyer = meet(shop, ledger, name="Thaís Vasconcelos Nóbrega", at=at, email="thais.nobrega@correio.example")
    buy(buyer, shop.plan_of("clube"), at)
    buyer.writes(
        "Assinei o Clube e pago todo mês, mas não vejo minha assinatura.", later(shop.as_of, days=-1)
    )


def subscription_under_another_record(shop: Shop, ledger: Ledger) -> None:
    """She pays with a new email, and her subscription stays on the record of the old one."""
    start = due_date(later(shop.as_of, days=-5), shop.plan_of("clube"), -4)
    old = meet(shop, ledger, name="Inês Carvalhão Pires", at=start, email="ines.carvalhao@antigo.example")
    subscribe(old, shop.plan_of("clube"), start, Life(buyer_email="ines.pires@correio.example"))
    at = later(shop.as_of, days=-20)
    new = meet(shop, ledger, name="Inês C. Pires", at=at, email="ines.pires@correio.example", document=False)
    buy(new, shop.plan_of("caderno"), at, Terms(PIX))
    new.writes("Minha assinatura do Clube sumiu da minha conta.", later(shop.as_of, days=-2))


def inside_without_paying(shop: Shop, ledger: Ledger) -> None:
    """His card was refused, and the platform let him in."""
    at = later(shop.as_of, days=-6)
    buyer = meet(shop, ledger, name="Gustavo Penha Lobo", at=at, email="gustavo.lobo@mail.example")
    sale = buy(buyer, shop.plan_of("luz"), at, Terms(status=SaleStatus.DECLINED))
    grant_access(buyer, sale, later(at, minutes=4))


def delivered_otherwise(shop: Shop, ledger: Ledger) -> None:
    """A course with a members area, reported as nothing to open."""
    at = later(shop.as_of, days=-14)
    buyer = meet(shop, ledger, name="Raquel Simas Toledo", at=at, email="raquel.toledo@correio.example")
    sale = buy(buyer, shop.plan_of("retrato"), at)
    for grant in ledger.access_of(sale):
        grant.status, grant.granted_at, grant.first_access_at = AccessStatus.NOT_APPLICABLE, None, None


def two_memberships(shop: Shop, ledger: Ledger) -> None:
    """She forgot that she was a member and joined again: both are charged."""
    plan = shop.plan_of("clube")
    at = due_date(later(shop.as_of, days=-9), plan, -6)
    buyer = meet(shop, ledger, name="Verônica Aguiar Prata", at=at, email="veronica.prata@mail.example")
    subscribe(buyer, plan, at)
    subscribe(buyer, plan, due_date(later(shop.as_of, days=-3), plan, -2))
    buyer.writes("Fui cobrada duas vezes este mês!", later(shop.as_of, hours=-20))


def charged_after_leaving(shop: Shop, ledger: Ledger) -> None:
    """Canceled, and charged once more a month later."""
    plan = shop.plan_of("clube")
    at = due_date(later(shop.as_of, days=-2), plan, -5)
    buyer = meet(shop, ledger, name="Nelson Barcelos Maia", at=at, email="nelson.maia@correio.example")
    left = due_date(at, plan, 4)
    life = Life(SubscriptionStatus.CANCELED, at=later(left, days=-3), reason="preço alto")
    subscription = subscribe(buyer, plan, at, life)
    buy(buyer, plan, due_date(at, plan, 5), Terms(subscription=subscription, charge=5))
    subscription.current_period_end = due_date(at, plan, 6)
    buyer.writes("Cancelei e vocês me cobraram de novo.", later(shop.as_of, hours=-30))


def inside_after_the_trial(shop: Shop, ledger: Ledger) -> None:
    """She let her trial end without paying, and the platform never shut the door."""
    at = later(shop.as_of, days=-40)
    buyer = meet(shop, ledger, name="Elvira Montalvão Reis", at=at, email="elvira.montalvao@mail.example")
    life = Life(SubscriptionStatus.CANCELED, at=later(at, days=12), reason="não usei")
    trial = subscribe(buyer, shop.plan_of("paleta/trial"), at, life)
    for grant in ledger.access_of(trial):
        grant.status, grant.expires_at = AccessStatus.GRANTED, None
