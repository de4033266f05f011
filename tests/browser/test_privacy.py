"""Archive, anonymise and subject access in the browser, from the menu of the customer page to the end."""

import re
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import Dispute
from sales.states import DisputeStatus
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.models import Subscription
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.test_support import in_english
from tests.browser.visitor import Watch, arrive, sign_in

OWNER = "owner@aurora.example"


def _somebody(*, is_subscribed: bool) -> Customer:
    """Somebody of the crowd, with a subscription that runs or with nothing open."""
    with enter(Workspace.objects.get(slug=AURORA).pk):
        running = Subscription.objects.exclude(
            status__in=[SubscriptionStatus.CANCELED, SubscriptionStatus.EXPIRED]
        )
        active = Subscription.objects.filter(status=SubscriptionStatus.ACTIVE)
        disputed = Dispute.objects.filter(status=DisputeStatus.OPEN).values("customer")
        people = Customer.objects.listed().exclude(email="").filter(sales__isnull=False)
        people = people.exclude(pk__in=disputed)
        found = (
            people.filter(pk__in=active.values("customer"))
            if is_subscribed
            else people.exclude(pk__in=running.values("customer"))
        )
        return found.latest("pk")


def _open_menu(page: Page, customer: Customer, item: str) -> None:
    in_english(OWNER)
    sign_in(page, OWNER, to=f"/w/{AURORA}/customers/{customer.public_id}/")
    arrive(page, customer.name)
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("link", name=item).click()


def test_archive_is_refused_then_forced_and_taken_back(page: Page, watch: Watch) -> None:
    customer = _somebody(is_subscribed=True)
    _open_menu(page, customer, "Archive")
    arrive(page, "Archive this customer")
    expect(page.get_by_role("region", name="What it touches")).to_contain_text("Subscriptions that run")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_label("Reason").fill("Pediu para sair da lista")
    with watch.expecting(409):
        page.get_by_role("button", name="Archive", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Not archived")
    page.get_by_label("Archive all the same").check()
    page.get_by_role("button", name="Archive", exact=True).click()
    arrive(page, customer.name)
    expect(page.get_by_text(re.compile("^Archived on"))).to_be_visible()
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("button", name="Take out of the archive").click()
    expect(page.get_by_text(re.compile("^Archived on"))).to_have_count(0)


def test_archive_of_a_person_is_downloaded(page: Page) -> None:
    customer = _somebody(is_subscribed=True)
    _open_menu(page, customer, "Everything held about them")
    arrive(page, f"Everything held about {customer.name}")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_label("I have made sure").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with ZipFile(download.value.path()) as archive:
        assert customer.email in archive.read("person.csv").decode()


def test_person_is_anonymised_to_the_end(page: Page) -> None:
    customer = _somebody(is_subscribed=False)
    _open_menu(page, customer, "Anonymise")
    arrive(page, f"Anonymise {customer.name}")
    expect(page.get_by_role("region", name="What stays, and why")).to_contain_text("LGPD art. 16 I")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_label("Name or email of the customer").fill(customer.email)
    page.get_by_label("Reason").fill("Pedido de eliminação, chamado 4711")
    page.get_by_role("button", name="Anonymise for good").click()
    arrive(page, "Anonymised customer")
    assert_accessible_in_every_size_and_scheme(page)
    expect(page.get_by_text("chamado 4711")).to_be_visible()
    page.goto(f"/w/{AURORA}/customers/{customer.public_id}/")
    arrive(page, "Anonymised customer")
    assert customer.email not in page.content()
