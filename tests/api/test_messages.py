"""What programs send: recorded once, in the workspace of their token, or refused with every reason."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.test import Client
from django.utils import timezone

from atomicpay.api import limits, receiving
from atomicpay.api.bodies import LARGEST
from atomicpay.api.models import ApiToken
from atomicpay.api.services import create_token, revoke_token
from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.messages.services import record_drafts
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity, Message
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import CANARY, Beacon, MemberClient

from .conftest import ADDRESS, Send, message


def messages_of(workspace: Workspace) -> list[Message]:
    with enter(workspace.pk):
        return list(Message.objects.select_related("customer").order_by("pk"))


def errors(response: Any) -> list[tuple[Any, str, str]]:
    return [(each["index"], each["field"], each["code"]) for each in response.json()["errors"]]


# Recording --------------------------------------------------------------------


def test_message_is_recorded_with_the_customer_of_its_email(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    response = send(message(author="Antônia", url="https://helpdesk.example/t/1"))
    assert response.status_code == 201
    (recorded,) = messages_of(aurora)
    assert response.json() == {
        "messages": [
            {
                "id": str(recorded.public_id),
                "external_id": "ticket-1",
                "provider": "api",
                "status": "recorded",
            }
        ]
    }
    assert (recorded.customer, recorded.author, recorded.author_name) == (buyer, None, "Antônia")
    assert recorded.sent_at == datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
    assert recorded.body == "Paguei e não consigo entrar."


@pytest.mark.parametrize(
    "key",
    [
        {"customer_id": "buyer-77"},
        {"document": "529.982.247-25"},
        {"email": " ANTONIA@correio.example "},
    ],
)
def test_customer_is_found_by_each_key(
    send: Send, aurora: Workspace, buyer: Customer, key: dict[str, str]
) -> None:
    assert send(message(**{"email": None, **key})).status_code == 201
    assert [each.customer for each in messages_of(aurora)] == [buyer]


def test_customer_is_found_by_our_id_and_who_was_merged_as_the_survivor(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    with enter(aurora.pk):
        merged = factories.CustomerFactory()
        Customer.objects.filter(pk=merged.pk).update(merged_into=buyer, merged_at=factories.NOON)
        ids = [str(Customer.objects.get(pk=each.pk).public_id) for each in (buyer, merged)]
    batch = [message(number, email=None, customer_id=public_id) for number, public_id in enumerate(ids)]
    assert send(batch).status_code == 201
    assert [each.customer for each in messages_of(aurora)] == [buyer, buyer]


def test_id_that_two_providers_gave_to_two_people_is_nobodys_unless_the_provider_is_named(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    with enter(aurora.pk):
        factories.CustomerIdentityFactory(provider="kiwify", external_id="buyer-77")
    ambiguous = send(message(email=None, customer_id="buyer-77"))
    assert errors(ambiguous) == [(0, "customer_id", "several_people")]
    assert send(message(email=None, customer_id="buyer-77", provider="hotmart")).status_code == 201
    assert [each.customer for each in messages_of(aurora)] == [buyer]


def test_name_finds_nobody(send: Send, aurora: Workspace, buyer: Customer) -> None:
    response = send(message(email=None, author="Antônia"))
    assert errors(response) == [(0, "email", "no_buyer")]
    assert messages_of(aurora) == []


def test_time_without_a_zone_is_of_the_workspace(send: Send, aurora: Workspace, buyer: Customer) -> None:
    send(message(sent_at="2026-03-02T14:05"))
    assert messages_of(aurora)[0].sent_at == datetime(2026, 3, 2, 17, 5, tzinfo=UTC)


def test_list_of_messages_is_recorded_whole_or_not_at_all(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    batch = [message(number) for number in range(3)]
    with enter(aurora.pk):
        ApiToken.objects.update(last_used_at=timezone.now())
    with assert_unchanged(aurora.pk):
        refused = send([*batch, message(9, email="nobody@correio.example")])
    assert (refused.status_code, errors(refused)) == (422, [(3, "email", "nobody")])
    assert send(batch).status_code == 201
    assert len(messages_of(aurora)) == 3


def test_texts_are_stored_as_they_came(send: Send, aurora: Workspace, buyer: Customer) -> None:
    formula = '=HYPERLINK("http://evil.example","x")\r\n<script>alert(47)</script>'
    send(message(subject="@SUM(A1)", body=formula))
    (recorded,) = messages_of(aurora)
    assert (recorded.subject, recorded.body) == ("@SUM(A1)", formula)


# Once -------------------------------------------------------------------------


def test_message_sent_again_is_recorded_once_and_the_first_stays(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    first = send(message()).json()["messages"][0]
    with assert_unchanged(aurora.pk):
        again = send(message(body="Something else", email="nobody@correio.example"))
    assert again.status_code == 200
    assert again.json()["messages"] == [{**first, "status": "already recorded"}]


def test_same_id_of_another_provider_is_another_message(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    send(message())
    assert send(message(provider="zendesk")).status_code == 201
    assert len(messages_of(aurora)) == 2


def test_message_that_a_list_has_twice_is_recorded_once(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    assert send([message(), message()]).status_code == 201
    assert len(messages_of(aurora)) == 1
    differing = send([message(2), message(2, body="Something else")])
    assert errors(differing) == [(1, "external_id", "sent_otherwise")]


@pytest.mark.django_db(transaction=True)
def test_message_sent_twice_at_once_is_recorded_once(send: Send, aurora: Workspace, buyer: Customer) -> None:
    start, statuses = threading.Barrier(4), []

    def post() -> None:
        start.wait()
        statuses.append(send([message(number) for number in range(5)]).status_code)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 200, 201]
    assert len(messages_of(aurora)) == 5


# Who may ----------------------------------------------------------------------


def test_who_has_no_open_token_gets_one_answer(
    send: Send, aurora: Workspace, admin: Membership, buyer: Customer, beacon: Beacon
) -> None:
    with enter(aurora.pk):
        revoked, revoked_secret = create_token(acting_member=admin, name="Old")
        revoke_token(acting_member=admin, token=revoked)
        _expired, expired_secret = create_token(
            acting_member=admin, name="Past", expires_at=timezone.now() - timedelta(minutes=1)
        )
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        answers = [
            send(message(), token=token) for token in ("wrong", revoked_secret, expired_secret, "x" * 500)
        ]
        answers.append(Client().post(ADDRESS, json.dumps(message()), content_type="application/json"))
        answers.append(send(message(), Authorization="Basic YTpi"))
        answers.append(Client().get(ADDRESS))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="AtomicPay"'}


def test_token_of_a_closed_workspace_opens_nothing(send: Send, aurora: Workspace, buyer: Customer) -> None:
    Workspace.objects.filter(pk=aurora.pk).update(status=Workspace.Status.SUSPENDED)
    assert send(message()).status_code == 401


def test_session_is_not_looked_at(
    send: Send, aurora: Workspace, owner: Membership, buyer: Customer, sign_in: Any
) -> None:
    client: MemberClient = sign_in(owner)
    assert client.post(ADDRESS, json.dumps(message()), content_type="application/json").status_code == 401
    assert messages_of(aurora) == []


def test_token_of_one_workspace_writes_and_finds_nothing_in_another(
    send: Send, aurora: Workspace, buyer: Customer, beacon: Beacon
) -> None:
    """T03, T04: whom only the other workspace knows is nobody, by every key and in every field."""
    with enter(beacon.workspace.pk):
        foreign = str(Customer.objects.get(pk=beacon.customer.pk).public_id)
        factories.CustomerEmailFactory(customer=beacon.customer, address="only@else.example")
        factories.CustomerIdentityFactory(customer=beacon.customer, external_id="only-there")
    keys: list[dict[str, str]] = [
        {"customer_id": foreign},
        {"customer_id": str(beacon.customer.pk)},
        {"customer_id": "only-there"},
        {"email": "only@else.example"},
    ]
    with enter(aurora.pk):
        ApiToken.objects.update(last_used_at=timezone.now())
    with assert_unchanged(aurora.pk, beacon.workspace.pk):
        answers = [send(message(**{"email": None, **key})) for key in keys]
        unknown = send(message(email=None, customer_id="nobody-has-this"))
        smuggled = send(message(workspace=beacon.workspace.pk, workspace_id=1, author_id=1))
    assert {answer.status_code for answer in answers} == {422}
    assert {answer.content for answer in answers[:3]} == {unknown.content}
    assert {each[1:] for each in errors(smuggled)} == {
        ("workspace", "unknown_field"),
        ("workspace_id", "unknown_field"),
        ("author_id", "unknown_field"),
    }
    for answer in (*answers, smuggled):
        assert_no_canary(answer)


# What is refused --------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"direction": "sideways"}, "direction", "not_a_direction"),
        ({"direction": None}, "direction", "empty"),
        ({"channel": "pigeon"}, "channel", "not_a_channel"),
        ({"sent_at": "2 March"}, "sent_at", "not_a_moment"),
        ({"sent_at": "2026-03-02"}, "sent_at", "not_a_moment"),
        ({"sent_at": "2099-01-01T00:00:00Z"}, "sent_at", "not_a_moment"),
        ({"sent_at": None}, "sent_at", "empty"),
        ({"email": "no-email"}, "email", "not_an_email"),
        ({"email": None}, "email", "no_buyer"),
        ({"email": None, "document": "111.111.111-11"}, "email", "no_buyer"),
        ({"email": "nobody@correio.example"}, "email", "nobody"),
        ({"url": "http://helpdesk.example/1"}, "url", "not_a_link"),
        ({"url": "javascript:alert(1)"}, "url", "not_a_link"),
        ({"url": "https://helpdesk.example@evil.example/"}, "url", "not_a_link"),
        ({"subject": " ", "body": None}, "body", "no_text"),
        ({"body": "a\x00b"}, "body", "not_text"),
        ({"body": "\ud800"}, "body", "not_text"),
        ({"body": 5}, "body", "not_a_text"),
        ({"body": ["a"]}, "body", "not_a_text"),
        ({"subject": "x" * 501}, "subject", "text_too_long"),
        ({"external_id": None}, "external_id", "empty"),
        ({"external_id": "  "}, "external_id", "empty"),
        ({"external_id": 7}, "external_id", "not_a_text"),
        ({"unheard": "of"}, "unheard", "unknown_field"),
    ],
)
def test_fault_names_the_field_and_the_message(
    send: Send, aurora: Workspace, buyer: Customer, change: dict[str, Any], field: str, code: str
) -> None:
    response = send([message(1), message(2, **change)])
    assert (response.status_code, errors(response)) == (422, [(1, field, code)])
    assert messages_of(aurora) == []


def test_message_that_is_yet_to_come_is_refused(send: Send, buyer: Customer) -> None:
    later = (timezone.now() + timedelta(days=2)).isoformat()
    assert errors(send(message(sent_at=later))) == [(0, "sent_at", "to_come")]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (" ", 400, "not_json"),
        ("{", 400, "not_json"),
        ('{"a": NaN}', 400, "not_json"),
        ('{"body": "a", "body": "b"}', 400, "not_json"),
        ("[" * 100_000, 400, "not_json"),
        ("9" * 10_000, 400, "not_json"),
        (b"\xff\xfe{\x00}\x00", 400, "not_utf8"),
        ("[]", 400, "empty"),
        (json.dumps([message(n) for n in range(101)]), 400, "too_many"),
        ('"text"', 422, "not_an_object"),
        ("null", 422, "not_an_object"),
        ("[[]]", 422, "not_an_object"),
        (b" " * (LARGEST + 1), 413, "too_large"),
    ],
)
def test_body_that_is_no_message_is_refused(
    send: Send, aurora: Workspace, buyer: Customer, body: Any, status: int, code: str
) -> None:
    response = send(body)
    assert (response.status_code, errors(response)[0][2]) == (status, code)
    assert messages_of(aurora) == []


def test_other_kinds_and_methods_are_refused(send: Send, secret: str) -> None:
    assert send(message(), content_type="text/plain").status_code == 415
    headers = {"Authorization": f"Bearer {secret}"}
    for method in ("get", "put", "patch", "delete", "options"):
        answer = getattr(Client(), method)(ADDRESS, headers=headers)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST"), method


def test_token_used_too_often_waits(send: Send, buyer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_030.0)
    assert [send(message(number)).status_code for number in range(3)] == [201, 201, 429]
    assert send(message(4)).headers["Retry-After"] == "31"
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_061.0)
    assert send(message(5)).status_code == 201


def test_token_is_counted_by_itself(
    send: Send, buyer: Customer, admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 1)
    with enter(admin.workspace_id):
        other = create_token(acting_member=admin, name="Other")[1]
    assert [send(message(1)).status_code, send(message(2)).status_code] == [201, 429]
    assert send(message(3), token=other).status_code == 201


def test_without_redis_programs_are_told_to_try_again(
    send: Send, aurora: Workspace, buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cache", RedisCache("redis://127.0.0.1:1/0", {}))
    response = send(message())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert messages_of(aurora) == []


# What is kept of it -----------------------------------------------------------


def test_log_says_which_token_brought_how_many_and_nothing_of_what_was_said(
    send: Send, aurora: Workspace, buyer: Customer
) -> None:
    send([message(1), message(2)])
    send([message(1), message(2)])
    with enter(aurora.pk):
        token = ApiToken.objects.get()
        (entry,) = AuditEntry.objects.filter(action="message.received")
    assert entry.actor is None
    assert entry.detail == {"messages": 2, "token": str(token.public_id), "name": "Helpdesk"}


def test_use_of_a_token_is_noted_to_the_hour(send: Send, aurora: Workspace, buyer: Customer) -> None:
    def used() -> datetime:
        with enter(aurora.pk):
            at = ApiToken.objects.get().last_used_at
        assert at is not None
        return at

    send(message(1))
    first = used()
    send(message(2))
    assert used() == first
    with enter(aurora.pk):
        ApiToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    send(message(3))
    assert used() > first


def test_log_lines_hold_no_token_and_nothing_personal(
    send: Send, secret: str, buyer: Customer, capfd: pytest.CaptureFixture[str], caplog: Any
) -> None:
    """T55."""
    with caplog.at_level("DEBUG"):
        send(message(1))
        send(message(2, email="nobody@correio.example"))
        send(b"{")
        send(message(3), token="apmsg_wrong")
    logged = caplog.text + "".join(capfd.readouterr())
    for private in (secret, "apmsg_wrong", "antonia@correio", "nobody@correio", "Paguei", CANARY):
        assert private.lower() not in logged.lower()


def test_number_of_queries_does_not_grow_with_the_messages(
    send: Send, aurora: Workspace, buyer: Customer, django_assert_max_num_queries: Any
) -> None:
    with enter(aurora.pk):
        for number in range(50):
            factories.CustomerEmailFactory(address=f"one{number}@correio.example")
    batch = [message(n, email=f"one{n % 50}@correio.example", provider=f"p{n}") for n in range(100)]
    with django_assert_max_num_queries(24):
        assert send(batch).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_message_of_somebody_who_is_merged_meanwhile_is_the_survivors(
    send: Send, aurora: Workspace, buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key on live customers refuses the first try at its commit; the second finds the survivor."""
    with enter(aurora.pk):
        survivor = factories.CustomerFactory(name="Antônia F.")
    tries: list[int] = []

    def merge() -> None:
        with enter(aurora.pk):
            CustomerEmail.objects.filter(customer=buyer).update(customer=survivor)
            CustomerDocument.objects.filter(customer=buyer).update(customer=survivor)
            CustomerIdentity.objects.filter(customer=buyer).update(customer=survivor)
            Customer.objects.filter(pk=buyer.pk).update(merged_into=survivor, merged_at=factories.NOON)
        connection.close()

    def record_and_be_overtaken(drafts: Any) -> Any:
        outcomes = record_drafts(drafts)
        tries.append(len(outcomes))
        if len(tries) == 1:
            other = threading.Thread(target=merge)
            other.start()
            other.join()
        return outcomes

    monkeypatch.setattr(receiving, "record_drafts", record_and_be_overtaken)
    assert send(message()).status_code == 201
    assert len(tries) == 2
    assert [each.customer for each in messages_of(aurora)] == [survivor]
