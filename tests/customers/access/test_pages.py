"""The access cards on the pages of a customer, a sale and a subscription, and who may see what of them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Sale
from sales.states import AccessStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import MemberClient

SignIn = Callable[..., MemberClient]
_CARD = re.compile(r'<article class="access-card".*?</article>', re.DOTALL)


def html_of(client: MemberClient, path: str) -> str:
    response = client.get(client.at(path))
    assert response.status_code == 200
    return str(response.content.decode())


def cards_of(client: MemberClient, path: str) -> list[str]:
    return _CARD.findall(html_of(client, path))


@pytest.fixture
def buyer(aurora: Workspace, course: Product) -> Customer:
    """Paid for a course whose platform failed, late with a club, refunded long ago for an ebook."""
    now = timezone.now()
    with enter(aurora.pk):
        customer: Customer = factories.CustomerFactory(name="Mariana Ferreira")
        sale = factories.SaleFactory(
            customer=customer, product=course, reference="AC-1", ordered_at=now - timedelta(days=3)
        )
        factories.AccessGrantFactory(sale=sale, status=AccessStatus.FAILED, granted_at=None)
        club = factories.SubscriptionFactory(
            customer=customer, status=SubscriptionStatus.PAST_DUE, product__name="Clube"
        )
        factories.SaleFactory(customer=customer, product=club.product, subscription=club, reference="AC-2")
        factories.SaleFactory(
            customer=customer,
            product__name="Guia",
            status=SaleStatus.REFUNDED,
            reference="AC-3",
            ordered_at=now - timedelta(days=900),
        )
    return customer


def test_page_has_a_card_for_what_needs_a_person_and_a_line_for_the_rest(
    sign_in: SignIn, support_agent: Membership, buyer: Customer
) -> None:
    client = sign_in(support_agent)
    html = html_of(client, f"customers/{buyer.public_id}/")
    first, second = _CARD.findall(html)
    assert "Luz e Cor" in first
    assert "Yes, but shut" in first
    assert 'data-tone="bad"' in first
    assert "Hello Mariana," in first
    assert "Olá Mariana," in first
    assert "Clube" in second
    assert "At risk" in second
    panel = html[html.index('id="access"') : html.index('id="spend"')]
    assert "3 products: 1 no, 1 at risk, 1 yes" in panel
    line = re.search(r"<summary>.*?</summary>", panel.split('class="access-lines"')[1], re.DOTALL)
    assert line is not None
    assert "Guia" in line[0]
    assert "A full refund ends access." in line[0]


def test_page_of_a_sale_and_of_a_subscription_have_the_card_of_their_product_alone(
    sign_in: SignIn, support_agent: Membership, buyer: Customer
) -> None:
    client = sign_in(support_agent)
    with enter(buyer.workspace_id):
        sale, club = Sale.objects.get(reference="AC-1"), Subscription.objects.get(customer=buyer)
    (card,) = cards_of(client, f"sales/{sale.public_id}/")
    assert "Yes, but shut" in card
    (card,) = cards_of(client, f"subscriptions/{club.public_id}/")
    assert "At risk" in card
    assert "Luz e Cor" not in card


def test_limited_member_sees_cards_of_their_products_alone(
    sign_in: SignIn, limited_agent: Membership, buyer: Customer, course: Product
) -> None:
    html = html_of(sign_in(limited_agent), f"customers/{buyer.public_id}/")
    (card,) = _CARD.findall(html)
    assert course.name in card
    assert "1 product: 1 yes" in html
    assert "Clube" not in html
    assert "Guia" not in html


def test_without_sales_there_are_no_cards(sign_in: SignIn, employee: Membership, buyer: Customer) -> None:
    with enter(buyer.workspace_id):
        employee.extra_permissions = ["customers.view", "subscriptions.view"]
        employee.save()
    html = html_of(sign_in(employee), f"customers/{buyer.public_id}/")
    assert _CARD.findall(html) == []
    assert 'id="access"' not in html


def test_without_subscriptions_what_they_decide_is_left_out_and_counted(
    sign_in: SignIn, employee: Membership, buyer: Customer
) -> None:
    with enter(buyer.workspace_id):
        employee.extra_permissions = ["customers.view", "sales.view"]
        employee.save()
    client = sign_in(employee)
    html = html_of(client, f"customers/{buyer.public_id}/")
    assert "1 product is left out: a subscription decides it" in html
    assert "At risk" not in html
    assert "2 products: 1 no, 1 yes" in html
    with enter(buyer.workspace_id):
        charge = Sale.objects.get(reference="AC-2")
    assert cards_of(client, f"sales/{charge.public_id}/") == []


def test_page_of_fifty_products_has_few_cards_and_stays_small(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        for number in range(50):
            status = SaleStatus.REFUND_REQUESTED if number % 5 == 0 else SaleStatus.APPROVED
            factories.SaleFactory(customer=customer, status=status, product__name=f"Curso {number}")
    html = html_of(sign_in(support_agent), f"customers/{customer.public_id}/")
    assert len(_CARD.findall(html)) == 4
    assert html.count("<summary>") >= 46
    assert html.count("toggle from:closest details once") == 46
    assert "50 products: 10 at risk, 40 yes" in html
    assert len(html.encode()) < 120_000


@pytest.mark.parametrize("path", ["sales", "subscriptions"])
def test_card_takes_one_query_for_one_sale_and_for_a_thousand(
    sign_in: SignIn,
    support_agent: Membership,
    aurora: Workspace,
    django_assert_max_num_queries: Any,
    path: str,
) -> None:
    counts = []
    for number in (1, 1000):
        with enter(aurora.pk):
            subscription = factories.SubscriptionFactory()
            customer, product = subscription.customer, subscription.product
            sales = Sale.objects.bulk_create(
                factories.SaleFactory.build(
                    customer=customer,
                    product=product,
                    subscription=subscription,
                    external_id=f"{number}-{each}",
                )
                for each in range(number)
            )
        of = sales[0] if path == "sales" else subscription
        client = sign_in(support_agent)
        html_of(client, f"{path}/{of.public_id}/")
        with django_assert_max_num_queries(30) as queries:
            html_of(client, f"{path}/{of.public_id}/")
        counts.append(len(queries.captured_queries))
    assert counts[0] == counts[1]


def test_access_of_a_long_history_is_asked_for_after_the_page(
    sign_in: SignIn, support_agent: Membership, buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.access.queries._LONG", 2)
    client = sign_in(support_agent)
    html = html_of(client, f"customers/{buyer.public_id}/")
    assert _CARD.findall(html) == []
    later = client.at(f"customers/{buyer.public_id}/access/")
    assert f'hx-get="{later}" hx-trigger="load"' in html
    assert f'<a href="{later}">' in html

    part = client.get(later, headers={"HX-Request": "true"}).content.decode()
    assert len(_CARD.findall(part)) == 2
    assert "<h1" not in part
    whole = html_of(client, f"customers/{buyer.public_id}/access/")
    assert "<h1>Access of Mariana Ferreira</h1>" in whole
    assert len(_CARD.findall(whole)) == 2


def test_access_of_who_bought_nothing_says_so(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
    html = html_of(sign_in(support_agent), f"customers/{customer.public_id}/access/")
    assert "No sale or subscription on record." in html
    assert 'id="access"' not in html_of(sign_in(support_agent), f"customers/{customer.public_id}/")


def test_product_beyond_the_cards_opens_in_place_with_facts_and_reply(
    sign_in: SignIn, support_agent: Membership, buyer: Customer
) -> None:
    client = sign_in(support_agent)
    html = html_of(client, f"customers/{buyer.public_id}/")
    (line,) = re.findall(r"<details>\s*<summary>\s*<b>Guia</b>.*?</details>", html, re.DOTALL)
    url = re.search(r'hx-get="([^"]+)"', line)
    assert url is not None
    assert f'<a href="{url[1]}">' in line
    part = client.get(url[1], headers={"HX-Request": "true"}).content.decode()
    (card,) = _CARD.findall(part)
    assert "A full refund ends access." in card
    assert "Olá Mariana," in card
    assert "<h1" not in part
    whole = client.get(url[1]).content.decode()
    assert "<h1>Access of Mariana Ferreira</h1>" in whole
    assert len(_CARD.findall(whole)) == 1


def test_card_of_a_product_is_shown_to_no_one_who_may_not_see_it(
    sign_in: SignIn, employee: Membership, limited_agent: Membership, buyer: Customer, course: Product
) -> None:
    with enter(buyer.workspace_id):
        hidden = Product.objects.get(name="Clube")
        unbought = factories.ProductFactory(name="Outro")
        employee.extra_permissions = ["customers.view", "sales.view"]
        employee.save()
    card = f"customers/{buyer.public_id}/access/?product="
    agent = sign_in(employee)
    assert agent.get(agent.at(f"{card}{course.public_id}")).status_code == 200
    for product in (hidden, unbought):
        path = agent.at(f"{card}{product.public_id}")
        assert agent.get(path).status_code == 404
    assert agent.get(agent.at(f"{card}none")).status_code == 404
    limited = sign_in(limited_agent)
    assert limited.get(limited.at(f"{card}{course.public_id}")).status_code == 200
    assert limited.get(limited.at(f"{card}{hidden.public_id}")).status_code == 404
    with enter(buyer.workspace_id):
        employee.extra_permissions = ["sales.view"]
        employee.save()
    blind = sign_in(employee)
    assert blind.get(blind.at(f"{card}{course.public_id}")).status_code == 403
