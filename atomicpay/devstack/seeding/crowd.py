"""The crowd: ordinary customers, each with one of a few kinds of history, drawn from the shop's catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from atomicpay.catalog.models import Plan
from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.buyers import Buyer, company_document, meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.memberships import (
    CANCEL_REASONS,
    CANCEL_REASONS_EN,
    Life,
    due_date,
    subscribe,
)
from atomicpay.devstack.seeding.purchases import BOLETO, CARD, PAYPAL, PIX, Terms, buy
from atomicpay.devstack.seeding.reversals import dispute, refund
from atomicpay.devstack.seeding.streams import moment, pick, stream
from sales.models import Sale
from sales.states import DisputeKind, DisputeStatus, RefundStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import CanceledBy

YEARS_OF_HISTORY = 3


@dataclass(frozen=True)
class Taste:
    """What the crowd of one shop buys: plans by weight, and how it pays."""

    once: dict[str, float]
    monthly: dict[str, float]
    trial: str
    methods: dict[str, float]
    reasons: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


AURORA_TASTE = Taste(
    once={
        "guia": 5,
        "caderno": 5,
        "luz": 4,
        "aquarela": 4,
        "retrato": 3,
        "texturas": 3,
        "critica": 1,
        "mentoria": 1,
    },
    monthly={"clube": 6, "paleta": 3, "clube/year": 1, "traco": 0.5, "mentoria/12": 1},
    trial="clube/trial",
    methods={CARD: 5, PIX: 4, BOLETO: 1},
    reasons=CANCEL_REASONS,
    questions=(
        (
            "Paguei e ainda não recebi o acesso. Podem verificar?",
            "Olá! O acesso foi liberado no e-mail da compra. Pode conferir?",
        ),
        ("Como baixo a nota fiscal?", "Enviamos a nota para o seu e-mail."),
        ("Quero trocar o e-mail de acesso.", "Feito! O novo e-mail já está no seu cadastro."),
        (
            "Não estou mais usando, quero cancelar.",
            "A renovação foi desligada; o acesso vai até o fim do mês.",
        ),
        ("O vídeo da aula 4 não abre.", "Corrigimos o vídeo. Obrigada por avisar!"),
    ),
)
BEACON_TASTE = Taste(
    once={
        "handbook": 4,
        "handbook/eur": 2,
        "handbook/jpy": 1,
        "foundations": 3,
        "foundations/eur": 2,
        "foundations/jpy": 1,
        "kit": 2,
        "kit/eur": 1,
        "hours": 1,
    },
    monthly={
        "board": 5,
        "board/eur": 3,
        "board/jpy": 1,
        "board/year": 1,
        "circle": 3,
        "circle/eur": 2,
        "foundations/4": 1,
    },
    trial="board/trial",
    methods={CARD: 7, PAYPAL: 2, "wallet": 1},
    reasons=CANCEL_REASONS_EN,
    questions=(
        (
            "I paid but cannot sign in.",
            "Your access is on the address used at checkout; please try that one.",
        ),
        ("Could you send me an invoice with our VAT number?", "Attached."),
        ("Please move my account to my work email.", "Done."),
        (
            "How do I cancel before the next charge?",
            "Renewal is switched off; access lasts until the period ends.",
        ),
    ),
)


def draw_customer(shop: Shop, ledger: Ledger, taste: Taste, number: int) -> None:
    """One customer of the crowd, with their whole history."""
    chance = stream("crowd", shop.seed, shop.workspace.slug, number)
    start = later(shop.as_of, days=-365 * YEARS_OF_HISTORY)
    # More came lately than long ago: the business grows.
    born = later(start, days=365 * YEARS_OF_HISTORY * chance.random() ** 0.7, minutes=-90)
    is_brazilian = taste is AURORA_TASTE
    name = names.brazilian_name(chance) if is_brazilian else names.english_name(chance)
    domain = chance.choice(names.BRAZILIAN_MAIL if is_brazilian else names.FOREIGN_MAIL)
    buyer = meet(
        shop,
        ledger,
        name=name,
        at=born.replace(microsecond=0),
        email=names.address_of(name, domain, number),
        phone=chance.random() < 0.8,
        document=chance.random() < 0.85,
    )
    history = pick(
        chance,
        {buys_once: 34, buys_often: 16, subscribes: 24, tries: 7, leaves: 11, only_tries_to_pay: 8},
    )
    history(buyer, taste)
    _colour(buyer, taste)


History = Callable[[Buyer, Taste], None]


def _terms(buyer: Buyer, taste: Taste, plan: Plan) -> Terms:
    method = pick(buyer.chance, taste.methods)
    if plan.interval and method not in (CARD, PAYPAL):
        method = CARD
    terms = Terms(method)
    if method == CARD and plan.amount > 20_000 and plan.currency == "BRL":
        terms.installments = buyer.chance.choice((1, 3, 6, 10, 12))
    if buyer.chance.random() < 0.08 and plan.amount:
        terms.coupon, terms.discount = "BLACK25", plan.amount // 4
    return terms


def _buy(buyer: Buyer, taste: Taste, at: datetime) -> Sale:
    plan = buyer.shop.plan_of(pick(buyer.chance, taste.once))
    sale = buy(buyer, plan, at, _terms(buyer, taste, plan))
    _reverse(buyer, sale)
    return sale


def _reverse(buyer: Buyer, sale: Sale) -> None:
    """A few sales are given back or contested."""
    chance, as_of = buyer.chance, buyer.shop.as_of
    age = (as_of - sale.ordered_at).days
    what = chance.random()
    if what < 0.06 and age > 8:
        refund(buyer, sale, later(sale.ordered_at, days=chance.randint(1, 6)))
    elif what < 0.09 and age > 12:
        amount = sale.amount_charged // chance.randint(2, 5)
        refund(buyer, sale, later(sale.ordered_at, days=chance.randint(2, 9)), amount=amount)
    elif what < 0.10 and age > 3:
        refund(buyer, sale, later(sale.ordered_at, days=2), status=RefundStatus.PENDING)
    elif what < 0.125 and age > 45:
        kind = DisputeKind.PIX_MED if sale.method == PIX else DisputeKind.CARD_CHARGEBACK
        status = pick(chance, {DisputeStatus.WON: 2, DisputeStatus.LOST: 3, DisputeStatus.INQUIRY: 1})
        dispute(buyer, sale, later(sale.ordered_at, days=chance.randint(10, 22)), status, kind=kind)
    elif what < 0.145 and 4 < age < 40:
        dispute(buyer, sale, later(sale.ordered_at, days=3), DisputeStatus.OPEN)


def buys_once(buyer: Buyer, taste: Taste) -> None:
    """One purchase, on the first day."""
    _buy(buyer, taste, buyer.born)


def buys_often(buyer: Buyer, taste: Taste) -> None:
    """Two to seven purchases, the first of them with an order bump now and then."""
    first = _buy(buyer, taste, buyer.born)
    if buyer.chance.random() < 0.3:
        bump = buyer.shop.plan_of(next(iter(taste.once)))
        terms = Terms(first.method, parent=first, offer=Sale.OfferType.ORDER_BUMP)
        buy(buyer, bump, buyer.born, terms)
    for _number in range(buyer.chance.randint(1, 6)):
        _buy(buyer, taste, moment(buyer.chance, buyer.born, buyer.shop.as_of))


def subscribes(buyer: Buyer, taste: Taste) -> None:
    """A subscription that still runs, or whose last charge was refused."""
    chance, as_of = buyer.chance, buyer.shop.as_of
    plan = buyer.shop.plan_of(pick(chance, taste.monthly))
    months = max(1, (as_of - buyer.born).days // 30)
    recovered = frozenset(n for n in range(2, months) if chance.random() < 0.04)
    life = Life(recovered=recovered, method=_terms(buyer, taste, plan).method)
    at = buyer.born
    if plan.interval == Plan.Interval.MONTH and months > 2 and not plan.max_charges:
        life.status = pick(chance, {life.status: 84, "past_due": 9, "unpaid": 3, "paused": 4})
        if life.status == SubscriptionStatus.PAST_DUE:
            at = due_date(later(as_of, days=-chance.randint(1, 9)), plan, -chance.randint(2, months))
        elif life.status == SubscriptionStatus.UNPAID:
            at = due_date(later(as_of, days=-20), plan, -chance.randint(3, months + 2))
        elif life.status == SubscriptionStatus.PAUSED:
            life.at = later(as_of, days=-chance.randint(2, 40))
    at = max(at, buyer.born) if life.status != SubscriptionStatus.PAST_DUE else at
    buyer.customer.created_at = min(at, buyer.born)
    subscribe(buyer, plan, at, life)
    if chance.random() < 0.35:
        _buy(buyer, taste, moment(chance, buyer.born, as_of))


def tries(buyer: Buyer, taste: Taste) -> None:
    """A trial: running, turned into a subscription, or left."""
    chance, as_of = buyer.chance, buyer.shop.as_of
    plan = buyer.shop.plan_of(taste.trial)
    what = chance.random()
    if what < 0.4:
        at = later(as_of, days=-chance.randint(0, plan.trial_days - 2), hours=-3)
        subscribe(buyer, plan, at, Life(SubscriptionStatus.TRIALING))
        buyer.customer.created_at = min(at, buyer.born)
    elif what < 0.75:
        subscribe(buyer, plan, buyer.born)
    else:
        left = later(buyer.born, days=plan.trial_days - 1)
        status = SubscriptionStatus.EXPIRED if left < as_of else SubscriptionStatus.TRIALING
        subscribe(buyer, plan, buyer.born, Life(status, at=left, reason=chance.choice(taste.reasons)))


def leaves(buyer: Buyer, taste: Taste) -> None:
    """A subscription that was ended: by the buyer, the seller, or charges that failed."""
    chance, as_of = buyer.chance, buyer.shop.as_of
    plan = buyer.shop.plan_of(pick(chance, taste.monthly))
    at = moment(chance, later(buyer.born, days=20), max(as_of, later(buyer.born, days=25)))
    if at >= as_of:
        subscribe(buyer, plan, buyer.born, Life(reason=taste.reasons[0], ends_at_term=True))
        return
    by = pick(
        chance,
        {CanceledBy.CUSTOMER: 6, CanceledBy.PAYMENT_FAILURE: 3, CanceledBy.SELLER: 1, CanceledBy.ADMIN: 1},
    )
    reason = "" if by == CanceledBy.PAYMENT_FAILURE else chance.choice(taste.reasons)
    status = SubscriptionStatus.EXPIRED if (as_of - at).days > 40 else SubscriptionStatus.CANCELED
    subscribe(buyer, plan, buyer.born, Life(status, at=at, reason=reason, by=by))


def only_tries_to_pay(buyer: Buyer, taste: Taste) -> None:
    """Refused cards and slips that ran out: a lead, not a buyer."""
    plan = buyer.shop.plan_of(pick(buyer.chance, taste.once))
    for number in range(buyer.chance.randint(1, 3)):
        at = later(buyer.born, minutes=7 * number)
        method = pick(buyer.chance, taste.methods)
        if method in (PIX, BOLETO):
            is_open = later(at, days=3) > buyer.shop.as_of
            status = SaleStatus.PENDING if is_open else SaleStatus.EXPIRED
        else:
            status = SaleStatus.DECLINED
        buy(buyer, plan, at, Terms(method, status))


def _colour(buyer: Buyer, taste: Taste) -> None:
    """What makes a customer more than their money: words with support, tags, a former email, a company."""
    chance, as_of = buyer.chance, buyer.shop.as_of
    if chance.random() < 0.25:
        question, answer = chance.choice(taste.questions)
        at = moment(chance, buyer.born, later(as_of, hours=-5))
        channel = pick(chance, {"email": 5, "whatsapp": 3, "chat": 2})
        buyer.writes(question, at, channel=channel)
        buyer.is_answered(answer, later(at, hours=chance.randint(1, 4)), channel=channel)
    if chance.random() < 0.12:
        buyer.is_tagged(pick(chance, {"vip": 4, "newsletter": 5, "beta": 2}))
    if chance.random() < 0.05:
        former = names.address_of(buyer.customer.name, "antigo.example", chance.randrange(10_000))
        buyer.known_by_email(former, until=moment(chance, buyer.born, as_of), main=False)
    if chance.random() < 0.03 and taste is AURORA_TASTE and not buyer.customer.document:
        company_document(buyer, letters=chance.random() < 0.4)
    if chance.random() < 0.04 and later(buyer.born, days=300) < as_of:
        _archive(buyer)


def _archive(buyer: Buyer) -> None:
    customer = buyer.customer
    customer.archived_at = later(buyer.shop.as_of, days=-buyer.chance.randint(1, 90))
    customer.archived_by = buyer.shop.members.get("admin")
    customer.archive_reason = "Pedido da própria cliente" if customer.country == "BR" else "Asked us to"
