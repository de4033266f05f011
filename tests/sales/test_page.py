"""The sale page: everything about one sale, beside the customer it belongs to."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.catalog.models import PaymentModel, Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.models import Dispute, Sale
from sales.states import AccessStatus, PaymentMethod, PaymentStatus, SaleStatus
from tests import factories
from tests.assertions import assert_same_not_found
from tests.conftest import Beacon, MemberClient
from tests.lists import statements

SignIn = Callable[..., MemberClient]
BUDGET = 18
"""Queries of the page in all."""
UNKNOWN = "sales/00000000-0000-7000-8000-000000000000/"


@pytest.fixture
def sale(aurora: Workspace, course: Product) -> Sale:
    """A sale with everything that can be on record of one."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(
            name="Antônia Figueirêdo", email="antonia@correio.example", document="52998224725"
        )
        plan = factories.PlanFactory(product=course, name="Mensal")
        subscription = factories.SubscriptionFactory(
            customer=customer, product=course, plan=plan, external_id="SUB-9"
        )
        sale = factories.SaleFactory(
            customer=customer,
            product=course,
            plan=plan,
            subscription=subscription,
            recurrence_number=3,
            reference="AC-77",
            status=SaleStatus.PARTIALLY_REFUNDED,
            method=PaymentMethod.CREDIT_CARD,
            installments=6,
            amount_list=12000,
            amount_discount=2300,
            amount_tax=100,
            amount_charged=9700,
            amount_fee=700,
            amount_net=9000,
            settlement_amount=1650,
            settlement_currency="USD",
            buyer_name="Antonia F.",
            buyer_email="antonai@correio.example",
            buyer_document="52998224725",
            coupon="VOLTA10",
        )
        factories.SaleEventFactory(sale=sale, to_status=SaleStatus.PENDING)
        factories.SaleEventFactory(
            sale=sale,
            from_status=SaleStatus.CANCELED,
            to_status=SaleStatus.APPROVED,
            is_illegal=True,
            occurred_at=factories.NOON + timedelta(hours=1),
        )
        factories.PaymentFactory(
            sale=sale,
            method=PaymentMethod.CREDIT_CARD,
            status=PaymentStatus.FAILED,
            card_brand="visa",
            card_last4="1020",
            decline_reason="insufficient_funds",
            paid_at=None,
        )
        factories.PaymentFactory(sale=sale)
        factories.RefundFactory(sale=sale, amount=700, reason="Pediu em 7 dias")
        factories.DisputeFactory(sale=sale, amount=100, reason="product_not_received")
        factories.AccessGrantFactory(
            sale=sale, status=AccessStatus.REVOKED, revoke_reason="pediu estorno", is_manual=True
        )
        factories.SaleFactory(
            customer=customer, parent_sale=sale, offer_type=Sale.OfferType.ORDER_BUMP, reference="AC-78"
        )
    return sale


def page_of(client: MemberClient, sale: Sale) -> str:
    response = client.get(client.at(f"sales/{sale.public_id}/"))
    assert response.status_code == 200
    return response.content.decode()


def test_page_tells_everything_about_a_sale(sign_in: SignIn, support_agent: Membership, sale: Sale) -> None:
    html = page_of(sign_in(support_agent), sale)

    for text in (
        "<h1>AC-77</h1>",
        "Course, monthly, charge 3",
        "Partly refunded",
        "Mensal",
        "Recurring",
        "Credit card, 6×",
        "VOLTA10",
        *(
            "R$\u00a0120.00",
            "R$\u00a023.00",
            "R$\u00a01.00",
            "R$\u00a097.00",
            "R$\u00a07.00",
            "R$\u00a090.00",
        ),
        "US$\u00a016.50",
        *("Visa 1020", "Insufficient funds", "Pix"),
        *("Pediu em 7 dias", "Product not received", "Card chargeback"),
        *("Members area of another platform", "Revoked", "by hand, pediu estorno"),
        *("From Canceled", "The lifecycle knows no such change"),
        *("AC-78", "order bump"),
    ):
        assert text in html, text


def test_page_shows_the_buyer_as_typed_beside_the_customer(
    sign_in: SignIn, support_agent: Membership, sale: Sale
) -> None:
    client = sign_in(support_agent)
    html = page_of(client, sale)

    assert "Antonia F." in html
    assert "antonai@correio.example" in html
    assert "antonia@correio.example" in html
    assert client.at(f"customers/{sale.customer.public_id}/") in html
    assert client.at(f"subscriptions/{sale.subscription.public_id}/") in html  # type: ignore[union-attr]
    assert "•••.982.247-••" in html
    assert "52998224725" not in html
    assert "529.982.247-25" not in html


