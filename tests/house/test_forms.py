"""Every form of the product takes whatever is typed into it, and gives it back harmless (T04, T45 to T47)."""

import random
import re
import string
from collections.abc import Callable, Iterator
from typing import Any, Final
from unittest import mock

import pytest
from django.core import mail
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests import factories
from tests.assertions import assert_no_canary, hash_of_workspace
from tests.conftest import Beacon, MemberClient
from tests.house.forms import FoundForm, all_forms, forms_of
from tests.house.routes import GLOBAL, INSIDE, kind_of, named

SignIn = Callable[..., MemberClient]

TEXTS: Final = {
    "nothing": "",
    "nul": "a\x00b",
    "long": "x" * 10_000,
    "control": "\x07\x1b[31m\r\nBcc: everybody@else.example\r\n\r\nbody",
    "code": "'\"; DROP TABLE customer; -- {{ 7*7 }}{% debug %}${7*7}%s%(name)s",
    "letters": "\u202etxt.exe\u200f\u0645\u0631\u062d\u0628\u0627 \U0001f469\u200d\U0001f4bb\ufeff\ufffe",
    "number": "99999999999999999999999999",
    "date": "2026-02-31",
    "formula": '=HYPERLINK("http://evil.example","x")',
}
LETTERS: Final = "".join(random.Random(45).choices(string.ascii_letters + string.digits, k=10_000))
"""One letter repeated is compressed by PostgreSQL until it fits into any index; these are not."""
MARKUP: Final = "\"'><script>alert(47)</script><img src=x onerror=alert(47)>"
_LIVE: Final = re.compile(r"<script>alert\(47\)|<img src=x", re.IGNORECASE)


