"""The demo's books: the same for the same seed, right in their totals, and with everything support meets."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from stdnum.br import cnpj, cpf

from atomicpay.attention.checks import Result, Verdict, run_checks
from atomicpay.attention.facts import Check
from atomicpay.attention.models import Finding
from atomicpay.attention.queries import facts_of_customer
from atomicpay.catalog.models import Product
from atomicpay.devstack.seeding.catalogue import open_shop
from atomicpay.devstack.seeding.demo import BUSINESSES, draw, seed_demo
from atomicpay.devstack.seeding.documents import make_cnpj, make_cpf
from atomicpay.devstack.seeding.ledger import ORDER, Ledger
from atomicpay.devstack.seeding.mariana import EMAIL, FORMER_EMAIL, MISTYPED_EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA, BEACON, PEOPLE
from atomicpay.devstack.seeding.streams import stream
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.access.queries import access_facts
from customers.access.rules import decide
from customers.messages.around import purchases_around
from customers.messages.queries import sales_around
from customers.models import Customer, CustomerDocument, CustomerEmail, Message
from sales.models import AccessGrant, CustomerSpend, Dispute, Payment, Refund, Sale, SaleEvent
from sales.states import AccessStatus, DisputeKind, DisputeStatus, RefundStatus, SaleStatus
from sales.verification import differences
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription, SubscriptionEvent
from tests.attention.agreement import contradicts

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
Books = dict[str, Workspace]


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Iterator[Books]:
    """Both demo workspaces with a small crowd, gone again after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_demo(90, as_of=AS_OF)
        # What a commit would check.
        connection.check_constraints()
        yield {workspace.slug: workspace for workspace in Workspace.objects.all()}
        transaction.set_rollback(True)


@pytest.fixture
def in_books(books: Books) -> Iterator[Books]:
    """Inside the Brazilian books."""
    with enter(books[AURORA].pk):
        yield books


def _rows(ledger: Ledger) -> list[dict[str, Any]]:
    """Every row that was made up, with the public id of each row it points at."""

    def value(row: models.Model, field: Any) -> Any:
        if not field.is_relation:
            return getattr(row, field.attname)
        target = getattr(row, field.name)
        return getattr(target, "external_id", None) or getattr(target, "public_id", None)

    return [
        {field.name: value(row, field) for field in model._meta.local_concrete_fields if not field.generated}
        for model in ORDER
        for row in ledger.rows[model]
    ]


@pytest.mark.django_db
def test_seed_makes_the_same_rows_of_the_same_seed(books: Books) -> None:
    def made(seed: int) -> list[dict[str, Any]]:
        with transaction.atomic():
            workspace = Workspace.objects.create(slug="again", default_currency="BRL")
            with enter(workspace.pk):
                ledger = draw(BUSINESSES[0], open_shop(workspace, BUSINESSES[0].items, AS_OF, seed), 20)
                ledger.number_sales()
                rows = _rows(ledger)
            transaction.set_rollback(True)
        return [{name: row[name] for name in row if name != "workspace"} for row in rows]

    first, second, other = made(7), made(7), made(8)
    assert len(first) > 1000
    assert second == first
    assert other != first


@pytest.mark.parametrize("slug", [AURORA, BEACON])
def test_seed_totals_are_what_the_rows_say(books: Books, slug: str) -> None:
    with enter(books[slug].pk):
        assert CustomerSpend.objects.count() > 40
        assert list(differences()) == []


def test_seed_writes_nothing_that_is_yet_to_come(in_books: Books) -> None:
    assert not Sale.objects.filter(ordered_at__gt=AS_OF).exists()
    assert not SaleEvent.objects.filter(occurred_at__gt=AS_OF).exists()
    assert not SubscriptionEvent.objects.filter(occurred_at__gt=AS_OF).exists()
    assert not Payment.objects.filter(paid_at__gt=AS_OF).exists()


