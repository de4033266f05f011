"""Customers found by what was said: by the prefix word, and where nothing else is written so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atomicpay.search.results import search
from atomicpay.search.said import excerpt
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter, narrowed_to
from customers.models import Customer, Message
from customers.search import found_by
from tests import factories
from tests.conftest import Beacon, MemberClient
from tests.customers.conftest import at

SignIn = Callable[..., MemberClient]


@pytest.fixture
def people(aurora: Workspace, course: Any) -> dict[str, Customer]:
    """Antônia wrote about a boleto, twice; Bruno about a password; Cecília never wrote."""
    with enter(aurora.pk):
        antonia, bruno, cecilia = (
            factories.CustomerFactory(name=name, email=f"{name.lower()}@correio.example")
            for name in ("Antônia", "Bruno", "Cecília")
        )
        factories.SaleFactory(customer=antonia, product=course)
        factories.MessageFactory(
            customer=antonia, body="Paguei o BOLETO e não consigo acessar.", sent_at=at("2026-03-01 10:00")
        )
        factories.MessageFactory(
            customer=antonia,
            subject="Pagamento",
            body="O boleto já foi compensado, e continuo sem conseguir.",
            sent_at=at("2026-03-03 10:00"),
        )
        factories.MessageFactory(
            customer=bruno, body="Perdi minha senha do boleto.", sent_at=at("2026-03-02 10:00")
        )
    return {"antonia": antonia, "bruno": bruno, "cecilia": cecilia}


def found(text: str, member: Membership, *, products: Any = None) -> dict[str, str]:
    """The names of the customers found, and why each was."""
    with enter(member.workspace_id), narrowed_to(products):
        member.workspace.refresh_from_db()
        sections = search(text, member).sections
        return {
            hit.title: str(hit.matched) for each in sections if each.kind == "customers" for hit in each.hits
        }


def test_prefix_word_finds_who_wrote_it_and_says_what_and_when(
    owner: Membership, people: dict[str, Customer]
) -> None:
    hits = found("message:boleto", owner)
    assert hits == {
        "Antônia": "Message “Pagamento O <mark>boleto</mark> já foi compensado, e continuo sem"
        " conseguir.”, 3 Mar 2026",
        "Bruno": "Message “Perdi minha senha do <mark>boleto</mark>.”, 2 Mar 2026",
    }
    assert found("mensagem:acessar nao", owner).keys() == {"Antônia"}
    assert found('msg:"não consigo"', owner).keys() == {"Antônia"}


def test_messages_are_looked_at_where_nothing_nearer_is_written_so(
    owner: Membership, people: dict[str, Customer]
) -> None:
    assert found("compensado", owner).keys() == {"Antônia"}
    with enter(owner.workspace_id):
        factories.CustomerFactory(name="Compensado Silva")
    assert found("compensado", owner).keys() == {"Compensado Silva"}


def test_results_of_messages_lead_to_the_list_that_has_them(
    owner: Membership, people: dict[str, Customer]
) -> None:
    with enter(owner.workspace_id):
        (section,) = search("compensado", owner).sections
        assert "q=message%3Acompensado" in section.url
        ids = set(Customer.objects.filter(found_by("message:compensado")(True)).values_list("pk", flat=True))
    assert ids == {people["antonia"].pk}


def test_message_and_name_must_both_fit(owner: Membership, people: dict[str, Customer]) -> None:
    assert found("bruno message:boleto", owner).keys() == {"Bruno"}
    assert found("cecilia message:boleto", owner) == {}


def test_who_may_not_see_customers_finds_no_message(
    employee: Membership, people: dict[str, Customer]
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["sales.view", "subscriptions.view"]
        employee.save()
        employee.__dict__.pop("permissions", None)
        assert search("message:boleto", employee).sections == []
        assert search("compensado", employee).sections == []


def test_limited_member_finds_messages_within_their_products(
    limited_agent: Membership, people: dict[str, Customer], course: Any
) -> None:
    assert found("message:boleto", limited_agent, products=[course.pk]).keys() == {"Antônia"}
    assert found("message:senha", limited_agent, products=[course.pk]) == {}


def test_messages_of_another_workspace_are_not_found(
    owner: Membership, people: dict[str, Customer], beacon: Beacon
) -> None:
    """T03: the function that runs as the owner looks into the active workspace alone."""
    assert found("message:canary", owner) == {}
    with enter(owner.workspace_id), connection.cursor() as cursor:
        cursor.execute("SELECT search_messages('canary', NULL)")
        assert cursor.fetchall() == []
    with enter(beacon.workspace.pk), connection.cursor() as cursor:
        cursor.execute("SELECT search_messages('canary', NULL)")
        assert len(cursor.fetchall()) == 1


@pytest.mark.parametrize(
    "text", ["message:%", "message:_", "message:'", "message:\\", "message:", 'message:""']
)
def test_odd_text_finds_nothing_and_breaks_nothing(
    owner: Membership, people: dict[str, Customer], text: str
) -> None:
    assert found(text, owner) == {}


def test_words_beyond_the_beginning_of_a_long_message_are_not_looked_for(
    owner: Membership, people: dict[str, Customer]
) -> None:
    with enter(owner.workspace_id):
        factories.MessageFactory(customer=people["cecilia"], body=f"{'x ' * 1_990}perto {'y ' * 50}longe")
    assert found("message:perto", owner).keys() == {"Cecília"}
    assert found("message:longe", owner) == {}


def test_erased_texts_are_found_no_more(owner: Membership, people: dict[str, Customer]) -> None:
    with enter(owner.workspace_id):
        Message.objects.update(subject="", body="")
    assert found("message:boleto", owner) == {}


def test_help_names_the_prefix_word(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    assert "<code>message:</code>" in client.get(client.at("search/")).content.decode()


def test_number_of_queries_does_not_grow_with_the_messages(
    owner: Membership, people: dict[str, Customer]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            found("message:boleto", owner)
        return len(captured.captured_queries)

    found("message:boleto", owner)
    few = count()
    with enter(owner.workspace_id):
        for _number in range(20):
            factories.MessageFactory(body="Outro boleto")
    assert count() == few


@pytest.mark.parametrize(
    ("text", "words", "piece"),
    [
        ("curto", ["curto"], "curto"),
        ("a" * 40 + " não\nconsigo " + "b" * 90, ["nao"], "…" + "a" * 29 + " não consigo " + "b" * 48 + "…"),
        ("nada", ["outro"], "nada"),
        ("", ["x"], ""),
    ],
)
def test_excerpt_begins_a_little_before_the_first_word(
    db: None, text: str, words: list[str], piece: str
) -> None:
    assert excerpt(text, words) == piece
