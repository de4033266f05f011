"""An admin's journey: a second factor, a colleague who comes, changes and goes, products, the audit log."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import User, Workspace
from tests.browser.accessibility import assert_accessible, assert_accessible_in_every_size_and_scheme
from tests.browser.conftest import OpenPage
from tests.browser.stack import Site
from tests.browser.visitor import arrive, sign_in

ADMIN, MANAGER = "admin@aurora.example", "manager@aurora.example"
SECRET = "JBSWY3DPEHPK3PXP"
NEW = "nina.barros@team.example"


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def two_factors_required(site: Site) -> Iterator[None]:
    """Aurora asks a second factor of its members, and its admin has one."""
    aurora = Workspace.objects.filter(slug=AURORA)
    aurora.update(requires_two_factor=True)
    TOTP.activate(User.objects.get(email=ADMIN), SECRET)
    yield
    aurora.update(requires_two_factor=False)
    Authenticator.objects.all().delete()


def sign_in_as_admin(page: Page) -> None:
    sign_in(page, ADMIN, to=f"/w/{AURORA}/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-Factor Authentication")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_role("textbox", name="Code").fill(code(SECRET))
    page.get_by_role("button", name="Sign In").click()
    expect(page).to_have_url(f"/w/{AURORA}/admin/")


def open_in_admin(page: Page, name: str) -> None:
    page.goto(f"/w/{AURORA}/admin/")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def invite(page: Page, email: str) -> None:
    open_in_admin(page, "Invitations")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Add invitation|^Invite")).click()
    page.get_by_label("Email").fill(email)
    page.get_by_role("combobox", name="Role").select_option(label="Finance")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main").get_by_role("row").filter(has_text=email)).to_contain_text("Finance")
    assert_accessible(page)


def join(page: Page, site: Site) -> None:
    """Open the link that was mailed, make an account and arrive."""
    link = re.search(rf"{site.url}/\S+", site.wait_for_mail(NEW))
    assert link
    page.goto(link[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Aurora Cursos")
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_label("Your name").fill("Nina Barros")
    page.get_by_label("Password").fill("um segredo bem comprido")
    page.get_by_role("button", name="Open an account and join Aurora Cursos").click()


def open_member(page: Page, name: str) -> None:
    open_in_admin(page, "Members")
    page.get_by_role("main").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_admin_invites_a_colleague_changes_the_role_and_removes_them(open_page: OpenPage, site: Site) -> None:
    admin, nina = open_page(), open_page()
    sign_in(admin, ADMIN)
    invite(admin, NEW)
    join(nina, site)
    arrive(nina, "Customers")
    expect(nina.get_by_role("banner")).to_contain_text("Finance")

    open_member(admin, "Nina Barros")
    assert_accessible_in_every_size_and_scheme(admin)
    admin.get_by_role("combobox", name="Role").select_option(label="Support agent")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("Nina Barros")
    nina.reload()
    expect(nina.get_by_role("banner")).to_contain_text("Support agent")

    open_member(admin, "Nina Barros")
    admin.get_by_role("link", name="Remove").click()
    arrive(admin, "Remove member")
    admin.get_by_role("button", name="Remove Nina Barros from Aurora Cursos").click()
    expect(admin.get_by_role("main").get_by_role("table")).not_to_contain_text("Nina Barros")
    # Her session ended with her membership.
    nina.get_by_role("navigation", name="Main").get_by_role("link", name="Sales").click()
    arrive(nina, "Sign in")

    open_in_admin(admin, "Audit log")
    expect(admin.get_by_role("main").get_by_role("table")).to_contain_text("Nina Barros")


def test_second_factor_is_asked_and_opens_the_admin(page: Page, two_factors_required: None) -> None:
    sign_in_as_admin(page)
    open_in_admin(page, "Products")
    page.get_by_role("main").get_by_role("link", name="Clube Aurora").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_label("Name")).to_have_value("Clube Aurora")


def test_member_without_a_second_factor_is_led_to_it(page: Page, two_factors_required: None) -> None:
    sign_in(page, MANAGER, to=f"/w/{AURORA}/customers/")
    password = page.get_by_label("Password")
    secret = page.get_by_label(re.compile("secret", re.IGNORECASE))
    expect(password.or_(secret)).to_be_visible()
    assert_accessible(page)
    if password.is_visible():
        fill = page.get_by_role("button", name=re.compile("Confirm|Sign in", re.IGNORECASE))
        password.fill("aurora-boreal-demo")
        fill.click()
    expect(secret).to_be_visible()
    assert_accessible_in_every_size_and_scheme(page)
    page.get_by_role("textbox", name="Authenticator code").fill(code(secret.input_value()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)
    page.goto(f"/w/{AURORA}/customers/")
    arrive(page, "Customers")
