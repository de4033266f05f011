"""The main pages in light and dark, at 1280 and 360 pixels, and a control: a page that is at fault."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import NAME
from atomicpay.devstack.seeding.people import AURORA
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, Message
from sales.models import Sale
from subscriptions.models import Subscription
from tests.browser.accessibility import (
    assert_accessible_in_every_size_and_scheme,
)
from tests.browser.visitor import sign_in

ROOT = f"/w/{AURORA}"


def _record(model: Any, folder: str, **fields: Any) -> Callable[[], str]:
    def address() -> str:
        with enter(Workspace.objects.get(slug=AURORA).pk):
            return f"{ROOT}/{folder}/{model.objects.filter(**fields).earliest('id').public_id}/"

    return address


def _below(model: Any, folder: str, rest: str, **fields: Any) -> Callable[[], str]:
    return lambda: f"{_record(model, folder, **fields)()}{rest}"


def _part_of_customer(part: str) -> Callable[[], str]:
    address = _record(Customer, "customers", name=NAME)
    return lambda: address() + part


PAGES: dict[str, tuple[str, str | Callable[[], str]]] = {
    "search": ("finance", f"{ROOT}/search/?q=mari"),
    "search with a slip": ("finance", f"{ROOT}/search/?q=mariama"),
    "search none": ("finance", f"{ROOT}/search/?q=nobody-of-that-name"),
    "search help": ("finance", f"{ROOT}/search/"),
    "customers": ("finance", f"{ROOT}/customers/"),
    "customers filtered": ("finance", f"{ROOT}/customers/?q=ana&status=active&sort=name"),
    "customer": ("manager", _record(Customer, "customers", name=NAME)),
    "access": ("manager", lambda: f"{_record(Customer, 'customers', name=NAME)()}access/"),
    "figure": ("manager", lambda: f"{_record(Customer, 'customers', name=NAME)()}figures/BRL/net/"),
    "figure of months": (
        "agent",
        lambda: f"{_record(Customer, 'customers', name=NAME)()}figures/BRL/gross/?month=2026-09",
    ),
    "subscription ended": ("finance", _record(Subscription, "subscriptions", status="expired")),
    "timeline": ("manager", lambda: _record(Customer, "customers", name=NAME)() + "timeline/"),
    "timeline of some kinds": (
        "manager",
        lambda: _record(Customer, "customers", name=NAME)() + "timeline/?kind=message&kind=sale&sort=at",
    ),
    "customer as of a day": ("manager", _part_of_customer("as-of/?date=2026-03-31")),
    "customer before there was one": ("manager", _part_of_customer("as-of/?date=1999-12-31")),
    "case packet": ("manager", _part_of_customer("packet/")),
    "customer of a limited agent": ("agent", _record(Customer, "customers", name=NAME)),
    "attention": ("manager", f"{ROOT}/attention/"),
    "attention dismissed": ("manager", f"{ROOT}/attention/?dismissed=only"),
    "sales": ("finance", f"{ROOT}/sales/"),
    "sales filtered": ("finance", f"{ROOT}/sales/?method=pix&status=approved"),
    "sales none": ("finance", f"{ROOT}/sales/?q=nobody-of-that-name"),
    "sale": ("finance", _record(Sale, "sales", refunds__isnull=False)),
    "sale disputed": ("finance", _record(Sale, "sales", disputes__isnull=False)),
    "missing": ("finance", f"{ROOT}/missing/?list=sales&status=approved&method=pix"),
    "subscriptions": ("finance", f"{ROOT}/subscriptions/"),
    "subscription": ("finance", _record(Subscription, "subscriptions")),
    "exports": ("finance", f"{ROOT}/exports/"),
    "export confirm": ("finance", f"{ROOT}/exports/new/?list=sales&method=pix"),
    "export history": ("owner", f"{ROOT}/exports/history/"),
    "export limit": ("owner", f"{ROOT}/exports/history/limit/"),
    "export schedules": ("finance", f"{ROOT}/exports/schedules/"),
    "export schedule new": ("finance", f"{ROOT}/exports/schedules/new/?list=sales&method=pix"),
    "export verify": ("finance", f"{ROOT}/exports/verify/?sha256={'0' * 64}"),
    "switcher": ("owner", "/"),
    "preferences": ("owner", "/preferences/"),
    "two-factor": ("owner", "/accounts/2fa/"),
    "imports": ("admin", f"{ROOT}/imports/"),
    "import of messages": ("admin", f"{ROOT}/imports/messages/"),
    "messages": ("manager", _below(Customer, "customers", "messages/", name=NAME)),
    "message new": ("manager", _below(Customer, "customers", "messages/new/", name=NAME)),
    "message delete": ("admin", _below(Message, "messages", "delete/")),
    "search by message": ("finance", f"{ROOT}/search/?q=message:consigo"),
    "tokens": ("admin", f"{ROOT}/tokens/"),
    "token new": ("admin", f"{ROOT}/tokens/new/"),
    "admin": ("admin", f"{ROOT}/admin/"),
    "admin products": ("admin", f"{ROOT}/admin/catalog/product/"),
    "admin product": ("admin", f"{ROOT}/admin/catalog/product/add/"),
    "admin members": ("admin", f"{ROOT}/admin/workspaces/membership/"),
    "admin invitations": ("admin", f"{ROOT}/admin/workspaces/invitation/"),
    "admin invite": ("admin", f"{ROOT}/admin/workspaces/invitation/add/"),
    "admin audit": ("admin", f"{ROOT}/admin/audit/auditentry/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_used_by_everybody(page: Page, name: str) -> None:
    person, address = PAGES[name]
    sign_in(page, f"{person}@aurora.example")
    page.goto(address if isinstance(address, str) else address())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible_in_every_size_and_scheme(page)
