"""Messages on the customer's pages: written down, shown beside purchases, looked for, deleted, by who may."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.timeline.lists import TimelineList
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.errors import NotAllowed
from customers.messages.errors import CannotDelete, CannotRecord
from customers.messages.services import delete_message, record_message
from customers.models import Customer, Message
from sales.states import SaleStatus
from tests import factories
from tests.assertions import assert_no_canary, assert_same_not_found, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.customers.conftest import at
from tests.customers.test_page import BUDGET

SignIn = Callable[..., MemberClient]
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def buyer(aurora: Workspace, course: Any) -> Customer:
    """Somebody who tried to buy on 2 March and bought on the 3rd."""
    with enter(aurora.pk):
        customer: Customer = factories.CustomerFactory(name="Antônia", email="antonia@correio.example")
        for reference, status, ordered in (
            ("AC-1", SaleStatus.DECLINED, "2026-03-02 23:50"),
            ("AC-2", SaleStatus.APPROVED, "2026-03-03 10:00"),
        ):
            factories.SaleFactory(
                customer=customer,
                product=course,
                reference=reference,
                status=status,
                ordered_at=at(ordered),
            )
        customer.refresh_from_db(fields=["public_id"])
    return customer


def form(**changes: str) -> dict[str, str]:
    """The form as somebody fills it in."""
    fields = {
        "channel": "whatsapp",
        "direction": "in",
        "sent_at": "2026-03-04T09:30",
        "subject": "Acesso",
        "body": "Paguei e não consigo entrar.",
        "author_name": "",
        "url": "https://helpdesk.example/t/1",
        **changes,
    }
    return {f"message-{name}": value for name, value in fields.items()}


def write(customer: Customer, **changes: Any) -> Message:
    with enter(customer.workspace_id):
        message: Message = factories.MessageFactory(customer=customer, **changes)
        message.refresh_from_db()
    return message


def count(customer: Customer) -> int:
    with enter(customer.workspace_id):
        return Message.objects.count()


def queries_of(client: MemberClient, address: str) -> int:
    """How many queries a page makes, without the frame of the request."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    frame = (
        "SAVEPOINT",
        "RELEASE",
        "BEGIN",
        "COMMIT",
        "SET LOCAL",
        "SELECT set_config('app.workspace_id', ''",
    )
    return sum(not query["sql"].startswith(frame) for query in captured.captured_queries)


# Writing down -----------------------------------------------------------------


