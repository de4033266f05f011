"""Every figure of a customer is the sum, or the count, of the rows that its link opens."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import combinations
from typing import Any

import pytest

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.ui.moments import format_day
from atomicpay.ui.money import currency_exponent, format_amount, format_money
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.figure_rows import PAGE, Place
from sales.figures import FIGURES, Measure
from sales.models import Sale
from sales.states import DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests import factories
from tests.assertions import assert_same_not_found
from tests.conftest import Beacon, MemberClient
from tests.customers.books import CURRENCIES, write_books

SignIn = Callable[..., MemberClient]
LINK = re.compile(r'<a href="([^"]*/figures/([A-Z]{3})/([a-z-]+)/(?:\?[^"]*)?)">([^<]*)</a>')
ROW = re.compile(r'<tr role="row"><th role="rowheader"[^>]*>.*?</tr>', re.DOTALL)
MONEY = re.compile(r'<span class="money">([^<]*)</span>')
DAY = re.compile(r'<time datetime="([0-9-]+)">')


class Opened:
    """All rows that a link leads to, read page by page, and what stands at their foot."""

    def __init__(self, client: MemberClient, address: str, currency: str) -> None:
        self.amounts: list[int] = []
        self.days: list[str] = []
        self.currency = currency
        pages = 0
        while address:
            html = _html(client, address)
            rows = html.split("<tfoot")[0].split("<tbody")[-1] if "<tfoot" in html else ""
            found = ROW.findall(rows)
            assert 0 < len(found) <= PAGE or pages == 0
            self.amounts += [_minor(MONEY.search(row)[1], currency) for row in found]  # type: ignore[index]
            self.days += DAY.findall(rows)
            foot = re.search(r'<b class="money">([^<]*)</b>', html)
            self.foot = unescape(foot[1]) if foot else ""
            self.title = re.search(r'<h2 id="rows-title">([^<]*)</h2>', html)[1]  # type: ignore[index]
            older = re.search(r'href="([^"]*)" rel="next"', html)
            address, pages = unescape(older[1]) if older else "", pages + 1
        assert self.days == sorted(self.days, reverse=True)

    def value_of(self, key: str) -> str:
        """The figure that these rows make, in words."""
        figure, total = FIGURES[key], sum(self.amounts)
        if figure.measure is Measure.COUNT:
            return str(len(self.amounts))
        if figure.measure is Measure.DAY:
            assert len(set(self.days)) == 1
            return self.days[0]
        if figure.measure is Measure.AVERAGE:
            number = len(self.amounts)
            return format_money((2 * total + number) // (2 * number), self.currency)
        return format_money(total, self.currency)


def _html(client: MemberClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def _minor(words: str, currency: str) -> int:
    """The minor units of a printed amount."""
    text = unescape(words)
    digits = int("".join(filter(str.isdecimal, text)))
    assert currency_exponent(currency) == len(text.partition(".")[2])
    return -digits if text.startswith("-") else digits


def figures_of(html: str) -> Iterator[tuple[str, str, str, str]]:
    """Address, currency, key and words of each figure on a page."""
    for address, currency, key, words in LINK.findall(html):
        yield unescape(address), currency, key, unescape(words)


def page_of(client: MemberClient, customer: Customer) -> str:
    return _html(client, client.at(f"customers/{customer.public_id}/"))


def limited_to(workspace: Workspace, *products: Product) -> Membership:
    with enter(workspace.pk):
        member = factories.MembershipFactory(
            user=factories.UserFactory(),
            workspace=workspace,
            role=Role.SUPPORT_AGENT,
            product_access=ProductAccess.SELECTED,
        )
        for product in products:
            ProductGrant.objects.create(membership=member, product=product)
    return member


# Figures and rows --------------------------------------------------------------


@pytest.mark.parametrize(("seed", "sales"), [(1, 12), (2, 30), (3, 70)])
def test_every_figure_is_what_the_rows_add_up_to_that_its_link_opens(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace, seed: int, sales: int
) -> None:
    chance = random.Random(seed)
    with enter(aurora.pk):
        customer, other = factories.CustomerFactory(), factories.CustomerFactory()
        products = [factories.ProductFactory(name=f"Curso {letter}") for letter in "ABC"]
        write_books(chance, customer, products, sales)
        write_books(chance, other, products, 30)
    selections = [products[:1], products[:2], products[1:]] if sales > PAGE else _selections(products)
    members = [support_agent, *(limited_to(aurora, *chosen) for chosen in selections)]
    for member in members:
        client = sign_in(member)
        html = page_of(client, customer)
        shown = list(figures_of(html))
        assert {key for _address, _currency, key, _words in shown} >= {"net"}
        _assert_all_add_up(client, shown)


def _selections(products: list[Product]) -> list[list[Product]]:
    """Every choice of some products."""
    sizes = range(1, len(products) + 1)
    return [list(chosen) for size in sizes for chosen in combinations(products, size)]


def _assert_all_add_up(client: MemberClient, shown: list[tuple[str, str, str, str]]) -> None:
    opened: dict[str, Opened] = {}
    for address, currency, key, words in shown:
        if address not in opened:
            opened[address] = Opened(client, address, currency)
        rows = opened[address]
        assert rows.foot == (format_money(sum(rows.amounts), currency) if rows.amounts else "")
        value = rows.value_of(key)
        if FIGURES[key].measure is Measure.DAY:
            day = factories.NOON.fromisoformat(value).date()
            assert words == rows.title == format_day(day)
        elif "?" in address:  # a month of the chart's table: the words are the month's own
            assert rows.amounts, address
            assert rows.title == value
        else:
            assert rows.title == value, (address, words)
            bare = format_amount(sum(rows.amounts), currency)
            assert words.split(" ")[0] in (value, value.split("\u00a0")[0], bare), (address, words, value)


def test_a_figure_whose_rows_are_others_would_be_noticed(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory(amount_charged=100000)
        for status in (DisputeStatus.OPEN, DisputeStatus.WON):
            factories.DisputeFactory(sale=sale, status=status, amount=100)
    client = sign_in(support_agent)
    shown = list(figures_of(page_of(client, sale.customer)))
    _assert_all_add_up(client, shown)

    with_won = (*FIGURES["disputed"].parts, *FIGURES["disputes-won"].parts)
    monkeypatch.setitem(FIGURES, "disputed", replace(FIGURES["disputed"], parts=with_won))  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        _assert_all_add_up(client, shown)


@pytest.mark.parametrize(("currencies", "unit"), [(("BRL",), "month="), (CURRENCIES, "from=")])
def test_every_month_or_quarter_opens_the_rows_that_make_it(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace, currencies: tuple[str, ...], unit: str
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        write_books(random.Random(4), customer, [factories.ProductFactory()], 80, currencies)
    client = sign_in(support_agent)
    html = page_of(client, customer)
    table = html.split('id="bars-BRL-title"')[1].split("</table>")[0]
    rows = re.findall(r'<a href="([^"]*)">[^<]*</a></th>(.*?)</tr>', table)

    assert len(rows) > 5
    assert {unit in address for address, _cells in rows} == {True}
    net = 0
    for address, cells in rows:
        amounts = [unescape(cell) for cell in re.findall(r"<td>([^<]*)</td>", cells)]
        opened = Opened(client, unescape(address), "BRL")
        assert amounts[-1] == (format_amount(sum(opened.amounts), "BRL") if sum(opened.amounts) else "")
        net += sum(opened.amounts)
    whole = next(address for address, code, key, _ in figures_of(html) if (code, key) == ("BRL", "net"))
    assert net == sum(Opened(client, whole, "BRL").amounts)


def test_a_dispute_is_subtracted_while_it_is_open_or_lost_and_named_apart_when_it_was_won(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        sale = factories.SaleFactory(amount_charged=100000)
        for status, amount in zip(DisputeStatus, (1, 20, 300, 4000, 50000, 6), strict=True):
            factories.DisputeFactory(sale=sale, status=status, amount=amount)
    html = page_of(sign_in(support_agent), sale.customer)
    words = {key: text for address, _currency, key, text in figures_of(html) if "?" not in address}

    assert words["disputed"] == "40.20"
    assert words["disputes-open"] == "0.20 open"
    assert words["disputes-lost"] == "40.00 lost"
    assert words["disputes-won"] == "3.00 won, not subtracted"
    assert words["net"] == "959.80"


def test_renewals_are_no_purchases_and_the_first_purchase_is_not_a_repeat(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
        for number in (None, 1, 2, 3, None):
            factories.SaleFactory(customer=customer, recurrence_number=number, amount_charged=333)
        for status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE):
            factories.SubscriptionFactory(customer=customer, status=status)
    words = {key: text for _a, _c, key, text in figures_of(page_of(sign_in(support_agent), customer))}

    assert words["purchases"] == "3"
    assert words["repeat-purchases"] == "2 repeat"
    assert words["renewals"] == "2 renewals apart"
    assert words["paid-sales"] == "5"
    assert words["average-order"] == "R$\u00a03.33"
    assert words["active-subscriptions"] == "1"


def test_pages_of_rows_neither_skip_nor_repeat_rows_of_one_moment(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        customer, product = factories.CustomerFactory(), factories.ProductFactory()
        Sale.objects.bulk_create(
            factories.SaleFactory.build(customer=customer, product=product, amount_charged=2**number)
            for number in range(40)
        )
        Sale.objects.bulk_create(
            factories.SaleFactory.build(
                customer=customer,
                product=product,
                amount_charged=0,
                ordered_at=factories.NOON - timedelta(seconds=number // 70),
            )
            for number in range(140)
        )
    client = sign_in(support_agent)
    opened = Opened(client, client.at(f"customers/{customer.public_id}/figures/BRL/gross/"), "BRL")

    assert len(opened.amounts) == 180
    assert sorted(opened.amounts)[140:] == [2**number for number in range(40)]


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "0.5.1", "1.999999999999999999.1", "1.-99999999999999999.1", "1.5.1.5", "1.-5.١"]
)
def test_a_place_that_names_none_is_the_first_page(text: str) -> None:
    assert Place.read(text) is None


def test_a_place_stands_in_an_address_as_it_was_read() -> None:
    place = Place(51, factories.NOON + timedelta(microseconds=7), 3)
    assert Place.read(str(place)) == place


# Who may see them ----------------------------------------------------------------


def figure(customer: Any, key: str = "gross") -> str:
    return f"customers/{customer.public_id}/figures/BRL/{key}/"


def test_rows_of_a_foreign_customer_are_those_of_none(
    sign_in: SignIn, support_agent: Membership, beacon: Beacon
) -> None:
    client = sign_in(support_agent)
    unknown = "customers/00000000-0000-7000-8000-000000000000/figures/BRL/gross/"
    assert_same_not_found(client, client.at(figure(beacon.customer)), client.at(unknown))


@pytest.mark.parametrize(
    "path",
    [
        *("BRL/everything/", "brl/gross/", "XXQ/gross/", "BRL/gross/?from=2026-13&to=2026-12"),
        *("BRL/gross/?from=2026-02", "BRL/gross/?from=2026-02&to=2026-01", "BRL/gross/?to=2026-02-01"),
        *("BRL/gross/?month=2026-2", "BRL/gross/?month="),
    ],
)
def test_rows_of_no_such_figure_are_not_found(
    sign_in: SignIn, support_agent: Membership, antonia: Customer, path: str
) -> None:
    client = sign_in(support_agent)
    assert client.get(client.at(f"customers/{antonia.public_id}/figures/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("permissions", "gross", "active"),
    [
        (("spend.view",), 403, 403),
        (("sales.view", "subscriptions.view"), 403, 403),
        (("spend.view", "sales.view"), 200, 403),
        (("spend.view", "subscriptions.view"), 403, 200),
    ],
)
def test_rows_need_the_right_to_see_spend_and_such_rows(
    sign_in: SignIn,
    employee: Membership,
    antonia: Customer,
    permissions: tuple[str, ...],
    gross: int,
    active: int,
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["customers.view", *permissions]
        employee.save()
    client = sign_in(employee)

    assert client.get(client.at(figure(antonia))).status_code == gross
    assert client.get(client.at(figure(antonia, "active-subscriptions"))).status_code == active
    html = page_of(client, antonia)
    assert ("/figures/" in html) is (gross == 200)
    panel = html.partition('id="spend"')[2]
    assert ("Active subscriptions" in panel) is ({"spend.view", "subscriptions.view"} <= set(permissions))


def test_rows_within_products_leave_the_others_out_and_say_so(
    sign_in: SignIn, limited_agent: Membership, antonia: Customer
) -> None:
    client = sign_in(limited_agent)
    for key in FIGURES:
        html = _html(client, client.at(figure(antonia, key)))
        assert "Within your products" in html
        for outside in ("AC-2", "Clube Aurora", "300.00", "200.00"):
            assert outside not in html, key


def test_rows_escape_what_providers_sent(
    sign_in: SignIn, support_agent: Membership, aurora: Workspace
) -> None:
    evil = "<script>alert(1)</script>"
    with enter(aurora.pk):
        product = factories.ProductFactory(name=evil)
        sale = factories.SaleFactory(product=product, reference=evil, status=SaleStatus.DISPUTED)
        factories.RefundFactory(sale=sale, reason=evil, amount=1)
        factories.DisputeFactory(sale=sale, reason=evil, amount=1)
    client = sign_in(support_agent)
    html = _html(client, client.at(figure(sale.customer, "net")))

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
