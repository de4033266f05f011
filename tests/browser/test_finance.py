"""Finance's journey: from filters to a file whose rows and hash are those of its receipt."""

import csv
import hashlib
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.models import Sale
from sales.states import PaymentMethod, SaleStatus
from tests.browser.accessibility import assert_accessible_in_every_size_and_scheme
from tests.browser.stack import PATIENCE_SECONDS
from tests.browser.visitor import arrive, sign_in

FINANCE = "finance@aurora.example"


def count_of(**conditions: object) -> str:
    """How many real sales Aurora has, as a page writes it."""
    with enter(Workspace.objects.get(slug=AURORA).pk):
        return f"{Sale.objects.filter(is_test=False, **conditions).count():,}"


def open_filter(page: Page, name: str) -> None:
    page.locator("#filters summary").get_by_text(name, exact=True).click()


def test_finance_exports_what_is_on_the_screen(page: Page, tmp_path: Path) -> None:
    sign_in(page, FINANCE, to=f"/w/{AURORA}/sales/")
    arrive(page, "Sales")
    heading = page.get_by_role("heading", level=2, name="sales")
    expect(heading).to_have_text(f"{count_of()} sales")

    filters = page.get_by_role("form", name="Filters")
    open_filter(page, "Status")
    filters.get_by_label("Approved").check()
    open_filter(page, "Payment method")
    filters.get_by_role("checkbox", name=re.compile(r"^Pix\b(?! Auto)")).check()
    page.get_by_role("button", name="Apply").click()
    chips = page.get_by_role("region", name="Active filters")
    expect(chips).to_contain_text("Status: Approved")
    expect(chips).to_contain_text("Payment method: Pix")
    expect(page).to_have_url(re.compile(r"/sales/\?status=approved&method=pix$"))
    expect(heading).to_have_text(f"{count_of(method=PaymentMethod.PIX, status=SaleStatus.APPROVED)} sales")
    arrive(page, "Sales")

    chips.get_by_role("link", name="Remove filter Status: Approved").click()
    expect(chips).not_to_contain_text("Status: Approved")
    expect(page).to_have_url(re.compile(r"/sales/\?method=pix$"))
    rows = count_of(method=PaymentMethod.PIX)
    expect(heading).to_have_text(f"{rows} sales")

    page.get_by_role("link", name=f"Export {rows}").click()
    arrive(page, f"Export {rows} rows of Sales")
    page.get_by_role("button", name=f"Export {rows} rows of Aurora Cursos").click()
    download = page.get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    assert_accessible_in_every_size_and_scheme(page)
    receipt = page.get_by_role("article")
    expect(receipt).to_contain_text(f"{rows} expected")
    expect(receipt).to_contain_text(f"{rows} written")

    with page.expect_download() as started:
        download.click()
    file = tmp_path / "sales.csv"
    started.value.save_as(file)
    assert started.value.suggested_filename.endswith(".csv")
    content = file.read_bytes()
    assert hashlib.sha256(content).hexdigest() == receipt.locator(".hash").get_attribute("title")
    assert f"{len(list(csv.DictReader(io.StringIO(content.decode(), newline='')))):,}" == rows
    page.reload()
    expect(page.get_by_role("region", name=re.compile("Downloads"))).to_contain_text("Rogério Assis")

    # The file proves itself, and a changed one is found out; neither is sent anywhere.
    page.get_by_role("link", name="Verify a file").click()
    arrive(page, "Verify a file")
    # Told only when it is so.
    expect(page.get_by_text("The file cannot be read here")).to_be_hidden()
    kept = tmp_path / started.value.suggested_filename
    kept.write_bytes(content)
    page.get_by_label("Choose the file").set_input_files(kept)
    expect(page.locator(".notice")).to_contain_text("byte for byte")
    kept.write_bytes(content.replace(b"0", b"1", 1))
    page.get_by_label("Choose the file").set_input_files(kept)
    expect(page.locator(".notice")).to_contain_text("something in it was changed")
