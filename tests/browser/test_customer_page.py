"""The page of a customer, as it is laid out: what the first screen has, a phone shows, and opens in place."""

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import NAME
from tests.browser.test_access import FIRST_SCREEN, assert_on_first_screen, open_customer


def test_first_screen_has_access_money_and_what_is_active(page: Page) -> None:
    page.set_viewport_size(FIRST_SCREEN)  # type: ignore[arg-type]  # Playwright has a type of its own for it
    open_customer(page, NAME)
    totals = page.locator(".totals")
    for label in ("Lifetime spend", "Purchases", "Last paid", "Active subscriptions"):
        expect(totals).to_contain_text(label)
    assert_on_first_screen(totals)
    assert_on_first_screen(page.locator(".decision").first)


def test_purchases_begin_beside_the_rail(page: Page) -> None:
    page.set_viewport_size(FIRST_SCREEN)  # type: ignore[arg-type]  # as above
    open_customer(page, NAME)
    purchases = page.locator("#purchases").bounding_box()
    rail = page.get_by_role("complementary", name="About this customer").bounding_box()
    assert purchases is not None
    assert rail is not None
    assert purchases["y"] < rail["y"] + rail["height"]
    assert purchases["x"] + purchases["width"] < rail["x"]


def test_net_is_seen_on_a_phone_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    open_customer(page, NAME)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for net in page.locator("#spend .ledger td.result").all()[:2]:
        expect(net).to_be_visible()
        box = net.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    assert page.locator("#spend .table-scroll").first.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_product_beyond_the_cards_opens_in_place(page: Page) -> None:
    open_customer(page, NAME)
    page.locator(".access-lines summary").filter(has_text="Luz e Cor").click()
    card = page.get_by_role("article", name="Luz e Cor")
    expect(card.locator(".decision")).to_have_text("Yes")
    expect(card.locator(".facts li").first).to_be_visible()
    card.get_by_text("Copy as a reply").click()
    expect(card.get_by_role("button", name="Copy").first).to_be_visible()
