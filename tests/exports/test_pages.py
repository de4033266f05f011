"""The pages of exports: confirm, progress, receipt, history, cancel; with nothing of anybody else's."""

import threading
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.models import Export
from exports.states import ExportState, Failure
from sales.models import Sale
from tests.assertions import assert_no_canary, assert_same_not_found, assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.exports.conftest import SALE_COLUMNS, Ask, again, change, files_of, run
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sales(aurora: Workspace) -> list[Sale]:
    with enter(aurora.pk):
        return [
            SaleFactory(amount_charged=8_900, reference="HP-1"),
            SaleFactory(currency="JPY", amount_charged=12_345, reference="HP-2"),
            SaleFactory(is_test=True, reference="HP-3"),
        ]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def reasons_of(page: Any) -> dict[tuple[str, str], int | None]:
    return {(reason.label, reason.value): reason.rows for reason in page.context["confirmation"].left_out}


def exports_of(workspace: Workspace) -> list[Export]:
    with enter(workspace.pk):
        return list(Export.objects.order_by("number"))


def test_list_leads_to_the_confirm_step(finance: Membership, sales: list[Sale], sign_in: Any) -> None:
    client = sign_in(finance)
    page = client.get(client.at("sales/?currency=BRL"))
    link = client.at("exports/new/?list=sales&amp;currency=BRL")
    assert link in page.content.decode()
    assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_confirm_step_says_what_goes_in_and_what_stays_out(
    finance: Membership, beacon: Beacon, sales: list[Sale], sign_in: Any
) -> None:
    client = sign_in(finance)
    with assert_unchanged(finance.workspace_id):
        page = client.get(client.at("exports/new/?list=sales&currency=BRL"))
    text = text_of(page)
    assert "Export 1 row of Sales" in text
    assert "Export 1 row of Aurora Cursos" in text
    assert "<dt>Currency</dt> <dd> BRL" in text
    assert "All products" in text
    assert "by you alone, until about" in text
    assert reasons_of(page) == {("Currency", "BRL"): 1, ("Test sales", ""): 1}
    chosen = page.context["form"]["column"].value()
    assert "reference" in chosen
    assert_no_canary(page)


def test_documents_are_only_in_a_file_when_asked_for(
    finance: Membership, employee: Membership, sales: list[Sale], sign_in: Any
) -> None:
    client = sign_in(finance)
    form = client.get(client.at("exports/new/?list=customers")).context["form"]
    assert "document" in dict(form.fields["column"].choices)
    assert "document" not in form["column"].value()
    with enter(employee.workspace_id):
        employee.extra_permissions = ["exports.create", "customers.view"]
        employee.save()
    client = sign_in(employee)
    form = client.get(client.at("exports/new/?list=customers")).context["form"]
    assert "document" not in dict(form.fields["column"].choices)
    answer = client.post(client.at("exports/new/?list=customers"), {"column": ["name", "document"]})
    assert answer.status_code == 400
    assert exports_of(employee.workspace) == []


def test_asking_keeps_the_address_the_columns_and_the_words(
    finance: Membership, sales: list[Sale], sign_in: Any, announced: list[tuple[int, int]]
) -> None:
    client = sign_in(finance)
    answer = client.post(
        client.at("exports/new/?list=sales&currency=BRL&after=1.00000000000000000000000000000000"),
        {"column": ["currency", "reference"]},
    )
    (export,) = exports_of(finance.workspace)
    assert answer["Location"] == client.at(f"exports/{export.public_id}/")
    assert (export.page, export.query, export.number) == ("sales", "currency=BRL", 1)
    # In the order in which the boxes stood and were sent.
    assert export.columns == ["currency", "reference"]
    assert (export.rows_confirmed, export.timezone) == (1, "America/Sao_Paulo")
    assert export.left_out == [
        {"label": "Currency", "rows": 1, "value": "BRL"},
        {"label": "Test sales", "rows": 1, "value": ""},
    ]
    assert {"label": "Currency", "value": "BRL"} in export.filters
    assert announced == [(export.workspace_id, export.pk)]
    with enter(finance.workspace_id):
        entry = AuditEntry.objects.get(action="export.requested")
        assert (entry.actor_id, entry.target_id) == (finance.pk, export.pk)


def test_numbers_are_each_workspace_s_own(
    finance: Membership, stranger: Membership, sales: list[Sale], ask: Ask
) -> None:
    assert [ask(finance).number, ask(finance).number, ask(stranger).number] == [1, 2, 1]


