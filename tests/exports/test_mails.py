"""The mail about an export that has ended: once, only for who wants it, with nothing in it but a link."""

from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import mails
from exports.models import Export
from exports.states import ExportState, Failure
from exports.sweep import sweep, workspaces_with_work
from tests.exports.conftest import Ask, again, change, run
from tests.factories import ExportFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def export(aurora: Workspace, finance: Membership, ask: Ask) -> Export:
    with enter(aurora.pk):
        SaleFactory(reference="HP-SECRET")
    return change(ask(finance, "q=HP-SECRET"), mail_when_ready=True)


def test_mail_has_a_link_and_nothing_of_anybody(
    finance: Membership, export: Export, client: Any, sign_in: Any
) -> None:
    run(export)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([finance.user.email], "Export E-0001 is ready")
    link = f"{settings.SITE_URL}/w/aurora-cursos/exports/{export.public_id}/"
    assert f"\n{link}\n" in message.body
    assert "1 row." in message.body
    assert message.attachments == []
    for personal in ("HP-SECRET", finance.user.name, "?"):
        assert personal not in message.body
    path = link.removeprefix(settings.SITE_URL)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert sign_in(finance).get(path).status_code == 200


def test_mail_is_sent_once(export: Export) -> None:
    run(export)
    mails.tell(export.workspace_id, export.pk)
    sweep()
    assert len(mail.outbox) == 1
    assert again(export).mailed_at is not None


def test_who_does_not_want_a_mail_gets_none(export: Export) -> None:
    change(export, mail_when_ready=False)
    run(export)
    sweep()
    assert mail.outbox == []


def test_failed_export_is_told_of_too(export: Export) -> None:
    change(export, query="gone=1")
    assert run(export).failure == Failure.NOT_UNDERSTOOD
    assert [message.subject for message in mail.outbox] == ["Export E-0001 failed"]


@pytest.mark.parametrize(
    "loss", [{"ended_at": timezone.now()}, {"role": "employee"}], ids=["removed", "role"]
)
def test_who_is_no_member_any_more_gets_no_mail(
    finance: Membership, export: Export, loss: dict[str, Any]
) -> None:
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(**loss)
    run(export)
    sweep()
    assert mail.outbox == []


def test_mail_server_that_is_away_is_asked_again(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_away(self: Any, messages: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", be_away)
        assert run(export).state == ExportState.READY
    assert (mail.outbox, workspaces_with_work()) == ([], [export.workspace_id])
    sweep()
    assert (len(mail.outbox), workspaces_with_work()) == (1, [])


def test_mail_that_can_never_be_sent_keeps_no_other_waiting(
    finance: Membership, export: Export, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = [run(change(each, mail_when_ready=False)) for each in (export, ask(finance))]
    for each in exports:
        change(each, mail_when_ready=True)
    send = EmailBackend.send_messages

    def refuse_the_first(self: Any, messages: Any) -> int:
        if "E-0001" in messages[0].subject:
            raise ValueError
        return int(send(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_the_first)
    sweep()
    assert [message.subject for message in mail.outbox] == ["Export E-0002 is ready"]


class Killed(BaseException):
    """Nothing catches it, as nothing catches kill -9."""


def test_mail_whose_worker_is_killed_is_sent_by_the_next(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed(self: Any, messages: Any) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", be_killed)
        with pytest.raises(Killed):
            run(export)
    assert again(export).state == ExportState.READY
    sweep()
    assert (len(mail.outbox), workspaces_with_work()) == (1, [])


def test_mail_that_is_being_sent_is_not_sent_by_another(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailBackend.send_messages
    beside: list[Thread] = []

    def tell_beside() -> None:
        mails.tell(export.workspace_id, export.pk)
        connection.close()

    def send_beside_another(self: Any, messages: Any) -> int:
        another = Thread(target=tell_beside)
        beside.append(another)
        if len(beside) == 1:
            another.start()
            another.join(10)
            assert not another.is_alive()
        return int(send(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", send_beside_another)
    run(export)
    assert (len(mail.outbox), len(beside)) == (1, 1)


def test_mail_is_in_the_language_of_its_reader(finance: Membership, export: Export) -> None:
    finance.user.language = "pt-br"
    finance.user.save()
    run(export)
    assert "histórico de clientes" in mail.outbox[0].body


def test_member_switches_it_off_where_an_export_is_confirmed(
    finance: Membership, make: Any, sign_in: Any
) -> None:
    client = sign_in(finance)
    confirm = client.at("exports/new/?list=sales")

    def is_on() -> bool:
        return bool(client.get(confirm).context["mail"]["mail_when_ready"].value())

    assert is_on()
    client.post(confirm, {"column": ["reference"]})
    assert not is_on()
    client.post(confirm, {"column": ["reference"], "mail_when_ready": "on"})
    assert is_on()
    # What a schedule asked for in their name is no choice of theirs.
    with enter(finance.workspace_id):
        ExportFactory(number=9, requested_by=finance, schedule=make(), mail_when_ready=False)
    assert is_on()
    with enter(finance.workspace_id):
        asked = Export.objects.filter(schedule=None).order_by("pk").values_list("mail_when_ready", flat=True)
        assert list(asked) == [False, True]
