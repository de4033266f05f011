"""The timeline of a customer: it loads itself when it is reached, and is narrowed and paged by links."""

import re

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.timeline.pages import FIRST
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.visitor import arrive, sign_in

MANAGER = "manager@aurora.example"
ALL = re.compile(r"^\s*[\d,]+ entries\s*$")


def _address() -> str:
    with enter(Workspace.objects.get(slug=AURORA).pk):
        return f"/w/{AURORA}/customers/{Customer.objects.filter(name=NAME).earliest('id').public_id}/"


def test_first_entries_come_by_themselves_and_the_rest_by_links(page: Page) -> None:
    sign_in(page, MANAGER, to=_address())
    arrive(page, NAME)
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_role("link", name="Open the timeline")).to_have_count(1)
    page.keyboard.press("t")
    timeline.scroll_into_view_if_needed()
    entries = timeline.get_by_role("listitem")
    expect(entries).to_have_count(FIRST)
    assert_accessible(page)

    timeline.get_by_role("link", name="Whole timeline, with filters").click()
    arrive(page, f"Timeline of {NAME}")
    expect(page.get_by_role("heading", level=2, name=ALL)).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text(re.compile("Rows 51 to"))).to_be_visible()
    assert_accessible(page)

    page.locator("#filters summary").get_by_text("Kind", exact=True).click()
    page.get_by_label("Messages", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("region", name="Active filters")).to_contain_text("Kind: Messages")
    shown = page.locator(".timeline li")
    expect(shown.first).to_be_visible()
    expect(page.locator(".timeline .happened")).to_have_count(0)
    expect(page.locator(".timeline .said")).to_have_count(shown.count())


def test_without_scripts_a_link_leads_to_the_timeline(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, MANAGER, to=_address())
    page.get_by_role("link", name="Open the timeline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Timeline of {NAME}")
    expect(page.get_by_role("heading", level=2, name=ALL)).to_be_visible()
    page.get_by_role("link", name="Oldest first").click()
    expect(page.get_by_text("Oldest first", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="Newest first")).to_be_visible()
