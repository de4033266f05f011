"""The panel on the pages of a customer, a sale and a subscription, and the list: who sees what of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.attention.models import Finding
from atomicpay.attention.services import check_customers
from atomicpay.attention.sweep import check_everybody
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Sale
from subscriptions.models import Subscription
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.attention import scenes
from tests.conftest import Beacon, MemberClient
from tests.lists import listed, statements

SignIn = Callable[..., MemberClient]


def body(client: MemberClient, path: str) -> str:
    response = client.get(client.at(path))
    assert response.status_code == 200
    text = response.content.decode()
    return re.sub(r"\s+", " ", text)


def test_customer_page_shows_what_was_found_the_evidence_and_what_to_do(
    waiting: Customer, support_agent: Membership, sign_in: SignIn
) -> None:
    html = body(sign_in(support_agent), f"customers/{waiting.public_id}/")
    with enter(waiting.workspace_id):
        sale = Sale.objects.get()
    assert "1 needs attention" in html
    assert "Waiting for its payment since" in html
    assert f"/sales/{sale.public_id}/" in html
    assert "Look the payment up at the provider" in html
    assert re.search(r"\d+ passed, \d+ not applicable", html)
    assert "It is in this workspace, and you may see its product." in html
    assert "Nothing was refunded whole or lost in a dispute." in html


def test_page_is_live_whatever_the_worker_kept(
    aurora: Workspace, course: Product, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        customer = scenes.pix_of_yesterday(course)
    client = sign_in(support_agent)
    assert "1 needs attention" in body(client, f"customers/{customer.public_id}/")
    with enter(aurora.pk):
        check_customers([customer.pk])
        Sale.objects.update(status="approved")
    assert "nothing needs attention" in body(client, f"customers/{customer.public_id}/")


def test_email_typed_at_the_checkout_stands_on_the_page_alone(
    aurora: Workspace, course: Product, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        customer = scenes.typed_another_email(course)
        check_customers([customer.pk])
    client = sign_in(support_agent)
    assert "Typed at the checkout: outra@correio.example" in body(client, f"customers/{customer.public_id}/")
    assert "outra@correio.example" not in body(client, "attention/")


def test_sale_and_subscription_show_their_own_findings_alone(
    aurora: Workspace, course: Product, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        customer = scenes.charged_after_cancel(course)
        charge, subscription = Sale.objects.get(), Subscription.objects.get()
        other = scenes.sale_of(course, buyer=customer, status="pending", approved_at=None)
    client = sign_in(support_agent)
    of_charge, of_other = (body(client, f"sales/{sale.public_id}/") for sale in (charge, other))
    of_subscription = body(client, f"subscriptions/{subscription.public_id}/")
    for html, has_charge, has_pending in (
        (of_charge, True, False),
        (of_other, False, True),
        (of_subscription, True, False),
        (body(client, f"customers/{customer.public_id}/"), True, True),
    ):
        assert ("after the cancellation of" in html) is has_charge
        assert ("Waiting for its payment since" in html) is has_pending


def test_member_without_subscriptions_learns_nothing_of_them(
    aurora: Workspace, course: Product, employee: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        employee.extra_permissions = ["customers.view", "sales.view"]
        employee.save()
        customers = [scenes.charged_after_cancel(course), scenes.access_gone_while_charged(course)]
        codes = list(Subscription.objects.values_list("external_id", flat=True))
    client = sign_in(employee)
    for customer in customers:
        html = body(client, f"customers/{customer.public_id}/")
        assert "nothing needs attention" in html
        assert not [code for code in codes if code in html]
    assert client.get(client.at("attention/")).status_code == 403


def test_member_without_sales_has_no_checks(waiting: Customer, employee: Membership, sign_in: SignIn) -> None:
    with enter(waiting.workspace_id):
        employee.extra_permissions = ["customers.view", "subscriptions.view"]
        employee.save()
    client = sign_in(employee)
    assert 'id="checks"' not in body(client, f"customers/{waiting.public_id}/")


# Within one's products --------------------------------------------------------------------------------------


def test_limited_member_sees_what_is_of_their_products_alone(
    aurora: Workspace, course: Product, limited_agent: Membership, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        club = factories.ProductFactory(name="Clube Aurora")
        customer = scenes.pix_of_yesterday(course)
        hidden = scenes.sale_of(club, buyer=customer, status="pending", approved_at=None)
        elsewhere = scenes.boleto_of_last_week(club)
        check_everybody_in(aurora)
        hidden_ids = set(Finding.objects.filter(product=club).values_list("pk", flat=True))
        all_ids = set(Finding.objects.values_list("pk", flat=True))
    client = sign_in(limited_agent)
    html = body(client, f"customers/{customer.public_id}/") + body(client, "attention/")
    assert "1 needs attention" in html
    for secret in (hidden.reference, str(hidden.public_id), "Clube Aurora", elsewhere.name):
        assert secret not in html
    assert listed("attention", "", limited_agent) == all_ids - hidden_ids
    assert listed("attention", "", support_agent) == all_ids
    assert len(hidden_ids) == 2
    with enter(aurora.pk):
        address = Finding.objects.filter(pk__in=hidden_ids)[0].public_id
    assert client.get(client.at(f"attention/{address}/")).status_code == 404


@pytest.mark.parametrize("sees_product_of", ["customer", "subscription"])
def test_subscription_of_another_record_is_hidden_with_either_product(
    aurora: Workspace, course: Product, limited_agent: Membership, sign_in: SignIn, sees_product_of: str
) -> None:
    """The customer bought one product, the twin subscribes to another: who sees one learns nothing."""
    with enter(aurora.pk):
        club = factories.ProductFactory(name="Clube Aurora")
        own, of_twin = (course, club) if sees_product_of == "customer" else (club, course)
        twin, buyer = scenes.customer(name="Segredo da Silva"), scenes.customer(name="Ana Dias")
        subscription = scenes.subscribed(of_twin, "active", buyer=twin)
        scenes.sale_of(own, buyer=buyer)
        for person in (twin, buyer):
            factories.CustomerDocumentFactory(customer=person)
        check_everybody_in(aurora)
        assert Finding.objects.filter(customer=buyer, product=of_twin).count() == 1
    client = sign_in(limited_agent)
    assert listed("attention", "", limited_agent) == set()
    page = client.get(client.at(f"customers/{buyer.public_id}/"))
    if sees_product_of == "customer":
        assert subscription.external_id not in page.content.decode()
        assert "Segredo" not in page.content.decode()
    else:
        assert page.status_code == 404


def check_everybody_in(workspace: Workspace) -> None:
    check_customers(list(Customer.objects.filter(workspace=workspace).values_list("pk", flat=True)))


def test_other_workspace_is_never_seen(
    waiting: Customer, beacon: Beacon, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(beacon.workspace.pk):
        factories.CustomerEmailFactory(customer=beacon.customer, address=waiting.email, is_primary=False)
        foreign = Finding.objects.get()
    client = sign_in(support_agent)
    assert_no_canary(client.get(client.at("attention/?dismissed=include")))
    assert_no_canary(client.get(client.at(f"customers/{waiting.public_id}/")))
    assert client.get(client.at(f"attention/{foreign.public_id}/")).status_code == 404
    sent = {"check": foreign.check_code, "subject": foreign.subject, "reason": "x"}
    with assert_unchanged(beacon.workspace.pk):
        for act in ("dismiss", "restore"):
            path = client.at(f"customers/{beacon.customer.public_id}/findings/{act}/")
            assert client.post(path, sent).status_code == 404


# Dismissing -------------------------------------------------------------------------------------------------


def sent_of(customer: Customer, **more: str) -> dict[str, str]:
    with enter(customer.workspace_id):
        finding = Finding.objects.get(customer=customer)
        return {"check": finding.check_code, "subject": finding.subject, **more}


def test_agent_dismisses_with_a_reason_and_takes_it_back(
    waiting: Customer, support_agent: Membership, sign_in: SignIn
) -> None:
    client, page = sign_in(support_agent), f"customers/{waiting.public_id}/"
    response = client.post(client.at(f"{page}findings/dismiss/"), sent_of(waiting, reason="Pagou em mãos"))
    assert response.headers["Location"].endswith(f"{page}#checks")
    html = body(client, page)
    assert "1 dismissed" in html
    assert re.search(r"Dismissed on [^<]* by Saulo Dias: Pagou em mãos", html)
    assert 'class="empty"' in body(client, "attention/")
    assert "Pagou em mãos" in body(client, "attention/?dismissed=only")
    client.post(client.at(f"{page}findings/restore/"), sent_of(waiting))
    assert "1 needs attention" in body(client, page)


def test_finding_that_has_changed_says_that_it_was_dismissed_before(
    waiting: Customer, support_agent: Membership, sign_in: SignIn
) -> None:
    client, page = sign_in(support_agent), f"customers/{waiting.public_id}/"
    client.post(client.at(f"{page}findings/dismiss/"), sent_of(waiting, reason="Pagou em mãos"))
    with enter(waiting.workspace_id):
        Finding.objects.update(dismissed_digest="0")
    html = body(client, page)
    assert "1 needs attention" in html
    assert re.search(r"It was dismissed before, on [^<]* by Saulo Dias: Pagou em mãos\.", html)
    assert "Dismissed before: Pagou em mãos" in body(client, "attention/")


def test_dismissal_without_a_reason_is_refused_in_words(
    waiting: Customer, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    path = client.at(f"customers/{waiting.public_id}/findings/dismiss/")
    response = client.post(path, sent_of(waiting, reason="  "), follow=True)
    assert "Not dismissed: say why" in response.content.decode()
    with enter(waiting.workspace_id):
        assert not Finding.objects.get().is_dismissed


# The list ---------------------------------------------------------------------------------------------------


def test_list_leads_to_the_customer_and_says_how_far_it_is(
    aurora: Workspace, course: Product, support_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    assert "Nothing was checked yet." in body(client, "attention/")
    with enter(aurora.pk):
        customer = scenes.pix_of_yesterday(course)
        finding_of = Finding.objects
    check_everybody(aurora.pk)
    html = body(client, "attention/")
    assert "Checked up to" in html
    assert customer.name in html
    assert "Payment waiting too long" in html
    with enter(aurora.pk):
        finding = finding_of.get()
    response = client.get(client.at(f"attention/{finding.public_id}/"))
    assert response.headers["Location"].endswith(f"/customers/{customer.public_id}/#checks")


def test_list_filters_by_check_product_and_search(
    in_aurora: Workspace, course: Product, owner: Membership
) -> None:
    customers = {scene: scene(course) for scene in scenes.SCENES}
    check_everybody_in(in_aurora)
    by_check = {
        code: listed("attention", f"check={code}", owner)
        for code in Finding.objects.values_list("check_code", flat=True).distinct()
    }
    assert set().union(*by_check.values()) == listed("attention", "", owner)
    for code, ids in by_check.items():
        assert ids == set(Finding.objects.filter(check_code=code).values_list("pk", flat=True))
    one = customers[scenes.pix_of_yesterday]
    found = set(Finding.objects.filter(customer=one).values_list("pk", flat=True))
    assert listed("attention", f"q={one.email}", owner) == found
    product = factories.ProductFactory()
    assert listed("attention", f"product={product.public_id}", owner) == set()


def test_pages_take_two_queries_more_for_one_sale_and_for_a_thousand(
    aurora: Workspace, course: Product, support_agent: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        few, many = scenes.pix_of_yesterday(course), scenes.pix_of_yesterday(course)
        Sale.objects.bulk_create(
            factories.SaleFactory.build(
                customer=many,
                product=course,
                reference=f"AC-{number}",
                status="pending" if number % 2 else "approved",
                buyer_email=f"{number}@else.example",
            )
            for number in range(1000)
        )
    client = sign_in(support_agent)
    assert queries(client, few) == queries(client, many)


def test_checks_of_very_many_sales_come_after_the_page(
    waiting: Customer, support_agent: Membership, sign_in: SignIn, monkeypatch: Any
) -> None:
    monkeypatch.setattr("atomicpay.attention.pages.MANY_SALES", 0)
    client, path = sign_in(support_agent), f"customers/{waiting.public_id}/"
    html = body(client, path)
    assert "needs attention</span>" not in html
    assert f"{path}findings/" in html
    assert "1 needs attention" in body(client, f"{path}findings/")
    part = client.get(client.at(f"{path}findings/"), headers={"HX-Request": "true"}).content.decode()
    assert "1 needs attention" in part
    assert "<html" not in part


def test_checks_come_after_the_page_where_scripts_run(
    waiting: Customer, support_agent: Membership, sign_in: SignIn
) -> None:
    client, path = sign_in(support_agent), f"customers/{waiting.public_id}/"
    assert "1 needs attention" in body(client, path)
    client.cookies["js"] = "1"
    with CaptureQueriesContext(connection) as captured:
        html = body(client, path)
    assert f'hx-get="{client.at(path)}findings/"' in html
    assert "1 needs attention" not in html
    assert not [sql for sql in statements(captured) if "looked_at" in sql or '"finding"' in sql]
    part = client.get(client.at(f"{path}findings/"), headers={"HX-Request": "true"}).content.decode()
    assert "1 needs attention" in part


def queries(client: MemberClient, customer: Customer) -> int:
    with CaptureQueriesContext(connection) as captured:
        html = body(client, f"customers/{customer.public_id}/")
    of_checks = [sql for sql in statements(captured) if "looked_at" in sql or '"finding"' in sql]
    assert len(of_checks) == 2
    assert len(html) < 120_000
    return len(statements(captured))


def test_file_of_the_list_equals_the_screen(in_aurora: Workspace, course: Product, owner: Membership) -> None:
    """`listed` holds screen, count and file against each other; here with dismissed ones beside."""
    for scene in scenes.SCENES:
        scene(course)
    check_everybody_in(in_aurora)
    some: Any = Finding.objects.filter(check_code="email")
    some.update(dismissed_digest="x", digest="x")
    everything = listed("attention", "dismissed=include", owner)
    only = listed("attention", "dismissed=only", owner)
    assert only
    assert listed("attention", "", owner) == everything - only
