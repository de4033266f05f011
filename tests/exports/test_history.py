"""The history of the workspace: who exported what, who took it, and what is told of above a limit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from exports import letters, tasks
from exports.history.errors import NotAllowed
from exports.history.services import limit, set_limit
from exports.models import Export, ExportWatch
from exports.services import download_export
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.exports.conftest import Ask, again, run, table_of
from tests.factories import SaleFactory
from tests.lists import listed

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[..., MemberClient]


@pytest.fixture(autouse=True)
def mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails are sent at once."""

    def send(task: str, kwargs: dict[str, int], **options: Any) -> None:
        getattr(tasks, task.rpartition(".")[2])(**kwargs)

    monkeypatch.setattr(letters.current_app, "send_task", send)


def take(export: Export, member: Membership) -> None:
    with enter_as(member.workspace_id, member.pk) as acting_member:
        download_export(acting_member=acting_member, export=export)


def set_to(rows_above: int | None, member: Membership) -> None:
    with enter_as(member.workspace_id, member.pk) as acting_member:
        set_limit(acting_member=acting_member, rows_above=rows_above)


@pytest.fixture
def exports(aurora: Workspace, finance: Membership, owner: Membership, ask: Ask) -> list[Export]:
    with enter(aurora.pk):
        SaleFactory()
        SaleFactory(currency="USD")
    made = [
        run(ask(finance)),
        run(ask(owner, "currency=USD")),
        ask(owner, page="customers", columns=["name"]),
    ]
    for member in (finance, owner, owner):
        take(made[0], member)
    return made


# The list ---------------------------------------------------------------------------------------------------


def test_history_says_who_asked_for_what_and_who_took_it(
    owner: Membership, exports: list[Export], beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    body = client.get(client.at("exports/history/")).content.decode()
    for words in (*(export.reference for export in exports), "Fábia Nunes", "Olga Prado", "3 times", "USD"):
        assert words in body


def test_history_is_for_who_may_see_the_exports_of_others(
    finance: Membership, exports: list[Export], sign_in: SignIn
) -> None:
    client = sign_in(finance)
    assert client.get(client.at("exports/history/")).status_code == 403
    assert "exports/history/" not in client.get(client.at("exports/")).content.decode()


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", [0, 1, 2]),
        ("of=sales", [0, 1]),
        ("of=customers&of=subscriptions", [2]),
        ("state=ready", [0, 1]),
        ("state=queued&state=failed", [2]),
        ("taken=yes", [0]),
        ("taken=no", [1, 2]),
        ("asked=today", [0, 1, 2]),
        ("asked_before=2020-01-01", []),
        ("large=yes", []),
    ],
)
def test_history_is_filtered(owner: Membership, exports: list[Export], query: str, which: list[int]) -> None:
    assert listed("export_history", query, owner) == {exports[number].pk for number in which}


def test_history_is_filtered_by_member(owner: Membership, finance: Membership, exports: list[Export]) -> None:
    assert listed("export_history", f"member={finance.public_id}", owner) == {exports[0].pk}


def test_history_of_another_workspace_is_not_there(
    aurora: Workspace, owner: Membership, stranger: Membership, exports: list[Export], ask: Ask
) -> None:
    theirs = run(ask(stranger))
    assert listed("export_history", "", stranger) == {theirs.pk}


def test_history_of_who_is_limited_to_products_holds_what_is_within_them(
    aurora: Workspace,
    admin: Membership,
    finance: Membership,
    course: Product,
    exports: list[Export],
    ask: Ask,
) -> None:
    with enter(aurora.pk):
        for member in (admin, finance):
            ProductGrant.objects.create(membership=member, product=course)
            Membership.objects.filter(pk=member.pk).update(product_access=ProductAccess.SELECTED)
        member = Membership.objects.select_related("user", "workspace").get(pk=admin.pk)
    within = run(ask(finance))
    assert listed("export_history", "", member) == {within.pk}


def test_no_filter_of_the_history_is_taken_for_the_list_that_is_exported(
    owner: Membership, exports: list[Export], sign_in: SignIn
) -> None:
    client = sign_in(owner)
    body = client.get(client.at("exports/history/?of=customers")).content.decode()
    assert "exports/new/?list=export_history&amp;of=customers" in body
    confirm = client.get(client.at("exports/new/?list=export_history&of=customers")).content.decode()
    assert "Export 1 row of History of exports" in confirm


def test_history_is_exported_like_any_list(owner: Membership, exports: list[Export], ask: Ask) -> None:
    columns = ["reference", "list", "requested_by", "downloads", "downloaded_by", "downloaded_at"]
    rows = {
        row["reference"]: row for row in table_of(run(ask(owner, page="export_history", columns=columns)))
    }
    first = rows[str(exports[0].number)]
    assert (first["requested_by"], first["downloads"]) == ("Fábia Nunes", "3")
    assert first["downloaded_by"] == "Fábia Nunes, Olga Prado"
    assert first["downloaded_at"]
    assert rows[str(exports[1].number)]["downloads"] == "0"


# The limit --------------------------------------------------------------------------------------------------


def test_export_above_the_limit_is_told_of_by_mail_and_on_the_page(
    aurora: Workspace,
    finance: Membership,
    owner: Membership,
    admin: Membership,
    support_agent: Membership,
    stranger: Membership,
    ask: Ask,
    sign_in: SignIn,
) -> None:
    set_to(1, owner)
    with enter(aurora.pk):
        sales = [SaleFactory() for _ in range(2)]
    large, small = run(ask(finance, "q=Ant%C3%B4nia")), run(ask(finance, "currency=USD"))
    assert (again(large).told_above, again(small).told_above) == (1, None)
    assert sorted(message.to for message in mail.outbox) == sorted([[admin.user.email], [owner.user.email]])
    for message in mail.outbox:
        text = message.subject + message.body
        assert f"/w/aurora-cursos/exports/{large.public_id}/" in text
        assert message.attachments == []
        for word in ("Antônia", "Fábia", sales[0].reference, "q="):
            assert word not in text
    client = sign_in(owner)
    body = client.get(client.at("exports/history/")).content.decode()
    assert "1 export of the last 7 days had more rows than the limit." in body
    assert listed("export_history", "large=yes", owner) == {large.pk}
    with enter(aurora.pk):
        assert AuditEntry.objects.get(action="export.told_of").detail == {"rows": 2, "rows_above": 1}


def test_export_of_just_the_limit_is_not_told_of(
    aurora: Workspace, owner: Membership, finance: Membership, ask: Ask
) -> None:
    set_to(1, owner)
    with enter(aurora.pk):
        SaleFactory()
    run(ask(finance))
    assert mail.outbox == []


def test_limit_is_set_by_who_manages_the_workspace(
    aurora: Workspace, owner: Membership, finance: Membership, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    page = client.at("exports/history/limit/")
    assert client.post(page, {"rows_above": "-1"}).status_code == 400
    assert client.post(page, {"rows_above": "5000"}).status_code == 302
    with enter(aurora.pk):
        assert limit() == 5000
        assert AuditEntry.objects.get(action="export.limit_changed").detail["rows"] == 5000
    client.post(page, {"rows_above": ""})
    with enter(aurora.pk):
        assert not ExportWatch.objects.exists()
    with assert_unchanged(aurora.pk), pytest.raises(NotAllowed):
        set_to(1, finance)
    client = sign_in(finance)
    with assert_unchanged(aurora.pk):
        assert client.post(client.at("exports/history/limit/"), {"rows_above": "1"}).status_code == 403
