"""The page as of a date: what it shows, to whom, and that it says what cannot be known."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.audit.services import record
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.as_of.days import BookDay
from customers.models import Customer
from sales.models import Sale
from sales.states import DisputeStatus, SaleStatus
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from tests import factories
from tests.assertions import assert_no_canary, assert_same_not_found
from tests.conftest import Beacon, MemberClient
from tests.customers.conftest import at

SignIn = Callable[..., MemberClient]
BUDGET = 18
"""Queries of the page in all: session, user, workspace, its setting, membership and the page's own."""


@pytest.fixture(autouse=True)
def on_one_day() -> Any:
    """Today is 10 April 2026."""
    with time_machine.travel(datetime(2026, 4, 10, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def buyer(aurora: Workspace, course: Product) -> Customer:
    """Bought the course on 1 March, the club on 20 March, disputed the first on 25 March and won on 5 April;
    subscribed on 1 March and canceled on 3 April."""
    with enter(aurora.pk):
        customer = factories.CustomerFactory(
            name="Antônia Figueirêdo", email="nova@correio.example", created_at=at("2026-03-01 10:00")
        )
        for address, first in (
            ("antiga@correio.example", "2026-03-01"),
            ("nova@correio.example", "2026-04-01"),
        ):
            factories.CustomerEmailFactory(
                customer=customer, address=address, first_seen_at=at(f"{first} 10:00")
            )
        first = _sale(customer, course, 10_000, "2026-03-01 10:00", SaleStatus.APPROVED)
        factories.SaleEventFactory(
            sale=first, from_status="approved", to_status="disputed", occurred_at=at("2026-03-25 10:00")
        )
        factories.SaleEventFactory(
            sale=first, from_status="disputed", to_status="approved", occurred_at=at("2026-04-05 10:00")
        )
        factories.DisputeFactory(
            sale=first,
            status=DisputeStatus.WON,
            opened_at=at("2026-03-25 10:00"),
            closed_at=at("2026-04-05 10:00"),
        )
        club = factories.ProductFactory(name="Clube Aurora")
        _sale(customer, club, 5_000, "2026-03-20 23:59", SaleStatus.APPROVED)
        subscription = factories.SubscriptionFactory(
            customer=customer,
            product=course,
            status=SubscriptionStatus.CANCELED,
            started_at=at("2026-03-01 10:00"),
            canceled_at=at("2026-04-03 10:00"),
        )
        for kind, before, after, day in (
            (EventKind.CREATED, "", "active", "2026-03-01"),
            (EventKind.CANCELED, "active", "canceled", "2026-04-03"),
        ):
            factories.SubscriptionEventFactory(
                subscription=subscription,
                kind=kind,
                from_status=before,
                to_status=after,
                occurred_at=at(f"{day} 10:00"),
            )
        return customer


def _sale(customer: Customer, product: Any, amount: int, ordered: str, status: str) -> Sale:
    sale = factories.SaleFactory(
        customer=customer,
        product=product,
        amount_charged=amount,
        status=status,
        ordered_at=at(ordered),
        approved_at=at(ordered),
    )
    factories.SaleEventFactory(sale=sale, to_status="approved", occurred_at=at(ordered))
    return sale


def page_of(client: MemberClient, customer: Customer, day: str) -> str:
    response = client.get(client.at(f"customers/{customer.public_id}/as-of/?date={day}"))
    assert response.status_code == 200
    return response.content.decode()


# What it shows ----------------------------------------------------------------


def test_page_shows_the_books_of_that_day(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    html = page_of(sign_in(owner), buyer, "2026-03-25")

    assert "As the books stood at the end of 25 Mar 2026, America/Sao_Paulo" in html
    assert "R$\u00a050.00" in html  # 150.00 less the 100.00 that were contested
    assert 'data-tone="bad"' in html
    assert "Disputed" in html
    assert "Created on 1 Mar 2026" in html
    assert "antiga@correio.example" in html
    assert "nova@correio.example" not in html
    assert f'href="/w/aurora-cursos/customers/{buyer.public_id}/"' in html


def test_page_says_how_many_products_it_leaves_out(
    sign_in: SignIn, employee: Membership, buyer: Customer, course: Product
) -> None:
    with enter(buyer.workspace_id):
        employee.extra_permissions = ["customers.view", "sales.view"]
        employee.save()
        subscription = factories.SubscriptionFactory(customer=buyer, product=course)
        Sale.objects.filter(customer=buyer, product=course).update(subscription=subscription)
    html = page_of(sign_in(employee), buyer, "2026-03-25")
    assert "1 product is left out: a subscription decides it" in html
    assert "Clube Aurora" in html.split('id="access"')[1].split("</section>")[0]


def _metrics(html: str) -> list[dict[str, str]]:
    """The figures of each currency, by their label."""
    found = []
    for of_one in re.findall(r'<dl class="metrics">(.*?)</dl>', html, re.DOTALL):
        plain = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", of_one)
        found.append(dict(plain) | {"subs": " ".join(re.findall(r'<dd class="sub">(.*?)</dd>', of_one))})
    return found


def test_figures_of_a_day_are_those_of_the_live_page_for_each_currency(
    sign_in: SignIn, owner: Membership, buyer: Customer, course: Product
) -> None:
    with enter(buyer.workspace_id):
        abroad = _sale(buyer, course, 2_000, "2026-03-22 10:00", SaleStatus.APPROVED)
        Sale.objects.filter(pk=abroad.pk).update(currency="USD")
        later = _sale(buyer, course, 7_000, "2026-04-08 10:00", SaleStatus.APPROVED)
        later.subscription_id, later.recurrence_number = buyer.subscriptions.get().pk, 2
        later.save()
    client = sign_in(owner)
    brl, usd = _metrics(page_of(client, buyer, "2026-03-25"))
    assert (brl["Purchases"], usd["Purchases"]) == ("2", "1")
    assert brl["Average order"] == "R$\u00a075.00"
    assert (brl["First paid"], brl["Last paid"]) == ("1 Mar 2026", "20 Mar 2026")
    assert (brl["Active subscriptions"], "Active subscriptions" in usd) == ("1", False)
    assert brl["subs"] == "1 repeat"
    (brl, usd) = _metrics(page_of(client, buyer, "2026-04-09"))
    assert (brl["Last paid"], brl["Active subscriptions"]) == ("8 Apr 2026", "0")
    assert brl["subs"] == "1 repeat, 1 renewal apart"
    live = client.get(client.at(f"customers/{buyer.public_id}/")).content.decode()
    now = [{key: re.sub(r"<[^>]+>", "", value) for key, value in each.items()} for each in _metrics(live)]
    assert now == [brl, usd]


def test_page_of_a_later_day_has_what_happened_since(
    sign_in: SignIn, owner: Membership, buyer: Customer
) -> None:
    html = page_of(sign_in(owner), buyer, "2026-04-05")

    assert "R$\u00a0150.00" in html
    assert "Canceled on 3 Apr 2026" in html
    assert "nova@correio.example" in html


def test_day_ends_at_midnight_of_the_workspace(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    client = sign_in(owner)
    assert "Clube Aurora" not in page_of(client, buyer, "2026-03-19")
    # 23:59 in São Paulo is the next day in UTC.
    assert "Clube Aurora" in page_of(client, buyer, "2026-03-20")


def test_last_microsecond_and_midnight_are_of_one_day_each(
    sign_in: SignIn, owner: Membership, buyer: Customer, course: Product
) -> None:
    """T57."""
    with enter(buyer.workspace_id):
        for number, moment in (
            ("LAST-OF-DAY", "2026-03-10 23:59:59.999999"),
            ("FIRST-OF-DAY", "2026-03-11 00:00"),
        ):
            sale = _sale(buyer, course, 100, moment, SaleStatus.APPROVED)
            Sale.objects.filter(pk=sale.pk).update(reference=number)
    client = sign_in(owner)
    for day, shown in (("2026-03-09", ()), ("2026-03-10", ("LAST",)), ("2026-03-11", ("LAST", "FIRST"))):
        html = page_of(client, buyer, day)
        assert [name for name in ("LAST", "FIRST") if f"{name}-OF-DAY" in html] == list(shown)


def test_steps_lead_to_days_on_which_something_happened(
    sign_in: SignIn, owner: Membership, buyer: Customer
) -> None:
    html = page_of(sign_in(owner), buyer, "2026-03-22")
    assert 'as-of/?date=2026-03-20"' in html
    assert 'as-of/?date=2026-03-25"' in html
    assert "as-of/?date=2026-02-28" not in html  # before there was anything
    html = page_of(sign_in(owner), buyer, "2026-04-07")
    assert 'as-of/?date=2026-04-05"' in html
    assert 'as-of/?date=2026-03-31"' in html
    assert "On to" not in html


def test_without_a_day_it_is_yesterday(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    client = sign_in(owner)
    html = client.get(client.at(f"customers/{buyer.public_id}/as-of/")).content.decode()
    assert "at the end of 9 Apr 2026" in html


def test_today_is_not_over(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    html = page_of(sign_in(owner), buyer, "2026-04-10")
    assert "This day is not over" in html
    live = sign_in(owner).get(sign_in(owner).at(f"customers/{buyer.public_id}/")).content.decode()
    assert "R$\u00a0150.00" in html
    assert "R$\u00a0150.00" in live


def test_day_that_has_not_come_is_refused_in_words(
    sign_in: SignIn, owner: Membership, buyer: Customer
) -> None:
    html = page_of(sign_in(owner), buyer, "2026-04-11")
    assert "11 Apr 2026 has not come yet. The last day with books is today, 10 Apr 2026." in html
    assert "Spend" not in html


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-31", "0001-01-01", "9999-12-31", "2026-04-11%00"])
def test_what_is_no_day_is_said_to_be_none(
    sign_in: SignIn, owner: Membership, buyer: Customer, day: str
) -> None:
    assert 'class="error"' in page_of(sign_in(owner), buyer, day)


def test_before_the_customer_was_in_the_books_it_says_so(
    sign_in: SignIn, owner: Membership, buyer: Customer
) -> None:
    html = page_of(sign_in(owner), buyer, "2026-02-27")
    assert "At the end of 27 Feb 2026 this customer was not in the books yet." in html
    assert "as-of/?date=2026-03-01" in html
    assert 'id="subscriptions"' not in html


def test_what_no_event_tells_is_said_to_be_derived(
    sign_in: SignIn, owner: Membership, buyer: Customer, course: Product
) -> None:
    with enter(buyer.workspace_id):
        factories.SaleFactory(
            customer=buyer,
            product=course,
            status=SaleStatus.COMPLETED,
            ordered_at=at("2026-03-10 10:00"),
            approved_at=at("2026-03-12 10:00"),
            completed_at=at("2026-04-08 10:00"),
        )
    html = page_of(sign_in(owner), buyer, "2026-03-11")
    assert "No event tells of the state of 1 sale by then" in html
    assert "Pix issued" in html  # it was pending
    assert "Each state shown here is told" not in html


def test_archived_and_merged_are_as_they_were(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    with enter(buyer.workspace_id):
        Customer.objects.filter(pk=buyer.pk).update(archived_at=at("2026-04-01 10:00"))
        twin = factories.CustomerFactory(merged_into=buyer, merged_at=at("2026-04-02 10:00"))
    client = sign_in(owner)
    before, after = page_of(client, buyer, "2026-03-31"), page_of(client, buyer, "2026-04-02")
    assert "The record was archived then" not in before
    assert "1 other record had not been merged" in before
    assert "The record was archived then" in after
    assert "had not been merged" not in after
    response = client.get(client.at(f"customers/{twin.public_id}/as-of/?date=2026-03-31"))
    assert response.headers["Location"] == client.at(f"customers/{buyer.public_id}/as-of/?date=2026-03-31")


def test_log_tells_of_an_archive_that_was_undone(sign_in: SignIn, owner: Membership, buyer: Customer) -> None:
    with enter(buyer.workspace_id):
        for action, day in (("customer.archived", "2026-03-10"), ("customer.restored", "2026-03-20")):
            with time_machine.travel(at(f"{day} 10:00"), tick=False):
                record(action, acting_member=owner, target=buyer)
    client = sign_in(owner)
    archived = {
        day: "The record was archived then" in page_of(client, buyer, day)
        for day in ("2026-03-09", "2026-03-10", "2026-03-19", "2026-03-20")
    }
    assert list(archived.values()) == [False, True, True, False]


def test_older_purchases_keep_the_day(
    sign_in: SignIn, owner: Membership, buyer: Customer, course: Product
) -> None:
    with enter(buyer.workspace_id):
        for number in range(30):
            _sale(buyer, course, 100 + number, "2026-03-15 10:00", SaleStatus.APPROVED)
    client = sign_in(owner)
    html = page_of(client, buyer, "2026-03-19")
    assert "The latest 25 of 31" in html
    older = html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "date=2026-03-19&after=26." in older
    rest = client.get(older).content.decode()
    assert "26 to 31 of 31" in rest
    assert "Clube Aurora" not in rest
    assert "as-of/?date=2026-03-19" in rest


# Who may see it ---------------------------------------------------------------


def test_limited_member_gets_the_books_of_their_product(
    sign_in: SignIn, limited_agent: Membership, buyer: Customer
) -> None:
    html = page_of(sign_in(limited_agent), buyer, "2026-03-24")
    assert "R$\u00a0100.00" in html
    assert "Clube Aurora" not in html
    assert "R$\u00a0150.00" not in html
    assert "Within your products" in html
    # Not even the day of a purchase of another product.
    assert "as-of/?date=2026-03-20" not in html


@pytest.mark.parametrize(
    ("permissions", "hidden"),
    [
        (("customers.view",), ("R$", "Luz e Cor", 'id="numbers"', 'id="purchases"', 'id="subscriptions"')),
        (("customers.view", "sales.view"), ('id="numbers"', 'id="subscriptions"')),
        (
            ("customers.view", "spend.view"),
            ("Luz e Cor", 'id="purchases"', 'id="subscriptions"', "2026-03-20"),
        ),
        (("customers.view", "subscriptions.view"), ('id="numbers"', 'id="purchases"', "2026-03-25")),
    ],
)
def test_member_learns_nothing_that_a_permission_hides(
    sign_in: SignIn, employee: Membership, buyer: Customer, permissions: tuple[str, ...], hidden: Any
) -> None:
    with enter(buyer.workspace_id):
        employee.extra_permissions = list(permissions)
        employee.save()
    html = page_of(sign_in(employee), buyer, "2026-03-22")
    for words in hidden:
        assert words not in html.split("<main")[1], words


def test_foreign_customer_is_none(
    sign_in: SignIn, owner: Membership, beacon: Beacon, buyer: Customer
) -> None:
    client = sign_in(owner)
    for path in ("as-of/", "as-of/?date=2026-03-03", "as-of/purchases/"):
        assert_same_not_found(
            client,
            client.at(f"customers/{beacon.customer.public_id}/{path}"),
            client.at(f"customers/00000000-0000-7000-8000-000000000000/{path}"),
        )
    for day in ("2026-03-01", "2026-03-25", "2026-04-10"):
        assert_no_canary(client.get(client.at(f"customers/{buyer.public_id}/as-of/?date={day}")))


def test_page_takes_the_same_queries_for_one_sale_and_for_many(
    sign_in: SignIn, owner: Membership, buyer: Customer, course: Product
) -> None:
    client = sign_in(owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, buyer, "2026-03-26")
        return sum(q["sql"].lstrip("( ").startswith("SELECT") for q in captured.captured_queries)

    few = count()
    with enter(buyer.workspace_id):
        for number in range(40):
            sale = _sale(buyer, course, number + 1, "2026-03-15 10:00", SaleStatus.REFUNDED)
            factories.RefundFactory(sale=sale, requested_at=at("2026-03-16 10:00"))
            factories.SubscriptionFactory(customer=buyer, product=course)
    assert count() == few <= BUDGET


# Days -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("America/Sao_Paulo", date(2026, 3, 2), "2026-03-02T03:00Z", 24),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00Z", 23),  # begins at one o'clock
        ("America/Sao_Paulo", date(2018, 2, 17), "2018-02-17T02:00Z", 25),  # its last hour comes twice
        ("America/Havana", date(2025, 11, 2), "2025-11-02T04:00Z", 25),  # its first hour comes twice
        ("Europe/Lisbon", date(2026, 3, 29), "2026-03-29T00:00Z", 23),
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00Z", 24),  # the next day there is the 31st
    ],
)
def test_day_has_the_hours_that_its_clocks_give_it(zone: str, day: date, start: str, hours: int) -> None:
    book_day = BookDay(day, ZoneInfo(zone), date(2026, 4, 10))
    assert book_day.start.astimezone(UTC) == datetime.fromisoformat(start)
    assert book_day.end.astimezone(UTC) - book_day.start.astimezone(UTC) == timedelta(hours=hours)
