"""The pages of imports: upload, progress, report, running again, and who may."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from sales.intake.importing import run_import
from sales.intake.tasks import import_file
from sales.models import ImportRun, ImportState, Sale
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient

from .conftest import HEADING, order, sales_mapping

SignIn = Callable[..., MemberClient]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """What was sent to the worker."""
    messages: list[dict[str, int]] = []
    monkeypatch.setattr(import_file, "delay", lambda **message: messages.append(message))
    return messages


def _form(*lines: str, content: bytes | None = None, **changes: Any) -> dict[str, Any]:
    text = "\n".join((HEADING, *lines)).encode() if content is None else content
    return {
        "file": SimpleUploadedFile("../../etc/março vendas.csv", text),
        "mapping_file": SimpleUploadedFile("mapping.json", json.dumps(sales_mapping()).encode()),
        **changes,
    }


def _upload(client: MemberClient, capture: Any, *lines: str, **changes: Any) -> ImportRun:
    with capture(execute=True):
        response = client.post(client.at("imports/new/"), _form(*lines, **changes))
    assert response.status_code == 302
    with enter(client.membership.workspace_id):
        run: ImportRun = ImportRun.objects.latest("pk")
    assert response.headers["Location"] == client.at(f"imports/{run.public_id}/")
    return run


def test_upload_is_kept_under_a_name_of_ours_and_sent_to_the_worker(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    run = _upload(sign_in(admin), django_capture_on_commit_callbacks, order())
    assert sent == [{"workspace_id": admin.workspace_id, "run_id": run.pk}]
    assert run.file_name == "março vendas.csv"
    assert run.stored_file.name == f"{run.public_id}.csv"
    assert run.stored_file.stat().st_mode & 0o777 == 0o600
    with enter(admin.workspace_id):
        entry = AuditEntry.objects.get(action="import.requested")
        assert (entry.actor_id, entry.target_id) == (admin.pk, run.pk)


def test_worker_imports_and_the_page_reports(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(admin)
    run = _upload(client, django_capture_on_commit_callbacks, order(), order("A2", Amount="=1+1"))
    page = client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    assert "Waiting for the worker" in page
    assert 'hx-trigger="every 2s"' in page
    import_file.apply(kwargs=sent[0]).get()
    page = client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    assert "hx-get" not in page.split('id="import"')[1].split(">")[0]
    assert "This is not an amount." in page
    assert ">=1+1<" in page
    with enter(admin.workspace_id):
        assert Sale.objects.count() == 1
    assert not run.stored_file.exists()
    import_file.apply(kwargs=sent[0]).get()
    with enter(admin.workspace_id):
        assert ImportRun.objects.get().attempt == 1


def test_report_is_a_file_that_no_spreadsheet_runs(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(admin)
    run = _upload(client, django_capture_on_commit_callbacks, order(Amount="=1+1"))
    run_import(workspace_id=run.workspace_id, run_id=run.pk)
    response = client.get(client.at(f"imports/{run.public_id}/problems/"))
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows == [["line", "column", "value", "reason"], ["2", "Amount", "'=1+1", "This is not an amount."]]


@pytest.mark.parametrize(
    ("place", "odd", "words"),
    [
        ('"occurrence": 1', '"occurrence": ' + "9" * 5_000, "The mapping is not JSON"),
        ('"name": "Orders"', '"name": "\\ud800x"', "This holds a character that is none."),
        ('"Paid":', '"\\u0000":', "This holds a character that is none."),
        ('"Paid":', '"\\udfffx":', "This holds a character that is none."),
        ('"is": ["Total"]', '"is": ["\\u0000"]', "This holds a character that is none."),
        ('"provider": "shop"', '"provider": "' + "shop" * 26 + '"', "This text is too long."),
        ('"Paid":', '"' + "Paid" * 126 + '":', "This text is too long."),
    ],
)
def test_odd_mapping_is_refused_in_words(
    admin: Membership, sign_in: SignIn, sent: list[Any], place: str, odd: str, words: str
) -> None:
    mapping = sales_mapping(
        ignore={"column": "Order", "is": ["Total"]}, product={"column": "Product", "occurrence": 1}
    )
    text = json.dumps(mapping)
    assert place in text
    file = SimpleUploadedFile("mapping.json", text.replace(place, odd).encode())
    client = sign_in(admin, raise_request_exception=False)
    response = client.post(client.at("imports/new/"), _form(order(), mapping_file=file))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert sent == []


def test_page_shows_progress(admin: Membership, sign_in: SignIn) -> None:
    with enter(admin.workspace_id):
        run = ImportRun.objects.create(
            number=1, file_name="x.csv", state=ImportState.RUNNING, rows_total=200_000, rows_done=50_000,
            heartbeat_at=now(), mapping={"name": "Orders"},
        )  # fmt: skip
    client = sign_in(admin)
    page = client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    assert "50,000 of 200,000 rows, 25 %" in page
    assert "no sign of life" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content": b""}, "The submitted file is empty."),
        ({"content": b"PK\x03\x04"}, "This is a workbook or a zip archive."),
        ({"content": b"a,b\n1,2\n"}, "The heading has no such column. Order"),
        ({"mapping_file": SimpleUploadedFile("m.json", b"{")}, "The mapping is not JSON"),
        ({"mapping_file": SimpleUploadedFile("m.json", b"\xff\xfe{")}, "The mapping is not UTF-8."),
        ({"mapping_file": ""}, "Choose the mapping that reads the file."),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_said_on_the_form(
    admin: Membership, sign_in: SignIn, sent: list[Any], changes: dict[str, Any], words: str
) -> None:
    for file in changes.values():
        if isinstance(file, SimpleUploadedFile):
            file.seek(0)
    client = sign_in(admin)
    with assert_unchanged(admin.workspace_id):
        response = client.post(client.at("imports/new/"), _form(**changes))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert sent == []


def test_earlier_mapping_can_be_used_again(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(admin)
    first = _upload(client, django_capture_on_commit_callbacks, order())
    second = _upload(
        client, django_capture_on_commit_callbacks, order("A2"),
        mapping_file="", earlier_mapping=str(first.public_id),
    )  # fmt: skip
    assert (second.mapping, second.number) == (first.mapping, 2)


def test_failed_import_is_run_again_from_its_page(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(admin)
    run = _upload(client, django_capture_on_commit_callbacks, order())
    retry = client.at(f"imports/{run.public_id}/retry/")
    with enter(admin.workspace_id):
        ImportRun.objects.update(state=ImportState.FAILED, failure="unexpected")
    assert "Run it again" in client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(retry).status_code == 302
    assert len(sent) == 2
    run_import(workspace_id=run.workspace_id, run_id=run.pk)
    with enter(admin.workspace_id):
        assert ImportRun.objects.get().state == ImportState.DONE
    with assert_unchanged(admin.workspace_id):
        assert client.post(retry).status_code == 409


def test_silent_import_can_be_run_again(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(admin)
    run = _upload(client, django_capture_on_commit_callbacks, order())
    with enter(admin.workspace_id):
        ImportRun.objects.update(state=ImportState.RUNNING, heartbeat_at=now() - timedelta(minutes=6))
    page = client.get(client.at(f"imports/{run.public_id}/")).content.decode()
    assert "no sign of life" in page
    assert "Run it again" in page


def test_stored_file_that_was_changed_is_refused(
    admin: Membership, sign_in: SignIn, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    run = _upload(sign_in(admin), django_capture_on_commit_callbacks, order())
    run.stored_file.write_text(f"{HEADING}\n{order(Amount='1.00')}\n")
    run_import(workspace_id=run.workspace_id, run_id=run.pk)
    with enter(admin.workspace_id):
        assert ImportRun.objects.get().failure == "changed"
        assert Sale.objects.count() == 0


def test_list_names_each_import(admin: Membership, sign_in: SignIn) -> None:
    with enter(admin.workspace_id):
        ImportRun.objects.create(number=7, file_name="march.csv", mapping={"name": "Orders"})
    client = sign_in(admin)
    page = client.get(client.at("imports/")).content.decode()
    assert "I-0007" in page
    assert "march.csv" in page
    assert client.at("imports/new/") in page


@pytest.mark.parametrize(
    "role", ["project_manager", "support_manager", "support_agent", "finance", "employee"]
)
def test_who_may_not_import_cannot(
    role: str, request: pytest.FixtureRequest, sign_in: SignIn, sent: list[Any]
) -> None:
    member = request.getfixturevalue(role)
    client = sign_in(member)
    with assert_unchanged(member.workspace_id):
        assert client.post(client.at("imports/new/"), _form(order())).status_code == 403
    assert sent == []


def test_member_limited_to_products_cannot_import(
    limited_agent: Membership, sign_in: SignIn, sent: list[Any], aurora: Workspace
) -> None:
    with enter(aurora.pk):
        limited_agent.extra_permissions = ["imports.manage"]
        limited_agent.save()
        run = ImportRun.objects.create(number=1, file_name="x.csv")
    client = sign_in(limited_agent)
    assert client.post(client.at("imports/new/"), _form(order())).status_code == 403
    assert client.get(client.at(f"imports/{run.public_id}/")).status_code == 404


def test_import_touches_no_other_workspace(
    admin: Membership,
    beacon: Beacon,
    sign_in: SignIn,
    sent: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    email = beacon.customer.email
    run = _upload(
        sign_in(admin), django_capture_on_commit_callbacks, order(beacon.sale.external_id, Email=email)
    )
    with assert_unchanged(beacon.workspace.pk):
        run_import(workspace_id=run.workspace_id, run_id=run.pk)
    with enter(admin.workspace_id):
        assert Sale.objects.count() == 1
