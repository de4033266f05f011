"""The situations that support meets, one function each, so that every check has something true to show.

Each function makes the customers it is about and names them; `tests/devstack/test_seed.py` finds each again.
"""

from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.access import questions_about_access
from atomicpay.devstack.seeding.buyers import company_document, meet
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.conversations import conversations
from atomicpay.devstack.seeding.documents import make_cpf
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.mariana import mariana
from atomicpay.devstack.seeding.memberships import Life, happened, subscribe
from atomicpay.devstack.seeding.mismatches import (
    charged_after_leaving,
    delivered_otherwise,
    inside_after_the_trial,
    inside_without_paying,
    sale_without_subscription,
    subscription_under_another_record,
    two_memberships,
)
from atomicpay.devstack.seeding.purchases import BOLETO, PIX, Terms, attempt, buy, grant_access, move
from atomicpay.devstack.seeding.reversals import dispute, refund
from atomicpay.devstack.seeding.streams import stream
from atomicpay.devstack.seeding.variety import (
    disputes_of_every_kind,
    refunds_of_every_kind,
    subscriptions_of_every_kind,
    three_currencies,
)
from customers.models import DocumentKind
from sales.models import Sale
from sales.states import AccessStatus, DisputeStatus, PaymentStatus, SaleStatus
from subscriptions.lifecycle import EventKind, SubscriptionStatus

CAMPINAS, CURITIBA, RECIFE = names.BRAZILIAN_PLACES[1], names.BRAZILIAN_PLACES[4], names.BRAZILIAN_PLACES[9]


def aurora_situations(shop: Shop, ledger: Ledger) -> None:
    """Everything that is to be found in the Brazilian books."""
    for situation in (
        mariana,
        same_document_twice,
        sale_without_subscription,
        subscription_under_another_record,
        approved_without_access,
        access_after_lost_dispute,
        refund_explains_missing_access,
        slip_that_nobody_paid,
        voided_before_payment,
        jumps_nobody_knows,
        order_bump,
        test_purchases,
        only_declined,
        changed_email,
        company_with_letters,
        invalid_document,
        two_cards,
        late_boleto,
        school_with_many_sales,
        archived_with_history,
        name_like_a_formula,
        known_in_both_shops,
        refunds_of_every_kind,
        disputes_of_every_kind,
        subscriptions_of_every_kind,
        questions_about_access,
        conversations,
        inside_without_paying,
        delivered_otherwise,
        two_memberships,
        charged_after_leaving,
        inside_after_the_trial,
    ):
        situation(shop, ledger)


def beacon_situations(shop: Shop, ledger: Ledger) -> None:
    """What the international books show beyond their crowd."""
    for situation in (three_currencies, known_in_both_shops, refunds_of_every_kind, disputes_of_every_kind):
        situation(shop, ledger)


def same_document_twice(shop: Shop, ledger: Ledger) -> None:
    """One person, two records: the same CPF, the name with and without its accents, another email."""
    cpf = make_cpf(stream("twins", shop.seed))
    for name, email, days, plan in (
        ("Rogério Assunção", "rogerio.assuncao@mail.example", 400, "aquarela"),
        ("Rogerio Assuncao", "rogerio.trabalho@caixa.example", 90, "luz"),
    ):
        at = later(shop.as_of, days=-days)
        buyer = meet(shop, ledger, name=name, at=at, email=email, place=CURITIBA, document=False)
        buyer.known_by_document(DocumentKind.CPF, cpf)
        buy(buyer, shop.plan_of(plan), at, Terms(PIX))


def approved_without_access(shop: Shop, ledger: Ledger) -> None:
    """Paid three days ago; the platform never answered, so there is no access."""
    at = later(shop.as_of, days=-3)
    buyer = meet(shop, ledger, name="João Paulo Gonçalves", at=at, email="jp.goncalves@mail.example")
    sale = buy(buyer, shop.plan_of("luz"), at)
    for grant in ledger.access_of(sale):
        grant.status, grant.granted_at, grant.first_access_at = AccessStatus.FAILED, None, None
    buyer.writes("Comprei o Luz e Cor há três dias e não consigo entrar!", later(shop.as_of, hours=-9))


def access_after_lost_dispute(shop: Shop, ledger: Ledger) -> None:
    """The money was taken back and the access stayed."""
    at = later(shop.as_of, days=-70)
    buyer = meet(shop, ledger, name="Otávio Peçanha Reis", at=at, email="otavio.reis@mail.example")
    sale = buy(buyer, shop.plan_of("aquarela"), at)
    dispute(buyer, sale, later(at, days=12), DisputeStatus.LOST, reason="product_not_received", revokes=False)


