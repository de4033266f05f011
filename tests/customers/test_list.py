"""The customer list: who each filter leaves, in which order, for whom."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.workspaces.models import Membership
from tests.assertions import assert_no_canary
from tests.conftest import Beacon
from tests.lists import all_pages, ids_by_sql, listed, open_list, statements

from .conftest import Books

LISTED = "c.workspace_id = %(ws)s AND NOT c.is_test AND c.merged_into_id IS NULL"
SHOWN = f"{LISTED} AND c.archived_at IS NULL"
PAID = (
    "NOT s.is_test AND s.status IN ('approved', 'completed', 'refund_requested', 'partially_refunded',"
    " 'refunded', 'disputed', 'chargeback')"
)


REFUNDED = "EXISTS (SELECT 1 FROM refund s WHERE s.customer_id = c.id AND s.status = 'succeeded')"
BOUGHT = f"EXISTS (SELECT 1 FROM sale s WHERE s.customer_id = c.id AND {PAID})"


@pytest.mark.parametrize(
    ("query", "condition", "number"),
    [
        ("", SHOWN, 5),
        ("archived=include", LISTED, 6),
        ("archived=only", f"{LISTED} AND c.archived_at IS NOT NULL", 1),
        (
            "created_from=2026-03-03&created_before=2026-03-06",
            f"{SHOWN} AND c.created_at >= '2026-03-03T03:00Z' AND c.created_at < '2026-03-06T03:00Z'",
            2,
        ),
        ("country=brazil", f"{SHOWN} AND c.country = 'BR'", 2),
        (
            "subscription=active&subscription=past_due",
            f"{SHOWN} AND c.id IN (SELECT customer_id FROM subscription"
            " WHERE status IN ('active', 'past_due'))",
            2,
        ),
        (
            "method=credit_card",
            f"{SHOWN} AND c.id IN (SELECT customer_id FROM payment WHERE method = 'credit_card')",
            2,
        ),
        ("refund=yes", f"{SHOWN} AND {REFUNDED}", 1),
        ("refund=no", f"{SHOWN} AND NOT {REFUNDED}", 4),
        ("dispute=open", f"{SHOWN} AND c.id IN (SELECT customer_id FROM dispute WHERE status = 'open')", 1),
        ("dispute=none", f"{SHOWN} AND c.id NOT IN (SELECT customer_id FROM dispute)", 4),
        ("purchases=none", f"{SHOWN} AND NOT {BOUGHT}", 1),
        ("purchases=any", f"{SHOWN} AND {BOUGHT}", 4),
        ("tag=embaixadora", f"{SHOWN} AND c.id IN (SELECT customer_id FROM customer_tag)", 1),
    ],
)
def test_filter_lists_whom_plain_sql_finds(
    books: Books, beacon: Beacon, owner: Membership, query: str, condition: str, number: int
) -> None:
    found = listed("customers", query, owner)
    with open_list("customers", "", owner):
        expected = ids_by_sql(f"SELECT c.id FROM customer c WHERE {condition}", owner.workspace_id)
    assert found == expected
    assert len(found) == number


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("spend_min=97&currency=BRL", ["Antônia Lima", "Heitor Reis"]),
        ("spend_min=97.01&currency=BRL", ["Heitor Reis"]),
        ("spend_max=97,00&currency=BRL", ["Antônia Lima", "Elisa Pires"]),
        ("spend_min=1&currency=USD", ["Elisa Pires"]),
        ("currency=USD", ["Bruno Sá", "Elisa Pires"]),
        ("first_purchase_from=2026-02-06&first_purchase_before=2026-02-07", ["Elisa Pires"]),
        ("first_purchase_from=2026-03-01", ["Antônia Lima", "Bruno Sá"]),
        ("last_purchase_before=2026-03-01", ["Heitor Reis"]),
        ("last_purchase_from=2026-03-06&last_purchase_before=2026-03-07", ["Elisa Pires"]),
        ("last_purchase_from=2026-02-06&last_purchase_before=2026-02-07", []),
    ],
)
def test_money_and_dates_of_purchases_list_the_right_people(
    books: Books, owner: Membership, query: str, names: list[str]
) -> None:
    assert listed("customers", query, owner) == books.ids(*names)


def test_bought_and_not_bought_combine(books: Books, owner: Membership) -> None:
    course, club = books.course.public_id, books.club.public_id
    assert listed("customers", f"bought={course}", owner) == books.ids(
        "Antônia Lima", "Bruno Sá", "Elisa Pires"
    )
    assert listed("customers", f"bought={course}&not_bought={club}", owner) == books.ids(
        "Antônia Lima", "Bruno Sá"
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("antonia", ["Antônia Lima"]),
        ("LIMA ANTÔNIA", ["Antônia Lima"]),
        ("lima", ["Antônia Lima"]),
        ("antiga@correio", ["Antônia Lima"]),
        ("(11) 91234-5678", ["Bruno Sá"]),
        ("912345678", ["Bruno Sá"]),
        ("529.982.247-25", ["Heitor Reis"]),
        ("529.982", []),
        ("cus_N5Q", ["Elisa Pires"]),
        ("ac-900", ["Cecília Mourão"]),
        ("X900", ["Cecília Mourão"]),
        ("he", ["Heitor Reis"]),
        ("%", []),
        ("nobody at all", []),
    ],
)
def test_search_finds_by_everything_that_is_known(
    books: Books, owner: Membership, text: str, names: list[str]
) -> None:
    assert listed("customers", urlencode({"q": text}), owner) == books.ids(*names)


def test_search_gives_the_same_by_either_plan(
    books: Books, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = ("q=lima", "q=li", "q=cus_n5q", "q=X900", "q=%25", "q=antonia+lima", "q=912345678")
    for query in queries:
        found = []
        for is_rare in (True, False):
            monkeypatch.setattr(
                "customers.search.SearchPlan.is_rare", lambda plan, *, reads_all, is_rare=is_rare: is_rare
            )
            found.append(listed("customers", query, owner))
        assert found[0] == found[1], query


def test_search_by_last_four_digits_of_a_card(books: Books, owner: Membership) -> None:
    bruno = books.people["Bruno Sá"]
    with open_list("customers", "", owner):
        bruno.payments.update(card_last4="4242")
    assert listed("customers", "q=4242", owner) == {bruno.pk}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Elisa Pires", "Cecília Mourão", "Bruno Sá", "Antônia Lima", "Heitor Reis"]),
        ("sort=created", ["Heitor Reis", "Antônia Lima", "Bruno Sá", "Cecília Mourão", "Elisa Pires"]),
        ("sort=name", ["Antônia Lima", "Bruno Sá", "Cecília Mourão", "Elisa Pires", "Heitor Reis"]),
        ("sort=-name", ["Heitor Reis", "Elisa Pires", "Cecília Mourão", "Bruno Sá", "Antônia Lima"]),
        ("sort=-spend", ["Heitor Reis", "Antônia Lima", "Elisa Pires"]),
        ("sort=spend&currency=USD", ["Bruno Sá", "Elisa Pires"]),
        ("sort=-last_purchase", ["Elisa Pires", "Bruno Sá", "Antônia Lima", "Heitor Reis"]),
        ("sort=last_purchase", ["Heitor Reis", "Antônia Lima", "Bruno Sá", "Elisa Pires"]),
    ],
)
@pytest.mark.parametrize("size", [2, 50])
def test_order_is_kept_over_pages_and_in_the_file(
    books: Books, owner: Membership, monkeypatch: pytest.MonkeyPatch, query: str, names: list[str], size: int
) -> None:
    monkeypatch.setattr("customers.lists.CustomerList.page_size", size)
    with open_list("customers", query, owner) as state:
        assert [customer.name for customer in all_pages(state)] == names
        in_file = state.export_queryset().values_list("name", flat=True)
        assert list(dict.fromkeys(in_file)) == names
        assert state.count() == len(names)


def test_order_by_spend_says_whom_it_leaves_out(books: Books, owner: Membership) -> None:
    with open_list("customers", "sort=-spend&currency=USD", owner) as state:
        assert state.sorting.sentence == "Sorted by lifetime spend in USD, highest first; only those with any"


def test_file_has_one_row_for_each_customer_and_currency(books: Books, owner: Membership) -> None:
    with open_list("customers", "", owner) as state:
        money = ("name", "spend_currency", "spend_gross", "spend_refunded", "spend_disputed", "spend_net")
        assert set(state.export_queryset().values_list(*money)) == {
            ("Antônia Lima", "BRL", 9700, 0, 0, 9700),
            ("Bruno Sá", "USD", 12900, 12900, 0, 0),
            ("Cecília Mourão", None, None, None, None, None),
            ("Elisa Pires", "BRL", 50000, 0, 50000, 0),
            ("Elisa Pires", "USD", 9900, 0, 0, 9900),
            ("Heitor Reis", "BRL", 17800, 0, 0, 17800),
        }


def test_file_by_spend_still_has_every_currency_of_who_is_in_it(books: Books, owner: Membership) -> None:
    with open_list("customers", "sort=-spend&currency=USD", owner) as state:
        rows = state.export_queryset().values_list("name", "spend_currency")
        assert list(rows) == [("Elisa Pires", "BRL"), ("Elisa Pires", "USD"), ("Bruno Sá", "USD")]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("first_purchase_from=2026-02-01", "Sorted by first purchase, latest first; only those with one"),
        ("last_purchase_from=2026-02-01", "Sorted by last purchase, latest first; only those with one"),
        ("last_purchase_from=2026-02-01&sort=name", "Sorted by name, A to Z"),
        ("first_purchase_from=not a day", "Sorted by creation, newest first"),
    ],
)
def test_range_of_purchases_is_read_in_its_own_order(
    books: Books, owner: Membership, query: str, sentence: str
) -> None:
    with open_list("customers", query, owner) as state:
        assert state.sorting.sentence == sentence
        assert [row.pk for row in state.read_page().rows] == list(
            state.queryset().values_list("pk", flat=True)
        )


def test_range_of_purchases_begins_in_the_index_of_its_order(books: Books, owner: Membership) -> None:
    """Walked in another order, a page of those who first bought years ago took a second at a million."""
    query = "first_purchase_from=2024-01-01&first_purchase_before=2027-01-01"
    with open_list("customers", query, owner) as state, CaptureQueriesContext(connection) as captured:
        assert state.read_page().rows
    walked = next(query["sql"] for query in captured.captured_queries if "ORDER BY" in query["sql"])
    assert re.search(r'(?<!U\d\.)"first_paid_at" >= ', walked), "the range is asked of another table's rows"


# Who is limited to products ---------------------------------------------------------------------------------


def test_limited_member_reads_a_range_of_purchases_in_the_usual_order(
    books: Books, limited_agent: Membership
) -> None:
    with open_list("customers", "first_purchase_from=2026-01-01", limited_agent) as state:
        assert state.sorting.sentence == "Sorted by creation, newest first"
        assert not state.notices


def test_limited_member_sees_buyers_of_their_products_only(books: Books, limited_agent: Membership) -> None:
    everybody = books.ids("Antônia Lima", "Bruno Sá", "Cecília Mourão", "Elisa Pires")
    assert listed("customers", "", limited_agent) == everybody


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("spend_min=1&currency=BRL", ["Antônia Lima"]),
        ("spend_min=1&currency=USD", ["Elisa Pires"]),
        ("spend_max=0&currency=USD", ["Bruno Sá"]),
        ("currency=BRL", ["Antônia Lima"]),
        ("first_purchase_from=2026-03-06", ["Elisa Pires"]),
        ("last_purchase_before=2026-03-03", ["Antônia Lima"]),
        ("purchases=none", ["Cecília Mourão"]),
        ("method=pix", ["Antônia Lima"]),
        ("dispute=open", []),
        ("refund=yes", ["Bruno Sá"]),
        ("subscription=active", []),
        ("q=AC-900", ["Cecília Mourão"]),
    ],
)
def test_limited_member_is_answered_from_within_their_products(
    books: Books, limited_agent: Membership, query: str, names: list[str]
) -> None:
    assert listed("customers", query, limited_agent) == books.ids(*names)


def test_limited_member_reads_spend_of_their_products_only(books: Books, limited_agent: Membership) -> None:
    with open_list("customers", "", limited_agent) as state:
        spends = {row.name: [(s.currency, s.net) for s in row.spends] for row in state.read_page().rows}
        in_file = state.export_queryset().values_list("name", "spend_currency", "spend_net")
        assert spends["Elisa Pires"] == [("USD", 9900)]
        assert set(in_file) == {
            ("Antônia Lima", "BRL", 9700),
            ("Bruno Sá", "USD", 0),
            ("Cecília Mourão", None, None),
            ("Elisa Pires", "USD", 9900),
        }


def test_limited_member_cannot_name_a_product_outside(books: Books, limited_agent: Membership) -> None:
    with open_list("customers", f"not_bought={books.club.public_id}", limited_agent) as state:
        assert not state.is_valid
        assert state.count() == 0


def test_limited_member_cannot_sort_by_totals_over_all_products(
    books: Books, limited_agent: Membership
) -> None:
    with open_list("customers", "sort=-spend", limited_agent) as state:
        assert state.notices == ["That order is not to be had within your products."]
        assert state.sorting.token == "-created"


def test_limited_member_is_told_that_the_list_is_within_their_products(
    books: Books, sign_in: Callable, limited_agent: Membership, owner: Membership
) -> None:
    words = "Sorted by creation, newest first, within your products"
    for member, is_told in ((limited_agent, True), (owner, False)):
        client = sign_in(member)
        assert (words in client.get(client.at("customers/")).content.decode()) == is_told
        with open_list("customers", "", member) as state:
            assert (("Products", "only those you may see") in state.describe()) == is_told


@pytest.mark.parametrize(
    "query",
    [
        "country=BR",
        "refund=no&sort=-spend",
        "spend_min=1&currency=BRL&sort=name",
        "archived=only",
        "tag=embaixadora",
    ],
)
def test_page_is_the_same_whether_the_few_are_fetched_first_or_not(
    books: Books, owner: Membership, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr("customers.lists.CustomerList.page_size", 2)
    pages = []
    for few in (0, 5_000):
        monkeypatch.setattr("atomicpay.ui.selective.FEW", few)
        with open_list("customers", query, owner) as state:
            pages.append([row.pk for row in all_pages(state)])
    assert pages[0] == pages[1] != []


# The page ---------------------------------------------------------------------------------------------------


def test_page_shows_who_what_and_how_much(books: Books, sign_in: Callable, finance: Membership) -> None:
    client = sign_in(finance)
    page = client.get(client.at("customers/?q=elisa")).content.decode()
    assert "1 customer" in page
    assert f'href="{client.at("customers/")}{books.people["Elisa Pires"].public_id}/"' in page
    assert "Open dispute" in page
    assert "US$\xa099.00" in page
    assert "PayPal, Pix" in page


def test_page_never_shows_another_workspace(
    books: Books, beacon: Beacon, sign_in: Callable, owner: Membership
) -> None:
    client = sign_in(owner)
    for query in ("", "q=ant", "q=antonia+else", "archived=include&sort=name", "sort=-spend&currency=USD"):
        assert_no_canary(client.get(client.at(f"customers/?{query}")))
    assert listed("customers", f"q={beacon.sale.reference}", owner) == set()


def test_product_of_another_workspace_is_no_choice(
    books: Books, beacon: Beacon, sign_in: Callable, owner: Membership
) -> None:
    client = sign_in(owner)
    response = client.get(client.at(f"customers/?bought={beacon.product.public_id}"))
    assert response.status_code == 200
    assert "is not one of the available choices" in response.content.decode()
    assert_no_canary(response)


@pytest.mark.parametrize(
    "query", ["", "q=lima", "sort=-spend&currency=BRL", "archived=include&country=BR&refund=no&sort=name"]
)
@pytest.mark.parametrize("cast", ["owner", "limited_agent"])
def test_page_takes_thirteen_queries_at_most_at_any_depth(
    books: Books,
    sign_in: Callable,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    cast: str,
    query: str,
) -> None:
    monkeypatch.setattr("customers.lists.CustomerList.page_size", 1)
    client = sign_in(request.getfixturevalue(cast))
    # The exact count comes after the rows.
    client.cookies["js"] = "1"
    with CaptureQueriesContext(connection) as first:
        response = client.get(client.at(f"customers/?{query}"))
    # One of them reads the saved views.
    assert len(statements(first)) <= 13, statements(first)
    following = response.context["listing"].next_url
    assert following or query == "q=lima" or cast == "limited_agent"
    if following:
        with CaptureQueriesContext(connection) as second:
            client.get(following)
        # The row that the page begins at is read by its public id.
        assert len(statements(second)) <= 13, statements(second)
