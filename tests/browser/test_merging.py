"""An admin finds a twin, reads the ledger, merges, sees the log, and takes it back."""

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
from tests.browser.visitor import arrive, sign_in

ADMIN = "owner@aurora.example"
TWIN = "Conceição Araújo"
_PICTURES = os.environ.get("PICTURES", "")


def _path_of(name: str) -> str:
    with enter(Workspace.objects.get(slug=AURORA).pk):
        return f"/w/{AURORA}/customers/{Customer.objects.get(name=name, merged_into=None).public_id}/"


def _looked_at(page: Page, name: str) -> None:
    assert_accessible_in_every_size_and_scheme(page)
    if not _PICTURES:
        return
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(_PICTURES) / f"{name}-{size['width']}-{scheme}.png", full_page=True)
    page.set_viewport_size(SIZES[0])  # type: ignore[arg-type]


def test_admin_merges_a_twin_and_takes_it_back(page: Page) -> None:
    survivor, twin = _path_of(NAME), _path_of(TWIN)
    sign_in(page, ADMIN, to=survivor)
    expect(page.get_by_text("Other records were merged into this one.")).to_be_visible()
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("link", name="Merge with…").click()
    arrive(page, "Merge with…")
    page.get_by_label("Name, email, phone, document or id").fill(TWIN)
    page.get_by_role("main").get_by_role("button", name="Search").click()
    _looked_at(page, "merge-search")

    page.get_by_role("link", name=f"Compare {TWIN}").click()
    arrive(page, "Merge customers")
    expect(page.get_by_text("the same before and after").first).to_be_visible()
    _looked_at(page, "merge-preview")
    page.get_by_label("Reason").fill("Escreveu do endereço antigo.")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("They are one customer now.")).to_be_visible()
    _looked_at(page, "merge-result")

    page.goto(page.url.split("/w/")[0] + twin)
    expect(page).to_have_url(re.compile(rf"{survivor}$"))
    expect(page.get_by_text("was merged into this customer")).to_be_visible()
    page.get_by_role("link", name="What was merged, and how to undo it").click()
    arrive(page, "Merges")
    _looked_at(page, "merge-log")
    page.locator("#result_list a").first.click()
    page.get_by_role("link", name="Undo this merge").click()
    arrive(page, "Undo a merge")
    _looked_at(page, "merge-undo")
    page.get_by_label("Reason").fill("São duas irmãs.")
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_text("The merge is undone.")).to_be_visible()
    page.goto(page.url.split("/w/")[0] + twin)
    expect(page).to_have_url(re.compile(rf"{twin}$"))
