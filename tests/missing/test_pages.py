"""The two doors: an empty list that explains itself, and the page where one says what was expected."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product
from atomicpay.missing.pages import explain_list
from atomicpay.ui.registry import list_pages
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import MemberClient
from tests.customers.conftest import Books
from tests.lists import open_list
from tests.ui.test_listing import NAMES, NAUGHTY

SignIn = Callable[[Membership], MemberClient]


def ask(client: MemberClient, query: str, expected: str) -> str:
    response = client.post(client.at(f"missing/?{query}"), {"expected": expected})
    assert response.status_code == 200
    return response.content.decode()


def test_every_list_leads_to_the_question(books: Books, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    for name in NAMES:
        address = client.at(f"missing/?list={name}")
        assert f'href="{address}"' in client.get(client.at(f"{name}/")).content.decode()
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("order", "first"), [("", ["AC-4", "AC-3"]), ("&sort=ordered", ["AC-1", "AC-2"])])
def test_empty_list_names_the_records_that_would_stand_first(
    owner: Membership, aurora: Workspace, sign_in: SignIn, order: str, first: list[str]
) -> None:
    with enter(aurora.pk):
        for day in (3, 1, 4, 2):
            ordered_at = datetime(2026, 3, day, 12, tzinfo=UTC)
            factories.SaleFactory(reference=f"AC-{day}", ordered_at=ordered_at)
    client = sign_in(owner)
    body = client.get(client.at(f"missing/?list=sales&date_from=2030-01-01{order}")).content.decode()
    assert re.findall(r"AC-\d", body) == first
    # The reasons are the panel's own lines: not a box in it, apart from its heading.
    assert '<div class="panel-body"><ul class="why">' in re.sub(r">\s+<", "><", body)


def test_every_list_page_that_there_is_can_be_asked(books: Books, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with enter(owner.workspace_id):
        factories.ExportFactory(requested_by=owner)
    of_one = {"timeline": f"&customer={books.people['Antônia Lima'].public_id}"}
    for page in list_pages():
        ask(client, f"list={page.name}{of_one.get(page.name, '')}", "Antônia Lima")


def test_expected_record_is_answered_in_place_with_one_link_for_each_filter(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    query = urlencode({"list": "customers", "created_from": "2026-03-03", "country": "PT"})
    body = ask(client, query, "antiga@correio.example")
    assert "“Created” and “Country” together hide Antônia Lima" in body
    assert "Created: 2 Mar 2026, the range starts 3 Mar 2026" in body
    for without in ("customers/?country=PT", "customers/?created_from=2026-03-03", "customers/"):
        assert f'href="{client.at(without)}"' in body


def test_document_stands_in_no_address_of_the_answer(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    body = ask(client, "list=customers&country=PT", "529.982.247-25")
    assert "Heitor Reis" in body
    addresses = [part.split('"')[0] for part in body.split('="/')[1:]]
    assert addresses
    assert not any(text in address for address in addresses for text in ("529.982", "529982"))


def test_post_changes_nothing_for_who_sees_all_products(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id):
        ask(client, "list=customers", "nobody@nowhere.example")


def test_unknown_list_is_not_found_and_a_forbidden_one_refused(
    employee: Membership, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    for query in ("", "list=", "list=nothing", "list=%00", "list=sales%20"):
        assert client.get(client.at(f"missing/?{query}")).status_code == 404
    client = sign_in(employee)
    assert client.get(client.at("missing/?list=customers")).status_code == 403
    assert client.post(client.at("missing/?list=customers"), {"expected": "ana"}).status_code == 403


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_is_expected_is_answered_or_refused_in_words(
    books: Books, owner: Membership, sign_in: SignIn, text: str
) -> None:
    client = sign_in(owner)
    for name in NAMES:
        response = client.post(client.at(f"missing/?list={name}"), {"expected": text})
        assert response.status_code in (200, 422)
        body = response.content.decode()
        assert "<script>alert" not in body
        assert (response.status_code == 422) == ('class="error"' in body or "errorlist" in body), text[:20]


def test_nothing_expected_is_asked_for_again(books: Books, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    for sent in ({}, {"expected": ""}, {"expected": "   "}):
        assert client.post(client.at("missing/?list=customers"), sent).status_code == 422


@pytest.mark.parametrize("name", NAMES)
def test_any_value_of_any_filter_is_explained(books: Books, owner: Membership, name: str) -> None:
    with open_list(name, "", owner) as state:
        for text in NAUGHTY:
            for parameter in sorted(state.filterset.parameters() | {"sort"}):
                asked = state.page.parse(QueryDict(urlencode({parameter: text})), state.membership)
                assert not asked.is_valid or explain_list(asked).reasons, (parameter, text[:20])


@pytest.mark.parametrize("name", NAMES)
def test_page_answers_every_bad_address(books: Books, owner: Membership, sign_in: SignIn, name: str) -> None:
    client = sign_in(owner)
    with open_list(name, "", owner) as state:
        parameters = sorted(state.filterset.parameters() | {"sort", "after", "before", "count", "page", "x"})
    for text in NAUGHTY:
        asked = dict.fromkeys(parameters, text) | {"list": name}
        assert client.get(client.at("missing/"), asked).status_code == 200
    twice = "&".join(f"{parameter}=a&{parameter}=b" for parameter in parameters)
    assert client.get(client.at(f"missing/?list={name}&list={name}&{twice}")).status_code == 200


def test_filter_that_cannot_be_read_is_said_and_nothing_is_looked_for(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    query = "list=customers&created_from=2026-02-30"
    for response in (
        client.get(client.at(f"missing/?{query}")),
        client.post(client.at(f"missing/?{query}"), {"expected": "Davi Lima"}),
    ):
        body = response.content.decode()
        assert "A filter cannot be read" in body
        assert "Davi" not in body


def test_answer_takes_the_same_queries_for_few_and_for_many(
    aurora: Workspace, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    address = client.at("missing/?list=sales&method=boleto&status=approved")
    numbers = []
    for many in (1, 30):
        with enter(aurora.pk):
            customer = factories.CustomerFactory(name="Ana Lima")
            for _ in range(many):
                factories.SaleFactory(customer=customer)
        with CaptureQueriesContext(connection) as captured:
            client.post(address, {"expected": "Ana Lima"})
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


# Where the search found nothing -----------------------------------------------------------------------------


def ask_anywhere(client: MemberClient, expected: str) -> str:
    response = client.post(client.at("missing/anywhere/"), {"expected": expected})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("text", ["nobody at all", "davi lema", "111.444.777-35", "name:nobody country:x"])
def test_search_that_finds_nothing_so_written_leads_to_the_question_with_the_text(
    books: Books, owner: Membership, sign_in: SignIn, text: str
) -> None:
    client = sign_in(owner)
    page = client.get(client.at("search/"), {"q": text}).content.decode()
    assert f'action="{client.at("missing/anywhere/")}"' in page
    assert f'<input type="hidden" name="expected" value="{text}">' in page
    assert client.at("missing/anywhere/") not in client.get(client.at("search/?q=davi")).content.decode()
    assert client.at("missing/anywhere/") not in client.get(client.at("search/")).content.decode()


def test_all_kinds_are_answered_for_without_a_list(books: Books, owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    body = ask_anywhere(client, "Davi Lima")
    assert "“Archived” hides Davi Lima" in body
    assert "Davi Lima is in this list" in body.partition("<h3>Sales</h3>")[2]
    assert "Davi Lima is known here, and has no subscriptions" in body
    near = ask_anywhere(client, "Davi Lema")
    assert near.count("One letter away: Davi Lima") == 1
    unknown = ask_anywhere(client, "nobody at all")
    assert unknown.count("Nothing is known here by “nobody at all”") == 1
    assert unknown.count("Your product access hides nothing") == 1


def test_answer_for_all_kinds_has_the_text_in_no_address_and_asks_for_one(
    books: Books, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    body = ask_anywhere(client, "529.982.247-25")
    assert "Heitor Reis" in body
    addresses = [part.split('"')[0] for part in body.split('="/')[1:]]
    # Whole, or as far as its first dot: three digits stand in many a public id.
    assert not any(text in address for address in addresses for text in ("529.982", "529982"))
    address = client.at("missing/anywhere/")
    assert client.get(address).status_code == 200
    assert client.post(address, {"expected": " "}).status_code == 422


def test_all_kinds_are_only_those_that_one_may_see(
    books: Books, employee: Membership, aurora: Workspace, sign_in: SignIn
) -> None:
    client = sign_in(employee)
    for text in ("Davi Lima", "nobody at all"):
        assert client.post(client.at("missing/anywhere/"), {"expected": text}).status_code == 403
    assert "missing/anywhere" not in client.get(client.at("search/?q=nobody")).content.decode()
    with enter(aurora.pk):
        seller = factories.MembershipFactory(role=Role.EMPLOYEE, extra_permissions=["sales.view"])
    body = ask_anywhere(sign_in(seller), "Davi Lima")
    assert "<h3>Sales</h3>" in body
    assert "<h3>Customers</h3>" not in body
    assert "hides Davi Lima" not in body


@pytest.mark.parametrize("text", ["zelia@correio.example", "Zelia Quadras"])
def test_who_may_not_see_customers_is_told_of_no_buyer_and_no_near_miss(
    owner: Membership, aurora: Workspace, sign_in: SignIn, text: str
) -> None:
    with enter(aurora.pk):
        seller = factories.MembershipFactory(role=Role.EMPLOYEE, extra_permissions=["sales.view"])
        zelia = factories.CustomerFactory(name="Zélia Quadros", email="zelia@correio.example")
        factories.CustomerEmailFactory(customer=zelia)
    assert "Zélia Quadros" in ask(sign_in(owner), "list=sales", text)
    body = ask(sign_in(seller), "list=sales", text).replace(text, "")
    assert not re.search("Quadros|zelia@", body)


def test_limited_member_is_told_once_and_logged_once_of_what_lies_outside(
    books: Books, limited_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(limited_agent)
    body = ask_anywhere(client, "529.982.247-25")
    assert body.count("There is something of this very key outside your products") == 1
    assert "Heitor" not in body
    with enter(limited_agent.workspace_id):
        assert AuditEntry.objects.filter(action="customer.looked_for_outside").count() == 1
    # The control: what lies inside is found, and nothing is asked of the rest.
    assert "Bruno Sá is in this list" in ask_anywhere(client, "(11) 91234-5678")
    with enter(limited_agent.workspace_id):
        assert AuditEntry.objects.filter(action="customer.looked_for_outside").count() == 1


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_is_expected_anywhere_is_answered_or_refused(
    books: Books, owner: Membership, sign_in: SignIn, text: str
) -> None:
    client = sign_in(owner)
    response = client.post(client.at("missing/anywhere/"), {"expected": text})
    assert response.status_code in (200, 422)
    assert "<script>alert" not in response.content.decode()


# Who is limited to products ---------------------------------------------------------------------------------


def test_limited_member_is_told_of_nothing_outside_but_that_a_whole_key_exists(
    books: Books, limited_agent: Membership, sign_in: SignIn
) -> None:
    """Heitor bought the club only; Bruno the course, which she may see."""
    client = sign_in(limited_agent)
    body = ask(client, "list=customers", "529.982.247-25")
    assert "There is something of this very key outside your products" in body
    assert "Heitor" not in body
    assert "Clube Aurora" not in body
    # The controls: what lies inside is found, and what nobody has is not said to exist.
    assert "Bruno Sá is in this list" in ask(client, "list=customers", "(11) 91234-5678")
    nobody = ask(client, "list=customers", "111.444.777-35")
    assert "outside your products" not in nobody
    assert "Only what lies within your products was looked through" in nobody


@pytest.mark.parametrize(
    "key",
    ["heitor@gmail.com", "h.e.i.t.o.r+loja@gmail.com", "buyer-out-909", "HP-OUT-1", "HPOUT909", "SUB-OUT-9"],
)
def test_limited_member_is_told_that_any_whole_key_exists(
    books: Books, limited_agent: Membership, course: Product, sign_in: SignIn, key: str
) -> None:
    with enter(limited_agent.workspace_id):
        club = Product.objects.exclude(pk=course.pk).first()
        buyer = factories.CustomerFactory(name="Heitor Fora")
        factories.CustomerEmailFactory(customer=buyer, address="heitor@gmail.com")
        factories.CustomerIdentityFactory(customer=buyer, external_id="buyer-out-909")
        factories.SaleFactory(customer=buyer, product=club, reference="HP-OUT-1", external_id="HPOUT909")
        factories.SubscriptionFactory(customer=buyer, product=club, external_id="SUB-OUT-9")
    client = sign_in(limited_agent)
    assert "There is something of this very key outside your products" in ask(client, "list=customers", key)
    # The control: a key that nobody has.
    assert "outside your products" not in ask(client, "list=customers", f"{key}0")


@pytest.mark.parametrize("expected", ["Heitor Reis", "Heitor", "529.982", "Heitr Reis", "Heitorr Reis"])
def test_limited_member_learns_nothing_by_a_name_a_part_or_a_typo(
    books: Books, limited_agent: Membership, sign_in: SignIn, expected: str
) -> None:
    client = sign_in(limited_agent)
    answers = {
        ask(client, "list=customers", text).replace(text, "")[-3000:].count("outside your products")
        for text in (expected, "Nobody Atall")
    }
    body = ask(client, "list=customers", expected)
    assert "Heitor Reis" not in body.replace(f"“{expected}”", "").replace(f'value="{expected}"', "")
    assert answers == {0}


def test_looking_outside_leaves_a_trace_without_the_key_and_reading_a_list_none(
    books: Books, limited_agent: Membership, sign_in: SignIn
) -> None:
    client = sign_in(limited_agent)
    with assert_unchanged(limited_agent.workspace_id):
        client.get(client.at("customers/"), {"q": "529.982.247-25"})
        client.get(client.at("missing/?list=customers&q=529.982.247-25"))
    ask(client, "list=customers", "529.982.247-25")
    with enter(limited_agent.workspace_id):
        entry = AuditEntry.objects.get(action="customer.looked_for_outside")
        assert entry.actor_id == limited_agent.pk
        assert entry.detail == {"is_there": True}
        assert "52998224725" not in str(entry.__dict__)
        assert "529.982" not in str(entry.__dict__)


def test_limited_member_reads_counts_within_their_products_only(
    books: Books, owner: Membership, limited_agent: Membership, sign_in: SignIn
) -> None:
    """Without the method, the owner finds four people in Brazil and abroad; she only those inside."""
    address = "missing/?list=customers&method=wallet&purchases=any"
    counted = {}
    for member in (owner, limited_agent):
        client = sign_in(member)
        body = client.get(client.at(address)).content.decode()
        counted[member.pk] = [n for n in range(1, 9) if f"“Paid with: Wallet” hides {n} customers" in body]
    assert counted == {owner.pk: [4], limited_agent.pk: [3]}
