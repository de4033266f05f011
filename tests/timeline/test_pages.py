"""The page of a timeline, its filters, its first entries on the customer's page, and its file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.timeline.kinds import ACT, Kind, kind_of
from atomicpay.timeline.lists import TimelineList
from atomicpay.timeline.pages import FIRST
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from exports import queue
from exports.attempts import place_of
from exports.models import Export
from exports.run import run_export
from exports.services import request_export
from tests import factories
from tests.conftest import MemberClient
from tests.factories import NOON
from tests.lists import open_list, statements

from .conftest import Everything
from .test_order import entries, steps

SignIn = Callable[..., MemberClient]
HTMX = {"HX-Request": "true"}
BUDGET = 15
"""Queries of the page in all: the six of every page (session, user, email, workspace, its setting,
membership); then the customer, for the address and for the filter, products to choose from, places in four
parts, rows and the count."""

XSS = "<script>alert(1)</script>"


def page_of(client: MemberClient, customer: Customer, query: str = "") -> str:
    response = client.get(client.at(f"customers/{customer.public_id}/timeline/{query}"))
    assert response.status_code == 200
    return response.content.decode()


def latest_of(client: MemberClient, customer: Customer) -> str:
    response = client.get(client.at(f"customers/{customer.public_id}/timeline/latest/"), headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


# The page ---------------------------------------------------------------------------------------------------


def test_page_tells_what_who_and_why_by_days(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    html = page_of(sign_in(owner), everything.customer)
    assert "<h1>Timeline of Antônia Lima</h1>" in html
    assert '<h3><time datetime="2026-03-02">2 Mar 2026</time></h3>' in html
    for words in (
        "Access revoked",
        "Why: reembolso",
        "</span> Olga Prado</span>",
        "</span> Hotmart</span>",
        "</span> The program</span>",
        "Why: Asked for by the buyer",
        "Card chargeback: Dispute opened",
        "Visa 4417",
        "Tag taken off",
        "lima@correio.example",
        "Document revealed",
        "Another record was merged into this one",
        "Moved to another customer",
        ">AC-1</a>",
        f">{everything.subscription.external_id}</a>",
    ):
        assert words in html, words
    assert f"{len(everything.steps)} entries" in " ".join(html.split())


def test_messages_stand_between_the_purchases_of_their_day(
    aurora: Workspace, owner: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        for hours, body in ((1, "before"), (3, "between")):
            factories.MessageFactory(customer=customer, sent_at=NOON + timedelta(hours=hours), body=body)
        for hours in (2, 4):
            factories.SaleFactory(
                customer=customer, ordered_at=NOON + timedelta(hours=hours), reference=f"REF-{hours}"
            )
    html = page_of(sign_in(owner), customer)
    places = [html.index(f">{text}<") for text in ("REF-4", "between", "REF-2", "before")]
    assert places == sorted(places)
    assert html.count("<h3>") >= 1
    assert html.count('class="said"') == 2


def test_days_are_those_of_the_workspace(aurora: Workspace, owner: Membership, sign_in: SignIn) -> None:
    with enter(aurora.pk):
        # Half past one in the night of UTC is still the day before in São Paulo.
        note = factories.NoteFactory(created_at=NOON.replace(hour=1, minute=30))
    html = page_of(sign_in(owner), note.customer)
    assert '<time datetime="2026-03-01">1 Mar 2026</time>' in html
    assert ">22:30</time>" in html


@pytest.mark.parametrize("where", ["page", "latest"])
def test_markup_in_what_people_wrote_is_only_text(
    aurora: Workspace, owner: Membership, sign_in: SignIn, where: str
) -> None:
    """T47."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name=XSS)
        factories.NoteFactory(customer=customer, body=XSS)
        factories.MessageFactory(
            customer=customer, subject=XSS, body=XSS, author_name=XSS, url="https://help.example/1"
        )
        sale = factories.SaleFactory(customer=customer, reference=XSS)
        factories.RefundFactory(sale=sale, amount=1, reason=XSS)
        factories.SaleEventFactory(sale=sale, source_status=XSS, source=XSS)
        tag = factories.TagFactory(name=XSS)
        customer.customertag_set.create(tag=tag)
    html = (page_of if where == "page" else latest_of)(sign_in(owner), customer)
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 7
    assert XSS not in html


