"""Whom the customer list hides, and why: filters, archive, merge, test data, near misses."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from atomicpay.missing.facts import Facts, How
from atomicpay.missing.findings import Finding, Kind, find_reasons
from atomicpay.missing.gather import read_facts
from atomicpay.workspaces.models import Membership
from tests.conftest import Beacon, MemberClient
from tests.customers.conftest import Books
from tests.lists import listed, open_list

SignIn = Callable[[Membership], MemberClient]


def facts_of(query: str, expected: str, member: Membership, page: str = "customers") -> Facts:
    with open_list(page, query, member) as state:
        return read_facts(state, expected)


def findings(query: str, expected: str, member: Membership, page: str = "customers") -> list[Finding]:
    return find_reasons(facts_of(query, expected, member, page))


def hidden_by(query: str, expected: str, member: Membership, page: str = "customers") -> list[list[str]]:
    """The names of the filters that hide each record that is found."""
    found = facts_of(query, expected, member, page).found
    return [[hiding.name for hiding in record.hidden_by] for record in found]


@pytest.mark.parametrize(
    ("query", "expected", "names"),
    [
        ("created_from=2026-03-03", "antiga@correio.example", ["created"]),
        ("created_from=2026-03-03&country=PT", "antiga@correio.example", ["created", "country"]),
        ("created_from=2026-03-01&country=BR", "antiga@correio.example", []),
        ("created_from=2026-03-03", "email:antiga@correio.example", ["created"]),
        ("created_from=2026-03-03", "antiga+curso@correio.example", ["created"]),
        ("created_from=2026-03-03", "nome:antonia email:antiga", ["created"]),
        ("spend_min=500&currency=BRL", "529.982.247-25", ["spend"]),
        ("subscription=active&country=BR", "52998224725", ["subscription", "country"]),
        ("", "Davi Lima", ["archived"]),
        ("archived=include", "Davi Lima", []),
        ("q=heitor", "cus_N5Q", ["q"]),
        ("sort=-spend", "X900", ["sort"]),
        ("sort=-spend&currency=USD", "(11) 91234-5678", []),
        ("dispute=open&tag=embaixadora&refund=yes", "cus_N5Q", ["refund"]),
    ],
)
def test_every_filter_that_hides_the_record_is_named_and_no_other(
    books: Books, beacon: Beacon, owner: Membership, query: str, expected: str, names: list[str]
) -> None:
    assert hidden_by(query, expected, owner) == [names]


def test_hidden_record_is_shown_with_its_own_value_and_what_is_asked(books: Books, owner: Membership) -> None:
    (record,) = facts_of("created_from=2026-03-03&country=PT", "antiga@correio.example", owner).found
    said = [(hiding.label, hiding.own, hiding.asks) for hiding in record.hidden_by]
    assert said == [
        ("Created", "2 Mar 2026", "the range starts 3 Mar 2026"),
        ("Country", "Brazil", "the filter asks for Portugal"),
    ]
    assert record.how is How.FORMER_EMAIL


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("created_from=2026-03-03&country=PT", "antiga@correio.example"),
        ("spend_min=500&currency=USD", "529.982.247-25"),
        ("spend_min=500&currency=USD&sort=-spend", "529.982.247-25"),
        ("sort=-spend&country=PT", "X900"),
        ("", "Davi Lima"),
    ],
)
def test_the_address_that_is_offered_shows_the_record(
    books: Books, owner: Membership, query: str, expected: str
) -> None:
    (record,) = facts_of(query, expected, owner).found
    assert record.hidden_by
    assert record.shown_at is not None
    pk = next(person.pk for person in books.people.values() if str(person.public_id) in record.url)
    assert pk not in listed("customers", query, owner)
    assert pk in listed("customers", record.shown_at, owner)


def test_link_without_one_filter_takes_only_that_one_away(books: Books, owner: Membership) -> None:
    query = "created_from=2026-03-03&country=PT"
    (record,) = facts_of(query, "antiga@correio.example", owner).found
    assert [hiding.without for hiding in record.hidden_by] == ["country=PT", "created_from=2026-03-03"]


def test_empty_list_counts_what_each_filter_leaves_out(books: Books, owner: Membership) -> None:
    facts = facts_of("country=PT&method=boleto", "", owner)
    counted = {narrowing.name: narrowing.rows.number for narrowing in facts.narrowings}
    assert facts.listed.number == 0
    assert counted == {"country": 0, "method": 1, "archived": 0}
    (method,) = [narrowing for narrowing in facts.narrowings if narrowing.name == "method"]
    assert [example.title for example in method.examples] == ["Elisa Pires"]


def test_filters_that_only_together_hide_everything_are_told_as_such(books: Books, owner: Membership) -> None:
    kinds = [finding.kind for finding in findings("country=PT&method=boleto&refund=yes", "", owner)]
    assert Kind.ONLY_TOGETHER in kinds
    assert Kind.NARROWS not in kinds


def test_merged_record_leads_to_what_it_became(books: Books, owner: Membership) -> None:
    first, *others = findings("", "Gil Lima", owner)
    told = [first, *others]
    (merged,) = [finding for finding in told if finding.kind is Kind.MERGED]
    assert merged.found is not None
    assert merged.found.survivor is not None
    assert merged.found.survivor.title == "Antônia Lima"
    assert str(books.people["Antônia Lima"].public_id) in merged.found.survivor.url
    # The survivor itself is told of: it is in the list.
    assert [f.found.title for f in told if f.kind is Kind.LISTED and f.found] == ["Antônia Lima"]


def test_test_customer_is_told_as_one_and_no_address_shows_it(books: Books, owner: Membership) -> None:
    (record,) = facts_of("", "Fábio Teste", owner).found
    assert record.is_test
    assert record.shown_at is None
    assert findings("", "Fábio Teste", owner)[0].kind is Kind.TEST


@pytest.mark.parametrize(
    ("expected", "how", "name"),
    [
        ("antigo@correio.example", How.ONE_LETTER, "Antônia Lima"),
        ("atniga@correio.example", How.ONE_LETTER, "Antônia Lima"),
        ("Bruno Sa", None, "Bruno Sá"),
        ("Brumo Sá", How.ONE_LETTER, "Bruno Sá"),
        ("Elissa", How.ONE_LETTER, "Elisa Pires"),
        ("Pirse", How.ONE_LETTER, "Elisa Pires"),
        ("elisa pirez", How.ONE_LETTER, "Elisa Pires"),
    ],
)
def test_near_miss_is_named(
    books: Books, owner: Membership, expected: str, how: How | None, name: str
) -> None:
    facts = facts_of("", expected, owner)
    if how is None:
        assert [record.title for record in facts.found] == [name]
    else:
        assert facts.found == ()
        assert [(record.how, record.title) for record in facts.near] == [(how, name)]


def test_search_that_finds_nobody_explains_itself(books: Books, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    response = client.get(client.at("customers/"), {"q": "davi lima"})
    body = response.content.decode()
    assert "“Archived” hides Davi Lima" in body
    assert "Archived: archived on 2 Mar 2026, the list leaves these out" in body


def test_with_scripts_the_answer_comes_after_the_page(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    client.cookies["js"] = "1"
    asked = urlencode({"q": "davi lima"})
    page = client.get(client.at(f"customers/?{asked}")).content.decode()
    address = client.at(f"missing/?list=customers&{asked}")
    assert f'hx-get="{address.replace("&", "&amp;")}"' in page
    assert "hides Davi Lima" not in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hides Davi Lima" in part
    assert "<html" not in part