def _walk(resolver: Any, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


PARTS: Final = 2
"""In so many tests all texts are tried, so that more than one process can take part."""


def _admin_pages(records: dict[str, Any]) -> list[str]:
    """Every list, form and history of the admin; where a form names a record, one that there is."""
    routes = [route for route in _walk(get_resolver()) if route.startswith("admin/")]
    pages = [route for route in routes if "<" not in route and "^" not in route and "(" not in route]
    for route in routes:
        model = route.removeprefix("admin/").split("/")[1:2]
        if "<path:object_id>" in route and model and model[0] in records:
            pages.append(route.replace("<path:object_id>", str(records[model[0]])))
    return pages


@pytest.fixture
def pages(aurora: Workspace, owner: Membership, employee: Membership) -> list[str]:
    """The address of every page there is, inside the workspace and outside."""
    with enter(aurora.pk):
        sale = factories.SaleFactory()
        subscription = factories.SubscriptionFactory(customer=sale.customer, product=sale.product)
        factories.CustomerDocumentFactory(customer=sale.customer)
        tag, plan = factories.TagFactory(), factories.PlanFactory(product=sale.product)
        ids = {
            "customers": sale.customer.public_id,
            "messages": factories.MessageFactory(customer=sale.customer).public_id,
            "tokens": factories.ApiTokenFactory(created_by=owner).public_id,
            "sales": sale.public_id,
            "subscriptions": subscription.public_id,
            "attention": factories.FindingFactory(sale=sale).public_id,
            "exports": factories.ExportFactory(requested_by=owner).public_id,
            "exports/templates": factories.FileTemplateFactory(owner=owner, is_shared=True).public_id,
            "exports/schedules": factories.ScheduleFactory(owner=owner).public_id,
            "imports": factories.ImportRunFactory(started_by=owner).public_id,
            **{
                f"views/{page}": factories.SavedViewFactory(page=page, owner=owner, is_shared=True).public_id
                for page in ("attention", "customers", "sales", "subscriptions")
            },
        }
        admin = {
            "customer": sale.customer.pk,
            "product": sale.product.pk,
            "plan": plan.pk,
            "tag": tag.pk,
            "membership": employee.pk,
            "sale": sale.pk,
            "subscription": subscription.pk,
            "workspace": aurora.pk,
            "invitation": factories.InvitationFactory(invited_by=owner).pk,
        }
    inside = [named(route, ids.get(kind_of(route), "")) for route in INSIDE]
    inside += ["exports/new/?list=customers", "exports/schedules/new/?list=sales"]
    return [*(aurora.root + route for route in (*inside, *_admin_pages(admin))), *(f"/{r}" for r in GLOBAL)]


@pytest.fixture
def forms(pages: list[str], owner: Membership, sign_in: SignIn) -> list[FoundForm]:
    """Every form of the product, as the owner finds them."""
    client = sign_in(owner, raise_request_exception=False)
    found = all_forms(pages, client.get)
    # The table of pages is not empty, and a form is found where one stands.
    targets = {form.target for form in found}
    assert any(target.endswith("/notes/") for target in targets)
    assert any(target.endswith("admin/customers/tag/add/") for target in targets)
    assert len(found) > 25
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_form_takes_any_text(
    forms: list[FoundForm], owner: Membership, beacon: Beacon, sign_in: SignIn, part: int
) -> None:
    before = hash_of_workspace(beacon.workspace.pk)
    for number, (name, text) in enumerate(TEXTS.items()):
        if number % PARTS != part:
            continue
        for place, form in enumerate(forms):
            # By turns what may well be stored, and what no choice and no hidden field can mean.
            everywhere = bool((number + place) % 2)
            # Each with a session of its own: signing out is one of the forms.
            client = sign_in(owner, raise_request_exception=False)
            response = form.send(client, form.filled(text, everywhere=everywhere))
            assert response.status_code < 500, (form.target, name, everywhere)
            assert_no_canary(response)
    assert hash_of_workspace(beacon.workspace.pk) == before


def test_field_takes_letters_that_no_index_takes(
    forms: list[FoundForm], owner: Membership, sign_in: SignIn
) -> None:
    """T45: one at a time and the others fitting: a refused neighbour would keep it from the database."""
    for kind in ("product", "plan"):
        add = next(form for form in forms if form.target.endswith(f"admin/catalog/{kind}/add/"))
        # The control: what is sent around the one field is accepted.
        assert add.send(sign_in(owner), add.likely()).status_code == 302, add.likely()
    failed = []
    for form in forms:
        for each in form.fields:
            if each.is_free:
                text = f"{LETTERS}@x.example" if each.kind == "email" else LETTERS
                client = sign_in(owner, raise_request_exception=False)
                response = form.send(client, form.likely() | {each.name: [text]})
                if response.status_code >= 500:
                    failed.append((form.target, each.name, response.status_code))
    assert failed == []


def test_form_takes_names_that_are_no_fields(
    forms: list[FoundForm], owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    """T04, T46: a name with dots or underscores never becomes a look-up, and a foreign id has no effect."""
    before = hash_of_workspace(beacon.workspace.pk)
    for form in forms:
        client = sign_in(owner, raise_request_exception=False)
        odd = {
            "customer__workspace__name__startswith": ["a"],
            "a.b": ["1"],
            "\x00": ["1"],
            "workspace": [str(beacon.workspace.pk)],
            "workspace_id": [str(beacon.workspace.pk)],
            "customer": [str(beacon.customer.pk)],
            "merged_into": [str(beacon.customer.pk)],
        }
        response = form.send(client, form.filled("1", everywhere=False) | odd)
        assert response.status_code < 500, form.target
        assert_no_canary(response)
    assert hash_of_workspace(beacon.workspace.pk) == before


def test_markup_that_is_typed_in_stays_text(
    pages: list[str], forms: list[FoundForm], owner: Membership, sign_in: SignIn, aurora: Workspace
) -> None:
    """T47: pages, the admin and mails."""
    with enter(aurora.pk):
        Customer.objects.update(name=MARKUP, email=MARKUP, street=MARKUP)
        sale = factories.SaleFactory(buyer_name=MARKUP, coupon=MARKUP, reference=MARKUP)
        factories.RefundFactory(sale=sale, amount=1, reason=MARKUP)
    for form in forms:
        if "password" not in form.target and "logout" not in form.target:
            form.send(sign_in(owner, raise_request_exception=False), form.filled(MARKUP, everywhere=False))
    client = sign_in(owner, raise_request_exception=False)
    is_shown = False
    for page in [*pages, *(f"{page}?q={MARKUP}" for page in pages)]:
        response = client.get(page)
        assert response.status_code < 500, page
        is_shown |= _holds_markup(response)
        assert "unsafe-inline" not in response.headers.get("Content-Security-Policy", "")
    assert is_shown
    for message in mail.outbox:
        assert "\n" not in message.subject
        assert not getattr(message, "alternatives", [])


def _holds_markup(response: HttpResponse) -> bool:
    """Whether what was typed in is shown; it may only be as text."""
    if response.streaming:
        list(response)
        return False
    if "text/html" not in response.headers.get("Content-Type", ""):
        return False
    body = response.content.decode()
    assert not _LIVE.search(body)
    return "&lt;script&gt;alert(47)" in body


def test_live_markup_would_be_noticed() -> None:
    """The control of the test before: what a page would be that forgot to escape."""
    with pytest.raises(AssertionError):
        _holds_markup(HttpResponse(f"<p>{MARKUP}</p>"))


def test_form_that_fails_would_be_noticed(owner: Membership, sign_in: SignIn) -> None:
    """The control of `send`: an error in a view is a 500 there, not an exception or a redirect."""
    client = sign_in(owner, raise_request_exception=False)
    page = client.at("customers/")
    form = next(form for form in forms_of(page, client.get(page).content.decode()) if not form.action)
    with mock.patch("atomicpay.ui.views.ListView.get", side_effect=ZeroDivisionError):
        assert form.send(client, form.filled("x", everywhere=True)).status_code == 500