@pytest.mark.parametrize(
    "query",
    ["currency=ZZZ", "status=nonsense", "date_from=yesterday", "currency=BRL&currency=USD"],
)
def test_filter_that_cannot_be_read_never_becomes_a_file_of_everything(
    finance: Membership, sales: list[Sale], sign_in: Any, query: str
) -> None:
    client = sign_in(finance)
    page = client.get(client.at(f"exports/new/?list=sales&{query}"))
    assert page.status_code == 200
    assert "A filter cannot be read" in text_of(page)
    assert '<form class="stack" method="post">' not in page.content.decode()
    answer = client.post(client.at(f"exports/new/?list=sales&{query}"), {"column": SALE_COLUMNS})
    assert answer.status_code == 400
    assert exports_of(finance.workspace) == []


def test_unknown_list_is_not_found(finance: Membership, sign_in: Any) -> None:
    client = sign_in(finance)
    for address in ("exports/new/", "exports/new/?list=nothing", "exports/new/?list=__class__"):
        assert client.get(client.at(address)).status_code == 404


def test_unknown_column_is_refused(finance: Membership, sales: list[Sale], sign_in: Any) -> None:
    client = sign_in(finance)
    for columns in ([], ["password"], ["reference", "workspace__name"]):
        answer = client.post(client.at("exports/new/?list=sales"), {"column": columns})
        assert answer.status_code == 400
    assert exports_of(finance.workspace) == []
    assert client.post(client.at("exports/new/?list=sales"), {"column": ["reference"]}).status_code == 302