def test_seed_keeps_a_workspace_that_is_there(books: Books) -> None:
    with enter(books[AURORA].pk):
        before = Sale.objects.count()
    assert seed_demo(90, as_of=AS_OF) == {AURORA: None, BEACON: None}
    with enter(books[AURORA].pk):
        assert Sale.objects.count() == before


def test_seed_has_somebody_of_each_role_and_somebody_of_both(books: Books) -> None:
    members: dict[str, set[str]] = {}
    for slug, workspace in books.items():
        with enter(workspace.pk):
            members[slug] = set(Membership.objects.values_list("user__email", flat=True))
            if slug == AURORA:
                assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    assert members[AURORA] | members[BEACON] == {person.email for person in PEOPLE}
    assert len(members[AURORA] & members[BEACON]) == 1


def test_seed_demo_refuses_an_installation_that_others_can_reach(settings: Any) -> None:
    settings.SITE_URL = "https://history.example"
    with pytest.raises(CommandError, match="loopback"):
        call_command("seed_demo")


def test_documents_have_right_check_digits() -> None:
    chance = stream("documents")
    assert all(cpf.is_valid(make_cpf(chance)) for _ in range(200))
    assert all(cnpj.is_valid(make_cnpj(chance)) for _ in range(200))
    lettered = [make_cnpj(chance, letters=True) for _ in range(200)]
    assert all(cnpj.is_valid(number) for number in lettered)
    assert any(not number.isdigit() for number in lettered)


def test_mariana_has_the_books_of_the_design(in_books: Books) -> None:
    customer = Customer.objects.get(name=NAME)
    figures = CustomerSpend.objects.filter(customer=customer).order_by("currency")
    assert list(figures.values_list("currency", "gross", "refunded", "disputed", "net", "paid_sales")) == [
        ("BRL", 582300, 29700, 119700, 432900, 38),
        ("USD", 12900, 0, 0, 12900, 1),
    ]
    assert customer.email == EMAIL
    emails = CustomerEmail.objects.filter(customer=customer)
    assert FORMER_EMAIL in set(emails.values_list("normalised", flat=True))
    assert Sale.objects.filter(customer=customer, buyer_email=MISTYPED_EMAIL, status="pending").count() == 1
    assert Subscription.objects.get(customer=customer, status="past_due").charges_count == 32
    assert Customer.objects.filter(merged_into=customer).count() == 1


def _sales(**conditions: Any) -> Callable[[], bool]:
    return lambda: Sale.objects.filter(**conditions).exists()


def _recurring_without_subscription() -> bool:
    sales = Sale.objects.paid().filter(plan__payment_model="recurring", subscription=None)
    return sales.exclude(customer__subscriptions__isnull=False).exists()


def _subscription_under_another_record() -> bool:
    charges = Sale.objects.filter(subscription__isnull=False).exclude(buyer_email=F("customer__email"))
    others = CustomerEmail.objects.filter(normalised__in=charges.values("buyer_email"))
    return others.exclude(customer__in=charges.values("customer")).exists()


def _approved_without_access() -> bool:
    return AccessGrant.objects.filter(sale__status="approved", status=AccessStatus.FAILED).exists()


def _access_after_lost_dispute() -> bool:
    return AccessGrant.objects.filter(sale__status="chargeback", status=AccessStatus.GRANTED).exists()


def _same_document_twice() -> bool:
    twice = (
        CustomerDocument.objects.values("normalised")
        .annotate(customers=Count("customer"))
        .filter(customers=2)
    )
    return twice.exists()


def _only_declined() -> bool:
    paid = Q(sales__status__in=["approved", "completed"])
    return Customer.objects.filter(sales__status="declined").exclude(paid).exists()


def _two_cards() -> bool:
    paid = Payment.objects.filter(status="paid", amount__lt=F("sale__amount_charged"))
    return paid.values("sale").annotate(cards=Count("card_last4", distinct=True)).filter(cards=2).exists()


