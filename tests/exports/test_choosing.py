"""What a file begins with, what it may hold, and documents that are only there when they are meant."""

from typing import Any

import pytest
from django.http import QueryDict

from atomicpay.audit.models import AuditEntry
from atomicpay.ui.registry import list_pages
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import confirming
from exports.asked import Asked
from exports.choosing import all_columns, columns_on_screen, usual_columns
from exports.dialects import Dialect
from exports.errors import CannotExport
from exports.models import Export
from exports.states import ExportState
from sales.models import Sale
from tests.assertions import assert_unchanged
from tests.exports.conftest import Ask, bytes_of, run, table_of
from tests.factories import CustomerFactory, ExportFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT = "111.444.777-35"


@pytest.fixture
def sales(aurora: Workspace) -> list[Sale]:
    with enter(aurora.pk):
        customer = CustomerFactory(document=DOCUMENT, document_kind="cpf")
        return [SaleFactory(customer=customer, amount_charged=8_900), SaleFactory(currency="USD")]


def exports_of(workspace: Workspace) -> list[Export]:
    with enter(workspace.pk):
        return list(Export.objects.order_by("number"))


def chosen(page: Any) -> list[str]:
    value: list[str] = page.context["form"]["column"].value()
    return value


def boxes(page: Any) -> list[str]:
    return [key for key, _label in page.context["form"].fields["column"].choices]


def test_every_column_of_a_screen_has_something_in_a_file(owner: Membership) -> None:
    with enter_as(owner.workspace_id, owner.pk) as member:
        for page in list_pages():
            in_files = {column.key for column in page.export_columns}
            for column in page.columns:
                assert column.expression is not None or column.in_file, (page.name, column.key)
                assert set(column.in_file) <= in_files, (page.name, column.key)
            assert columns_on_screen(page.parse(QueryDict(), member)), page.name


def test_columns_of_the_screen_come_in_its_order_with_the_currency_of_amounts(
    finance: Membership, sales: list[Sale], sign_in: Any
) -> None:
    client = sign_in(finance)
    page = client.get(client.at("exports/new/?list=sales&columns=ordered_at,amount_charged,coupon"))
    # The main column is always on the screen; it is two in a file.
    expected = ["buyer_name", "reference", "ordered_at", "currency", "amount_charged", "coupon"]
    assert page.context["confirmation"].start.key == "screen"
    assert chosen(page) == expected
    # The boxes stand in that order, so that a browser sends them in it.
    assert boxes(page)[: len(expected)] == expected
    answer = client.post(
        client.at("exports/new/?list=sales&columns=ordered_at,amount_charged,coupon"),
        {"column": expected, "dialect": "standard"},
    )
    assert answer.status_code == 302
    (export,) = exports_of(finance.workspace)
    assert export.columns == expected
    data = bytes_of(run(export)).decode()
    assert data.splitlines()[0].split(",") == expected


def test_file_begins_with_what_the_address_names(
    finance: Membership, sales: list[Sale], sign_in: Any
) -> None:
    client = sign_in(finance)
    address = client.at("exports/new/?list=customers")
    with enter_as(finance.workspace_id, finance.pk) as member:
        state = next(page for page in list_pages() if page.name == "customers").parse(QueryDict(), member)
        usual, everything, shown = usual_columns(state), all_columns(state), columns_on_screen(state)
    assert chosen(client.get(address)) == usual
    assert chosen(client.get(f"{address}&start=all")) == everything
    assert chosen(client.get(f"{address}&start=screen")) == shown
    assert {"tags", "created_at"} <= set(everything) - set(usual)
    for columns in (usual, everything, shown):
        assert not {"document", "document_type"} & set(columns)
    assert "The template in the address is gone" in client.get(f"{address}&start=nothing").content.decode()


def test_documents_need_the_column_and_a_second_tick(
    finance: Membership, sales: list[Sale], sign_in: Any, ask: Ask
) -> None:
    client = sign_in(finance)
    address = client.at("exports/new/?list=customers")
    page = client.get(address)
    assert "Put people’s documents into the file" in page.content.decode()
    with assert_unchanged(finance.workspace_id):
        refused = client.post(address, {"column": ["email", "document"]})
    assert refused.status_code == 400
    assert "The file would hold documents: Document." in refused.content.decode()
    # What was chosen is still chosen.
    assert chosen(refused) == ["email", "document"]
    answer = client.post(address, {"column": ["email", "document"], "documents": "on"})
    assert answer.status_code == 302
    (export,) = exports_of(finance.workspace)
    rows = table_of(run(export))
    assert any(row["document"] for row in rows)
    with enter(finance.workspace_id):
        entry = AuditEntry.objects.get(action="export.documents_included")
    assert (entry.actor_id, entry.target_id) == (finance.pk, export.pk)
    assert entry.detail == {"page": "customers", "columns": ["document"]}
    # Nothing of a person stands in the log.
    assert DOCUMENT not in str(entry.detail)