def test_agent_writes_a_message_down_and_sees_it_beside_purchases(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    response = client.post(client.at(f"customers/{buyer.public_id}/messages/new/"), form())
    assert response.headers["Location"] == client.at(f"customers/{buyer.public_id}/#messages")
    with enter(buyer.workspace_id):
        message = Message.objects.get()
    assert message.sent_at == datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    assert (message.author_id, message.author_name, message.provider) == (support_agent.pk, "", "manual")
    assert (message.channel, message.direction, message.url) == (
        "whatsapp",
        "in",
        "https://helpdesk.example/t/1",
    )
    page = client.get(client.at(f"customers/{buyer.public_id}/")).content.decode()
    assert "Paguei e não consigo entrar." in page
    assert "4 Mar 2026, 09:30" in page
    assert "1 day after purchase" in page
    assert ">AC-2</a>, Luz e Cor" in page


def test_what_support_wrote_has_its_name(support_agent: Membership, buyer: Customer, sign_in: SignIn) -> None:
    client = sign_in(support_agent)
    client.post(client.at(f"customers/{buyer.public_id}/messages/new/"), form(direction="out"))
    with enter(buyer.workspace_id):
        assert Message.objects.get().author_name == "Saulo Dias"


def test_who_answered_is_the_member_where_no_name_came_along(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    """What the buyer said is not what the member said who wrote it down."""
    for direction, subject in ((Message.Direction.OUT, "Resposta"), (Message.Direction.IN, "Pergunta")):
        write(buyer, direction=direction, subject=subject, author=support_agent, author_name="")
    client = sign_in(support_agent)
    for address in (f"customers/{buyer.public_id}/", f"customers/{buyer.public_id}/messages/"):
        page = re.sub(r"<[^>]*>", "", client.get(client.at(address)).content.decode())
        said = re.compile(r"^\s*((?:From|To) the buyer, .*?)\s*$", re.MULTILINE)
        lines = said.findall(page)
        assert len(lines) == 2, lines
        assert [line.startswith("To the buyer") for line in lines] == [
            line.endswith(", Saulo Dias") for line in lines
        ]


def test_log_says_who_wrote_a_message_down_and_nothing_of_it(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    client.post(client.at(f"customers/{buyer.public_id}/messages/new/"), form())
    with enter(buyer.workspace_id):
        entry = AuditEntry.objects.get(action="message.recorded")
        message = Message.objects.get()
    assert (entry.actor_id, entry.target_label) == (support_agent.pk, str(message.public_id))
    assert entry.detail == {"channel": "whatsapp", "direction": "in"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": " ", "subject": ""}, "Write what was said"),
        ({"url": "http://helpdesk.example"}, "begins with https://"),
        ({"url": "javascript:alert(1)"}, "begins with https://"),
        ({"sent_at": "2099-01-01T10:00"}, "yet to come"),
        ({"sent_at": "0001-01-01T00:00"}, "This year cannot be"),
        ({"sent_at": "0026-11-25T10:00"}, "This year cannot be"),
        ({"sent_at": "1970-12-31T23:59"}, "This year cannot be"),
        ({"sent_at": "9999-12-31T23:59"}, "yet to come"),
        ({"sent_at": "yesterday"}, "Enter a valid date/time"),
        ({"channel": "pigeon"}, "Select a valid choice"),
        ({"body": "x" * 50_001}, "at most 50000 characters"),
        ({"body": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_wrong_message_is_shown_again_with_what_is_wrong(
    support_agent: Membership, buyer: Customer, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    client = sign_in(support_agent)
    with assert_unchanged(buyer.workspace_id):
        response = client.post(client.at(f"customers/{buyer.public_id}/messages/new/"), form(**changes))
    assert response.status_code == 400
    assert words in response.content.decode().replace("&#x27;", "'")


def test_form_begins_with_now_in_the_zone_of_the_workspace(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    page = client.get(client.at(f"customers/{buyer.public_id}/messages/new/")).content.decode()
    now = timezone.now().astimezone(buyer_zone := support_agent.workspace.zone)
    minutes = [now - timedelta(minutes=passed) for passed in (0, 1)]
    assert any(f'value="{minute:%Y-%m-%dT%H:%M}"' in page for minute in minutes), buyer_zone


def test_services_refuse_who_may_not_and_records_of_nobody(
    project_manager: Membership, support_agent: Membership, buyer: Customer, in_aurora: Workspace
) -> None:
    fields: dict[str, Any] = {
        "channel": "email",
        "direction": "in",
        "subject": "",
        "body": "Oi",
        "url": "",
        "sent_at": factories.NOON,
        "author_name": "",
    }
    with pytest.raises(NotAllowed):
        record_message(acting_member=project_manager, customer=buyer, **fields)
    with pytest.raises(CannotRecord):
        record_message(acting_member=support_agent, customer=buyer, **fields | {"body": " "})
    nobody = factories.CustomerFactory(name="", email="", anonymised_at=factories.NOON)
    with pytest.raises(CannotRecord):
        record_message(acting_member=support_agent, customer=nobody, **fields)
    assert not Message.objects.exists()


# Reading ----------------------------------------------------------------------


def test_page_has_all_messages_newest_first_beside_purchases(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    write(buyer, subject="Primeira", sent_at=at("2026-03-03 00:20"))
    write(buyer, subject="Segunda", sent_at=at("2026-03-05 08:00"))
    write(buyer, subject="Terceira", sent_at=at("2026-03-20 08:00"))
    client = sign_in(support_agent)
    page = client.get(client.at(f"customers/{buyer.public_id}/messages/")).content.decode()
    third, second, first = (page.index(word) for word in ("Terceira", "Segunda", "Primeira"))
    assert third < second < first
    # Around the third there is nothing; of the second both, the nearer first.
    assert "purchase" not in page[third:second]
    beside = page[second:first]
    assert beside.index("AC-2") < beside.index("AC-1")
    assert "2 days after purchase" in beside
    assert "3 days after purchase" in beside
    assert "Declined" in beside
    assert "within the hour of purchase" in page[first:]
    assert "10 hours before purchase" in page[first:] or "9 hours before purchase" in page[first:]


@pytest.mark.parametrize("day", ["0001-01-01 03:06:28", "1969-12-31 12:00"])
def test_pages_show_a_message_of_a_day_that_nobody_means(
    support_agent: Membership, buyer: Customer, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    """One that was stored before such days were refused, as the last of a page of the timeline."""
    monkeypatch.setattr(TimelineList, "page_size", 4)
    write(buyer, sent_at=at("1971-03-01 12:00"), body="Uma antiga")
    write(buyer, sent_at=datetime.fromisoformat(f"{day}+00:00"), body="Mais velha que o calendário")
    write(buyer, sent_at=datetime.fromisoformat(f"{day}+00:00"), body="E mais uma")
    client = sign_in(support_agent)
    page = client.get(client.at(f"customers/{buyer.public_id}/messages/"))
    assert "Mais velha que o calendário" in page.content.decode()
    shown, address = 0, client.at(f"customers/{buyer.public_id}/timeline/?kind=message&kind=sale")
    while address:
        response = client.get(address)
        html = response.content.decode()
        shown += html.count("Mais velha que o calendário") + html.count("E mais uma")
        following = re.search(r'href="([^"]*after=[^"]*)" rel="next"', html)
        address = unescape(following[1]) if following else ""
    assert shown == 2


def test_purchases_are_shown_only_to_who_may_see_sales(
    employee: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    write(buyer, sent_at=at("2026-03-04 10:00"))
    with enter(buyer.workspace_id):
        employee.extra_permissions = ["customers.view"]
        employee.save()
    client = sign_in(employee)
    for address in (f"customers/{buyer.public_id}/", f"customers/{buyer.public_id}/messages/"):
        page = client.get(client.at(address)).content.decode()
        assert "Paguei o boleto" in page
        assert "AC-2" not in page
        assert "Luz e Cor" not in page
        assert "Write down" not in page


def test_employee_reads_no_message(employee: Membership, buyer: Customer, sign_in: SignIn) -> None:
    write(buyer)
    client = sign_in(employee)
    assert client.get(client.at(f"customers/{buyer.public_id}/messages/")).status_code == 403


def test_pages_follow_each_other_without_loss(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    for number in range(60):
        write(buyer, subject=f"S{number:02}.", sent_at=at("2026-03-01 08:00") + timedelta(hours=number // 2))
    client = sign_in(support_agent)
    address, seen = client.at(f"customers/{buyer.public_id}/messages/"), []
    while address:
        page = client.get(address).content.decode()
        found = [n for n in range(60) if f"S{n:02}." in page]
        seen += sorted(found, reverse=True)
        older = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        address = older if 'rel="next"' in page else ""
    assert seen == sorted(range(60), reverse=True)


def test_words_are_looked_for_in_the_messages_of_one_customer(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    write(buyer, subject="Nota fiscal", body="Preciso da nota.")
    write(buyer, subject="Entrar", body="NÃO consigo acessar o curso.")
    with enter(buyer.workspace_id):
        other = factories.CustomerFactory()
    write(other, subject="De outra pessoa", body="nao consigo")
    client = sign_in(support_agent)
    address = client.at(f"customers/{buyer.public_id}/messages/")
    page = client.get(address, {"q": "nao consigo"}).content.decode()
    assert "acessar o curso" in page
    assert "Nota fiscal" not in page
    assert "De outra pessoa" not in page
    assert "No message holds all words of" in client.get(address, {"q": "boleto %_"}).content.decode()


def test_customer_page_shows_the_latest_five(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    for number in range(7):
        write(buyer, subject=f"S{number}.", sent_at=at("2026-03-01 08:00") + timedelta(days=number))
    client = sign_in(support_agent)
    page = client.get(client.at(f"customers/{buyer.public_id}/")).content.decode()
    assert [number for number in range(7) if f"S{number}." in page] == [2, 3, 4, 5, 6]
    assert "All messages" in page
    assert '<span class="count">5+</span>' in page


def test_customer_page_reads_messages_with_the_other_facts(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    for _number in range(30):
        write(buyer, body="texto " * 2_000)
    client = sign_in(support_agent)
    address = client.at(f"customers/{buyer.public_id}/")
    assert queries_of(client, address) <= BUDGET
    assert len(client.get(address).content) < 60_000


def test_messages_page_makes_the_same_queries_for_one_and_for_many(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    client = sign_in(support_agent)
    address = client.at(f"customers/{buyer.public_id}/messages/")
    write(buyer, sent_at=at("2026-03-04 10:00"))
    of_one = queries_of(client, address)
    for number in range(30):
        write(buyer, sent_at=at("2026-03-01 08:00") + timedelta(days=number))
    assert queries_of(client, address) == of_one <= 9


def test_markup_in_a_message_is_escaped(support_agent: Membership, buyer: Customer, sign_in: SignIn) -> None:
    """T47."""
    markup = "\"'><script>alert(47)</script><img src=x onerror=alert(47)>"
    message = write(buyer, subject=markup, body=markup, author_name=markup, author=support_agent)
    client = sign_in(support_agent)
    for address in (
        f"customers/{buyer.public_id}/",
        f"customers/{buyer.public_id}/messages/",
        f"messages/{message.public_id}/delete/",
        "search/?q=message:alert",
    ):
        page = client.get(client.at(address)).content.decode()
        assert "alert" in page
        assert "<script>alert(47)" not in page
        assert "<img src=x" not in page


# Within products and workspaces -----------------------------------------------


def test_limited_member_reads_messages_of_customers_within_their_products(
    limited_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    with enter(buyer.workspace_id):
        outside = factories.SaleFactory().customer
        outside.refresh_from_db()
        club = factories.ProductFactory(name="Clube Aurora")
        factories.SaleFactory(customer=buyer, product=club, ordered_at=at("2026-03-04 09:00"))
    write(buyer, sent_at=at("2026-03-04 10:00"))
    hidden = write(outside, body="Escondida")
    client = sign_in(limited_agent)
    page = client.get(client.at(f"customers/{buyer.public_id}/messages/")).content.decode()
    assert "Paguei o boleto" in page
    assert "AC-2" in page
    assert "Clube Aurora" not in page
    with assert_unchanged(buyer.workspace_id):
        for address in (
            f"customers/{outside.public_id}/messages/",
            f"customers/{outside.public_id}/messages/new/",
            f"messages/{hidden.public_id}/delete/",
        ):
            assert client.get(client.at(address)).status_code == 404
            assert client.post(client.at(address), form()).status_code in (404, 405)


def test_foreign_messages_are_those_that_never_were(
    owner: Membership, sign_in: SignIn, beacon: Beacon, buyer: Customer
) -> None:
    with enter(beacon.workspace.pk):
        foreign = Message.objects.get()
        theirs = Customer.objects.get(pk=foreign.customer_id).public_id
    client = sign_in(owner)
    for pattern, public_id in (
        ("customers/{}/messages/", theirs),
        ("customers/{}/messages/new/", theirs),
        ("messages/{}/delete/", foreign.public_id),
    ):
        assert_same_not_found(
            client, client.at(pattern.format(public_id)), client.at(pattern.format(UNKNOWN))
        )
    with assert_unchanged(buyer.workspace_id, beacon.workspace.pk):
        assert client.post(client.at(f"customers/{theirs}/messages/new/"), form()).status_code == 404
        assert client.post(client.at(f"messages/{foreign.public_id}/delete/")).status_code == 404
    smuggled = form() | {"workspace": str(beacon.workspace.pk), "message-customer": str(beacon.customer.pk)}
    with assert_unchanged(beacon.workspace.pk):
        assert (
            client.post(client.at(f"customers/{buyer.public_id}/messages/new/"), smuggled).status_code == 302
        )
    assert_no_canary(client.get(client.at(f"customers/{buyer.public_id}/messages/")))


# Deleting ---------------------------------------------------------------------


def test_author_deletes_a_message_after_seeing_it_once_more(
    support_agent: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    message = write(buyer, author=support_agent)
    client = sign_in(support_agent)
    address = client.at(f"messages/{message.public_id}/delete/")
    assert "Paguei o boleto" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert count(buyer) == 0
    with enter(buyer.workspace_id):
        entry = AuditEntry.objects.get(action="message.deleted")
    assert (entry.actor_id, entry.target_label) == (support_agent.pk, str(message.public_id))
    assert "boleto" not in str(entry.detail)


def test_admin_deletes_what_others_and_programs_recorded(
    admin: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    message = write(buyer)
    client = sign_in(admin)
    assert client.post(client.at(f"messages/{message.public_id}/delete/")).status_code == 302
    assert count(buyer) == 0


def test_others_delete_no_message_of_somebody_else(
    support_agent: Membership, support_manager: Membership, buyer: Customer, sign_in: SignIn
) -> None:
    message = write(buyer, author=support_manager)
    client = sign_in(support_agent)
    with assert_unchanged(buyer.workspace_id):
        for method in (client.get, client.post):
            assert method(client.at(f"messages/{message.public_id}/delete/")).status_code == 403
        with enter(buyer.workspace_id), pytest.raises(CannotDelete):
            delete_message(acting_member=support_agent, message=message)
    page = client.get(client.at(f"customers/{buyer.public_id}/messages/")).content.decode()
    assert "delete" not in page.lower().partition("<main")[2]
