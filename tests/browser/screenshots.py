"""Takes the README's screenshots of a running demo.

    make demo                                                    # in another terminal
    .venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8000
    pngquant --force --ext .png --strip docs/screenshots/*.png      # if it is there: a third of the size

It signs in as the demo's support manager, finance and admin, asks for one export, and writes what the README
shows into docs/screenshots.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from atomicpay.devstack.chromium import find_or_install_chromium
from atomicpay.devstack.options import read_options

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
VIEWPORT = {"width": 1280, "height": 900}
# As the demo prints and shows them: this is a visitor of the site, who knows no model and no settings.
AURORA, PASSWORD = "aurora-cursos", "aurora-boreal-demo"
REFERENCE = "AC-01042"
EMAIL, NAME = "mariana.araujo@correio.example", "Mariana Conceição de Araújo"


def sign_in(page: Page, email: str, to: str) -> None:
    page.goto(to)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("banner").wait_for()
    # A message that greets is not part of the page.
    page.goto(to)


def shoot(page: Page, name: str) -> None:
    """Write what the window shows, once the page asks for nothing more."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=DIRECTORY / f"{name}.png")


def take_all(browser: Browser, url: str) -> None:
    options = {"base_url": url, "viewport": VIEWPORT, "locale": "en", "color_scheme": "light"}
    manager = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    sign_in(manager, "manager@aurora.example", to=f"/w/{AURORA}/customers/?q={EMAIL}")
    manager.get_by_role("link", name=NAME).click()
    shoot(manager, "customer")
    manager.goto(f"{manager.url.partition('?')[0]}timeline/")
    shoot(manager, "timeline")
    manager.goto(f"/w/{AURORA}/attention/")
    shoot(manager, "attention")

    finance = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    sign_in(finance, "finance@aurora.example", to=f"/w/{AURORA}/customers/?sort=-spend")
    shoot(finance, "customers")
    finance.goto(f"/w/{AURORA}/search/?q=mari.conceicao")
    shoot(finance, "search")
    finance.goto(f"/w/{AURORA}/sales/?q={REFERENCE}&status=declined&date=last_30_days")
    shoot(finance, "missing")
    finance.goto(f"/w/{AURORA}/sales/?status=completed&method=pix")
    finance.locator("[data-key=e]").click()
    finance.locator("form button.button-main").click()
    finance.get_by_role("link", name="Download").wait_for()
    shoot(finance, "receipt")

    admin = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    sign_in(admin, "admin@aurora.example", to=f"/w/{AURORA}/admin/duplicates/suggestion/")
    shoot(admin, "duplicates")
    admin.get_by_role("link", name="Look at a merge").first.click()
    shoot(admin, "merge")


def main() -> None:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_or_install_chromium(read_options()), args=arguments
        )
        take_all(browser, sys.argv[1].rstrip("/"))
        browser.close()


if __name__ == "__main__":
    main()
