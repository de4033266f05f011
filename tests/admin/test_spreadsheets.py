"""Small tables in and out as CSV: previewed, confirmed, safe in a spreadsheet, in one workspace."""

import csv
import io
import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from atomicpay.audit.models import AuditEntry
from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Tag
from tests import factories
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import CANARY, Beacon, MemberClient

SignIn = Callable[..., MemberClient]

HEAD = "provider,external_id,name,kind,status"


def _upload(client: MemberClient, kind: str, text: str) -> Any:
    file = SimpleUploadedFile("rows.csv", text.encode(), content_type="text/csv")
    return client.post(
        client.at(f"admin/{kind}/import/"), {"import_file": file, "format": "0", "resource": "0"}
    )


def _confirm(client: MemberClient, kind: str, preview: Any) -> Any:
    initial = preview.context["confirm_form"].initial
    return client.post(client.at(f"admin/{kind}/process_import/"), initial)


def _import(client: MemberClient, kind: str, text: str) -> Any:
    return _confirm(client, kind, _upload(client, kind, text))


def test_preview_writes_nothing_and_confirmation_writes(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    with enter(owner.workspace_id):
        factories.ProductFactory(provider="kiwify", external_id="k1", name="Old name")
    with assert_unchanged(owner.workspace_id):
        preview = _upload(
            client, "catalog/product", f"{HEAD}\nkiwify,k1,New name,course,active\n,k2,Second,ebook,draft\n"
        )
    page = preview.content.decode()
    assert "<del>Old name</del> <ins>New name</ins>" in page
    assert "<ins>Second</ins>" in page
    assert "style=" not in page
    assert _confirm(client, "catalog/product", preview).status_code == 302
    with enter(owner.workspace_id):
        assert set(Product.objects.values_list("provider", "external_id", "name")) == {
            ("kiwify", "k1", "New name"),
            ("manual", "k2", "Second"),
        }
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id) == ("records.imported", owner.pk)
    assert (entry.detail["kind"], entry.detail["new"], entry.detail["update"]) == ("catalog.product", 1, 1)
    assert not LogEntry.objects.exists()


def test_same_file_twice_changes_nothing(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    text = f"{HEAD}\nkiwify,k1,Luz e Cor,course,active\n"
    _import(client, "catalog/product", text)
    with enter(owner.workspace_id):
        first = list(Product.objects.values())
    _import(client, "catalog/product", text)
    with enter(owner.workspace_id):
        assert list(Product.objects.values()) == first


def test_rows_land_in_ones_own_workspace_whatever_the_file_says(
    owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    """The same provider and external id in both workspaces are two products."""
    client = sign_in(owner)
    product = beacon.product
    text = (
        f"workspace,workspace_id,id,public_id,{HEAD}\n{beacon.workspace.pk},{beacon.workspace.pk},{product.pk},"
        f"{product.public_id},{product.provider},{product.external_id},Ours,course,active\n"
    )
    with assert_unchanged(beacon.workspace.pk):
        preview = _upload(client, "catalog/product", text)
        assert_no_canary(preview)
        _confirm(client, "catalog/product", preview)
    with enter(owner.workspace_id):
        ours = Product.objects.get(external_id=product.external_id)
        assert (ours.name, ours.workspace_id) == ("Ours", owner.workspace_id)
        assert ours.pk != product.pk
        assert ours.public_id != product.public_id


def test_plan_does_not_find_a_foreign_product(owner: Membership, beacon: Beacon, sign_in: SignIn) -> None:
    client = sign_in(owner)
    head = "provider,external_id,product_external_id,name,payment_model,plan_type,amount,currency"
    foreign = f"{beacon.product.provider},p1,{beacon.product.external_id},Anual,recurring,standard,9900,BRL"
    with assert_unchanged(owner.workspace_id, beacon.workspace.pk):
        preview = _upload(client, "catalog/plan", f"{head}\n{foreign}\n")
        assert "confirm_form" not in preview.context
        assert_no_canary(preview)
    with enter(owner.workspace_id):
        own = factories.ProductFactory(provider="kiwify", external_id="k1")
    _import(client, "catalog/plan", f"{head}\nkiwify,p1,k1,Anual,recurring,standard,9900,BRL\n")
    with enter(owner.workspace_id):
        assert Plan.objects.get().product_id == own.pk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD}\nkiwify,k1,,course,active\n", "name"),
        (f"{HEAD}\nkiwify,k1,Curso,castle,active\n", "castle"),
        ("", "empty"),
    ],
)
def test_bad_row_is_told_and_nothing_is_written(
    owner: Membership, sign_in: SignIn, text: str, words: str
) -> None:
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id):
        preview = _upload(client, "catalog/product", text)
    assert preview.context.get("confirm_form") is None
    assert words in preview.content.decode()


def test_sequence_goes_on_for_everybody(owner: Membership, beacon: Beacon, sign_in: SignIn) -> None:
    """The library would set it to the highest id of this workspace."""
    with enter(beacon.workspace.pk):
        latest = factories.TagFactory(name="later")
    client = sign_in(owner)
    _import(client, "customers/tag", "name\nnova\n")
    with enter(owner.workspace_id):
        ours = Tag.objects.get()
        assert ours.pk > latest.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM tag_id_seq")
        assert cursor.fetchone()[0] >= ours.pk


DANGEROUS = ['=HYPERLINK("http://evil")', "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1", "plain"]


