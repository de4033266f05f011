"""A support agent's day: somebody writes from an old email, and her whole history is two keys away."""

import re

from playwright.sync_api import Page, Route, expect

from atomicpay.devstack.seeding.mariana import EMAIL, FORMER_EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import User
from tests.browser.accessibility import assert_accessible
from tests.browser.visitor import arrive, fill_in_sign_in, sign_in

SUPPORT = "support@aurora.example"


def in_english(email: str) -> None:
    """The demo's support reads Portuguese; most tests name what they look for in English."""
    User.objects.filter(email=email).update(language="")


def test_support_finds_a_customer_by_a_former_email_and_reads_her_history(page: Page) -> None:
    in_english(SUPPORT)
    page.goto(f"/w/{AURORA}/")
    arrive(page, "Sign in")
    fill_in_sign_in(page, SUPPORT)
    arrive(page, "Customers")

    box = page.get_by_role("searchbox", name="Search this workspace")
    box.press_sequentially(FORMER_EMAIL[:12])
    hits = page.get_by_role("region", name="Results as you type")
    expect(hits.get_by_role("listitem").filter(has_text=EMAIL)).to_contain_text("Former email")
    assert_accessible(page)
    box.fill(FORMER_EMAIL)
    page.keyboard.press("Enter")
    # It is a twin's email as well, so the choice is hers.
    arrive(page, f"Results for “{FORMER_EMAIL}”")
    found = page.get_by_role("region", name="Customers")
    expect(found.get_by_role("listitem").filter(has_text=NAME)).to_contain_text("Former email")
    found.get_by_role("link", name=NAME, exact=True).click()
    arrive(page, NAME)
    spend = page.get_by_role("region", name="Spend", exact=True)
    expect(spend.get_by_role("row").filter(has_text="BRL").first).to_contain_text(
        re.compile(r"=\s*4,329\.00")
    )
    expect(page.get_by_role("region", name="Subscriptions")).to_contain_text("Clube Aurora")
    identity = page.get_by_role("region", name="Identity")
    expect(identity).to_contain_text(EMAIL)
    expect(identity).to_contain_text(FORMER_EMAIL)

    purchases = page.get_by_role("region", name="Purchases")
    purchases.get_by_role("rowheader").first.get_by_role("link").click()
    arrive(page, re.compile(r"^AC-\d+$"))
    page.get_by_role("region", name="Customer", exact=True).get_by_role("link", name=NAME).click()
    arrive(page, NAME)


def test_support_agent_is_offered_no_document_and_no_export(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/?q={FORMER_EMAIL}")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("region", name="Identity").locator(".masked").first).to_contain_text("•")
    expect(page.get_by_role("button", name="Reveal")).to_have_count(0)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sales").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales")
    expect(page.get_by_role("link", name="Export")).to_have_count(0)


def test_list_is_read_by_keyboard_alone(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search this workspace")
    expect(search).to_be_focused()
    page.keyboard.type("silva")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=silva")
    page.get_by_role("link", name="Open in Customers").click()
    page.wait_for_url("**/customers/?q=silva*")
    links = page.get_by_role("table").get_by_role("rowheader").get_by_role("link")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    name = links.nth(0).inner_text()
    page.keyboard.press("Enter")
    arrive(page, name)
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales")


def test_question_mark_shows_the_keys_until_it_is_pressed_again(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/")
    keys = page.get_by_role("dialog", name="Keyboard")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    arrive(page, "Customers")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()


def test_numbers_beside_choices_come_by_themselves_and_stay_on_the_next_page(page: Page) -> None:
    """Once for a list: another page of it asks for none. The keys work on in what htmx has put there."""
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/sales/")
    filters = page.get_by_role("form", name="Filters")
    filters.locator("summary").get_by_text("Status", exact=True).click()
    number = filters.locator("label.option", has_text="Approved").locator(".count")
    expect(number).to_have_text(re.compile(r"^[\d,]+$"))
    expect(page.get_by_role("link", name="Count the choices")).to_have_count(0)
    before = number.inner_text()

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Rows 51 to")).to_be_visible()
    expect(number).to_have_text(before)
    assert not [url for url in asked if "choices=" in url]

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sales/*-*/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_number_of_rows_that_were_left_since_is_dropped(page: Page) -> None:
    """It comes when the next rows are there already, and its places are gone."""
    in_english(SUPPORT)
    held: list[Route] = []
    page.route(re.compile("[?&]count=exact"), lambda route: held.append(route), times=1)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/")
    page.get_by_role("columnheader", name="Customer").get_by_role("link").click()
    page.wait_for_url("**sort=name**")
    heading = page.get_by_role("heading", level=2, name="customers")
    expect(heading).to_have_text(re.compile(r"^\s*[\d,]+ customers\s*$"))
    assert len(held) == 1
    with page.expect_response(re.compile("[?&]count=exact")):
        held[0].continue_()
    # `watch` hears what htmx says of an answer that has no place.
    page.wait_for_timeout(200)


def test_last_of_two_clicks_is_the_list_that_is_shown(page: Page) -> None:
    """Also where the rows of the first one are the later ones to come."""
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/")
    held: list[Route] = []
    page.route(re.compile("[?&]sort=name"), lambda route: held.append(route), times=1)
    page.get_by_role("columnheader", name="Customer").get_by_role("link").click()
    page.wait_for_timeout(300)
    page.get_by_role("columnheader", name="Lifetime spend").get_by_role("link").click()
    expect(page.get_by_text("Sorted by lifetime spend")).to_be_visible()
    held[0].continue_()
    page.wait_for_timeout(500)
    expect(page.get_by_text("Sorted by lifetime spend")).to_be_visible()
    expect(page).to_have_url(re.compile("sort=-spend"))
