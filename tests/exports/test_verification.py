"""Proving a file: its receipt as data, and whether it is as it was exported, byte for byte."""

import hashlib
import json
from typing import Any

import pytest
from django.conf import settings

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports import storage
from exports.attempts import place_of
from exports.models import Export
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon
from tests.exports.conftest import Ask, bytes_of, run
from tests.factories import ExportFactory, MembershipFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def export(aurora: Workspace, finance: Membership, ask: Ask) -> Export:
    with enter(aurora.pk):
        SaleFactory(amount_charged=8_900)
        SaleFactory(currency="JPY", amount_charged=1_234)
    return run(ask(finance))


def answer(client: Any, sha256: str, name: str = "") -> str:
    with assert_unchanged(client.membership.workspace_id):
        page = client.get(client.at("exports/verify/"), {"sha256": sha256, "name": name})
    assert page.status_code == 200
    assert_no_canary(page)
    return " ".join(page.content.decode().split())


def test_file_is_known_by_its_bytes(export: Export, finance: Membership, sign_in: Any) -> None:
    digest = hashlib.sha256(bytes_of(export)).hexdigest()
    spaced = " ".join(digest[start : start + 4] for start in range(0, 64, 4)).upper()
    for text in (digest, spaced):
        page = answer(sign_in(finance), text)
        assert "as it was exported, byte for byte" in page
        assert export.reference in page


def test_changed_byte_is_told_by_the_name_of_the_file(
    export: Export, finance: Membership, sign_in: Any
) -> None:
    changed = hashlib.sha256(bytes_of(export).replace(b"89.00", b"98.00")).hexdigest()
    page = answer(sign_in(finance), changed, f"my copy of aurora-sales-{export.reference} (2).csv")
    assert "something in it was changed" in page
    assert f"By its name it is {export.reference}" in page
    assert "No export that you can see" in answer(sign_in(finance), changed)
    assert "No export that you can see" in answer(sign_in(finance), changed, "E-9999.csv")


def test_file_of_changes_is_known_by_its_bytes_too(
    export: Export, finance: Membership, aurora: Workspace, ask: Ask, sign_in: Any
) -> None:
    """Nothing about its name accuses it; another's is not there."""
    with enter(aurora.pk):
        SaleFactory(amount_charged=100)
        other = MembershipFactory(role=Role.EMPLOYEE, extra_permissions=["exports.create"])
    second = run(ask(finance))
    data = place_of(second).file(second.attempt, storage.CHANGES).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    name = f"aurora-sales-2026-03-02-{second.reference}.changes (1).csv"
    page = answer(sign_in(finance), digest, name)
    assert "as it was exported, byte for byte" in page
    assert f"{second.reference}</a>, its file of changes, as of" in page
    assert "No export that you can see" in answer(sign_in(other), digest, name)
    assert "No export that you can see" in answer(sign_in(finance), "a" * 64, name)


def test_receipt_is_not_called_a_changed_file(export: Export, finance: Membership, sign_in: Any) -> None:
    client = sign_in(finance)
    receipt = client.get(client.at(f"exports/{export.public_id}/receipt.json"))
    name = receipt["Content-Disposition"].split('"')[1]
    page = answer(client, hashlib.sha256(receipt.content).hexdigest(), name)
    assert "something in it was changed" not in page
    assert "By its name it is a receipt, of which no fingerprint is kept" in page


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "a" * 63, "a" * 65, "\x00" * 64, "' OR 1=1 --"])
def test_what_is_no_hash_is_refused_in_words(finance: Membership, sign_in: Any, text: str) -> None:
    page = answer(sign_in(finance), text)
    assert "byte for byte" not in page
    assert (
        "A SHA-256 has 64 characters" in page or "This field is required" in page or "Null characters" in page
    )


def test_nothing_is_said_of_what_one_may_not_see(
    export: Export, beacon: Beacon, aurora: Workspace, sign_in: Any
) -> None:
    """Not of a colleague's export, not of another workspace's."""
    with enter(aurora.pk):
        other = MembershipFactory(role=Role.EMPLOYEE, extra_permissions=["exports.create"])
    page = answer(sign_in(other), export.sha256, export.reference)
    assert "No export that you can see" in page
    assert export.reference not in page.replace(f'value="{export.reference}"', "")
    with enter(beacon.workspace.pk):
        theirs = ExportFactory(requested_by=beacon.owner)
    client = sign_in(other)
    assert "No export that you can see" in answer(client, "a" * 64, theirs.reference)


def test_receipt_as_data_says_what_the_page_says(export: Export, finance: Membership, sign_in: Any) -> None:
    client = sign_in(finance)
    response = client.get(client.at(f"exports/{export.public_id}/receipt.json"))
    receipt = json.loads(response.content)
    assert response["Content-Disposition"].endswith('.receipt.json"')
    assert receipt["reference"] == export.reference
    assert receipt["file"] == {
        "name": response["Content-Disposition"].split('"')[1].replace(".receipt.json", ".csv"),
        "bytes": len(bytes_of(export)),
        "sha256": hashlib.sha256(bytes_of(export)).hexdigest(),
    }
    assert receipt["rows"] == {"expected": 2, "written": 2}
    assert receipt["sums"] == [
        {"currency": "BRL", "rows": 1, "sums": {"amount_charged": "89.00"}},
        {"currency": "JPY", "rows": 1, "sums": {"amount_charged": "1234"}},
    ]
    assert receipt["columns"] == bytes_of(export).decode("utf-8-sig").splitlines()[0].split(",")
    assert receipt["zone"] == settings.TIME_ZONE or receipt["zone"] == finance.workspace.timezone


def test_receipt_as_data_is_refused_with_the_file(
    export: Export, finance: Membership, aurora: Workspace, sign_in: Any
) -> None:
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(
            role=Role.EMPLOYEE, extra_permissions=["exports.create"]
        )
    client = sign_in(finance)
    assert client.get(client.at(f"exports/{export.public_id}/receipt.json")).status_code == 403
