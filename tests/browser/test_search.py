"""The search box in Chromium: hits as one types, by the keyboard alone, with nothing lost on the way."""

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests.browser.accessibility import assert_accessible, assert_accessible_in_every_size_and_scheme
from tests.browser.visitor import arrive, sign_in

FINANCE = "finance@aurora.example"


@pytest.fixture
def last_four(site: object) -> str:
    """The last four digits of a card that Mariana paid with."""
    with enter(Workspace.objects.get(slug=AURORA).pk):
        payments = Customer.objects.get(name=NAME).payments.exclude(card_last4="")
        return str(payments.earliest("id").card_last4)


def test_support_finds_a_buyer_by_the_last_four_digits_of_a_card(page: Page, last_four: str) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/sales/")
    page.keyboard.press("/")
    page.keyboard.type(f"card {last_four}")
    hits = page.get_by_role("region", name="Results as you type")
    expect(hits.get_by_role("listitem").filter(has_text=NAME).first).to_contain_text(
        f"Card ending in {last_four}"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"“card {last_four}”")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_role("region", name="Customers").get_by_role("link", name=NAME, exact=True).click()
    arrive(page, NAME)


def test_hits_are_reached_by_arrows_and_closed_by_escape(page: Page) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/customers/")
    box = page.get_by_role("searchbox", name="Search this workspace")
    hits = page.get_by_role("region", name="Results as you type")
    page.keyboard.press("/")
    page.keyboard.type(EMAIL)
    first = hits.get_by_role("listitem").get_by_role("link").first
    expect(first).to_have_text(NAME)
    assert_accessible_in_every_size_and_scheme(page)
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(hits).to_be_hidden()
    expect(box).to_have_value(EMAIL)
    expect(box).to_be_focused()

    # A click elsewhere closes them and loses nothing; coming back shows them again.
    box.press("End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(first).to_be_visible()
    page.mouse.click(2, 2)
    expect(hits).to_be_hidden()
    expect(box).to_have_value(EMAIL)
    box.click()
    expect(hits).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrive(page, NAME)


def test_newest_answer_wins_and_a_short_text_asks_for_nothing(page: Page) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/customers/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/?q=" in request.url else None)
    box = page.get_by_role("searchbox", name="Search this workspace")
    hits = page.get_by_role("region", name="Results as you type")
    box.press_sequentially("m")
    page.wait_for_timeout(400)
    assert asked == []
    box.press_sequentially("ari", delay=20)
    expect(hits).to_be_visible()
    assert len(asked) == 1, asked
    box.fill(EMAIL)
    expect(hits.get_by_role("listitem").first).to_contain_text(NAME)
    box.fill("m")
    expect(hits).to_be_hidden()


def test_slip_of_the_finger_is_forgiven_and_said(page: Page) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/customers/")
    box = page.get_by_role("searchbox", name="Search this workspace")
    box.press_sequentially("mariama")
    hits = page.get_by_role("region", name="Results as you type")
    expect(hits).to_contain_text("Did you mean mariana?")
    assert_accessible(page)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing matches “mariama”")
    expect(page.get_by_role("link", name=NAME, exact=True)).to_be_visible()


def test_search_without_javascript_is_a_form(open_page: object) -> None:
    page: Page = open_page(java_script_enabled=False)  # type: ignore[operator]
    sign_in(page, FINANCE, to=f"/w/{AURORA}/sales/")
    page.get_by_role("searchbox", name="Search this workspace").fill("mari.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("“mari.”")
    page.get_by_role("link", name="Open in Customers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.get_by_role("row").filter(has_text=NAME)).to_be_visible()