def test_tick_for_documents_without_such_a_column_is_no_document(
    finance: Membership, sales: list[Sale], sign_in: Any
) -> None:
    client = sign_in(finance)
    answer = client.post(client.at("exports/new/?list=customers"), {"column": ["email"], "documents": "on"})
    assert answer.status_code == 302
    with enter(finance.workspace_id):
        assert not AuditEntry.objects.filter(action="export.documents_included").exists()


def test_who_may_not_have_documents_is_neither_asked_nor_served(
    employee: Membership, sales: list[Sale], sign_in: Any
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["exports.create", "customers.view"]
        employee.save()
    client = sign_in(employee)
    address = client.at("exports/new/?list=customers")
    assert "documents" not in client.get(address).context["form"].fields
    with assert_unchanged(employee.workspace_id):
        answer = client.post(address, {"column": ["name", "document"], "documents": "on"})
    assert answer.status_code == 400


def test_column_named_twice_is_refused(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    with pytest.raises(CannotExport):
        ask(finance, columns=["reference", "reference"])
    with enter_as(finance.workspace_id, finance.pk) as member:
        assert Asked.read("sales", "", ["reference", "currency"], member).columns


@pytest.mark.parametrize(
    ("dialect", "name", "kind"),
    [
        (Dialect.STANDARD, "csv", "text/csv; charset=utf-8"),
        (Dialect.EXCEL_BR, "csv", "text/csv; charset=utf-8"),
        (
            Dialect.XLSX,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_format_is_asked_for_shown_and_served(
    finance: Membership, sales: list[Sale], sign_in: Any, dialect: Dialect, name: str, kind: str
) -> None:
    client = sign_in(finance)
    answer = client.post(
        client.at("exports/new/?list=sales"), {"column": ["reference", "currency"], "dialect": dialect}
    )
    export = run(exports_of(finance.workspace)[-1])
    assert (export.dialect, export.state) == (dialect, ExportState.READY)
    receipt = client.get(answer["Location"])
    assert str(dialect.label) in receipt.content.decode()
    assert f"{export.reference}.{name}" in receipt.content.decode()
    data = client.get(client.at(f"exports/{export.public_id}/receipt.json"))
    assert data.json()["format"] == dialect
    assert data["Content-Disposition"].endswith(f'{export.reference}.receipt.json"')
    download = client.get(client.at(f"exports/{export.public_id}/download/"))
    assert download["Content-Type"] == kind
    assert download["Content-Disposition"].endswith(f'{export.reference}.{name}"')
    assert download["X-Content-Type-Options"] == "nosniff"
    assert b"".join(download.streaming_content) == bytes_of(export)


def test_workbook_that_would_be_too_long_is_refused_before_it_runs(
    finance: Membership, sales: list[Sale], sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "MOST_ROWS", 1)
    client = sign_in(finance)
    for dialect, status in (("xlsx", 400), ("excel_br", 302)):
        answer = client.post(
            client.at("exports/new/?list=sales"), {"column": ["reference"], "dialect": dialect}
        )
        assert answer.status_code == status
    assert [export.dialect for export in exports_of(finance.workspace)] == ["excel_br"]


def test_unknown_format_is_refused(finance: Membership, sales: list[Sale], sign_in: Any) -> None:
    client = sign_in(finance)
    with assert_unchanged(finance.workspace_id):
        answer = client.post(
            client.at("exports/new/?list=sales"), {"column": ["reference"], "dialect": "pdf"}
        )
    assert answer.status_code == 400


def test_same_again_has_the_same_columns_and_format(
    finance: Membership, sales: list[Sale], sign_in: Any, ask: Ask
) -> None:
    export = ask(finance, columns=["currency", "reference"], dialect=Dialect.XLSX)
    client = sign_in(finance)
    client.post(client.at(f"exports/{export.public_id}/cancel/"))
    page = client.get(client.at(f"exports/{export.public_id}/"))
    again = client.at("exports/new/?list=sales&column=currency&column=reference&dialect=xlsx")
    assert again.replace("&", "&amp;") in page.content.decode()
    form = client.get(again).context["form"]
    assert (form["column"].value(), form["dialect"].value()) == (["currency", "reference"], "xlsx")


def test_list_of_exports_counts_only_what_the_member_may_see(
    finance: Membership, admin: Membership, sign_in: Any
) -> None:
    with enter(finance.workspace_id):
        for number, member in enumerate([finance, admin, admin], start=1):
            ExportFactory(requested_by=member, number=number)
    counts = {}
    for member in (finance, admin):
        client = sign_in(member)
        client.cookies["js"] = "1"
        with enter_as(member.workspace_id, member.pk) as acting:
            page = next(page for page in list_pages() if page.name == "exports")
            counts[member.role] = page.parse(QueryDict(), acting).count()
            assert page.parse(QueryDict("state=queued"), acting).count() == counts[member.role]
    assert counts == {"finance": 1, "admin": 3}