SITUATIONS: dict[str, Callable[[], bool]] = {
    "a sale without its subscription": _recurring_without_subscription,
    "a subscription under another customer's record": _subscription_under_another_record,
    "an approved sale without access": _approved_without_access,
    "access after a lost dispute": _access_after_lost_dispute,
    "a refund that explains missing access": lambda: AccessGrant.objects.filter(
        revoke_reason="refund"
    ).exists(),
    "a stale pending sale": _sales(status="pending", ordered_at__lt=AS_OF - timedelta(days=30)),
    "a jump of a sale that no lifecycle knows": lambda: SaleEvent.objects.filter(is_illegal=True).exists(),
    "a jump of a subscription": lambda: SubscriptionEvent.objects.filter(is_illegal=True).exists(),
    "an order bump": _sales(offer_type="order_bump", parent_sale__isnull=False),
    "an upsell": _sales(offer_type="upsell"),
    "a test sale of a real customer": _sales(is_test=True, customer__is_test=False),
    "a test customer": lambda: Customer.objects.filter(is_test=True).exists(),
    "a customer with declined sales alone": _only_declined,
    "a changed email": lambda: CustomerEmail.objects.filter(is_primary=False).exists(),
    "a document twice": _same_document_twice,
    "a CNPJ with letters": lambda: CustomerDocument.objects.filter(
        kind="cnpj", is_valid=True, normalised__regex="[A-Z]"
    ).exists(),
    "a document with wrong check digits": lambda: CustomerDocument.objects.filter(is_valid=False).exists(),
    "two cards for one sale": _two_cards,
    "a late boleto": lambda: SaleEvent.objects.filter(from_status="expired", to_status="approved").exists(),
    "an archived customer with sales": _sales(customer__archived_at__isnull=False),
    "a customer with more sales than a page": lambda: (
        Customer.objects.annotate(number=Count("sales")).filter(number__gt=100).exists()
    ),
    "a name that a spreadsheet would run": lambda: Customer.objects.filter(name__startswith="=").exists(),
    "a refund without a sale": lambda: Refund.objects.filter(sale=None).exists(),
    "a Pix return": lambda: Dispute.objects.filter(kind=DisputeKind.PIX_MED, status="open").exists(),
    "a trial": lambda: Subscription.objects.filter(trial_ends_at__gt=AS_OF).exists(),
    "a subscription that ends with its period": lambda: Subscription.objects.filter(
        cancel_at_period_end=True
    ).exists(),
    "a charge that was recovered": lambda: SubscriptionEvent.objects.filter(kind="recovered").exists(),
    "a boleto that waits while somebody was let in by hand": lambda: AccessGrant.objects.filter(
        is_manual=True, status="granted", sale__status="pending"
    ).exists(),
    "access taken by hand": lambda: AccessGrant.objects.filter(is_manual=True, status="revoked").exists(),
    "a year of access that is over": lambda: AccessGrant.objects.filter(
        status="expired", expires_at__lt=AS_OF, subscription=None
    ).exists(),
    "a canceled subscription whose period is over": lambda: Subscription.objects.filter(
        status="canceled", current_period_end__lt=AS_OF
    ).exists(),
    "a reason for leaving": lambda: Subscription.objects.exclude(cancel_reason="").exists(),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_seed_has_the_situation(in_books: Books, situation: str) -> None:
    assert SITUATIONS[situation]()


@pytest.fixture
def at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are read when the books end, whenever the test runs."""
    monkeypatch.setattr(timezone, "now", lambda: AS_OF)


def _results(customer: Customer) -> Iterator[Result]:
    yield from run_checks(facts_of_customer(customer), Check)


@pytest.mark.parametrize("check", [check for check in Check if check is not Check.SCOPE])
def test_seed_has_somebody_who_fails_each_check_and_somebody_who_passes(
    in_books: Books, at_the_end: None, check: Check
) -> None:
    failed = Finding.objects.filter(check_code=check)
    assert failed.exists()
    assert any(
        result.verdict is Verdict.PASSED
        for customer in Customer.objects.exclude(findings__check_code=check).filter(merged_into=None)[:150]
        for result in _results(customer)
        if result.check is check
    )


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "some products"])
def test_list_of_findings_is_what_each_page_finds(books: Books, at_the_end: None, is_limited: bool) -> None:
    """Who may see some products sees the very same findings as the worker made, or none of them."""
    with enter(books[AURORA].pk):
        products = list(Product.objects.order_by("pk").values_list("pk", flat=True))[::2]
    with enter(books[AURORA].pk, products=products if is_limited else None):
        live = {
            found.key: found.digest
            for customer in Customer.objects.filter(merged_into=None)
            for result in _results(customer)
            for found in result.found
        }
        kept = {
            (finding.customer_id, finding.check_code, finding.subject): finding.digest
            for finding in Finding.objects.all()
        }
    assert live == kept
    assert len(kept) > 5


@pytest.mark.parametrize("slug", [AURORA, BEACON])
def test_card_and_checks_of_a_seeded_customer_do_not_contradict_each_other(books: Books, slug: str) -> None:
    """Product by product: what a check found of one says nothing about the card of another."""
    now = timezone.now()
    with enter(books[slug].pk):
        cards, wrong = 0, []
        for customer in Customer.objects.filter(merged_into=None, is_test=False):
            failed: dict[str, set[Check]] = defaultdict(set)
            for result in run_checks(facts_of_customer(customer), Check):
                for found in result.found:
                    product = Product.objects.get(pk=found.suspect.product_id)
                    failed[str(product.public_id)].add(found.suspect.check)
            for facts in access_facts(customer.pk).products:
                decision, cards = decide(facts, now), cards + 1
                is_of_hand = any(grant.is_manual for grant in facts.grants)
                if contradicts(decision, failed[facts.public_id], is_of_hand=is_of_hand):
                    wrong.append((customer.name, facts.name, decision.rule, decision.reported, failed))
    assert wrong == []
    assert cards > 40


@pytest.mark.parametrize(
    ("model", "column", "states"),
    [
        (Sale, "status", SaleStatus),
        (Subscription, "status", SubscriptionStatus),
        (Refund, "status", RefundStatus),
        (Dispute, "status", DisputeStatus),
    ],
)
def test_seed_has_every_state(in_books: Books, model: Any, column: str, states: Any) -> None:
    assert set(model.objects.values_list(column, flat=True)) == set(states.values)


def test_seed_has_three_currencies_abroad_and_one_buyer_of_all(books: Books) -> None:
    with enter(books[BEACON].pk):
        assert set(Sale.objects.values_list("currency", flat=True)) == {"USD", "EUR", "JPY"}
        several = CustomerSpend.objects.values("customer").annotate(n=Count("currency")).filter(n=3)
        assert several.exists()


def test_seed_has_a_buyer_known_to_both_businesses(books: Books) -> None:
    found = []
    for workspace in books.values():
        with enter(workspace.pk):
            found.append(set(CustomerEmail.objects.values_list("normalised", flat=True)))
    assert found[0] & found[1] == {"bia.queiros@mail.example"}


def test_seed_has_conversations_beside_the_purchases_they_are_about(in_books: Books) -> None:
    """Each of those who paid and cannot get in wrote within three days of a purchase of theirs."""
    for name in ("João Paulo Gonçalves", "Flávia Simões Calçada", "Márcio Évora"):
        customer = Customer.objects.get(name=name)
        said = list(Message.objects.filter(customer=customer, direction=Message.Direction.IN))
        assert said
        around = sales_around(customer.pk, [message.sent_at for message in said])
        assert any(purchases_around(message.sent_at, around) for message in said), name
