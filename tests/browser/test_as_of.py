"""Support opens a customer as of a day, steps to others and back, and makes a packet that prints on A4."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests.browser.accessibility import SIZES, assert_accessible_in_every_size_and_scheme
from tests.browser.conftest import OpenPage
from tests.browser.visitor import arrive, sign_in

MANAGER = "manager@aurora.example"
# Where pictures for a reader's eyes go, if they are wanted.
_PICTURES = os.environ.get("PICTURES", "")


def customer_path() -> str:
    with enter(Workspace.objects.get(slug=AURORA).pk):
        return f"/w/{AURORA}/customers/{Customer.objects.get(name=NAME, merged_into=None).public_id}/"


def picture(page: Page, name: str) -> None:
    if not _PICTURES:
        return
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(_PICTURES) / f"{name}-{size['width']}-{scheme}.png", full_page=True)
    page.set_viewport_size(SIZES[0])  # type: ignore[arg-type]


def test_support_reads_the_books_of_a_day_steps_and_comes_back(page: Page) -> None:
    sign_in(page, MANAGER, to=customer_path())
    page.get_by_role("link", name="As of a date").click()
    arrive(page, NAME)
    day = page.get_by_role("heading", name=re.compile("^As the books stood at the end of"))
    expect(day).to_be_visible()
    yesterday = day.inner_text()

    page.get_by_role("link", name=re.compile("^Back to .*, the last day before")).click()
    expect(day).not_to_have_text(yesterday)
    page.get_by_role("link", name=re.compile("^End of the month before")).click()
    expect(page).to_have_url(re.compile(r"date=\d{4}-\d\d-(28|29|30|31)$"))
    assert_accessible_in_every_size_and_scheme(page)
    picture(page, "as-of")

    page.get_by_label("As of the end of").fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("was not in the books yet")).to_be_visible()
    picture(page, "as-of-before")
    page.get_by_role("link", name="Back to today").click()
    expect(page).to_have_url(re.compile(rf"{customer_path()}$"))


def test_support_makes_a_packet_that_prints_without_anything_of_the_program(page: Page) -> None:
    sign_in(page, MANAGER, to=customer_path())
    page.get_by_role("link", name="Case packet").click()
    arrive(page, "Case packet")
    page.get_by_role("link", name="Answer to a chargeback").click()
    expect(page.get_by_label("Numbers")).not_to_be_checked()
    assert_accessible_in_every_size_and_scheme(page)
    picture(page, "packet-choose")
    page.get_by_role("link", name="Escalation inside the business").click()
    page.get_by_role("button", name="Make the packet").click()
    arrive(page, f"Case packet of {NAME}")
    expect(page).to_have_url(re.compile(r"/packet/$"))
    assert_accessible_in_every_size_and_scheme(page)
    picture(page, "packet")

    page.emulate_media(media="print")
    for gone in ("nav", ".page-foot", ".crumbs", ".no-print"):
        for each in page.locator(gone).all():
            expect(each).not_to_be_visible()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    if _PICTURES:
        page.pdf(path=Path(_PICTURES) / "packet.pdf", prefer_css_page_size=True)
    # On the width of the paper between its margins, nothing stands beyond its edge.
    page.set_viewport_size({"width": 688, "height": 1000})
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / "print.png", full_page=True)
        height = page.evaluate("() => document.documentElement.scrollHeight")
        for name, top in (("print-top", 0), ("print-middle", 1300), ("print-end", height - 1300)):
            clip = {"x": 0, "y": top, "width": 688, "height": 1300}
            page.screenshot(path=Path(_PICTURES) / f"{name}.png", full_page=True, clip=clip)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 688


def test_packet_is_made_without_scripts(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, MANAGER, to=f"{customer_path()}packet/")
    page.get_by_role("button", name="Make the packet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Case packet of {NAME}")
