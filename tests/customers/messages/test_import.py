"""A file of messages: its columns, whose each row is, every bad row told, the same file twice is once."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from customers.messages import forms
from customers.messages.importing import import_messages_of
from customers.messages.layout import MessageFile
from customers.messages.tasks import import_messages
from customers.models import Customer, Message
from sales.intake.importing import run_import
from sales.intake.services import request_import
from sales.models import ImportKind, ImportProblem, ImportRun, ImportState
from tests import factories
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.sales.intake.conftest import counts, problems

SignIn = Callable[..., MemberClient]
Importer = Callable[..., ImportRun]
HEADING = "Id,Email,Customer ID,CPF,Channel,Direction,Subject,Body,Sent at,Author,URL,Priority"


def row(number: str = "1", **cells: str) -> str:
    """One line under `HEADING`."""
    values = {
        "Id": number,
        "Email": "antonia@correio.example",
        "Customer ID": "",
        "CPF": "",
        "Channel": "Email",
        "Direction": "inbound",
        "Subject": "Acesso",
        "Body": "Paguei e não consigo entrar.",
        "Sent at": "2026-03-02 14:05",
        "Author": "",
        "URL": "https://helpdesk.example/t/1",
        "Priority": "high",
    } | cells
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values.values())
    return out.getvalue()


@pytest.fixture
def buyer(aurora: Workspace) -> Customer:
    """Whom the messages are of, by each key there is."""
    with enter(aurora.pk):
        customer: Customer = factories.CustomerFactory(name="Antônia", email="antonia@correio.example")
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerDocumentFactory(customer=customer)
        factories.CustomerIdentityFactory(customer=customer, external_id="buyer-77")
    return customer


@pytest.fixture
def bring(in_aurora: Workspace, buyer: Customer, tmp_path: Path) -> Importer:
    """Import lines under `HEADING`, or a whole file, and return the run as it ended."""

    def _bring(*lines: str, content: str | bytes | None = None, provider: str = "zendesk") -> ImportRun:
        path = tmp_path / "messages.csv"
        text = "\n".join((HEADING, *lines)) + "\n" if content is None else content
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        run = request_import(
            acting_member=None,
            mapping=MessageFile(provider),
            file_name=path.name,
            kind=ImportKind.MESSAGES,
        )
        run_import(workspace_id=in_aurora.pk, run_id=run.pk, path=path, work=import_messages_of)
        run.refresh_from_db()
        return run

    return _bring


# What is recorded -------------------------------------------------------------


def test_rows_become_messages_of_their_customers(bring: Importer, buyer: Customer) -> None:
    run = bring(row("1", Author="Antônia"), row("2", Direction="outbound", Channel="WhatsApp"))
    assert (run.state, counts(run)) == (ImportState.DONE, {"new": 2})
    first, second = Message.objects.order_by("pk")
    assert (first.customer, first.provider, first.external_id) == (buyer, "zendesk", "1")
    assert (first.author_name, first.url) == ("Antônia", "https://helpdesk.example/t/1")
    # Three hours behind: the zone of the workspace.
    assert first.sent_at == datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
    assert (second.direction, second.channel) == ("out", "whatsapp")


@pytest.mark.parametrize(
    "key", [{"Customer ID": "buyer-77"}, {"CPF": "529.982.247-25"}, {"Email": " Antonia@CORREIO.example"}]
)
def test_customer_is_found_by_each_key(bring: Importer, buyer: Customer, key: dict[str, str]) -> None:
    bring(row(**{"Email": "", **key}))
    assert Message.objects.get().customer == buyer


def test_id_counts_before_document_and_email(bring: Importer, buyer: Customer) -> None:
    other = factories.CustomerEmailFactory(address="other@correio.example").customer
    bring(row(**{"Customer ID": "buyer-77", "Email": "other@correio.example"}))
    assert (Message.objects.get().customer, other.message_set.count()) == (buyer, 0)


def test_same_file_twice_is_once(bring: Importer) -> None:
    """T52."""
    lines = [row(str(number)) for number in range(5)]
    assert counts(bring(*lines)) == {"new": 5}
    assert counts(bring(*lines)) == {"unchanged": 5}
    assert Message.objects.count() == 5


def test_rows_without_an_id_are_known_by_their_file_and_line(bring: Importer) -> None:
    lines = [row(""), row("")]
    assert counts(bring(*lines)) == {"new": 2}
    assert counts(bring(*lines)) == {"unchanged": 2}


def test_first_with_an_id_wins(bring: Importer) -> None:
    bring(row("1"))
    assert counts(bring(row("1", Body="Something else"))) == {"unchanged": 1}
    assert Message.objects.get().body == "Paguei e não consigo entrar."


def test_what_a_file_says_twice_counts_once_and_two_sayings_are_refused(bring: Importer) -> None:
    run = bring(row("1"), row("1"), row("1", Body="Something else"))
    assert counts(run) == {"new": 1, "unchanged": 1, "refused": 1}
    assert problems(run) == [(4, "Id", "", "twice_in_file")]


def test_formulas_and_line_breaks_are_stored_as_they_came(bring: Importer) -> None:
    body = '=HYPERLINK("http://evil.example","x")\n@SUM(A1)'
    bring(row(Subject="+1", Body=body))
    assert (Message.objects.get().subject, Message.objects.get().body) == ("+1", body)


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_table_of_text_is_read(bring: Importer, separator: str, codec: str) -> None:
    lines = [
        ["E-mail", "Assunto", "Sentido", "Data"],
        ["antonia@correio.example", "Não", "entrada", "2026-03-02T10:00"],
    ]
    text = "\r\n".join(separator.join(cells) for cells in lines)
    assert counts(bring(content=text.encode(codec))) == {"new": 1}
    assert (Message.objects.get().subject, Message.objects.get().channel) == ("Não", "other")


def test_file_is_recorded_in_batches(bring: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    from customers.messages import rows

    monkeypatch.setattr(rows, "BATCH", 2)
    run = bring(*(row(str(number)) for number in range(5)), row("9", Direction="?"))
    assert (counts(run), run.rows_total, run.rows_done) == ({"new": 5, "refused": 1}, 6, 6)


# What is refused --------------------------------------------------------------


def test_every_bad_row_is_told_by_line_column_and_reason_and_the_others_are_recorded(
    bring: Importer,
) -> None:
    run = bring(
        row("1"),
        row("2", Email="nobody@correio.example"),
        row("3", Email=""),
        row("4", Direction="sideways", **{"Sent at": "2 March"}),
        row("5", URL="javascript:alert(1)", Channel="pigeon"),
        row("6", Subject="", Body=" "),
        row("7", Body="x" * 50_001),
        "8,too,few",
        row("9", Email="", **{"Customer ID": "nobody-77"}),
    )
    assert counts(run) == {"new": 1, "refused": 8}
    assert problems(run) == [
        (3, "Email", "", "nobody"),
        (4, "Email", "", "no_buyer"),
        (5, "Direction", "sideways", "not_a_direction"),
        (5, "Sent at", "2 March", "not_a_moment"),
        (6, "Channel", "pigeon", "not_a_channel"),
        (6, "URL", "", "not_a_link"),
        (7, "Body", "", "no_text"),
        (8, "Body", "", "text_too_long"),
        (9, "", "", "wrong_cells"),
        (10, "Customer ID", "", "nobody"),
    ]


def test_offset_that_the_database_does_not_know_refuses_its_row(bring: Importer) -> None:
    run = bring(row("1"), row("2", **{"Sent at": "2026-03-02T12:00+23:00"}))
    assert counts(run) == {"new": 1, "refused": 1}
    assert problems(run) == [(3, "Sent at", "2026-03-02T12:00+23:00", "not_a_moment")]


def test_report_repeats_nothing_personal(bring: Importer) -> None:
    """T55, T60: what names a person or was said stands in the file alone."""
    bring(row("2", Email="nobody@correio.example", Body="Segredo", Author="Antônia"), row("3", Direction="?"))
    kept = str(list(ImportProblem.objects.values())) + str(list(ImportRun.objects.values()))
    for private in ("nobody@correio", "Segredo", "Antônia", "antonia@correio"):
        assert private not in kept


def test_whom_only_another_workspace_knows_is_nobody(
    bring: Importer, beacon: Beacon, in_aurora: Workspace
) -> None:
    """T03, T04."""
    run = bring(row("1", Email="canary-b@else.example"), row("2", Email="", **{"Customer ID": "CANARY-B-id"}))
    assert counts(run) == {"refused": 2}
    assert {reason for _line, _column, _value, reason in problems(run)} == {"nobody"}


def test_file_that_has_become_another_is_refused(
    in_aurora: Workspace, buyer: Customer, tmp_path: Path
) -> None:
    """T51."""
    path = tmp_path / "messages.csv"
    path.write_text(f"{HEADING}\n{row()}\n")
    run = request_import(
        acting_member=None,
        mapping=MessageFile("zendesk"),
        file_name=path.name,
        kind=ImportKind.MESSAGES,
        sha256="0" * 64,
    )
    run_import(workspace_id=in_aurora.pk, run_id=run.pk, path=path, work=import_messages_of)
    run.refresh_from_db()
    assert (run.state, run.failure, Message.objects.count()) == (ImportState.FAILED, "changed", 0)


# The page ---------------------------------------------------------------------


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """What was sent to the worker."""
    tasks: list[dict[str, int]] = []
    monkeypatch.setattr(import_messages, "delay", lambda **task: tasks.append(task))
    return tasks


def upload(content: str | bytes = "", **fields: Any) -> dict[str, Any]:
    content = content or f"{HEADING}\n{row('1')}\n{row('2', Direction='?')}\n"
    data = content.encode() if isinstance(content, str) else content
    return {"file": SimpleUploadedFile("../../mensagens.csv", data), "provider": "Zendesk", **fields}


def test_admin_brings_a_file_and_reads_its_report(
    admin: Membership,
    buyer: Customer,
    sign_in: SignIn,
    sent: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = sign_in(admin)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(client.at("imports/messages/"), upload())
    with enter(admin.workspace_id):
        run = ImportRun.objects.get()
    assert response.headers["Location"] == client.at(f"imports/{run.public_id}/")
    # Ids only: nothing of the file goes through the queue.
    assert sent == [{"workspace_id": admin.workspace_id, "run_id": run.pk}]
    assert (run.kind, run.mapping["provider"], run.file_name) == ("messages", "zendesk", "mensagens.csv")
    import_messages.apply(kwargs=sent[0]).get()
    page = client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    assert "This is not a direction" in page
    assert "New customers" not in page
    assert "Support messages, mensagens.csv" in client.get(client.at("imports/")).content.decode()
    with enter(admin.workspace_id):
        assert Message.objects.count() == 1
    assert not run.stored_file.exists()
    import_messages.apply(kwargs=sent[0]).get()
    with enter(admin.workspace_id):
        assert ImportRun.objects.get().attempt == 1


def test_failed_import_of_messages_is_run_again_as_one_of_messages(
    admin: Membership,
    buyer: Customer,
    sign_in: SignIn,
    sent: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = sign_in(admin)
    client.post(client.at("imports/messages/"), upload())
    with enter(admin.workspace_id):
        ImportRun.objects.update(state=ImportState.FAILED, failure="unexpected")
        run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(client.at(f"imports/{run.public_id}/retry/"))
    assert len(sent) == 1
    # Its mapping is none that a file of sales could be read by.
    assert "Support messages" not in client.get(client.at("imports/new/")).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "This is a workbook or a zip archive."),
        (b"a,b\x00\n1,2\n", "This is not a text file."),
        ("Email,Body,Direction\n", "The heading has no such column. sent_at"),
        ("Name,Body,Direction,Date\n", "The heading has no such column. email / customer_id / document"),
        ("Email,Email,Body,Direction,Date\n", "The heading has this column more than once"),
        (b"\x1f\x8b\x08\x00broken", "The compressed file is damaged."),
        (gzip.compress(b"x" * 21 * 1024**2), "A line is too long|The file is too large."),
        ((",".join(f"c{n}" for n in range(2_000)) + "\n").encode(), "The heading has too many columns."),
    ],
)
def test_file_that_is_no_table_of_messages_is_refused_at_once(
    admin: Membership, sign_in: SignIn, sent: list[Any], content: str | bytes, words: str
) -> None:
    """T50."""
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        response = client.post(client.at("imports/messages/"), upload(content))
    assert response.status_code == 400
    page = response.content.decode()
    assert any(each in page for each in words.split("|"))
    assert sent == []


def test_file_that_is_too_large_is_refused(
    admin: Membership, sign_in: SignIn, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 10)
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        response = client.post(client.at("imports/messages/"), upload())
    assert "larger than 20 MB" in response.content.decode()


def test_member_limited_to_products_brings_no_file(
    admin: Membership, sign_in: SignIn, sent: list[Any], course: Any
) -> None:
    with enter(admin.workspace_id):
        Membership.objects.filter(pk=admin.pk).update(product_access=ProductAccess.SELECTED)
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        assert client.get(client.at("imports/messages/")).status_code == 403
        assert client.post(client.at("imports/messages/"), upload()).status_code == 403
