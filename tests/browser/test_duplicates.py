"""An admin works through the queue of possible duplicates: by mouse, by key, narrowed and back."""

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.test_admin import ADMIN
from tests.browser.test_support import in_english
from tests.browser.visitor import arrive, sign_in

TRIO, LIKELY = "Marília Quintão Alves", "Zenaide Tavares"
QUEUE = f"/w/{AURORA}/admin/duplicates/suggestion/"


def test_admin_decides_on_possible_duplicates(page: Page) -> None:
    in_english(ADMIN)
    sign_in(page, ADMIN, to=f"/w/{AURORA}/admin/")
    page.get_by_role("main").get_by_role("link", name="Possible duplicates", exact=True).last.click()
    arrive(page, "Possible duplicates")
    trio = page.get_by_role("region", name=TRIO)
    expect(trio.get_by_role("rowheader")).to_have_count(3)
    expect(trio).to_contain_text("Same phone: +5519988450143")
    expect(trio).to_contain_text("at stake")
    assert_accessible_in_every_size_and_scheme(page)

    page.get_by_role("link", name="Likely", exact=True).click()
    case = page.get_by_role("region", name=LIKELY)
    expect(case).to_contain_text("Likely")
    expect(trio).to_have_count(0)
    case.get_by_role("button", name="Later").click()
    expect(page.get_by_role("status")).to_contain_text("Put off for a week.")
    expect(page).to_have_url(f"{QUEUE}?band=likely")
    expect(case).to_have_count(0)

    page.goto(f"{QUEUE}?band=possible")
    first = page.get_by_role("main").get_by_role("region").first
    title = first.get_by_role("heading").inner_text()
    page.keyboard.press("n")
    expect(page.get_by_role("status")).to_contain_text("Kept as not the same person")
    expect(page.get_by_role("region", name=title, exact=True)).to_have_count(0)
    precision = page.get_by_role("region", name="How often suggestions were right")
    expect(precision).to_contain_text("0 of 1 decided was one person")
    assert_accessible_in_every_size_and_scheme(page)

    page.goto(QUEUE)
    trio.get_by_role("rowheader").first.get_by_role("link").click()
    arrive(page, TRIO)
    panel = page.get_by_role("region", name="Possible duplicates")
    expect(panel).to_contain_text("Almost certain: 99 %")
    assert_accessible_in_every_size_and_scheme(page)
    panel.get_by_role("button", name="Not the same person").first.click()
    arrive(page, TRIO)
    expect(page.get_by_role("status")).to_contain_text("Kept as not the same person")