def test_page_of_a_merged_record_leads_to_the_one_it_lives_on_in(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    with enter(owner.workspace_id):
        loser = Customer.objects.get(merged_into=everything.customer)
    response = client.get(client.at(f"customers/{loser.public_id}/timeline/"))
    assert response.headers["Location"] == client.at(f"customers/{everything.customer.public_id}/timeline/")


def test_number_of_queries_is_the_same_for_one_sale_and_for_fifty(
    aurora: Workspace, owner: Membership, sign_in: SignIn
) -> None:
    with enter(aurora.pk):
        few, many = factories.CustomerFactory(), factories.CustomerFactory()
        for customer, number in ((few, 1), (many, 50)):
            for _sale in range(number):
                sale = factories.SaleFactory(customer=customer)
                factories.PaymentFactory(sale=sale)
                factories.NoteFactory(customer=customer, author=owner)
    client = sign_in(owner)
    for customer in (few, many):
        with CaptureQueriesContext(connection) as captured:
            page_of(client, customer)
        assert len(statements(captured)) == BUDGET


# Filters ----------------------------------------------------------------------------------------------------


def test_each_kind_leaves_its_own_rows_alone(everything: Everything, owner: Membership) -> None:
    for kind in Kind:
        found = entries(f"{everything.query}&kind={kind}", owner)
        expected = [step for step in everything.steps[::-1] if kind_of(*step) == kind]
        assert [(entry.kind, entry.step) for entry in found] == expected, kind
    both = entries(f"{everything.query}&kind=tag&kind=sale", owner)
    assert {kind_of(entry.kind, entry.step) for entry in both} == {"tag", "sale"}


def test_product_and_period_leave_theirs(
    everything: Everything, aurora: Workspace, owner: Membership
) -> None:
    with enter(aurora.pk):
        other = factories.SaleFactory(customer=everything.customer, ordered_at=NOON - timedelta(days=3))
    assert steps(f"{everything.query}&product={other.product.public_id}", owner) == [("sale", "ordered")]
    assert steps(f"{everything.query}&days_before=2026-03-02", owner) == [("sale", "ordered")]
    # The sale took the customer out of the archive, which is told too.
    assert len(steps(f"{everything.query}&days_from=2026-03-02", owner)) == len(everything.steps) + 1
    assert steps(f"{everything.query}&days_from=2026-03-03", owner) == [(ACT, "customer.restored")]


def test_page_keeps_its_filters_and_the_customer_out_of_its_links(
    everything: Everything, owner: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimelineList, "page_size", 2)
    client = sign_in(owner)
    own = client.at(f"customers/{everything.customer.public_id}/timeline/")
    listing = client.get(f"{own}?kind=subscription").context["listing"]
    assert listing.next_url.startswith(f"{own}?kind=subscription&after=3.")
    older = client.get(listing.next_url).context["listing"]
    assert older.previous_url.startswith(f"{own}?kind=subscription&before=1.")
    assert [chip.remove_url for chip in listing.chips] == [own]
    assert listing.turned_url == f"{own}?kind=subscription&sort=at"
    assert [str(group.label) for group in listing.filters] == ["Kind", "Product", "When"]
    assert f"list=timeline&customer={everything.customer.public_id}&kind=subscription" in listing.export_url
    assert "customer=" not in listing.count_url
    other = client.get(f"{own}?customer=00000000-0000-7000-8000-000000000000").context["listing"]
    assert other.state.customer == everything.customer


def test_count_is_asked_for_after_the_rows(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    client.cookies["js"] = "1"
    with enter(owner.workspace_id):
        for _number in range(60):
            factories.NoteFactory(customer=everything.customer)
    listing = client.get(client.at(f"customers/{everything.customer.public_id}/timeline/")).context["listing"]
    assert listing.count is None
    answer = client.get(listing.count_url, headers=HTMX).content.decode()
    assert f"{len(everything.steps) + 60} entries" in " ".join(answer.split())
    assert "<html" not in answer


# On the customer's page -------------------------------------------------------------------------------------


def test_customer_page_has_a_link_that_htmx_replaces_by_the_first_entries(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    html = client.get(client.at(f"customers/{everything.customer.public_id}/")).content.decode()
    own = client.at(f"customers/{everything.customer.public_id}/timeline/")
    assert f'hx-get="{own}latest/" hx-trigger="revealed"' in html
    assert f'<a href="{own}">Open the timeline</a>' in html
    fragment = latest_of(client, everything.customer)
    assert "<html" not in fragment
    assert fragment.count('class="dot"') == FIRST
    assert f'href="{own}"' in fragment


def test_first_entries_without_scripts_are_the_page(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    own = client.at(f"customers/{everything.customer.public_id}/timeline/")
    assert client.get(f"{own}latest/").headers["Location"] == own


def test_address_that_a_file_names_leads_to_the_customer(
    everything: Everything, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    response = client.get(client.at(f"timeline/?{everything.query}&kind=sale"))
    own = client.at(f"customers/{everything.customer.public_id}/timeline/")
    assert response.headers["Location"] == f"{own}?kind=sale"
    for query in ("", "?customer=x", "?customer="):
        response = client.get(client.at(f"timeline/{query}"))
        assert response.headers["Location"] == client.at("customers/")


# The file ---------------------------------------------------------------------------------------------------


def file_of(
    member: Membership, query: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Export, list[dict[str, str]]]:
    """The receipt and the rows of a file of everything that a timeline can hold."""
    monkeypatch.setattr(queue, "_publish", lambda workspace_id, export_id: None)
    columns = [column.key for column in TimelineList().export_columns]
    with enter_as(member.workspace_id, member.pk) as acting_member:
        export = request_export(acting_member=acting_member, page="timeline", query=query, columns=columns)
    run_export(workspace_id=export.workspace_id, export_id=export.pk)
    with enter(export.workspace_id):
        export.refresh_from_db()
    text = place_of(export).file(export.attempt).read_text()
    return export, list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.django_db(transaction=True)
def test_file_holds_what_the_screen_shows(
    everything: Everything, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(owner.workspace_id):
        factories.NoteFactory(customer=everything.customer, body="=1+1")
    shown = entries(everything.query, owner)
    export, rows = file_of(owner, everything.query, monkeypatch)
    assert export.state == "ready"
    # Of the asking for it, which is an entry by now, the file tells nothing.
    assert (export.rows_written, export.sums) == (len(shown), [])
    assert [row["step"] for row in rows] == [entry.step for entry in shown]
    assert [row["sale"] for row in rows] == [entry.sale.reference if entry.sale else "" for entry in shown]
    assert [row["who"] for row in rows] == [entry.member.user.name if entry.member else "" for entry in shown]
    by_step = {(row["kind"], row["step"]): row for row in rows}
    assert by_step["sale", "ordered"]["amount"] == "97.00"
    assert by_step["tag", "customer.tag_removed"]["title"] == "vip"
    assert by_step["access", "revoked"]["why"] == "reembolso"
    assert by_step["refund", "ended"]["at"] == "2026-03-02T12:26:00-03:00"
    assert "'=1+1" in {row["body"] for row in rows}
    # No name in what is kept of it: the person may be erased, the receipt stays.
    assert "Antônia" not in str(export.filters) + export.query


@pytest.mark.django_db(transaction=True)
def test_file_of_a_filtered_timeline_has_the_same_rows(
    everything: Everything, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"{everything.query}&kind=subscription&sort=at"
    shown = steps(query, owner)
    _export, rows = file_of(owner, query, monkeypatch)
    assert [(row["kind"], row["step"]) for row in rows] == shown


def test_columns_that_a_member_may_not_have_are_not_offered(
    everything: Everything, employee: Membership
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["customers.view", "exports.create"]
        employee.save()
    with open_list("timeline", everything.query, employee) as state:
        keys = {column.key for column in state.export_columns}
        columns: Any = state.export_columns
    assert columns
    assert not {"sale", "amount", "card", "subscription"} & keys