def test_page_says_what_went_back_and_what_is_left(
    sign_in: SignIn, support_agent: Membership, sale: Sale
) -> None:
    amounts = page_of(sign_in(support_agent), sale).split('id="amounts"')[1].split("</section>")[0]
    lines = dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd>\s*([^<]*?)\s*</dd>", amounts))

    assert lines["Charged"] == "R$\u00a097.00"
    assert lines["Refunded"] == "R$\u00a07.00"
    assert lines["Held by disputes"] == "R$\u00a01.00"
    assert lines["Left of the charge"] == "R$\u00a089.00"


def test_page_marks_where_the_customer_has_another_email(
    sign_in: SignIn, support_agent: Membership, employee: Membership, sale: Sale
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()

    def marked(member: Membership) -> list[str]:
        buyer = page_of(sign_in(member), sale).split('id="buyer"')[1].split("</section>")[0]
        lines = re.findall(r"<dt>([^<]*)</dt>(.*?)</div>", buyer, re.DOTALL)
        return [label for label, rest in lines if "The customer has another" in rest]

    assert marked(support_agent) == ["Name", "Email"]
    assert marked(employee) == []


def test_page_names_the_refund_window_of_the_product(
    sign_in: SignIn, support_agent: Membership, sale: Sale, course: Product
) -> None:
    with enter(sale.workspace_id):
        Product.objects.filter(pk=course.pk).update(refund_days=7)
        Sale.objects.filter(pk=sale.pk).update(approved_at=factories.NOON)
    html = page_of(sign_in(support_agent), sale)

    assert "Refund window ended on 9 Mar 2026" in html
    assert "7 days after the approval" in html


def test_page_of_an_added_sale_leads_to_the_others_that_were_added(
    sign_in: SignIn, support_agent: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        first = Sale.objects.get(parent_sale=sale)
        second = factories.SaleFactory(customer=sale.customer, parent_sale=sale)
    client = sign_in(support_agent)
    together = page_of(client, first).split('id="bought-with"')[1]

    assert client.at(f"sales/{sale.public_id}/") in together
    assert client.at(f"sales/{second.public_id}/") in together
    assert client.at(f"sales/{first.public_id}/") not in together


def test_page_and_customer_lead_to_each_other(sign_in: SignIn, support_agent: Membership, sale: Sale) -> None:
    client = sign_in(support_agent)
    of_customer = client.get(client.at(f"customers/{sale.customer.public_id}/")).content.decode()

    assert client.at(f"sales/{sale.public_id}/") in of_customer
    assert client.at(f"customers/{sale.customer.public_id}/") in page_of(client, sale)


def test_page_of_an_added_sale_leads_to_the_one_it_was_bought_with(
    sign_in: SignIn, support_agent: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        added = Sale.objects.get(parent_sale=sale)
    client = sign_in(support_agent)

    assert client.at(f"sales/{sale.public_id}/") in page_of(client, added)
    assert client.at(f"sales/{added.public_id}/") in page_of(client, sale)


def test_page_names_no_customer_to_who_may_not_see_them(
    sign_in: SignIn, employee: Membership, sale: Sale
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()
    html = page_of(sign_in(employee), sale)

    assert "antonai@correio.example" in html
    assert "antonia@correio.example" not in html
    assert f"customers/{sale.customer.public_id}" not in html
    assert f"subscriptions/{sale.subscription.public_id}" not in html  # type: ignore[union-attr]


def test_page_of_a_foreign_sale_is_the_page_of_none(
    sign_in: SignIn, support_agent: Membership, beacon: Beacon
) -> None:
    client = sign_in(support_agent)
    assert_same_not_found(client, client.at(f"sales/{beacon.sale.public_id}/"), client.at(UNKNOWN))


def test_page_of_a_sale_outside_ones_products_is_the_page_of_none(
    sign_in: SignIn, limited_agent: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        outside = factories.SaleFactory(customer=sale.customer, parent_sale=sale)
        subscription = factories.SubscriptionFactory(customer=sale.customer)
        Sale.objects.filter(pk=sale.pk).update(parent_sale=outside, subscription=subscription)
    client = sign_in(limited_agent)

    assert_same_not_found(client, client.at(f"sales/{outside.public_id}/"), client.at(UNKNOWN))
    html = page_of(client, sale)
    assert outside.reference not in html
    assert outside.product.name not in html
    assert subscription.external_id not in html


def test_page_is_forbidden_to_who_may_not_see_sales(
    sign_in: SignIn, employee: Membership, sale: Sale
) -> None:
    client = sign_in(employee)
    assert client.get(client.at(f"sales/{sale.public_id}/")).status_code == 403


def test_page_of_a_bare_sale_says_what_is_not_on_record(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        bare = factories.SaleFactory(buyer_name="", buyer_email="", is_test=True)
    html = page_of(sign_in(support_agent), bare)

    for text in (
        "No payment on record.",
        "Nothing was refunded or disputed.",
        "No change of status on record.",
        "No access was reported for this sale.",
        "A test sale: it counts in no total and no export.",
    ):
        assert text in html


def test_page_escapes_what_was_typed(sign_in: SignIn, support_agent: Membership, aurora: Workspace) -> None:
    evil = "<script>alert(1)</script>'\""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name=evil, email=evil)
        sale = factories.SaleFactory(
            customer=customer,
            reference=evil,
            source_status=evil,
            buyer_phone=evil,
            coupon=evil,
            affiliate=evil,
            agent=evil,
            utm_source=evil,
        )
        factories.SaleEventFactory(sale=sale, source_status=evil)
        factories.PaymentFactory(sale=sale, decline_reason=evil, external_id=evil)
        factories.RefundFactory(sale=sale, reason=evil)
        factories.AccessGrantFactory(sale=sale, revoke_reason=evil)
    html = page_of(sign_in(support_agent), sale)

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_page_has_the_messages_of_the_days_around_and_leads_to_the_timeline(
    sign_in: SignIn, support_agent: Membership, employee: Membership, sale: Sale
) -> None:
    customer = sale.customer
    said = {"Antes": -4, "Perto": -2, "No dia": 0, "Da disputa": 32, "Depois": 60}
    with enter(customer.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()
        for subject, days in said.items():
            factories.MessageFactory(
                customer=customer, subject=subject, sent_at=factories.NOON + timedelta(days=days)
            )
        Dispute.objects.update(opened_at=factories.NOON + timedelta(days=30))
        factories.MessageFactory(
            customer=factories.CustomerFactory(), subject="De outra pessoa", sent_at=factories.NOON
        )
    html = page_of(sign_in(support_agent), sale)
    assert [subject for subject in said if f">{subject}</a>" in html] == ["Perto", "No dia", "Da disputa"]
    assert "De outra pessoa" not in html
    assert f"customers/{customer.public_id}/timeline/" in html
    # Who may not see customers reads nothing of what they wrote.
    hidden = page_of(sign_in(employee), sale)
    assert ("No dia" in hidden, "/timeline/" in hidden, 'id="messages"' in hidden) == (False, False, False)


def test_page_takes_the_same_queries_for_little_and_for_much(
    sign_in: SignIn, support_agent: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        # Of a sale that names no subscription the page says why, which is read besides.
        bare = factories.SaleFactory(subscription=factories.SubscriptionFactory())
        for _ in range(20):
            factories.PaymentFactory(sale=sale)
            factories.SaleEventFactory(sale=sale)
            factories.SaleFactory(customer=sale.customer, product=sale.product, parent_sale=sale)
            factories.MessageFactory(customer=sale.customer, sent_at=factories.NOON)
    client = sign_in(support_agent)
    numbers = []
    for each in (bare, sale):
        page_of(client, each)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, each)
        numbers.append(len(statements(captured)))

    assert numbers[0] == numbers[1] <= BUDGET


def test_page_of_a_charge_says_why_its_access_is_left_out(
    sign_in: SignIn, employee: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()
    client = sign_in(employee)
    html = client.get(client.at(f"sales/{sale.public_id}/")).content.decode()
    assert "The access is left out: a subscription decides it" in html
    assert 'class="access-card"' not in html


def test_page_of_a_renewal_does_not_deny_the_report_that_stands_above(
    sign_in: SignIn, owner: Membership, sale: Sale
) -> None:
    with enter(sale.workspace_id):
        renewal = factories.SaleFactory(
            customer=sale.customer,
            product=sale.product,
            subscription=sale.subscription,
            recurrence_number=4,
            ordered_at=factories.NOON + timedelta(days=30),
        )
        bare = factories.SaleFactory()
    client = sign_in(owner)
    html = client.get(client.at(f"sales/{renewal.public_id}/")).content.decode()
    assert "No access was reported for this sale." not in html
    assert "No report names this sale by itself." in html
    html = client.get(client.at(f"sales/{bare.public_id}/")).content.decode()
    assert "No access was reported for this sale." in html


def test_page_of_a_sale_that_is_paid_once_asks_for_no_subscription(
    sign_in: SignIn, owner: Membership, aurora: Workspace, course: Product
) -> None:
    with enter(aurora.pk):
        once = factories.PlanFactory(product=course, payment_model=PaymentModel.ONE_TIME)
        again = factories.PlanFactory(product=course, payment_model=PaymentModel.RECURRING)
        paid_once = factories.SaleFactory(product=course, plan=once)
        recurring = factories.SaleFactory(product=course, plan=again)
        twin = factories.SaleFactory(product=course, plan=once)
        factories.SubscriptionFactory(customer=twin.customer, product=course)
    client = sign_in(owner)

    def asks(sale: Sale) -> bool:
        html = client.get(client.at(f"sales/{sale.public_id}/")).content.decode()
        return 'id="no-subscription"' in html

    assert not asks(paid_once)
    assert asks(recurring)
    assert asks(twin)
