"""Taking a file: every right is asked again at that moment, and the taking is noted (T13, T25, T63)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from exports import storage
from exports.attempts import place_of
from exports.models import Export, ExportDownload
from exports.states import ExportState
from tests.exports.conftest import Ask, bytes_of, change, run
from tests.factories import CustomerFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def export(aurora: Workspace, course: Product, finance: Membership, ask: Ask) -> Export:
    with enter(aurora.pk):
        SaleFactory(product=course)
        SaleFactory()
    return run(ask(finance))


def path_of(export: Export) -> str:
    return f"exports/{export.public_id}/download/"


def downloads_of(export: Export) -> list[int]:
    with enter(export.workspace_id):
        return list(ExportDownload.objects.order_by("pk").values_list("member_id", flat=True))


def test_download_is_the_file_and_is_noted(finance: Membership, export: Export, sign_in: Any) -> None:
    client = sign_in(finance)
    answer = client.get(client.at(path_of(export)))
    assert b"".join(answer.streaming_content) == bytes_of(export)
    assert answer.status_code == 200
    assert downloads_of(export) == [finance.pk]
    with enter(export.workspace_id):
        entry = AuditEntry.objects.get(action="export.downloaded")
        assert (entry.actor_id, entry.target_id, entry.detail) == (finance.pk, export.pk, {"rows": 2})
    text = client.get(client.at(f"exports/{export.public_id}/")).content.decode()
    assert "None yet." not in text


def test_download_is_kept_by_no_cache_and_opened_by_no_browser(
    aurora: Workspace, finance: Membership, export: Export, sign_in: Any
) -> None:
    client = sign_in(finance)
    answer = client.get(client.at(path_of(export)))
    name = f"aurora-cursos-sales-{export.as_of.astimezone(aurora.zone):%Y-%m-%d}-E-0001.csv"
    assert {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(export.size),
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }.items() <= dict(answer.headers.items()).items()
    assert "Cookie" in answer["Vary"]
    answer.close()


def test_who_may_download_any_gets_a_colleague_s_file(
    admin: Membership, export: Export, sign_in: Any
) -> None:
    client = sign_in(admin)
    answer = client.get(client.at(path_of(export)))
    assert b"".join(answer.streaming_content) == bytes_of(export)
    assert downloads_of(export) == [admin.pk]


@pytest.mark.parametrize(
    ("loss", "status"),
    [
        ({"role": Role.SUPPORT_AGENT}, 403),
        ({"role": Role.EMPLOYEE}, 403),
        ({"role": Role.EMPLOYEE, "extra_permissions": ["exports.create"]}, 403),
        ({"ended_at": timezone.now()}, 404),
    ],
    ids=["role", "employee", "list", "removed"],
)
def test_right_lost_after_the_run_ends_the_download(
    finance: Membership, export: Export, sign_in: Any, loss: dict[str, Any], status: int
) -> None:
    client = sign_in(finance)
    answer = client.get(client.at(path_of(export)))
    assert answer.status_code == 200
    answer.close()
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(**loss)
    assert client.get(client.at(path_of(export))).status_code == status
    assert len(downloads_of(export)) == 1


def test_products_lost_after_the_run_end_the_download_and_hide_the_figures(
    finance: Membership, course: Product, export: Export, sign_in: Any
) -> None:
    client = sign_in(finance)
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
        ProductGrant.objects.create(membership=finance, product=course)
    assert client.get(client.at(path_of(export))).status_code == 403
    receipt = client.get(client.at(f"exports/{export.public_id}/")).content.decode()
    assert "holds more than you may see now" in receipt
    assert "194.00" not in receipt
    assert export.sha256 not in receipt
    assert downloads_of(export) == []


def test_limited_member_downloads_what_lies_within_their_products(
    finance: Membership, course: Product, export: Export, ask: Ask, sign_in: Any
) -> None:
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
        grant = ProductGrant.objects.create(membership=finance, product=course)
    own = run(ask(finance, "currency=BRL"))
    client = sign_in(finance)
    page = client.get(client.at(f"exports/{own.public_id}/")).content.decode()
    # Query and scope, as the file was asked for.
    assert "<code>sales?currency=BRL</code>" in page
    assert f'<span class="sub">{course.name}</span>' in page
    receipt = client.get(client.at(f"exports/{own.public_id}/receipt.json")).json()
    assert receipt["query"] == "currency=BRL"
    assert receipt["products"] == [{"id": str(course.public_id), "name": course.name}]
    answer = client.get(client.at(path_of(own)))
    assert answer.status_code == 200
    answer.close()
    with enter(export.workspace_id):
        grant.delete()
    assert client.get(client.at(path_of(own))).status_code == 403
    page = client.get(client.at(f"exports/{own.public_id}/")).content.decode()
    assert "<code>" not in page
    assert course.name not in page


def test_column_s_right_is_asked_again(finance: Membership, export: Export, ask: Ask, sign_in: Any) -> None:
    documents = run(ask(finance, page="customers", columns=["name", "document"]))
    client = sign_in(finance)
    answer = client.get(client.at(path_of(documents)))
    assert answer.status_code == 200
    answer.close()
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(
            role=Role.EMPLOYEE, extra_permissions=["exports.create", "customers.view"]
        )
    assert client.get(client.at(path_of(documents))).status_code == 403


def test_unfinished_export_is_a_conflict(finance: Membership, export: Export, ask: Ask, sign_in: Any) -> None:
    client = sign_in(finance)
    unfinished = ask(finance)
    assert client.get(client.at(path_of(unfinished))).status_code == 409
    change(unfinished, state=ExportState.CANCELED)
    assert client.get(client.at(path_of(unfinished))).status_code == 409
    assert downloads_of(unfinished) == []


def test_expired_file_is_gone_before_the_sweeper_comes(
    finance: Membership, export: Export, sign_in: Any
) -> None:
    client = sign_in(finance)
    change(export, expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(client.at(path_of(export))).status_code == 410
    change(export, state=ExportState.EXPIRED)
    answer = client.get(client.at(path_of(export)))
    assert answer.status_code == 410
    assert "The receipt is kept for good" in answer.content.decode()
    assert downloads_of(export) == []


def test_file_that_is_missing_or_a_link_is_gone(
    finance: Membership, export: Export, sign_in: Any, tmp_path: Any
) -> None:
    client = sign_in(finance)
    file = place_of(export).file(1)
    secret = tmp_path / "secret.csv"
    file.rename(secret)
    assert client.get(client.at(path_of(export))).status_code == 410
    file.symlink_to(secret)
    assert client.get(client.at(path_of(export))).status_code == 410
    assert downloads_of(export) == []


def test_names_in_the_address_lead_nowhere(finance: Membership, export: Export, sign_in: Any) -> None:
    client = sign_in(finance)
    for name in ("../1", "%2e%2e/1", "..%2f1", "1.csv", f"{export.public_id}/../{export.public_id}%00"):
        assert client.get(client.at(f"exports/{name}/download/")).status_code == 404


def become(member: Membership, role: Role, *extra_permissions: str) -> None:
    with enter(member.workspace_id):
        Membership.objects.filter(pk=member.pk).update(role=role, extra_permissions=list(extra_permissions))


def status_of_download(client: Any, export: Export) -> int:
    answer = client.get(client.at(path_of(export)))
    answer.close()
    return int(answer.status_code)


@pytest.fixture
def customer(aurora: Workspace) -> Customer:
    with enter(aurora.pk):
        customer: Customer = CustomerFactory()
        return customer


@pytest.mark.parametrize("is_known", [True, False], ids=["kept", "from before"])
def test_rights_of_the_rows_of_a_timeline_are_asked_again(
    owner: Membership, customer: Customer, ask: Ask, sign_in: Any, is_known: bool
) -> None:
    with enter(owner.workspace_id):
        SaleFactory(customer=customer)
    columns = ["at", "kind", "step", "status"]
    export = run(ask(owner, f"customer={customer.public_id}", page="timeline", columns=columns))
    if not is_known:
        change(export, row_rights=None)
    client = sign_in(owner)
    assert status_of_download(client, export) == 200
    become(owner, Role.EMPLOYEE, "exports.create", "customers.view")
    assert status_of_download(client, export) == 403
    assert (
        "holds more than you may see now"
        in client.get(client.at(f"exports/{export.public_id}/")).content.decode()
    )


def test_own_timeline_of_few_rights_can_be_taken_with_few_rights(
    finance: Membership, customer: Customer, ask: Ask, sign_in: Any
) -> None:
    become(finance, Role.EMPLOYEE, "exports.create", "customers.view")
    columns = ["at", "kind", "step", "status"]
    export = run(ask(finance, f"customer={customer.public_id}", page="timeline", columns=columns))
    assert export.row_rights == ["customers.view"]
    assert status_of_download(sign_in(finance), export) == 200


def test_list_of_everybody_s_exports_is_kept_from_who_sees_their_own_alone(
    owner: Membership, export: Export, ask: Ask, sign_in: Any
) -> None:
    of_all = run(ask(owner, page="exports", columns=["reference", "query"]))
    client = sign_in(owner)
    assert status_of_download(client, of_all) == 200
    become(owner, Role.FINANCE)
    assert status_of_download(client, of_all) == 403


def test_right_of_a_filter_is_asked_again(owner: Membership, ask: Ask, sign_in: Any) -> None:
    export = run(ask(owner, "last_purchase=today", page="customers", columns=["name"]))
    client = sign_in(owner)
    assert status_of_download(client, export) == 200
    become(owner, Role.EMPLOYEE, "exports.create", "customers.view")
    assert status_of_download(client, export) == 403


@pytest.fixture(params=["bucket", "directory"])
def store_away(request: pytest.FixtureRequest, export: Export, settings: Any, monkeypatch: Any) -> None:
    """What keeps the files does not answer, once the file is written."""
    if request.param == "bucket":
        settings.EXPORT_BUCKET = {
            "bucket_name": "files",
            "endpoint_url": "http://127.0.0.1:9",
            "access_key": "key",
            "secret_key": "secret",
            "region_name": "sa-east-1",
        }
        return

    def refuse(path: Path) -> bool:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "is_file", refuse)


def test_store_that_is_away_is_said_and_nothing_is_noted(
    finance: Membership, export: Export, store_away: None, sign_in: Any
) -> None:
    client = sign_in(finance)
    answer = client.get(client.at(path_of(export)))
    assert answer.status_code == 503
    assert "what keeps the files does not answer" in answer.content.decode()
    assert downloads_of(export) == []


def test_file_that_cannot_be_opened_is_not_noted_as_taken(
    finance: Membership, export: Export, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(storage, "open_file", fail)
    client = sign_in(finance)
    assert client.get(client.at(path_of(export))).status_code == 503
    assert downloads_of(export) == []
