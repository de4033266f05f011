"""The main pages with scripts turned off: the same work, by links, buttons and reloading."""

import re

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import NAME
from atomicpay.devstack.seeding.people import AURORA
from tests.browser.accessibility import is_wider_than_the_window
from tests.browser.conftest import OpenPage
from tests.browser.stack import PATIENCE_SECONDS
from tests.browser.visitor import sign_in

FINANCE = "finance@aurora.example"


def arrive(page: Page, heading: str) -> None:
    """The page with that heading is shown. Axe is a script: it reads the same page elsewhere."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert not is_wider_than_the_window(page)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page(java_script_enabled=False)


@pytest.mark.parametrize("name", ["customers", "sales", "subscriptions"])
def test_list_has_its_count_in_the_page(page: Page, name: str) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/{name}/")
    arrive(page, name.capitalize())
    expect(page.get_by_role("heading", level=2, name=name)).to_have_text(
        re.compile(rf"^\s*[\d,]+ {name}\s*$")
    )


def test_customer_and_purchases_are_read(page: Page) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/customers/")
    page.get_by_role("searchbox", name="Search this workspace").fill("Mariana")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=NAME).click()
    arrive(page, NAME)
    page.get_by_role("region", name="Purchases").get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Customer", exact=True)).to_contain_text(NAME)


def test_export_is_asked_by_buttons_and_followed_by_looking_again(page: Page) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/sales/")
    page.locator("#filters summary").get_by_text("Payment method", exact=True).click()
    page.get_by_label("Boleto", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("region", name="Active filters")).to_contain_text("Payment method: Boleto")
    count = page.get_by_role("heading", level=2, name="sales").inner_text().split()[0]
    page.get_by_role("link", name=f"Export {count}").click()
    page.get_by_role("button", name=f"Export {count} rows of Aurora Cursos").click()
    download = page.get_by_role("link", name="Download")
    for _attempt in range(PATIENCE_SECONDS):
        if download.is_visible():
            break
        page.get_by_role("link", name="Check again").click()
        page.wait_for_timeout(1000)
    expect(page.get_by_role("article")).to_contain_text(f"{count} written")
    with page.expect_download() as started:
        download.click()
    assert started.value.path().read_bytes().count(b"\n") == int(count.replace(",", "")) + 1