def test_file_is_safe_in_a_spreadsheet_and_comes_back_as_it_was(owner: Membership, sign_in: SignIn) -> None:
    with enter(owner.workspace_id):
        for name in DANGEROUS:
            factories.TagFactory(name=name)
    client = sign_in(owner)
    response = client.get(client.at("admin/customers/tag/export/"))
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    cells = [row[0] for row in csv.reader(io.StringIO(response.content.decode()))][1:]
    assert len(cells) == len(DANGEROUS)
    assert not [cell for cell in cells if cell.lstrip(" ")[0] in "=+-@\t\r\n＝＋－＠"]
    with enter(owner.workspace_id):
        before = set(Tag.objects.values_list("pk", "name"))
    _import(client, "customers/tag", response.content.decode())
    with enter(owner.workspace_id):
        assert set(Tag.objects.values_list("pk", "name")) == before


def test_file_holds_ones_own_records_and_is_in_the_log(
    owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    with enter(owner.workspace_id):
        factories.ProductFactory(name="Luz e Cor")
    client = sign_in(owner)
    response = client.get(client.at("admin/catalog/product/export/"))
    assert_no_canary(response)
    assert len(list(csv.reader(io.StringIO(response.content.decode())))) == 2
    with enter(owner.workspace_id):
        assert AuditEntry.objects.get().detail == {"kind": "catalog.product", "rows": 1}
    theirs = MemberClient(beacon.owner)
    theirs.force_login(beacon.owner.user)
    assert CANARY in theirs.get(theirs.at("admin/catalog/product/export/")).content.decode()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "x" * 32, "0" * 31, ""])
def test_confirmation_reads_no_file_of_another_name(owner: Membership, sign_in: SignIn, name: str) -> None:
    client = sign_in(owner)
    data = {"import_file_name": name, "original_file_name": "rows.csv", "format": "0", "resource": "0"}
    response = client.post(client.at("admin/customers/tag/process_import/"), data)
    assert response.status_code in {200, 400, 404}
    assert "root:" not in response.content.decode()


def test_confirmation_reads_no_upload_of_another_workspace(
    owner: Membership, beacon: Beacon, sign_in: SignIn, settings: Any
) -> None:
    theirs = MemberClient(beacon.owner)
    theirs.force_login(beacon.owner.user)
    preview = _upload(theirs, "customers/tag", "name\nCANARY-B imported\n")
    files = list(Path(settings.UPLOAD_ROOT).rglob("*"))
    assert [file.parent.name for file in files if file.is_file()] == [str(beacon.workspace.pk)]
    client = sign_in(owner)
    with assert_unchanged(owner.workspace_id, beacon.workspace.pk):
        response = _confirm(client, "customers/tag", preview)
    assert response.status_code == 404
    assert_no_canary(response)


def test_upload_is_gone_after_the_confirmation(owner: Membership, sign_in: SignIn, settings: Any) -> None:
    client = sign_in(owner)
    _import(client, "customers/tag", "name\nnova\n")
    assert not [file for file in Path(settings.UPLOAD_ROOT).rglob("*") if file.is_file()]


def test_words_of_a_file_are_escaped_in_its_preview(owner: Membership, sign_in: SignIn) -> None:
    page = _upload(sign_in(owner), "customers/tag", "name\n<script>alert(1)</script>\n").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_large_file_is_refused_kindly(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    response = _upload(client, "customers/tag", "name\n" + "x" * (2 * 1024 * 1024))
    assert response.status_code == 200
    assert "At most 2 MB" in response.content.decode()


@pytest.mark.parametrize("rest", ["import/", "process_import/", "export/"])
def test_pages_ask_the_permissions_table(employee: Membership, sign_in: SignIn, rest: str) -> None:
    with enter(employee.workspace_id):
        Membership.objects.filter(pk=employee.pk).update(
            extra_permissions=["admin.open", "customers.view", "sales.view"]
        )
    client = sign_in(employee)
    for kind in ("catalog/product", "catalog/plan", "customers/tag"):
        response = client.post(client.at(f"admin/{kind}/{rest}"), {"format": "0"})
        assert response.status_code == 403


@pytest.mark.parametrize("kind", ["customers/customer", "sales/sale", "subscriptions/subscription"])
def test_what_is_large_has_no_such_pages(owner: Membership, sign_in: SignIn, kind: str) -> None:
    client = sign_in(owner)
    for rest in ("import/", "export/"):
        assert client.get(client.at(f"admin/{kind}/{rest}"), follow=True).status_code == 404


@pytest.mark.parametrize("kind", ["product", "plan"])
def test_row_that_the_database_would_refuse_is_told_in_words(
    limited_agent: Membership, course: Product, sign_in: SignIn, kind: str
) -> None:
    """An id that is taken by a product out of the member's sight, and one that no index takes."""
    with enter(course.workspace_id):
        Membership.objects.filter(pk=limited_agent.pk).update(role=Role.ADMIN)
        member = Membership.objects.select_related("user", "workspace").get(pk=limited_agent.pk)
        product = factories.ProductFactory(provider=course.provider, external_id="taken")
        factories.PlanFactory(product=product, provider=course.provider, external_id="taken")
    letters = "".join(random.Random(5).choices(string.ascii_letters, k=4_000))
    heads = {
        "product": f"{HEAD}\n{course.provider},%s,Curso,course,active\n",
        "plan": "provider,external_id,product_external_id,name,payment_model,plan_type,amount,currency\n"
        f"{course.provider},%s,{course.external_id},Anual,recurring,standard,9900,BRL\n",
    }
    client = sign_in(member)
    for external_id, words in (
        ("taken", f"There is a {kind} of this provider with that external id."),
        (letters, "This text is too long."),
    ):
        with assert_unchanged(course.workspace_id):
            page = _upload(client, f"catalog/{kind}", heads[kind] % external_id).content.decode()
        assert words in page
        assert "duplicate key" not in page
        assert "index row" not in page
