"""The case packet: what goes in and what stays out, its receipt, who may make it, and that it is bounded."""

import hashlib
import html as entities
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, Message
from customers.packet import queries
from customers.packet.choice import Part
from sales.models import Sale
from sales.states import DisputeStatus, PaymentMethod, SaleStatus
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.factories import NOON

SignIn = Callable[..., MemberClient]
EVERYTHING = [part.value for part in Part]
MARKUP = "<script>alert(47)</script><img src=x>"


def ask(client: MemberClient, customer: Customer, **choices: Any) -> Any:
    sent = {"purpose": "escalation", "parts": EVERYTHING, "shown": "masked"} | choices
    return client.post(client.at(f"customers/{customer.public_id}/packet/"), sent)


def packet_of(client: MemberClient, customer: Customer, **choices: Any) -> str:
    response = ask(client, customer, **choices)
    assert response.status_code == 200
    body = response.content.decode()
    assert 'class="packet"' in body, re.findall(r'class="error".*?</p>', body)
    return body.split("<main")[1].split("</main>")[0]


def words_of(body: str) -> str:
    return entities.unescape(re.sub(r"<[^>]*>", "\n", body))


@pytest.fixture
def case(aurora: Workspace, course: Product, support_manager: Membership) -> Customer:
    """A customer with a dispute, a refund, messages and notes, in `course` and in another product."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(
            name="Antônia Figueirêdo",
            email="antonia@correio.example",
            city="São Paulo",
            street="Rua das Flores",
        )
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerPhoneFactory(customer=customer, number="+55 11 98765-4321", digits="5511987654321")
        factories.CustomerDocumentFactory(customer=customer)
        sale = factories.SaleFactory(
            customer=customer,
            product=course,
            reference="AC-1",
            status=SaleStatus.DISPUTED,
            amount_charged=10_000,
            buyer_email="antonia@correio.example",
        )
        factories.SaleEventFactory(sale=sale, to_status="disputed", occurred_at=NOON + timedelta(days=3))
        factories.PaymentFactory(
            sale=sale,
            method=PaymentMethod.CREDIT_CARD,
            card_brand="visa",
            card_last4="4417",
            decline_reason="insufficient_funds",
        )
        factories.DisputeFactory(sale=sale, status=DisputeStatus.OPEN, opened_at=NOON + timedelta(days=3))
        factories.AccessGrantFactory(sale=sale)
        club = factories.ProductFactory(name="Clube Aurora")
        other = factories.SaleFactory(
            customer=customer, product=club, reference="AC-2", ordered_at=NOON + timedelta(days=30)
        )
        back = NOON + timedelta(days=32)
        factories.RefundFactory(
            sale=other, amount=500, reason="Pediu em 7 dias", requested_at=back, completed_at=back
        )
        subscription = factories.SubscriptionFactory(customer=customer, product=course, status="expired")
        factories.SubscriptionEventFactory(subscription=subscription)
        for direction, body in (
            (
                Message.Direction.IN,
                "Meu cartão 4111 1111 1111 1111, CPF 529.982.247-25, antonia@correio.example",
            ),
            (Message.Direction.OUT, "Olá! Abraço, Camila Rocha"),
        ):
            factories.MessageFactory(
                customer=customer,
                direction=direction,
                body=body,
                author_name="Camila Rocha",
                author=support_manager,
            )
        factories.NoteFactory(customer=customer, body="Marked: prefers email.", author=support_manager)
        factories.NoteFactory(customer=customer, body="Unmarked: difficult person.", author=support_manager)
        return customer


# What goes in -----------------------------------------------------------------


def test_packet_has_every_part_in_its_order(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    body = packet_of(sign_in(owner), case)
    headings = re.findall(r'<h2 id="packet-\w+">(.*?)</h2>', body)
    titles = [f"{number}. {part.label}" for number, part in enumerate(Part, 1)]
    assert headings == [*titles, "Receipt"]
    text = words_of(body)
    for words in (
        "AC-1",
        "Clube Aurora (Course)",
        "Visa 4417",
        "Insufficient funds",
        "Card chargeback",
        "Pediu em 7 dias",
        "Sale: Disputed",
        "Dispute opened",
        "Subscription: Created",
        "At risk",
        "A dispute is open. Access stays until it is decided.",
        "R$\u00a0100.00",
        "The buyer",
    ):
        assert words in text, words


def test_references_are_never_broken(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    body = packet_of(sign_in(owner), case)
    for part in ("purchases", "payments", "money_back"):
        section = body.split(f'id="packet-{part}"')[1].split("</section>")[0]
        whole = re.findall(r'<td role="cell" class="packet-cell packet-whole">([^<]*)</td>', section)
        assert "AC-1" in whole, part
        assert set(whole) <= {"AC-1", "AC-2"}, part


def test_timeline_tells_only_of_the_parts_that_are_chosen(
    sign_in: SignIn, owner: Membership, case: Customer
) -> None:
    text = words_of(packet_of(sign_in(owner), case, parts=["messages", "timeline"]))
    assert "Message of the buyer" in text
    assert "AC-1" not in text
    assert "Dispute opened" not in text


def test_documents_emails_phones_cards_and_members_are_taken_out(
    sign_in: SignIn, owner: Membership, case: Customer
) -> None:
    text = words_of(packet_of(sign_in(owner), case))
    for hidden in (
        "529.982.247-25",
        "52998224725",
        "antonia@correio.example",
        "98765",
        "4111 1111",
        "Camila",
        "Rua das Flores",
        "difficult person",
        "prefers email",
    ):
        assert hidden not in text, hidden
    for shown in (
        "•••.982.247-••",
        "a•••@correio.example",
        "•••• 4321",
        "•••• 1111",
        "[member]",
        "São Paulo",
    ):
        assert shown in text, shown


def test_in_full_is_for_who_may_reveal_and_cards_and_members_stay_out(
    sign_in: SignIn, owner: Membership, support_agent: Membership, case: Customer
) -> None:
    text = words_of(packet_of(sign_in(owner), case, shown="full"))
    assert "529.982.247-25" in text
    assert "antonia@correio.example" in text
    assert "Rua das Flores" in text
    assert "4111 1111" not in text
    assert "Camila" not in text
    with assert_unchanged(case.workspace_id):
        refused = ask(sign_in(support_agent), case, shown="full").content.decode()
    assert 'class="error"' in refused
    assert "529.982.247-25" not in refused
    assert 'value="full"' not in refused


def test_notes_go_along_only_where_they_are_marked(
    sign_in: SignIn, owner: Membership, case: Customer
) -> None:
    with enter(case.workspace_id):
        marked = case.note_set.get(body__startswith="Marked")
    client = sign_in(owner)
    text = words_of(packet_of(client, case, notes=[marked.pk]))
    assert "Marked: prefers email." in text
    assert "difficult person" not in text
    assert "Internal notes: 1 not marked" in text
    # Marked, but the part was not chosen.
    assert "prefers email" not in words_of(packet_of(client, case, parts=["identity"], notes=[marked.pk]))


def test_internal_notes_are_in_no_preset(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    client = sign_in(owner)
    for purpose in ("escalation", "chargeback", "subject"):
        page = client.get(client.at(f"customers/{case.public_id}/packet/?purpose={purpose}")).content.decode()
        checked = re.findall(r'name="parts"[^>]*value="(\w+)"[^>]*checked', page)
        assert "identity" in checked
        assert "notes" not in checked
        assert ("numbers" in checked) == (purpose != "chargeback")


@pytest.mark.parametrize(
    ("choices", "present", "absent"),
    [
        ({"sale": "AC-1"}, "AC-1", "AC-2"),
        ({"sale": " ac-1 "}, "AC-1", "AC-2"),
        ({"last_day": "2026-03-20"}, "AC-1", "AC-2"),
        ({"first_day": "2026-03-20"}, "AC-2", "AC-1"),
    ],
)
def test_packet_is_about_one_sale_or_a_period(
    sign_in: SignIn, owner: Membership, case: Customer, choices: Any, present: str, absent: str
) -> None:
    body = packet_of(sign_in(owner), case, **choices)
    sections = words_of(body.split('class="packet-receipt"')[0])
    assert present in sections
    assert absent not in sections


def test_packet_is_about_one_product(
    sign_in: SignIn, owner: Membership, case: Customer, course: Product
) -> None:
    text = words_of(packet_of(sign_in(owner), case, product=str(course.public_id)))
    assert "AC-1" in text
    assert "Clube Aurora" not in text
    assert "Only about Luz e Cor" in text
    assert "R$\u00a0100.00" in text


@pytest.mark.parametrize(
    "choices",
    [
        {"sale": "AC-9"},
        {"parts": []},
        {"parts": ["secrets"]},
        {"first_day": "2026-03-20", "last_day": "2026-03-19"},
        {"product": "00000000-0000-7000-8000-000000000000"},
        {"notes": ["1", "99999999"]},
        {"purpose": "revenge"},
    ],
)
def test_what_cannot_be_chosen_is_refused_in_words(
    sign_in: SignIn, owner: Membership, case: Customer, choices: Any
) -> None:
    with assert_unchanged(case.workspace_id):
        body = ask(sign_in(owner), case, **choices).content.decode()
    assert 'class="packet"' not in body
    assert 'class="error"' in body or 'role="alert"' in body


# Receipt and log --------------------------------------------------------------


def test_receipt_says_what_is_in_it_and_what_was_left_out(
    sign_in: SignIn, support_manager: Membership, case: Customer
) -> None:
    body = packet_of(sign_in(support_manager), case, parts=["identity", "purchases"])
    receipt = words_of(body.split('class="packet-receipt"')[1])
    for words in (
        "Support manager",
        "UTC",
        "Purchases: 2 rows",
        "Messages: Not chosen, 2 rows",
        "Internal notes: Not chosen, 2 rows",
        "Refunds and disputes: Not chosen, 2 rows",
        "Subscriptions: Not chosen, 1 row",
    ):
        assert words in receipt, words
    assert "Camila" not in body


def test_receipt_has_the_sums_only_where_numbers_were_chosen(
    sign_in: SignIn, support_manager: Membership, case: Customer
) -> None:
    client = sign_in(support_manager)
    without, chosen = (
        words_of(packet_of(client, case, parts=parts).split('class="packet-receipt"')[1])
        for parts in (["identity", "purchases"], ["identity", "numbers"])
    )
    assert "BRL: charged R$\u00a0197.00, refunded R$\u00a05.00, disputed R$\u00a0100.00" in chosen
    assert ("Sums" in without, "197.00" in without) == (False, False)


def test_hash_is_over_the_words_that_are_shown(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    body = packet_of(sign_in(owner), case)
    parts = []
    for section in re.findall(r"<section aria-labelledby=.*?</section>", body, re.DOTALL):
        title = re.search(r"<h2[^>]*>\d+\. (.*?)</h2>", section)
        assert title
        note = re.search(r'<p class="quiet">(.*?)</p>', section)
        rows = [
            re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            for row in re.findall(r"<tr role=\"row\">(.*?)</tr>", section, re.DOTALL)
        ]
        nothing = re.findall(r'<p class="faint">(.*?)</p>', section)
        lines = [title[1], note[1] if note else "", *("\t".join(cells) for cells in rows), *nothing]
        parts.append(entities.unescape("\n".join(lines)))
    shown = re.search(r'title="([0-9a-f]{64})"', body)
    assert shown
    assert hashlib.sha256("\n\n".join(parts).encode()).hexdigest() == shown[1]


def test_packet_is_logged_without_personal_data(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    packet_of(sign_in(owner), case, shown="full", sale="AC-1")
    with enter(case.workspace_id):
        made = AuditEntry.objects.get(action="customer.packet_made")
        assert (made.target_id, made.actor_id) == (case.pk, owner.pk)
        assert made.detail["rows"]["purchases"] == 1
        assert made.detail["in_full"] is True
        assert AuditEntry.objects.filter(action="customer.document_revealed", target_id=case.pk).exists()
        written = f"{made.detail} {made.target_label} {made.reason}".lower()
    for private in ("antônia", "correio", "529", "9876", "ac-1", "camila", "luz e cor"):
        assert private not in written, private


def test_choosing_changes_and_logs_nothing(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    client = sign_in(owner)
    with assert_unchanged(case.workspace_id):
        client.get(client.at(f"customers/{case.public_id}/packet/?{urlencode({'purpose': 'subject'})}"))


def test_markup_in_every_text_stays_text(sign_in: SignIn, owner: Membership, case: Customer) -> None:
    """T47."""
    with enter(case.workspace_id):
        Customer.objects.filter(pk=case.pk).update(name=MARKUP, city=MARKUP)
        Sale.objects.filter(customer=case).update(buyer_name=MARKUP, reference=MARKUP)
        case.message_set.update(subject=MARKUP, body=MARKUP)
        case.note_set.update(body=MARKUP)
        case.refunds.update(reason=MARKUP, failure_reason=MARKUP)
        case.payments.update(decline_reason=MARKUP)
        case.subscriptions.update(cancel_reason=MARKUP)
        case.customeremail_set.update(address=MARKUP)
        Product.objects.update(name=MARKUP)
        notes = [note.pk for note in case.note_set.all()]
    response = ask(sign_in(owner), case, notes=notes, shown="full")
    body = response.content.decode()
    assert 'class="packet"' in body
    assert "<script>alert(47)" not in body
    assert "<img src=x" not in body
    assert body.count("&lt;script&gt;alert(47)") > 15


# Who may make it --------------------------------------------------------------


def test_limited_member_gets_a_packet_of_their_product(
    sign_in: SignIn, limited_agent: Membership, case: Customer
) -> None:
    text = words_of(packet_of(sign_in(limited_agent), case))
    assert "AC-1" in text
    assert "AC-2" not in text
    assert "Clube Aurora" not in text
    assert "Pediu em 7 dias" not in text
    assert "R$\u00a0197.00" not in text
    client = sign_in(limited_agent)
    form = client.get(client.at(f"customers/{case.public_id}/packet/")).content.decode()
    assert "Luz e Cor" in form
    assert "Clube Aurora" not in form
    assert 'class="error"' in ask(client, case, sale="AC-2").content.decode()


def test_member_can_choose_only_what_they_may_see(
    sign_in: SignIn, employee: Membership, case: Customer
) -> None:
    with enter(case.workspace_id):
        employee.extra_permissions = ["customers.view", "sales.view"]
        employee.save()
    client = sign_in(employee)
    assert 'class="error"' in ask(client, case).content.decode()
    text = words_of(packet_of(client, case, parts=["purchases", "access", "timeline"]))
    assert "Numbers: Not for this role" in text
    assert "Subscriptions: Not for this role" in text
    assert "Subscription:" not in text
    assert "net R$" not in text
    # A subscription decides about the course, and they may not see subscriptions.
    assert "Clube Aurora" in text


@pytest.mark.parametrize("permissions", [(), ("customers.view",), ("sales.view",)])
def test_who_may_not_see_customers_and_sales_makes_none(
    sign_in: SignIn, employee: Membership, case: Customer, permissions: tuple[str, ...]
) -> None:
    with enter(case.workspace_id):
        employee.extra_permissions = list(permissions)
        employee.save()
    with assert_unchanged(case.workspace_id):
        assert ask(sign_in(employee), case).status_code == 403


def test_nothing_of_another_workspace_comes_along(
    sign_in: SignIn, owner: Membership, case: Customer, beacon: Beacon
) -> None:
    client = sign_in(owner)
    with assert_unchanged(beacon.workspace.pk):
        assert ask(client, beacon.customer).status_code == 404
        assert_no_canary(ask(client, case))
        assert_no_canary(ask(client, case, product=str(beacon.product.public_id)))
        refused = ask(client, case, sale=beacon.sale.reference).content.decode()
        assert "This customer has no sale of that reference." in refused
        assert refused.count("CANARY-B") == 1  # as it was typed in


# Bounds -----------------------------------------------------------------------


def test_long_history_is_cut_and_counted_in_as_many_queries(
    sign_in: SignIn, owner: Membership, case: Customer, course: Product, monkeypatch: Any
) -> None:
    client = sign_in(owner)

    def count() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as captured:
            text = words_of(packet_of(client, case))
        reads = [q["sql"] for q in captured.captured_queries if q["sql"].lstrip("( ").startswith("SELECT")]
        return len(reads), text

    few, _text = count()
    monkeypatch.setattr(queries, "LISTED", 10)
    with enter(case.workspace_id):
        for number in range(30):
            sale = factories.SaleFactory(
                customer=case, product=course, amount_charged=100, reference=f"N-{number}"
            )
            factories.PaymentFactory(sale=sale)
            factories.MessageFactory(customer=case)
    many, text = count()
    assert many == few <= 28
    assert "The newest 10 of 32 are listed; 22 older ones are counted only." in text
    assert "Purchases: 10 rows, 22 older ones counted only" in text
    assert "charged R$\u00a0227.00" in text  # all of them
