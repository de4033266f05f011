"""Support opens what needs attention, narrows it to one check, and puts a finding aside with a reason."""

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.test_support import SUPPORT, in_english
from tests.browser.visitor import arrive, sign_in

NAME, REASON = "Verônica Aguiar Prata", "She wants both, one is for her sister"


def test_support_dismisses_a_finding_with_a_reason(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Needs attention").click()
    arrive(page, "Needs attention")
    expect(page.get_by_role("status").filter(has_text="Checked up to")).to_be_visible()
    page.locator("summary").get_by_text("Check", exact=True).click()
    page.get_by_label("One subscription to each plan").check()
    page.get_by_role("button", name="Apply").click()
    arrive(page, "Needs attention")
    rows = page.get_by_role("row").filter(has_text="subscriptions to one plan are charged")
    expect(rows).to_have_count(1)
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_role("rowheader").get_by_role("link", name=NAME).click()
    arrive(page, NAME)
    checks = page.get_by_role("region", name="Checks")
    expect(checks).to_contain_text("2 subscriptions to one plan are charged.")
    checks.get_by_text("Dismiss", exact=True).first.click()
    checks.get_by_label("Why it needs no attention").first.fill(REASON)
    assert_accessible_in_every_size_and_scheme(page)
    checks.get_by_role("button", name="Dismiss").first.click()
    arrive(page, NAME)
    expect(checks).to_contain_text("nothing needs attention")
    checks.get_by_text("1 dismissed").click()
    expect(checks).to_contain_text(f"by Bianca Moraes: {REASON}")
    checks.get_by_role("button", name="Take the dismissal back").click()
    arrive(page, NAME)
    expect(checks).to_contain_text("1 needs attention")
