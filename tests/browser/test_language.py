"""The same pages in Portuguese, for a person who chose it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import EMAIL, NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import User
from tests.browser.stack import Site
from tests.browser.visitor import arrive, sign_in

SUPPORT = "support@aurora.example"


@pytest.fixture
def reads_portuguese(site: Site) -> Iterator[None]:
    User.objects.filter(email=SUPPORT).update(language="pt-br")
    yield
    User.objects.filter(email=SUPPORT).update(language="")


def test_support_works_in_portuguese(page: Page, reads_portuguese: None) -> None:
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/?q={EMAIL}")
    arrive(page, "Clientes")
    expect(page.locator("html")).to_have_attribute("lang", "pt-br")
    page.get_by_role("link", name=NAME).click()
    arrive(page, NAME)
    expect(page.get_by_role("heading", name="Assinaturas")).to_be_visible()
    expect(page.get_by_role("heading", name="Compras")).to_be_visible()
    page.get_by_role("navigation", name="Principal").get_by_role("link", name="Vendas").click()
    arrive(page, "Vendas")
