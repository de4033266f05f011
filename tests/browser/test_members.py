"""Who sees what: somebody in two businesses, and somebody who sees two products of one."""

import re

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA, BEACON
from tests.browser.visitor import Watch, arrive, sign_in


def test_member_of_two_workspaces_switches(page: Page) -> None:
    sign_in(page, "owner@aurora.example")
    arrive(page, "Choose a workspace")
    page.get_by_role("link", name="Aurora Cursos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page).to_have_url(f"/w/{AURORA}/customers/")
    page.get_by_role("banner").get_by_role(
        "link", name=re.compile(r"Aurora Cursos\s*, switch workspace")
    ).click()
    page.get_by_role("link", name="Beacon Labs").click()
    arrive(page, "Customers")
    expect(page).to_have_url(f"/w/{BEACON}/customers/")
    page.get_by_role("searchbox", name="Search this workspace").fill(EMAIL)
    page.keyboard.press("Enter")
    expect(page.get_by_text(NAME)).to_have_count(0)


def test_workspace_of_others_is_not_to_be_found(page: Page, watch: Watch) -> None:
    sign_in(page, "finance@aurora.example")
    expect(page.get_by_role("link", name="Aurora Cursos")).to_be_visible()
    expect(page.get_by_text("Beacon Labs")).to_have_count(0)
    with watch.expecting(404):
        page.goto(f"/w/{BEACON}/customers/")
        foreign = page.get_by_role("main").inner_text()
        page.goto("/w/no-such-workspace/customers/")
    assert page.get_by_role("main").inner_text() == foreign


def test_limited_agent_sees_sums_of_their_products_and_is_told_so(page: Page) -> None:
    sign_in(page, "agent@aurora.example", to=f"/w/{AURORA}/customers/?q={EMAIL}")
    page.get_by_role("link", name=NAME).click()
    arrive(page, NAME)
    expect(page.get_by_text("Within your products: purchases, subscriptions and sums")).to_be_visible()
    expect(page.get_by_role("region", name="Spend", exact=True)).to_contain_text("Within your products")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Caderno de Cores")
    expect(main).not_to_contain_text("Mentoria Portfólio")
    expect(main).not_to_contain_text("Clube Aurora")