def test_writing_page_asks_again_by_itself(
    finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = ask(finance)
    client = sign_in(finance)
    address = client.at(f"exports/{export.public_id}/")
    assert "Queued" in text_of(client.get(address))
    change(
        export,
        state=ExportState.RUNNING,
        attempt=1,
        rows_done=1,
        rows_expected=3,
        lease_until="2100-01-01T00:00:00Z",
        started_at="2026-03-02T15:00:00Z",
    )
    page = client.get(address)
    text = text_of(page)
    assert "1 of 3 rows, 33 %" in text
    assert f'hx-get="{address}"' in text
    assert '<progress max="3" value="1"' in text
    assert "2 Mar 2026, 12:00" in text


@pytest.mark.parametrize(
    ("done", "seconds", "words"),
    [
        (0, 10, "How long it takes is told with the first rows."),
        (50_000, 10, "5,000 rows a second, about 50 seconds left"),
        (100_000, 10, "10,000 rows a second, about 20 seconds left"),
        (2_000, 4, "500 rows a second, about 10 minutes left"),
        (299_999, 10, "30,000 rows a second, about 1 second left"),
    ],
)
def test_writing_page_says_how_quickly_it_goes_and_how_long_it_takes(
    finance: Membership, ask: Ask, sign_in: Any, done: int, seconds: int, words: str
) -> None:
    began = timezone.now()
    export = change(
        ask(finance),
        state=ExportState.RUNNING,
        attempt=1,
        rows_done=done,
        rows_expected=300_000,
        lease_until="2100-01-01T00:00:00Z",
        started_at=began,
        heartbeat_at=began + timedelta(seconds=seconds),
    )
    client = sign_in(finance)
    assert words in text_of(client.get(client.at(f"exports/{export.public_id}/")))


def test_request_that_waits_for_a_lock_is_told_to_try_again(
    aurora: Workspace, finance: Membership, sales: list[Sale], sign_in: Any
) -> None:
    """Within five seconds and in words, and nothing was asked for (T40)."""
    client = sign_in(finance, raise_request_exception=False)
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with enter(aurora.pk):
            Workspace.objects.select_for_update().get(pk=aurora.pk)
            is_held.set()
            is_over.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert is_held.wait(10)
        began = time.monotonic()
        response = client.post(client.at("exports/new/?list=sales"), {"column": SALE_COLUMNS})
        took = time.monotonic() - began
    finally:
        is_over.set()
        other.join()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "try again" in response.content.decode().lower()
    assert took < 5
    assert exports_of(aurora) == []


def test_receipt_says_all_that_was_written(
    aurora: Workspace, finance: Membership, beacon: Beacon, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = run(ask(finance))
    client = sign_in(finance)
    page = client.get(client.at(f"exports/{export.public_id}/"))
    text = text_of(page)
    for words in (
        "Export receipt E-0001",
        '<b class="num">2</b> expected',
        '<b class="num">2</b> written',
        "They are equal",
        '<th scope="row">BRL</th> <td>1</td> <td>89.00</td>',
        '<th scope="row">JPY</th> <td>1</td> <td>12,345</td>',
        "Currencies are never added together",
        '<th scope="row">Test sales</th> <td>1</td>',
        "America/Sao_Paulo",
        "1 attempt",
        "Fábia Nunes",
        f'title="{export.sha256}"',
        f"aurora-cursos-sales-{export.as_of.astimezone(aurora.zone):%Y-%m-%d}-E-0001.csv",
        "Buyer&#x27;s name",
    ):
        assert words in text
    assert "hx-get" not in text.split("<main", 1)[1]
    assert_no_canary(page)


def test_receipt_of_zero_rows_says_so(finance: Membership, ask: Ask, sign_in: Any) -> None:
    export = run(ask(finance))
    client = sign_in(finance)
    assert "0 rows: nothing matched the filters." in text_of(
        client.get(client.at(f"exports/{export.public_id}/"))
    )


def test_failure_says_why_and_offers_the_same_again(
    finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = change(
        ask(finance, "currency=BRL", columns=["reference", "status"]),
        state=ExportState.FAILED,
        failure=Failure.NO_ROOM,
    )
    client = sign_in(finance)
    page = client.get(client.at(f"exports/{export.public_id}/"))
    assert "The file could not be stored." in text_of(page)
    link = client.at("exports/new/?list=sales&column=reference&column=status&currency=BRL")
    assert link.replace("&", "&amp;") in page.content.decode()
    assert client.get(link).context["form"]["column"].value() == ["reference", "status"]


def test_cancel_stops_what_has_not_ended(
    finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = ask(finance)
    client = sign_in(finance)
    address = client.at(f"exports/{export.public_id}/cancel/")
    assert client.get(address).status_code == 405
    assert client.post(address)["Location"] == client.at(f"exports/{export.public_id}/")
    assert again(export).state == ExportState.CANCELED
    assert run(export).state == ExportState.CANCELED
    assert files_of(export) == []
    assert client.post(address).status_code == 409
    with enter(finance.workspace_id):
        assert AuditEntry.objects.filter(action="export.canceled").count() == 1


def test_finished_export_is_not_canceled(
    finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = run(ask(finance))
    client = sign_in(finance)
    assert client.post(client.at(f"exports/{export.public_id}/cancel/")).status_code == 409
    assert again(export).state == ExportState.READY
    assert files_of(export) == ["1.csv"]


def test_history_shows_one_s_own_and_everybody_s_to_who_may(
    finance: Membership, admin: Membership, beacon: Beacon, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    run(ask(finance))
    ask(admin)
    ask(beacon.owner)
    seen = {}
    for member in (finance, admin):
        client = sign_in(member)
        page = client.get(client.at("exports/"))
        assert_no_canary(page)
        seen[member.role] = [name for name in ("E-0001", "E-0002") if name in page.content.decode()]
    assert seen == {"finance": ["E-0001"], "admin": ["E-0001", "E-0002"]}


def test_history_is_filtered_by_state(finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any) -> None:
    run(ask(finance))
    ask(finance)
    client = sign_in(finance)
    text = client.get(client.at("exports/?state=queued")).content.decode()
    assert ("E-0001" in text, "E-0002" in text) == (False, True)


def addresses(export: Export) -> list[tuple[str, str]]:
    root = f"exports/{export.public_id}/"
    return [("get", root), ("get", f"{root}download/"), ("post", f"{root}cancel/")]


def test_stranger_finds_nothing(
    stranger: Membership, finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    """T11: in the other's workspace, and in their own with the other's id."""
    export = run(ask(finance))
    client: MemberClient = sign_in(stranger)
    with assert_unchanged(finance.workspace_id):
        for method, path in addresses(export):
            for address in (finance.workspace.root + path, client.at(path)):
                assert getattr(client, method)(address).status_code == 404
    assert files_of(export) == ["1.csv"]


def test_foreign_and_unknown_exports_are_the_same_404(
    stranger: Membership, finance: Membership, ask: Ask, sign_in: Any
) -> None:
    foreign = run(ask(stranger))
    client = sign_in(finance)
    for path in ("", "download/"):
        root = client.at("exports/")
        assert_same_not_found(client, f"{root}{foreign.public_id}/{path}", f"{root}{uuid4()}/{path}")


def test_member_without_the_right_is_refused(
    support_agent: Membership, finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    """T12."""
    export = run(ask(finance))
    client = sign_in(support_agent)
    with assert_unchanged(finance.workspace_id):
        for method, path in [*addresses(export), ("get", "exports/"), ("get", "exports/new/?list=sales")]:
            assert getattr(client, method)(client.at(path)).status_code == 403


def test_colleague_finds_only_their_own(
    aurora: Workspace, employee: Membership, finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    export = run(ask(finance))
    with enter(aurora.pk):
        employee.extra_permissions = ["exports.create", "sales.view"]
        employee.save()
    client = sign_in(employee)
    assert [getattr(client, method)(client.at(path)).status_code for method, path in addresses(export)] == [
        404
    ] * 3


def test_anonymous_is_asked_to_sign_in(finance: Membership, sales: list[Sale], ask: Ask, client: Any) -> None:
    export = run(ask(finance))
    for method, path in addresses(export):
        answer = getattr(client, method)(finance.workspace.root + path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