def refund_explains_missing_access(shop: Shop, ledger: Ledger) -> None:
    """He asks why he is locked out; he was refunded."""
    at = later(shop.as_of, days=-16)
    buyer = meet(shop, ledger, name="Éder Magalhães Sobrinho", at=at, email="eder.sobrinho@correio.example")
    sale = buy(buyer, shop.plan_of("retrato"), at, Terms(PIX))
    refund(buyer, sale, later(at, days=4), reason="Pediu em 7 dias")
    buyer.writes("Não consigo mais abrir o curso Retrato a Lápis.", later(shop.as_of, days=-3))


def slip_that_nobody_paid(shop: Shop, ledger: Ledger) -> None:
    """A Pix code forty days old whose sale is still pending: nothing was heard of it again."""
    at = later(shop.as_of, days=-40)
    buyer = meet(shop, ledger, name="Flávia Simões Calçada", at=at, email="flavia.calcada@correio.example")
    buy(buyer, shop.plan_of("mentoria"), at, Terms(PIX, SaleStatus.PENDING))


def voided_before_payment(shop: Shop, ledger: Ledger) -> None:
    """A boleto that the seller withdrew the same day."""
    at = later(shop.as_of, days=-38)
    buyer = meet(shop, ledger, name="Heitor D’Ávila", at=at, email="heitor.davila@mail.example")
    buy(buyer, shop.plan_of("mentoria"), at, Terms(BOLETO, SaleStatus.CANCELED))


def jumps_nobody_knows(shop: Shop, ledger: Ledger) -> None:
    """Changes of state that no lifecycle has: kept, and flagged."""
    at = later(shop.as_of, days=-30)
    buyer = meet(shop, ledger, name="Zoé Albuquerque", at=at, email="zoe.albuquerque@mail.example")
    sale = buy(buyer, shop.plan_of("texturas"), at, Terms(BOLETO, SaleStatus.CANCELED))
    sale.approved_at = later(at, days=2)
    move(buyer, sale, SaleStatus.APPROVED, later(at, days=2), is_illegal=True)
    attempt(buyer, sale, PaymentStatus.PAID, later(at, days=2))
    plan = shop.plan_of("paleta/trial")
    left = later(at, days=-40)
    life = Life(SubscriptionStatus.EXPIRED, at=later(left, days=10), reason="não usei")
    subscription = subscribe(buyer, plan, left, life)
    # A trial never begins again by itself.
    happened(buyer, subscription, EventKind.STATUS_CHANGED, at, SubscriptionStatus.TRIALING, is_illegal=True)
    buyer.customer.created_at = left


def order_bump(shop: Shop, ledger: Ledger) -> None:
    """Two sales in one checkout, and an upsell a minute later."""
    at = later(shop.as_of, days=-25)
    buyer = meet(shop, ledger, name="Cecília Mourão", at=at, email="cecilia.mourao@mail.example")
    main = buy(buyer, shop.plan_of("aquarela"), at, Terms(installments=12))
    buy(buyer, shop.plan_of("guia"), at, Terms(parent=main, offer=Sale.OfferType.ORDER_BUMP))
    upsell = Terms(parent=main, offer=Sale.OfferType.UPSELL)
    buy(buyer, shop.plan_of("texturas"), later(at, minutes=1), upsell)


def test_purchases(shop: Shop, ledger: Ledger) -> None:
    """A customer who is a test, and test sales of one who is not: in no total and no list."""
    at = later(shop.as_of, days=-50)
    tester = meet(shop, ledger, name="Teste do Checkout", at=at, email="teste@aurora.example", is_test=True)
    buy(tester, shop.plan_of("luz"), at)
    real = meet(shop, ledger, name="Úrsula Bragança", at=at, email="ursula@braganca.example")
    buy(real, shop.plan_of("luz"), at, Terms(is_test=True))
    buy(real, shop.plan_of("luz"), later(at, days=1), Terms(PIX))


def only_declined(shop: Shop, ledger: Ledger) -> None:
    """Three refused cards for one mentorship: found among leads, not among buyers."""
    at = later(shop.as_of, days=-2)
    buyer = meet(shop, ledger, name="Márcio Évora", at=at, email="marcio.evora@correio.example")
    sale = buy(buyer, shop.plan_of("mentoria"), at, Terms(status=SaleStatus.DECLINED, has_payment=False))
    for minutes, reason in ((0, "incorrect_cvc"), (3, "insufficient_funds"), (7, "suspected_fraud")):
        when = later(at, minutes=minutes)
        attempt(buyer, sale, PaymentStatus.FAILED, when, card=buyer.cards[0], reason=reason)


def changed_email(shop: Shop, ledger: Ledger) -> None:
    """A former email that search still finds, and a sale that carries it."""
    at = later(shop.as_of, days=-500)
    buyer = meet(shop, ledger, name="Antônia Figueirêdo Lima", at=at, email="antonia@figueiredolima.example")
    until = later(at, days=200)
    buyer.known_by_email("antonia.figueiredo@antigo.example", until=until, main=False)
    for days, plan in ((0, "guia"), (90, "aquarela"), (260, "luz")):
        former = "antonia.figueiredo@antigo.example" if days < 200 else ""
        buy(buyer, shop.plan_of(plan), later(at, days=days), Terms(PIX, email=former))


