"""A team's views: saved and shared by one, opened by another; columns chosen; into a record and back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from atomicpay.devstack.seeding.people import AURORA
from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.conftest import OpenPage
from tests.browser.stack import Site
from tests.browser.visitor import arrive, sign_in

MANAGER, FINANCE = "manager@aurora.example", "finance@aurora.example"
CUSTOMERS = f"/w/{AURORA}/customers/"
KEPT = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('list '))"
NAME = "Brazil, by name"


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    """The demo's rows stay for the whole run: what a test saved goes with it."""
    yield
    with enter(Workspace.objects.get(slug=AURORA).pk):
        SavedView.objects.filter(name__startswith="Brazil").delete()
        Membership.objects.update(list_columns={})


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Saved views").get_by_role(
        "link", name=re.compile(rf"^{name}\b")
    )


def save_as(page: Page, name: str, *, shared: bool) -> None:
    page.get_by_role("button", name=re.compile("^Save (view|as new)$")).first.click()
    panel = page.get_by_role("dialog", name="Save this list as a view")
    expect(panel).to_be_visible()
    arrive(page, "Customers")
    panel.get_by_label("Name").fill(name)
    if shared:
        panel.get_by_label("Share with everybody").check()
    panel.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("status")).to_contain_text(f"The view {name} is saved.")


def test_view_is_saved_shared_and_opened_by_another_member(open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, MANAGER, to=f"{CUSTOMERS}?country=BR&sort=name")
    save_as(page, NAME, shared=True)
    expect(page).to_have_url(re.compile(r"/customers/\?view=[0-9a-f-]+$"))
    current = page.get_by_role("navigation", name="Saved views").locator("[aria-current]")
    heading = page.get_by_role("heading", level=2, name="customers")
    expect(heading).to_have_text(re.compile(r"^\s*\d+ customers\s*$"))
    expect(current.locator(".count")).to_have_text(heading.inner_text().split()[0])
    assert_accessible_in_every_size_and_scheme(page)

    other = open_page()
    sign_in(other, FINANCE, to=CUSTOMERS)
    tab(other, NAME).click()
    expect(other.get_by_text("Shared by Camila Rocha")).to_be_visible()
    expect(other.get_by_role("region", name="Active filters")).to_contain_text("Country: Brazil")
    expect(other.get_by_role("heading", level=2, name="customers")).to_have_text(heading.inner_text())
    arrive(other, "Customers")

    other.get_by_role("columnheader", name="Customer").get_by_role("link").click()
    expect(other.get_by_text("as it is saved")).to_be_visible()
    expect(tab(other, NAME)).to_contain_text("changed")
    arrive(other, "Customers")
    other.get_by_role("link", name="As saved").click()
    expect(other.get_by_text("as it is saved")).to_have_count(0)

    other.get_by_role("link", name="View settings").click()
    arrive(other, NAME)
    other.get_by_role("button", name="Open my list with this view").click()
    expect(other.get_by_role("status")).to_contain_text("Your list opens with this view.")
    assert_accessible_in_every_size_and_scheme(other)
    other.get_by_role("navigation", name="Main").get_by_role("link", name="Customers").click()
    expect(other).to_have_url(re.compile(r"/customers/\?view=[0-9a-f-]+$"))
    tab(other, "All").click()
    expect(other.get_by_role("region", name="Active filters")).not_to_contain_text("Country")

    page.get_by_role("link", name="View settings").click()
    expect(page.get_by_role("region", name="Delete")).to_contain_text("Rogério Assis")
    arrive(page, NAME)
    page.get_by_role("button", name=f"Delete {NAME}").click()
    arrive(page, "Saved views")
    expect(page.get_by_role("link", name=NAME)).to_have_count(0)


