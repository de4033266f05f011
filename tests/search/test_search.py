"""The one search: what finds what, what it says of it, and where Enter leads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.search.results import search
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerEmail
from tests import factories
from tests.customers.test_search_text import NAUGHTY
from tests.lists import listed, statements

from .conftest import CNPJ, CPF, Books, hits_of

MARIANA, BRUNO = "Mariana Conceição de Araújo", "Bruno Sá"
COURSE_SALE, CLUB_SALE = "AC-1042, Luz e Cor", "AC-2001, Clube Aurora"
SUBSCRIPTION = "Luz e Cor, SUB-77X"
HERS = {"customers": [MARIANA], "sales": [COURSE_SALE], "subscriptions": [SUBSCRIPTION]}
HIS = {"customers": [BRUNO], "sales": [CLUB_SALE]}

HTMX = {"HX-Request": "true"}


@pytest.fixture
def found(books: Books, owner: Membership) -> Callable[..., Any]:
    """What a text finds, as it is shown."""

    def _found(text: str, member: Membership = owner) -> Any:
        with enter_as(member.workspace_id, member.pk) as asking:
            return search(text, asking)

    return _found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("mariana", HERS),
        ("ARAUJO mariana", HERS),
        ("conceicao", HERS),
        ("nceiç", HERS),
        ("mariana.araujo@gmail.com", HERS),
        ("MarianaAraujo+cursos@googlemail.com", HERS),
        ("mari.conceicao@antigo.example", HERS),
        ("mari.conceicao", HERS),
        ("antigo.example", HERS),
        ("(11) 91234-5678", HERS),
        ("11 91234 5678", HERS),
        ("91234-5678", HERS),
        ("+5511912345678", HERS),
        (CPF, HERS),
        ("111.444.777-35", HERS),
        (CNPJ, HIS),
        ("12.abc.345/01de-35", HIS),
        ("buyer-77A", HERS),
        ("AC-1042", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("ac-10", {"sales": [COURSE_SALE]}),
        ("hp31337", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("sub-77x", {"customers": [MARIANA], "subscriptions": [SUBSCRIPTION]}),
        ("luz e cor", {"sales": [COURSE_SALE], "subscriptions": [SUBSCRIPTION]}),
        ("clube", {"sales": [CLUB_SALE]}),
        ("4242", HERS),
        ("card 4242", HERS),
        ("R$ 97,00", {"sales": [COURSE_SALE]}),
        ("97.00", {"sales": [COURSE_SALE]}),
        ("US$ 10", {"sales": [CLUB_SALE]}),
        ("R$ 10,00", {}),
        ("10,00", {"sales": [CLUB_SALE]}),
        ("89,00", {"subscriptions": [SUBSCRIPTION]}),
        ("2026-03-02", {"sales": [COURSE_SALE]}),
        ("02/03/2026", {"sales": [COURSE_SALE]}),
        ("5 mar 2026", {"subscriptions": [SUBSCRIPTION]}),
        # A part of a document is never confirmed.
        ("111.444", {}),
        ("11144477", {}),
        ("12ABC34501", {}),
        ("%", {}),
        ("m", {}),
    ],
)
def test_everything_that_people_have_finds_the_record(
    found: Any, text: str, hits: dict[str, list[str]]
) -> None:
    assert hits_of(found(text)) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("name:mari", HERS),
        ("name:antigo", {}),
        ("email:antigo", HERS),
        ("email:conceição", HERS),
        ("phone:91234", HERS),
        ("phone:91", {}),
        ("phone:912345678", HERS),
        ("doc:111.444.777-35", HERS),
        ("doc:111.444", {}),
        ("ref:ac-10", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("ref:sub-77x", {"customers": [MARIANA], "subscriptions": [SUBSCRIPTION]}),
        ("product:luz", HERS),
        ("card:4242", HERS),
        ("amount:97", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("date:02/03/2026", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("mariana product:luz", HERS),
        ("mariana product:clube", {}),
        ("produto:luz cartão:4242", HERS),
        ("produto:luz cartão:5555", {}),
        ("nome:mariana data:2026-03-02", {"customers": [MARIANA], "sales": [COURSE_SALE]}),
        ("amount:often", {}),
        ("date:soon", {}),
    ],
)
def test_prefix_words_narrow_what_is_found(found: Any, text: str, hits: dict[str, list[str]]) -> None:
    assert hits_of(found(text)) == hits


@pytest.mark.parametrize(
    ("text", "kind", "matched"),
    [
        ("conceicao mariana", "customers", "Name <mark>Mariana</mark> <mark>Conceição</mark> de Araújo"),
        ("mariana.araujo@gmail.com", "customers", "Email <mark>mariana.araujo@gmail.com</mark>"),
        (
            "mari.conceicao",
            "customers",
            "Former email <mark>mari.conceicao</mark>@antigo.example, used until 14 Mar 2024",
        ),
        ("91234-5678", "customers", "Phone +55 (11) <mark>91234-5678</mark>"),
        (CPF, "customers", "Document, the whole number"),
        ("buyer-77a", "customers", "Hotmart <mark>buyer-77a</mark>"),
        ("hp31337", "customers", "Sale <mark>hp31337</mark>"),
        ("card 4242", "customers", "Card ending in <mark>4242</mark>"),
        ("ac-10", "sales", "Reference <mark>AC-10</mark>42"),
        ("hp31337", "sales", "External id <mark>HP31337</mark>"),
        ("97.00", "sales", "Amount <mark>R$\xa097.00</mark>"),
        ("02/03/2026", "sales", "Ordered <mark>2 Mar 2026</mark>"),
        ("luz e cor", "sales", "Product <mark>Luz</mark> <mark>e</mark> <mark>Cor</mark>"),
        ("mari.conceicao", "sales", "Email typed at checkout <mark>mari.conceicao</mark>@antigo.example"),
        ("mariana", "sales", "Bought by <mark>Mariana</mark> Conceição de Araújo"),
        ("sub-77x", "subscriptions", "Code <mark>SUB-77X</mark>"),
        ("mariana", "subscriptions", "Held by <mark>Mariana</mark> Conceição de Araújo"),
        ("mariana antigo", "customers", "Name <mark>Mariana</mark> Conceição de Araújo · Former email"),
    ],
)
def test_hit_says_what_matched(found: Any, text: str, kind: str, matched: str) -> None:
    sections = {section.kind: section for section in found(text).sections}
    assert matched in sections[kind].hits[0].matched


def test_hit_by_document_never_shows_a_document(
    books: Books, sign_in: Callable, support_agent: Membership
) -> None:
    client = sign_in(support_agent)
    page = client.get(client.at("search/"), {"q": f"doc:{CPF} name:mariana"}, headers=HTMX).content.decode()
    # The address of the list holds what was typed.
    shown = re.sub('href="[^"]*"', "", page)
    assert "Document, the whole number" in shown
    assert CPF not in shown
    assert "111.444.777-35" not in shown


def test_merged_customer_leads_to_the_survivor(books: Books, found: Any, aurora: Workspace) -> None:
    with enter(aurora.pk):
        twin = factories.CustomerFactory(name="Marianinha Araújo")
        Customer.objects.filter(pk=twin.pk).update(merged_into=books.mariana, merged_at=factories.NOON)
    (section,) = found("marianinha").sections
    assert str(books.mariana.public_id) in section.hits[0].url
    assert section.hits[0].facts == [f"merged into {MARIANA}"]
    assert f"Opens {MARIANA}" in section.hits[0].matched


def test_archived_and_test_records_are_found_and_say_so(books: Books, found: Any, aurora: Workspace) -> None:
    with enter(aurora.pk):
        Customer.objects.filter(pk=books.bruno.pk).update(archived_at=factories.NOON)
        type(books.club_sale).objects.filter(pk=books.club_sale.pk).update(is_test=True)
    customers, sales = found("bruno").sections
    assert "Archived" in "".join(map(str, customers.hits[0].facts))
    assert "Test" in "".join(map(str, sales.hits[0].facts))


def test_new_and_changed_records_are_found_at_once(found: Any, aurora: Workspace, books: Books) -> None:
    assert hits_of(found("zuleica")) == {}
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name="Zuleica Paz")
    assert hits_of(found("zuleica")) == {"customers": ["Zuleica Paz"]}
    with enter(aurora.pk):
        CustomerEmail.objects.create(
            customer=customer, address="zu@novo.example", normalised="zu@novo.example"
        )
        Customer.objects.filter(pk=customer.pk).update(name="Zuleika Paz")
    assert hits_of(found("novo.example")) == {"customers": ["Zuleika Paz"]}
    assert found("zuleica").meant == "zuleika"


def test_at_most_eight_of_a_kind_are_shown_and_the_list_has_them_all(
    books: Books, found: Any, aurora: Workspace, owner: Membership
) -> None:
    with enter(aurora.pk):
        for number in range(10):
            factories.CustomerFactory(name=f"Teresa {number}")
    (section,) = found("teresa").sections
    assert (len(section.hits), section.has_more, section.count) == (8, True, "8+")
    assert section.url.endswith("/customers/?q=teresa&archived=include")
    assert len(listed("customers", section.url.partition("?")[2], owner)) == 10


@pytest.mark.parametrize("text", ["mariana", "97.00", "luz e cor", "4242", "mariana product:luz", "sub-77x"])
def test_lists_understand_the_same_text(books: Books, found: Any, owner: Membership, text: str) -> None:
    for section in found(text).sections:
        ids = listed(section.kind, section.url.partition("?")[2], owner)
        assert len(ids) == len(section.hits), section.kind


# Straight to the record -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("mariana.araujo@gmail.com", "mariana"),
        ("MARI.conceicao@antigo.example", "mariana"),
        ("marianaaraujo+x@gmail.com", "mariana"),
        ("email:mariana.araujo@gmail.com", "mariana"),
        ("111.444.777-35", "mariana"),
        ("(11) 91234-5678", "mariana"),
        ("buyer-77a", "mariana"),
        ("ac-1042", "course_sale"),
        ("HP31337", "course_sale"),
        ("ref:hp31337", "course_sale"),
        ("SUB-77X", "subscription"),
    ],
)
def test_exact_key_leads_straight_to_the_record(
    books: Books, sign_in: Callable, owner: Membership, text: str, record: str
) -> None:
    client = sign_in(owner)
    answer = client.get(client.at("search/"), {"q": text})
    assert answer.status_code == 302
    assert str(getattr(books, record).public_id) in answer.headers["Location"]
    # While one types, nobody is sent anywhere.
    assert client.get(client.at("search/"), {"q": text}, headers=HTMX).status_code == 200


@pytest.mark.parametrize("text", ["mariana", "4242", "97.00", "mari.conceicao", "ac-10", "2026-03-02"])
def test_what_names_no_single_record_stays_on_the_results(
    books: Books, sign_in: Callable, owner: Membership, text: str
) -> None:
    client = sign_in(owner)
    assert client.get(client.at("search/"), {"q": text}).status_code == 200


def test_key_of_two_records_stays_on_the_results(
    books: Books, sign_in: Callable, owner: Membership, aurora: Workspace
) -> None:
    with enter(aurora.pk):
        factories.SaleFactory(customer=books.bruno, product=books.club, reference="SUB-77X")
    client = sign_in(owner)
    page = client.get(client.at("search/"), {"q": "SUB-77X"}).content.decode()
    assert "Code <mark>SUB-77X</mark>" in page
    assert "Reference <mark>SUB-77X</mark>" in page


# A slip of the finger ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mariama", "mariana"),
        ("mraiana", "mariana"),
        ("marana", "mariana"),
        ("mariaana", "mariana"),
        ("amriana", "mariana"),
        ("marinaa", "mariana"),
        ("mariana araujp", "mariana araujo"),
        ("concecao araujo", "conceicao araujo"),
        ("name:mariama", "name:mariana"),
        ("mariana.arauji@gmail.com", "mariana.araujo@gmail.com"),
        ("narana.araujo@gmail.com", None),
        ("nariana.araujo@gmail.com", "mariana.araujo@gmail.com"),
        ("mariana.araujo@gmial.com", "mariana.araujo@gmail.com"),
        ("email:mari.conceicaoo@antigo.example", "email:mari.conceicao@antigo.example"),
        ("marxxna", None),
        ("zz", None),
    ],
)
def test_one_slip_is_forgiven_where_nothing_is_written_so(found: Any, text: str, meant: str | None) -> None:
    results = found(text)
    assert results.meant == (meant or "")
    assert hits_of(results) == (HERS if meant else {})


def test_slip_is_not_looked_for_where_something_is_written_so(found: Any, aurora: Workspace) -> None:
    with enter(aurora.pk):
        factories.CustomerFactory(name="Mariama Keita")
    results = found("mariama")
    assert (results.meant, hits_of(results)) == ("", {"customers": ["Mariama Keita"]})


def test_page_says_that_something_else_was_meant(books: Books, sign_in: Callable, owner: Membership) -> None:
    client = sign_in(owner)
    page = client.get(client.at("search/"), {"q": "mariama"}).content.decode()
    assert "Nothing matches “mariama”" in page
    assert 'Did you mean <a href="/w/aurora-cursos/search/?q=mariana">mariana</a>?' in page


def test_corrected_text_keeps_the_order_in_which_it_was_typed(
    books: Books, sign_in: Callable, owner: Membership
) -> None:
    client = sign_in(owner)
    page = client.get(client.at("search/"), {"q": "Mariama Araújo"}).content.decode()
    assert ">mariana Araújo</a>?" in page


# The page ---------------------------------------------------------------------------------------------------


def test_page_without_a_text_shows_the_help(books: Books, sign_in: Callable, owner: Membership) -> None:
    client = sign_in(owner)
    page = client.get(client.at("search/")).content.decode()
    for word in ("name:", "email:", "phone:", "doc:", "ref:", "product:", "card:", "amount:", "date:"):
        assert f"<code>{word}</code>" in page


def test_every_page_has_the_box(books: Books, sign_in: Callable, owner: Membership) -> None:
    client = sign_in(owner)
    for path in ("customers/", "sales/", "exports/", "admin/", "search/"):
        page = client.get(client.at(path)).content.decode()
        assert 'action="/w/aurora-cursos/search/"' in page
        assert 'hx-trigger="input changed delay:150ms"' in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_naughty_text_is_answered_and_finds_nothing(
    books: Books, sign_in: Callable, owner: Membership, headers: dict[str, str]
) -> None:
    client = sign_in(owner)
    for text in NAUGHTY:
        text = text.encode("utf-8", "replace").decode()
        answer = client.get(client.at("search/"), {"q": text}, headers=headers)
        assert answer.status_code == 200, text
        assert MARIANA not in answer.content.decode(), text
        assert "<script>alert" not in answer.content.decode()
    for query in ("q=a&q=b", "q__contains=a", "q%00=1", "Q=x", "left[]=1", "q=%FF%FE"):
        assert client.get(f"{client.at('search/')}?{query}", headers=headers).status_code == 200


def test_stored_markup_is_escaped_in_hits(aurora: Workspace, sign_in: Callable, owner: Membership) -> None:
    """T47: what a buyer typed is text, marked or not."""
    evil = "<img src=x onerror=alert(1)>"
    with enter(aurora.pk):
        customer = factories.CustomerFactory(name=f"Eva {evil}", email="eva@x.example")
        factories.CustomerEmailFactory(customer=customer, address=f"eva{evil}@x.example")
        product = factories.ProductFactory(name=f"Eva {evil}")
        factories.SaleFactory(customer=customer, product=product, reference=f"EVA{evil}", buyer_email=evil)
        factories.SubscriptionFactory(customer=customer, product=product, external_id=f"EVA-{evil}")
    client = sign_in(owner)
    for text in ("eva", "onerror", "eva{evil}", "<img", "src=x"):
        for headers in ({}, HTMX):
            page = client.get(client.at("search/"), {"q": text}, headers=headers).content.decode()
            assert "<img" not in page, text
    assert "&lt;img" in page


@pytest.mark.parametrize("cast", ["owner", "limited_agent"])
def test_query_count_does_not_grow_with_the_books(
    books: Books, sign_in: Callable, request: pytest.FixtureRequest, aurora: Workspace, cast: str
) -> None:
    client = sign_in(request.getfixturevalue(cast))
    texts = ("mariana", "mariana.araujo@gmail.com", "4242", "97.00", "mariama", "luz e cor", "nobody at all")

    def count(text: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(client.at("search/"), {"q": text}, headers=HTMX)
        return len(statements(captured))

    before = {text: count(text) for text in texts}
    with enter(aurora.pk):
        for number in range(12):
            customer = factories.CustomerFactory(name=f"Mariana {number}")
            factories.CustomerEmailFactory(customer=customer)
            sale = factories.SaleFactory(customer=customer, product=books.course_sale.product)
            factories.PaymentFactory(sale=sale, card_last4="4242")
            factories.SubscriptionFactory(customer=customer, product=books.course_sale.product)
    assert {text: count(text) for text in texts} == before
    assert max(before.values()) <= 30, before


@pytest.mark.parametrize("member", ["owner", "limited_agent"])
@pytest.mark.parametrize(
    "text", ["product:nobody", "mariana product:nobody", "product:clube", "mariana product:clube"]
)
def test_product_that_nobody_may_have_finds_nothing_and_breaks_nothing(
    books: Books, sign_in: Callable, request: pytest.FixtureRequest, member: str, text: str
) -> None:
    """For a limited member the club does not exist: no condition on it can have rows."""
    client = sign_in(request.getfixturevalue(member))
    for address in ("search/", "customers/", "sales/", "subscriptions/"):
        response = client.get(client.at(address), {"q": text})
        assert response.status_code == 200, address
        if member == "limited_agent":
            assert "Clube Aurora" not in response.content.decode()
    for address in ("missing/?list=customers", "missing/anywhere/"):
        assert client.post(client.at(address), {"expected": text}).status_code == 200, address