def company_with_letters(shop: Shop, ledger: Ledger) -> None:
    """A company whose CNPJ holds letters, as new ones do since July 2026."""
    at = later(shop.as_of, days=-120)
    buyer = meet(
        shop,
        ledger,
        name="Estúdio Açaí Ltda.",
        at=at,
        email="financeiro@estudioacai.example",
        document=False,
    )
    company_document(buyer, letters=True)
    for days in range(0, 110, 10):
        buy(buyer, shop.plan_of("critica"), later(at, days=days), Terms(BOLETO))


def invalid_document(shop: Shop, ledger: Ledger) -> None:
    """A CPF whose check digits are wrong: kept as it came, and said to be wrong."""
    at = later(shop.as_of, days=-33)
    buyer = meet(shop, ledger, name="Valentín Ibáñez", at=at, email="valentin@ibanez.example", document=False)
    buyer.known_by_document(DocumentKind.CPF, "12345678900", valid=False)
    buy(buyer, shop.plan_of("masterclass"), at)


def two_cards(shop: Shop, ledger: Ledger) -> None:
    """One sale paid with two cards at once."""
    at = later(shop.as_of, days=-44)
    buyer = meet(shop, ledger, name="Luís Otávio Brandão", at=at, email="luis.brandao@correio.example")
    sale = buy(buyer, shop.plan_of("mentoria"), at, Terms(installments=6, has_payment=False))
    other = stream("two cards", shop.seed).randrange(10_000)
    first, half = buyer.cards[0], sale.amount_charged // 2
    attempt(buyer, sale, PaymentStatus.PAID, at, card=first, amount=half)
    second = type(first)("visa" if first.brand != "visa" else "mastercard", f"{other:04d}")
    attempt(buyer, sale, PaymentStatus.PAID, at, card=second, amount=sale.amount_charged - half)


def late_boleto(shop: Shop, ledger: Ledger) -> None:
    """A boleto that ran out on Friday and was confirmed on Monday."""
    at = later(shop.as_of, days=-60)
    buyer = meet(shop, ledger, name="Núbia Leão", at=at, email="nubia.leao@mail.example")
    sale = buy(buyer, shop.plan_of("retrato"), at, Terms(BOLETO, SaleStatus.EXPIRED))
    sale.approved_at = later(at, days=6)
    move(buyer, sale, SaleStatus.APPROVED, later(at, days=6))
    attempt(buyer, sale, PaymentStatus.PAID, later(at, days=6))
    grant_access(buyer, sale, later(at, days=6, minutes=5))


def school_with_many_sales(shop: Shop, ledger: Ledger) -> None:
    """A school that buys for its pupils: more sales than one page shows."""
    at = later(shop.as_of, days=-700)
    buyer = meet(shop, ledger, name="Colégio Santa Cecília", at=at, email="compras@santacecilia.example")
    buyer.is_tagged("escola", "vip")
    plans = ("guia", "caderno", "aquarela", "texturas")
    for number in range(140):
        buy(buyer, shop.plan_of(plans[number % 4]), later(at, days=number * 4.9), Terms(PIX))


def archived_with_history(shop: Shop, ledger: Ledger) -> None:
    """Archived, with purchases that still count."""
    at = later(shop.as_of, days=-800)
    buyer = meet(shop, ledger, name="Sebastião Quaresma", at=at, email="sebastiao.quaresma@caixa.example")
    buy(buyer, shop.plan_of("retrato"), at, Terms(PIX))
    buyer.customer.archived_at = later(shop.as_of, days=-15)
    buyer.customer.archived_by = shop.members.get("admin")
    buyer.customer.archive_reason = "Pediu para não receber mais contato"


def name_like_a_formula(shop: Shop, ledger: Ledger) -> None:
    """A name that a spreadsheet would run; files neutralise it, pages show it as it is."""
    at = later(shop.as_of, days=-21)
    buyer = meet(shop, ledger, name="=SOMA(A1:A9)", at=at, email="formula@mail.example", place=RECIFE)
    buy(buyer, shop.plan_of("caderno"), at, Terms(PIX))


def known_in_both_shops(shop: Shop, ledger: Ledger) -> None:
    """The same buyer in both businesses: only a member of both is told so."""
    at = later(shop.as_of, days=-150)
    is_aurora = shop.workspace.default_currency == "BRL"
    buyer = meet(
        shop,
        ledger,
        name="Beatriz Sant’Anna Queirós",
        at=at,
        email="bia.queiros@mail.example",
        place=CAMPINAS,
        document=is_aurora,
    )
    buy(buyer, shop.plan_of("luz" if is_aurora else "handbook"), at)
