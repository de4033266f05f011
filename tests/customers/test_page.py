"""The customer page: everything about one buyer, for who may see it, in a fixed number of queries."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.history.page import customer_page
from customers.history.queries import find_customer, read_history
from customers.models import Customer, CustomerTag
from sales.models import Sale
from sales.states import PaymentMethod, PaymentStatus
from tests import factories
from tests.assertions import assert_same_not_found, assert_unchanged
from tests.conftest import Beacon, MemberClient

SignIn = Callable[..., MemberClient]
CPF = "529.982.247-25"
UNKNOWN = "customers/00000000-0000-7000-8000-000000000000/"
BUDGET = 16
"""Queries of the page in all: session, user, workspace, its setting, membership, eight of its own, two of the
checks, and one of the possible duplicates."""


def page_of(client: MemberClient, customer: Customer) -> str:
    response = client.get(client.at(f"customers/{customer.public_id}/"))
    assert response.status_code == 200
    return response.content.decode()


def grant(member: Membership, *permissions: str) -> None:
    with enter(member.workspace_id):
        member.extra_permissions = list(permissions)
        member.save()


# What it shows ----------------------------------------------------------------


def test_page_tells_who_the_customer_is(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    html = page_of(sign_in(support_agent), antonia)

    assert "<h1>Antônia Figueirêdo</h1>" in html
    assert "<title>Antônia Figueirêdo · Aurora Cursos · AtomicPay</title>" in html
    assert "antonia@correio.example" in html
    assert '<span class="former">antiga@correio.example</span>' in html
    assert "Former, 1 Apr 2024 to 1 May 2024" in html
    assert "São Paulo, Brazil" in html
    assert "Hotmart buyer-77" in html
    assert "Prefere contato<br>por e-mail." in html
    assert "vip" in html


def _totals(html: str) -> str:
    line = re.search(r'<dl class="totals">(.*?)</dl>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", line[1]).split()) if line else ""


def test_head_has_what_the_customer_was_worth_and_what_is_active(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        factories.SaleFactory(customer=antonia, currency="JPY", amount_charged=1200)
        factories.SubscriptionFactory(customer=antonia, currency="JPY")
    html = page_of(sign_in(support_agent), antonia)
    head = html.split('<nav class="jump"')[0]
    assert _totals(html).startswith("Lifetime spend R$ 179.00 JP¥ 1,200 Purchases 2 Last paid")
    assert "Active subscriptions 1" in _totals(html)
    assert f"/customers/{antonia.public_id}/figures/BRL/net/" in head


def test_head_totals_nothing_that_a_permission_hides(
    sign_in: SignIn, employee: Membership, antonia: Customer
) -> None:
    grant(employee, "customers.view")
    assert _totals(page_of(sign_in(employee), antonia)) == ""
    grant(employee, "customers.view", "subscriptions.view")
    assert _totals(page_of(sign_in(employee), antonia)) == "Active subscriptions 0"
    grant(employee, "customers.view", "spend.view")
    line = _totals(page_of(sign_in(employee), antonia))
    assert "Active" not in line
    assert "R$ 179.00" in line
    assert "/figures/" not in page_of(sign_in(employee), antonia).split('<nav class="jump"')[0]


def test_page_opens_lifetime_spend_into_what_makes_it(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        factories.SaleFactory(customer=antonia, currency="JPY", amount_charged=1200)
        factories.SaleFactory(customer=antonia, is_test=True, amount_charged=99999)
    html = page_of(sign_in(support_agent), antonia)

    assert "R$\u00a0179.00" in html  # 389.00 - 10.00 - 200.00
    assert "JP¥\u00a01,200" in html
    for amount in ("389.00", "10.00", "200.00", "179.00"):
        assert f">{amount}</a>" in html
    assert "1 renewal apart" in html
    assert "3 sales: 3 paid" in html
    assert "1 test sale is listed and counts nowhere." in html
    assert "999.99</td>" not in html
    assert "Spend by month, BRL" in html
    assert (
        "Mar 2026: gross R$\u00a0389.00, refunded R$\u00a010.00, disputed R$\u00a0200.00, net R$\u00a0179.00"
        in html
    )


def test_ledger_names_each_amount_where_there_is_no_room_for_its_head(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    ledger = (
        page_of(sign_in(support_agent), antonia).split('class="ledger table-fold"')[1].split("</table>")[0]
    )
    cells = re.findall(r'<td role="cell"[^>]*data-label="([^"]+)">(.*?)</td>', ledger)
    named = {label: re.sub(r"<span.*|<[^>]+>", "", value) for label, value in cells}
    assert named["Net"] == "179.00"
    assert (named["Paid sales"], named["Gross"], named["Refunded"], named["Disputed"]) == (
        *("2", "389.00"),
        *("10.00", "200.00"),
    )


def test_page_has_purchases_methods_and_money_back(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    html = page_of(sign_in(support_agent), antonia)

    assert "Course, monthly, charge 2" in html
    assert "Mastercard 4417" in html
    assert "Card chargeback" in html
    assert "Unrecognized" in html
    assert "Pediu em 7 dias" in html
    assert "Completed on 2 Mar 2026" in html
    assert "Open dispute" in html
    assert "Past due" in html


def test_page_says_what_is_left_to_refund_and_until_when(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        Sale.objects.filter(reference="AC-2").update(refundable_until=factories.NOON)
    money_back = page_of(sign_in(support_agent), antonia).split('id="money-back"')[1]

    assert "R$\u00a090.00 left of the sale" in money_back  # 300.00 - 10.00 - 200.00
    assert money_back.count("Refund window ended on 2 Mar 2026") == 2


def test_page_says_when_a_method_was_used_first_and_last_and_since_when_one_subscribes(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        later = factories.NOON + timedelta(days=40)
        factories.PaymentFactory(sale=Sale.objects.get(reference="AC-2"), paid_at=later)
    html = page_of(sign_in(support_agent), antonia)

    assert "2 Mar 2026 to 11 Apr 2026" in html.split('id="methods"')[1].split("</section>")[0]
    assert "Since 2 Mar 2026." in html.split('id="subscriptions"')[1].split("</section>")[0]


def test_page_of_somebody_who_never_bought_says_so(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name="", email="ninguem@correio.example")
    html = page_of(sign_in(support_agent), customer)

    assert "<h1>ninguem@correio.example</h1>" in html
    assert "No sale on record." in html
    assert "No subscription on record." in html
    assert "None on record." in html
    assert "Nothing was refunded or disputed." in html


def test_page_counts_only_paid_payments_of_real_sales_as_methods(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory()
        factories.PaymentFactory(sale=sale, status=PaymentStatus.FAILED, method=PaymentMethod.BOLETO)
        factories.PaymentFactory(sale=sale, method=PaymentMethod.PAYPAL)
        test = factories.SaleFactory(customer=sale.customer, is_test=True)
        factories.PaymentFactory(sale=test, method=PaymentMethod.WALLET)
        member = support_agent
        history = read_history(find_customer(sale.customer.public_id), member, aurora.zone)

    methods = customer_page(history, "BRL").methods
    assert methods is not None
    assert [(method.words, method.payments) for method in methods] == [("PayPal", 1)]


def test_page_is_assembled_without_a_query(
    in_aurora: Workspace, support_agent: Membership, antonia: Customer, django_assert_num_queries: Any
) -> None:
    history = read_history(find_customer(antonia.public_id), support_agent, in_aurora.zone)
    with django_assert_num_queries(0):
        customer_page(history, "BRL")


# Who may see it ---------------------------------------------------------------


def test_page_of_a_foreign_customer_is_the_page_of_none(
    sign_in: SignIn, support_agent: Membership, beacon: Beacon
) -> None:
    client = sign_in(support_agent)
    foreign = f"customers/{beacon.customer.public_id}/"

    assert_same_not_found(client, client.at(foreign), client.at(UNKNOWN))
    assert_same_not_found(client, client.at(f"{foreign}purchases/"), client.at(f"{UNKNOWN}purchases/"))


def test_page_within_products_leaves_the_others_out(
    sign_in: SignIn, limited_agent: Membership, antonia: Customer
) -> None:
    html = page_of(sign_in(limited_agent), antonia)

    assert "Within your products" in html
    # What colleagues wrote is about the person.
    assert "Notes and messages are about the person and shown whole." in html
    assert "Prefere contato<br>por e-mail." in html
    assert "AC-1" in html
    assert "R$\u00a089.00" in html
    for outside in ("AC-2", "Clube Aurora", "389.00", "179.00", "Card chargeback", "Open dispute", "Pix"):
        assert outside not in html


def test_page_of_a_customer_with_nothing_in_ones_products_is_the_page_of_none(
    sign_in: SignIn, limited_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        elsewhere = factories.SaleFactory().customer
    client = sign_in(limited_agent)

    assert_same_not_found(client, client.at(f"customers/{elsewhere.public_id}/"), client.at(UNKNOWN))


def test_page_is_forbidden_to_who_may_not_see_customers(
    sign_in: SignIn, employee: Membership, antonia: Customer
) -> None:
    client = sign_in(employee)

    assert client.get(client.at(f"customers/{antonia.public_id}/")).status_code == 403
    grant(employee, "sales.view")
    assert client.get(client.at(f"customers/{antonia.public_id}/purchases/")).status_code == 403


@pytest.mark.parametrize(
    ("permissions", "shown", "hidden"),
    [
        ((), (), ("spend", "purchases", "methods", "money-back", "subscriptions")),
        (("spend.view",), ("spend",), ("purchases", "methods", "money-back", "subscriptions")),
        (("sales.view",), ("purchases", "methods", "money-back"), ("spend", "subscriptions")),
        (("subscriptions.view",), ("subscriptions",), ("spend", "purchases", "methods", "money-back")),
    ],
)
def test_page_has_the_sections_that_the_member_may_see(
    sign_in: SignIn,
    employee: Membership,
    antonia: Customer,
    permissions: tuple[str, ...],
    shown: tuple[str, ...],
    hidden: tuple[str, ...],
) -> None:
    grant(employee, "customers.view", *permissions)
    html = page_of(sign_in(employee), antonia)

    assert 'id="identity"' in html
    assert [name for name in shown if f'id="{name}"' not in html] == []
    assert [name for name in hidden if f'id="{name}"' in html or f'href="#{name}"' in html] == []


def test_page_of_a_merged_customer_leads_to_the_one_they_live_on_in(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        twin = factories.CustomerFactory(name="A. Figueirêdo", merged_into=antonia, merged_at=timezone.now())
    client = sign_in(support_agent)
    response = client.get(client.at(f"customers/{twin.public_id}/"), follow=True)

    assert response.redirect_chain == [(client.at(f"customers/{antonia.public_id}/"), 302)]
    assert "A. Figueirêdo was merged into this customer" in response.content.decode()


@pytest.mark.parametrize(
    "place",
    [
        "messages/?q=acesso",
        "messages/new/",
        "purchases/",
        "access/",
        "findings/",
        "figures/BRL/gross/",
        "as-of/?date=2026-03-04",
        "as-of/purchases/?date=2026-03-04",
        "packet/?purpose=chargeback",
    ],
)
def test_every_page_of_a_merged_customer_leads_to_the_same_of_the_one_they_live_on_in(
    sign_in: SignIn, owner: Membership, antonia: Customer, place: str
) -> None:
    with enter(antonia.workspace_id):
        twin = factories.CustomerFactory(merged_into=antonia, merged_at=timezone.now())
    client = sign_in(owner)
    response = client.get(client.at(f"customers/{twin.public_id}/{place}"))
    assert response.status_code == 302
    assert response.headers["Location"] == client.at(f"customers/{antonia.public_id}/{place}")
    assert client.get(response.headers["Location"]).status_code == 200


def test_page_of_a_customer_who_is_anonymised_takes_no_words(
    sign_in: SignIn, owner: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        nobody = factories.CustomerFactory(name="", email="", anonymised_at=factories.NOON)
    client = sign_in(owner)
    page = page_of(client, nobody)
    for place in ("notes/", "tags/", "messages/new/"):
        assert f"{nobody.public_id}/{place}" not in page
    messages_page = client.get(client.at(f"customers/{nobody.public_id}/messages/")).content.decode()
    assert "<h1>Messages of Anonymised customer</h1>" in messages_page
    assert "/messages/new/" not in messages_page
    with assert_unchanged(aurora.pk):
        for place, field in (("notes/", "body"), ("tags/", "name")):
            response = client.post(
                client.at(f"customers/{nobody.public_id}/{place}"), {field: "x"}, follow=True
            )
            assert "Not saved: whoever this was is anonymised." in response.content.decode()
        response = client.get(client.at(f"customers/{nobody.public_id}/messages/new/"), follow=True)
        assert "Not saved: whoever this was is anonymised." in response.content.decode()


def test_page_of_an_archived_customer_says_so(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    with enter(antonia.workspace_id):
        Customer.objects.filter(pk=antonia.pk).update(
            archived_at=factories.NOON, archived_by=support_agent, archive_reason="Pediu para sair"
        )
    html = page_of(sign_in(support_agent), antonia)

    assert "Archived on 2 Mar 2026 by Saulo Dias. Pediu para sair" in html


# Safety -----------------------------------------------------------------------


def test_page_escapes_what_buyers_and_members_typed(
    sign_in: SignIn, support_manager: Membership, aurora: Workspace
) -> None:
    evil = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"
    with enter(aurora.pk):
        product = factories.ProductFactory(name=evil)
        customer = factories.CustomerFactory(name=evil, email=evil, phone=evil, city=evil, street=evil)
        factories.CustomerEmailFactory(customer=customer, address=evil)
        factories.CustomerIdentityFactory(customer=customer, provider=evil, external_id=evil)
        factories.NoteFactory(customer=customer, body=evil)
        CustomerTag.objects.create(customer=customer, tag=factories.TagFactory(name=evil))
        plan = factories.PlanFactory(product=product, interval="", source_frequency=evil)
        factories.SubscriptionFactory(
            customer=customer, product=product, plan=plan, cancel_reason=evil, canceled_by="customer"
        )
        sale = factories.SaleFactory(customer=customer, product=product, plan=plan, reference=evil)
        factories.PaymentFactory(sale=sale, card_brand=evil, card_last4="1234")
        factories.RefundFactory(sale=sale, reason=evil, failure_reason=evil)
        factories.DisputeFactory(sale=sale, reason=evil)
    html = page_of(sign_in(support_manager), customer)

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_page_never_holds_the_whole_document(
    sign_in: SignIn, owner: Membership, antonia: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    html = page_of(sign_in(owner), antonia)

    assert "•••.982.247-••" in html
    for written in (CPF, CPF.replace(".", "").replace("-", "")):
        assert written not in html
        assert written not in caplog.text


# How much it costs ------------------------------------------------------------


def queries_of(client: MemberClient, customer: Customer) -> int:
    """The statements that read or write; what opens, sets and closes transactions is not counted.

    A test runs in a transaction already, so the workspace is set back at the end; a request's just ends.
    """
    page_of(client, customer)
    with CaptureQueriesContext(connection) as captured:
        page_of(client, customer)
    frame = (
        "SAVEPOINT",
        "RELEASE",
        "BEGIN",
        "COMMIT",
        "SET LOCAL",
        "SELECT set_config('app.workspace_id', ''",
    )
    return sum(not query["sql"].startswith(frame) for query in captured.captured_queries)


@pytest.mark.parametrize("who", ["support_manager", "limited_agent"])
def test_page_takes_the_same_few_queries_for_one_sale_and_for_a_thousand(
    sign_in: SignIn, request: pytest.FixtureRequest, aurora: Workspace, course: Product, who: str
) -> None:
    with enter(aurora.pk):
        first = factories.SaleFactory(product=course)
        factories.RefundFactory(sale=first, amount=1)
        few, many = first.customer, factories.SaleFactory(product=course).customer
        sales = Sale.objects.bulk_create(
            factories.SaleFactory.build(customer=many, product=course, reference=f"AC-{number}")
            for number in range(1000)
        )
        for sale in sales[:60]:
            factories.PaymentFactory(sale=sale)
            factories.RefundFactory(sale=sale, amount=1)
            factories.NoteFactory(customer=many)
            factories.CustomerEmailFactory(customer=many, address=f"{sale.pk}@correio.example")
        with connection.cursor() as cursor:
            # As autovacuum does within a minute: a table taken for empty is read in any way.
            cursor.execute("SELECT analyze_while_importing()")
    client = sign_in(request.getfixturevalue(who))

    assert queries_of(client, few) == queries_of(client, many) <= BUDGET


def test_page_leads_to_every_purchase(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace, course: Product
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        Sale.objects.bulk_create(
            factories.SaleFactory.build(
                customer=customer,
                product=course,
                reference=f"AC-{number}.",
                ordered_at=factories.NOON + timedelta(hours=number),
            )
            for number in range(60)
        )
    client = sign_in(support_agent)
    html = page_of(client, customer)
    cursor = html.split("purchases/?after=")[1].split('"')[0]
    address = client.at(f"customers/{customer.public_id}/purchases/")
    plain = client.get(address, {"after": cursor}).content.decode()
    part = client.get(address, {"after": cursor}, headers={"HX-Request": "true"}).content.decode()

    shown = [number for number in range(60) if f"AC-{number}." in html]
    assert shown == list(range(35, 60))
    assert [number for number in range(60) if f"AC-{number}." in plain] == list(range(35))
    assert "26 to 60 of 60, newest first" in plain
    assert "The latest 60 of 60" in part


def test_page_of_ten_years_stays_small(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace, course: Product
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        sales = Sale.objects.bulk_create(
            factories.SaleFactory.build(
                customer=customer,
                product=course,
                recurrence_number=number + 1,
                currency=("BRL", "USD")[number % 2],
                ordered_at=factories.NOON - timedelta(days=30 * number),
            )
            for number in range(121)
        )
        for sale in sales[:40]:
            factories.RefundFactory(sale=sale, amount=100)
            factories.DisputeFactory(sale=sale, amount=200)
            factories.SubscriptionFactory(customer=customer, product=course)
    html = page_of(sign_in(support_agent), customer)

    assert "Spend by year, BRL" in html
    assert "Spend by year, USD" in html
    assert len(html.encode()) < 100_000