def test_columns_are_chosen_moved_and_taken_back(page: Page) -> None:
    sign_in(page, FINANCE, to=CUSTOMERS)
    page.get_by_role("button", name="Columns").click()
    panel = page.get_by_role("dialog", name="Columns of your list")
    arrive(page, "Customers")
    panel.get_by_label("Phone", exact=True).check()
    for _step in range(20):
        if panel.get_by_role("listitem").first.get_by_label("Phone").count():
            break
        panel.get_by_role("button", name="Move Phone up").click()
    panel.get_by_label("Paid with", exact=True).uncheck()
    panel.get_by_role("button", name="Use these columns").click()
    headings = page.get_by_role("columnheader")
    expect(headings.nth(1)).to_have_text("Phone")
    expect(page.get_by_role("columnheader", name="Paid with")).to_have_count(0)
    page.reload()
    expect(headings.nth(1)).to_have_text("Phone")
    page.get_by_role("button", name="Columns").click()
    panel.get_by_role("button", name="Back to the usual columns").click()
    expect(headings.nth(1)).to_have_text("Status")


def test_every_column_at_once_scrolls_the_table_and_not_the_page(page: Page) -> None:
    for name, person in (("customers", FINANCE), ("sales", MANAGER), ("subscriptions", MANAGER)):
        page.context.clear_cookies()
        sign_in(page, person, to=f"/w/{AURORA}/{name}/")
        boxes = page.locator("#columns-panel input[type=checkbox]")
        keys = ",".join(box.get_attribute("value") or "" for box in boxes.all())
        page.goto(f"/w/{AURORA}/{name}/?columns={keys}")
        assert_accessible_in_every_size_and_scheme(page)


def test_columns_move_without_scripts_too(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, FINANCE, to=f"{CUSTOMERS}?country=BR")
    page.get_by_role("link", name="Count all").click()
    expect(tab(page, "Past due").locator(".count")).to_have_text(re.compile(r"\d+"))
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Move Status down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Columns of your list")
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_role("columnheader").nth(1)).to_have_text("Purchases")
    expect(page).to_have_url(re.compile(r"\?country=BR$"))


def scroll_to(page: Page, place: int) -> int:
    page.evaluate("(place) => window.scrollTo(0, place)", place)
    scrolled: int = page.evaluate("() => Math.round(window.scrollY)")
    assert scrolled == place
    return scrolled


def wait_for_scroll(page: Page, place: int) -> None:
    """Within a few pixels: a row's height that the counts or the font move."""
    page.wait_for_function("(place) => Math.abs(window.scrollY - place) < 20", arg=place)


def test_record_and_back_keeps_list_page_columns_and_scroll(page: Page) -> None:
    sign_in(page, FINANCE, to=CUSTOMERS)
    # Once more: the greeting is not there when one comes back.
    page.goto(f"{CUSTOMERS}?sort=name&columns=phone,city")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=**")
    left = page.url
    assert "columns=phone" in left
    links = page.get_by_role("table").get_by_role("rowheader").get_by_role("link")
    name = links.nth(30).inner_text()
    page.wait_for_load_state("networkidle")
    scrolled = scroll_to(page, 1100)
    links.nth(30).click()
    arrive(page, name)
    assert "?" not in page.url

    page.go_back()
    expect(links.nth(30)).to_have_text(name)
    assert page.url == left
    wait_for_scroll(page, scrolled)

    links.nth(30).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sales").click()
    page.go_back()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Customers").click()
    expect(links.nth(30)).to_have_text(name)
    assert page.url == left

    # Back over a page that was swapped in: the rows and the scroll of each entry.
    page.goto(f"{CUSTOMERS}?sort=name")
    page.wait_for_load_state("networkidle")
    scrolled = scroll_to(page, 700)
    first = links.first.inner_text()
    page.evaluate("() => document.getElementById('page-next').click()")
    page.wait_for_url("**after=**")
    expect(links.first).not_to_have_text(first)
    page.go_back()
    expect(links.first).to_have_text(first)
    wait_for_scroll(page, scrolled)


def test_way_back_is_known_without_scripts(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, FINANCE, to=f"{CUSTOMERS}?country=BR&sort=name")
    page.get_by_role("link", name="Next").click()
    left = page.url
    page.get_by_role("table").get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Customers").click()
    assert page.url == left


def test_what_a_tab_remembers_of_lists_ends_with_the_sign_in(page: Page) -> None:
    sign_in(page, FINANCE, to=f"{CUSTOMERS}?q=ana")
    page.goto(f"{CUSTOMERS}?q=ana")
    assert page.evaluate(KEPT) == [f"list {CUSTOMERS}"]
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(KEPT) == []
