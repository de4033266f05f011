"""Somebody looks in the wrong date range: the list says so, and one click shows what it hid."""

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import EMAIL, FORMER_EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.conftest import OpenPage
from tests.browser.test_support import SUPPORT, in_english
from tests.browser.visitor import arrive, sign_in

WRONG_RANGE = "date_from=2001-01-01&date_before=2001-02-01"
SALES = f"/w/{AURORA}/sales/"


def test_support_is_shown_what_a_wrong_date_range_hid(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"{SALES}?q={EMAIL}&{WRONG_RANGE}")
    # It comes by itself, after the page.
    reasons = page.locator(".why > li")
    hidden = reasons.filter(has_text=f"“Ordered” hides {NAME}").first
    expect(hidden).to_contain_text("the range is from 1 Jan 2001, before 1 Feb 2001")
    assert_accessible_in_every_size_and_scheme(page)
    hidden.get_by_role("link", name="Show it here").click()
    arrive(page, "Sales")
    expect(page.get_by_role("region", name="Active filters")).not_to_contain_text("Ordered")
    expect(page.get_by_role("row").filter(has_text=NAME).first).to_be_visible()


def test_support_says_what_they_expected_and_is_answered_in_place(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/?country=PT&created_before=2001-01-01")
    page.get_by_role("link", name="Is something missing here? Find out why").click()
    arrive(page, "Why is it not here?")
    page.get_by_label("I expected").fill(FORMER_EMAIL)
    page.get_by_role("button", name="Find out why").click()
    arrive(page, "Why is it not here?")
    hidden = page.locator(".why > li").filter(has_text=f"together hide {NAME}")
    expect(hidden).to_contain_text("found by a former email")
    expect(hidden).to_contain_text("Country: Brazil, the filter asks for Portugal")
    assert FORMER_EMAIL not in page.url
    assert_accessible_in_every_size_and_scheme(page)
    hidden.get_by_role("link", name="Without Country").click()
    arrive(page, "Customers")
    expect(page.get_by_role("region", name="Active filters")).not_to_contain_text("Country")
    expect(page.get_by_role("region", name="Active filters")).to_contain_text("Created")


def test_sale_without_its_subscription_says_why(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"{SALES}?q=thais.nobrega@correio.example")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    panel = page.get_by_role("region", name="Where is its subscription?")
    expect(panel).to_contain_text("None was ever recorded")
    assert_accessible_in_every_size_and_scheme(page)


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    return open_page(java_script_enabled=False)


def test_without_scripts_the_list_explains_itself_and_the_question_can_be_asked(plain_page: Page) -> None:
    in_english(SUPPORT)
    page = plain_page
    sign_in(page, SUPPORT, to=f"{SALES}?q={EMAIL}&{WRONG_RANGE}")
    expect(page.locator(".why > li").first).to_contain_text(f"“Ordered” hides {NAME}")
    page.get_by_role("link", name="Is something missing here? Find out why").click()
    page.get_by_label("I expected").fill("priscila@nowhere.example")
    page.get_by_role("button", name="Find out why").click()
    expect(page.locator(".why")).to_contain_text("Nothing is known here by “priscila@nowhere.example”")


def test_search_that_finds_nothing_leads_to_the_answer_without_scripts(plain_page: Page) -> None:
    in_english(SUPPORT)
    page = plain_page
    sign_in(page, SUPPORT, to=SALES)
    page.get_by_role("searchbox", name="Search this workspace").fill("priscila@nowhere.example")
    page.keyboard.press("Enter")
    asked = page.get_by_role("region", name="I expected “priscila@nowhere.example”")
    asked.get_by_role("button", name="Find out why").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why is it not here?")
    expect(page.get_by_label("I expected")).to_have_value("priscila@nowhere.example")
    expect(page.locator(".why").last).to_contain_text("Nothing is known here by “priscila@nowhere.example”")


def test_answer_of_all_lists_is_accessible(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/search/?q=priscila@nowhere.example")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_role("button", name="Find out why").click()
    arrive(page, "Why is it not here?")
    page.get_by_label("I expected").fill(FORMER_EMAIL)
    page.get_by_role("button", name="Find out why").click()
    expect(page.get_by_role("heading", level=3, name="Customers")).to_be_visible()
    expect(page.locator(".why > li").filter(has_text=f"{NAME} is in this list").first).to_be_visible()
    assert FORMER_EMAIL not in page.url
    assert_accessible_in_every_size_and_scheme(page)
