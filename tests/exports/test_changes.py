"""What changed since the last file of the same view: every row told once, with why, and nothing else."""

import csv
import hashlib
import io
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import list_pages
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from exports import storage
from exports.attempts import place_of
from exports.changes import comparing, imprints, keeping
from exports.changes.imprints import Drawer, ImprintReader
from exports.changes.words import REASONS
from exports.models import Comparison, Export, ExportDownload, Imprint
from exports.states import ExportState
from exports.sweep import sweep
from sales.models import Sale
from sales.states import SaleStatus
from tests.conftest import Beacon, MemberClient
from tests.exports.conftest import Ask, again, bytes_of, change, files_of, run, table_of
from tests.factories import CustomerFactory, RefundFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ["sale_id", "reference", "status", "currency", "amount_charged"]
CUSTOMER = ["customer_id", "name", "currency", "lifetime_spend"]


def comparison_of(export: Export) -> Comparison:
    with enter(export.workspace_id):
        return Comparison.objects.get(export=export.pk)


def counts(export: Export) -> tuple[int, int, int, int]:
    found = comparison_of(export)
    return found.new, found.changed, found.gone, found.same


def changes_of(export: Export) -> list[dict[str, str]]:
    text = place_of(export).file(export.attempt, storage.CHANGES).read_text()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def long_ago(export: Export, days: int = 1) -> Export:
    """As if it had been written days ago: what is recorded now is new since."""
    return change(export, as_of=timezone.now() - timedelta(days=days))


def update(workspace: Workspace, model: Any, pk: int, **fields: Any) -> None:
    with enter(workspace.pk):
        model.objects.filter(pk=pk).update(**fields)


@pytest.fixture
def sales(aurora: Workspace, course: Product) -> list[Sale]:
    """Recorded long before any file."""
    with enter(aurora.pk):
        made = [SaleFactory(product=course, amount_charged=100 + n) for n in range(6)]
        Sale.objects.update(created_at=timezone.now() - timedelta(days=90))
        return made


def drawer(export: Export) -> Path:
    return Drawer(export.workspace_id, export.public_id, export.attempt).path


# What is told -----------------------------------------------------------------------------------------------


def test_first_file_has_nothing_to_be_compared_with(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    export = run(ask(finance, columns=COLUMNS))
    with enter(export.workspace_id):
        assert not Comparison.objects.exists()
        assert Imprint.objects.get().rows == len(sales)
    assert files_of(export) == ["1.csv"]


def test_new_changed_and_gone_rows_are_told_with_why(
    aurora: Workspace, finance: Membership, beacon: Beacon, sales: list[Sale], ask: Ask
) -> None:
    long_ago(run(ask(finance, "status=approved", columns=COLUMNS)))
    with enter(aurora.pk):
        new = SaleFactory()
        RefundFactory(sale=sales[0], amount=sales[0].amount_charged, completed_at=timezone.now())
        RefundFactory(sale=sales[3], amount=1, completed_at=timezone.now())
    update(aurora, Sale, sales[0].pk, status=SaleStatus.REFUNDED)
    update(aurora, Sale, sales[1].pk, status=SaleStatus.PENDING)
    update(aurora, Sale, sales[2].pk, amount_charged=7)
    update(aurora, Sale, sales[3].pk, reference="R-3")
    export = run(ask(finance, "status=approved", columns=COLUMNS))
    assert counts(export) == (1, 2, 2, 2)
    told = {row["row"]: (row["change"], row["reason"]) for row in changes_of(export)}
    assert told == {
        str(new.public_id): ("new", "new_sale"),
        str(sales[0].public_id): ("gone", "refunded"),
        str(sales[1].public_id): ("gone", "no_longer_matches"),
        str(sales[2].public_id): ("changed", "changed"),
        str(sales[3].public_id): ("changed", "refunded"),
    }
    assert comparison_of(export).reasons == {
        "new": {"new_sale": 1},
        "changed": {"changed": 1, "refunded": 1},
        "gone": {"refunded": 1, "no_longer_matches": 1},
    }


def test_row_that_was_committed_late_has_its_reason(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    """It is stamped when its transaction began, before the snapshot of the file that does not hold it.

    In whatever zone: the moment of that snapshot is read while the file is written, in the file's own.
    """
    with enter(aurora.pk):
        Workspace.objects.filter(pk=aurora.pk).update(timezone="Asia/Tokyo")
    first = run(ask(finance, columns=COLUMNS))
    assert first.as_of is not None
    with enter(aurora.pk):
        late = SaleFactory()
    update(aurora, Sale, late.pk, created_at=first.as_of - timedelta(minutes=1))
    export = run(ask(finance, columns=COLUMNS))
    assert comparison_of(export).reasons["new"] == {"new_sale": 1}


def test_rows_that_differ_are_those_of_the_file_and_gone_ones_hold_nothing(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    long_ago(run(ask(finance, "status=approved", columns=COLUMNS)))
    update(aurora, Sale, sales[2].pk, amount_charged=7)
    update(aurora, Sale, sales[1].pk, status=SaleStatus.PENDING)
    export = run(ask(finance, "status=approved", columns=COLUMNS))
    in_file = {row["sale_id"]: row for row in table_of(export)}
    changed, gone = changes_of(export)
    for own in ("change", "reason", "row"):
        changed.pop(own)
    assert changed == in_file[str(sales[2].public_id)]
    assert {gone[key] for key in changed} == {""}
    data = place_of(export).file(1, storage.CHANGES).read_bytes()
    found = comparison_of(export)
    assert (found.size, found.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_nothing_changed_is_told_too(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    first = run(ask(finance, columns=COLUMNS))
    second = run(ask(finance, columns=COLUMNS))
    assert first.sha256 == second.sha256
    assert counts(second) == (0, 0, 0, len(sales))
    assert changes_of(second) == []


def test_customers_are_told_by_currency_and_by_what_became_of_them(
    aurora: Workspace, finance: Membership, course: Product, ask: Ask
) -> None:
    old = timezone.now() - timedelta(days=90)
    with enter(aurora.pk):
        stays, buys, goes, hidden = (CustomerFactory(created_at=old) for _ in range(4))
        for customer in (stays, goes):
            SaleFactory(customer=customer, product=course)
        Sale.objects.update(created_at=old)
    long_ago(run(ask(finance, page="customers", columns=CUSTOMER)))
    with enter(aurora.pk):
        SaleFactory(customer=stays, product=course, currency="USD")
        SaleFactory(customer=buys, product=course)
        Customer.objects.filter(pk=goes.pk).update(archived_at=timezone.now())
        Customer.objects.filter(pk=hidden.pk).update(name="Outra")
    export = run(ask(finance, page="customers", columns=CUSTOMER))
    told = sorted((row["change"], row["reason"], row["row"], row["part"]) for row in changes_of(export))
    assert told == sorted(
        [
            ("new", "new_sale", str(stays.public_id), "USD"),
            ("new", "new_sale", str(buys.public_id), "BRL"),
            ("gone", "other_rows", str(buys.public_id), ""),
            ("gone", "archived", str(goes.public_id), "BRL"),
            ("changed", "changed", str(hidden.public_id), ""),
        ]
    )


def test_merged_customer_is_told_so(aurora: Workspace, finance: Membership, ask: Ask) -> None:
    with enter(aurora.pk):
        winner, loser = CustomerFactory(), CustomerFactory()
    long_ago(run(ask(finance, page="customers", columns=CUSTOMER)))
    update(aurora, Customer, loser.pk, merged_into=winner.pk, merged_at=timezone.now())
    export = run(ask(finance, page="customers", columns=CUSTOMER))
    assert [(row["change"], row["reason"], row["row"]) for row in changes_of(export)] == [
        ("gone", "merged", str(loser.public_id))
    ]


def test_what_is_told_is_the_difference_of_the_two_files(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against the two files as sets, after random writes, with chunks so small that they are many."""
    monkeypatch.setattr(comparing, "CHUNK", 3)
    chance = random.Random(10)
    with enter(aurora.pk):
        everything = sales + [SaleFactory(customer=sales[0].customer) for _ in range(60)]
    before = run(ask(finance, "status=approved", columns=COLUMNS))
    for _round in range(3):
        then = {row["sale_id"]: row for row in table_of(before)}
        with enter(aurora.pk):
            for sale in chance.sample(everything, 20):
                status = chance.choice([SaleStatus.APPROVED, SaleStatus.PENDING])
                Sale.objects.filter(pk=sale.pk).update(status=status, amount_charged=chance.randint(1, 3))
            everything += [SaleFactory(customer=sales[0].customer) for _ in range(5)]
        export = run(ask(finance, "status=approved", columns=COLUMNS))
        now = {row["sale_id"]: row for row in table_of(export)}
        told = {(row["change"], row["row"]) for row in changes_of(export)}
        assert told == (
            {("new", key) for key in now.keys() - then.keys()}
            | {("gone", key) for key in then.keys() - now.keys()}
            | {("changed", key) for key in then.keys() & now.keys() if then[key] != now[key]}
        )
        assert len(told) == comparison_of(export).total
        before = export


@pytest.mark.parametrize("page", [page for page in list_pages() if page.row_key], ids=lambda page: page.name)
def test_rows_of_a_list_can_be_told_apart(page: ListPage) -> None:
    """By the id of the record first; a list whose records have none says so by an empty key."""
    assert page.row_key[0] == "public_id"
    assert page.model._meta.get_field("public_id").concrete
    codes = {code for reasons in page.changed_because(timezone.now()).values() for code, _is_so in reasons}
    assert codes <= REASONS.keys()


# With what it is compared -----------------------------------------------------------------------------------


def test_other_filters_columns_and_members_are_not_compared(
    finance: Membership, admin: Membership, sales: list[Sale], ask: Ask
) -> None:
    run(ask(finance, columns=COLUMNS))
    others = (
        ask(finance, "currency=BRL", columns=COLUMNS),
        ask(finance, columns=COLUMNS[:-1]),
        ask(admin, columns=COLUMNS),
    )
    for export in others:
        run(export)
    with enter(finance.workspace_id):
        assert not Comparison.objects.exists()


def test_file_that_has_expired_is_still_compared_with(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    first = run(ask(finance, columns=COLUMNS))
    change(first, expires_at=timezone.now() - timedelta(days=1))
    sweep()
    assert (again(first).state, files_of(first)) == (ExportState.EXPIRED, [])
    update(aurora, Sale, sales[0].pk, amount_charged=1)
    assert counts(run(ask(finance, columns=COLUMNS))) == (0, 1, 0, 5)


def test_one_imprint_of_a_view_is_kept(finance: Membership, sales: list[Sale], ask: Ask) -> None:
    exports = [run(ask(finance, columns=COLUMNS)) for _ in range(3)]
    other = run(ask(finance, "currency=BRL", columns=COLUMNS))
    assert [drawer(export).exists() for export in exports] == [False, False, True]
    assert drawer(other).exists()
    with enter(finance.workspace_id):
        assert set(Imprint.objects.values_list("export", flat=True)) == {exports[-1].pk, other.pk}


def test_imprint_is_kept_for_so_long_and_strays_are_deleted(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    export = run(ask(finance, columns=COLUMNS))
    stray = drawer(export).with_name(f"{export.public_id}.9.rows")
    fresh = drawer(export).with_name(f"{export.public_id}.8.part")
    for path in (stray, fresh):
        path.write_bytes(b"x")
    os.utime(stray, (0, 0))
    keeping.forget_old()
    assert [path.exists() for path in (drawer(export), stray, fresh)] == [True, False, True]
    with enter(aurora.pk):
        age = settings.IMPRINT_KEEP_FOR + timedelta(seconds=1)
        Imprint.objects.update(made_at=timezone.now() - age)
    keeping.forget_old()
    assert not drawer(export).exists()
    with enter(aurora.pk):
        assert not Imprint.objects.exists()


@pytest.mark.parametrize("harm", ["gone", "cut", "other", "link"])
def test_imprint_that_cannot_be_read_keeps_no_file_from_being_written(
    finance: Membership, sales: list[Sale], ask: Ask, harm: str, tmp_path: Path
) -> None:
    path = drawer(run(ask(finance, columns=COLUMNS)))
    data = path.read_bytes()
    path.unlink()
    if harm == "cut":
        path.write_bytes(data[:-1])
    elif harm == "other":
        path.write_bytes(b"APIM" + data[4:6] + bytes(8) + data[14:])
    elif harm == "link":
        (tmp_path / "elsewhere").write_bytes(data)
        path.symlink_to(tmp_path / "elsewhere")
    export = run(ask(finance, columns=COLUMNS))
    assert export.state == ExportState.READY
    with enter(export.workspace_id):
        assert not Comparison.objects.exists()
    assert files_of(export) == ["1.csv"]
    assert counts(run(ask(finance, columns=COLUMNS)))[3] == len(sales)


def test_attempt_that_is_lost_leaves_no_imprint(
    finance: Membership, sales: list[Sale], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(finance, columns=COLUMNS)
    with monkeypatch.context() as broken:
        broken.setattr(imprints.ImprintWriter, "close", _no_room)
        assert run(export).state == ExportState.FAILED
    directory = drawer(export).parent
    assert list(directory.iterdir()) == []


def _no_room(writer: Any) -> None:
    raise OSError(28, "No space left on device")


# Whose it is ------------------------------------------------------------------------------------------------


def test_rows_outside_the_products_of_a_member_are_gone_and_nothing_is_said_of_them(
    aurora: Workspace, finance: Membership, course: Product, sales: list[Sale], ask: Ask
) -> None:
    with enter(aurora.pk):
        outside = SaleFactory()
    run(ask(finance, columns=COLUMNS))
    with enter(aurora.pk):
        ProductGrant.objects.create(membership=finance, product=course)
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
        RefundFactory(sale=outside, amount=1, completed_at=timezone.now())
    export = run(ask(finance, columns=COLUMNS))
    (row,) = changes_of(export)
    assert (row["change"], row["reason"], row["row"]) == ("gone", "not_visible", str(outside.public_id))
    assert "".join(row[key] for key in COLUMNS) == ""


def test_imprint_holds_nothing_that_can_be_read(aurora: Workspace, finance: Membership, ask: Ask) -> None:
    """Names, emails, references and amounts are in the file and not in the imprint, nor can they be tried."""
    with enter(aurora.pk):
        sale = SaleFactory(buyer_name="Antônia Figueirêdo", buyer_email="antonia@correio.example")
    columns = ["buyer_email"]
    export = run(ask(finance, columns=columns))
    data = drawer(export).read_bytes()
    assert sale.buyer_email.encode() in bytes_of(export)
    for value in (sale.buyer_name, sale.buyer_email, sale.reference, "antonia"):
        assert value.encode() not in data
    assert hashlib.blake2b(b"antonia@correio.example\n", digest_size=8).digest() not in data
    assert drawer(export).stat().st_mode & 0o777 == 0o600
    assert drawer(export).parent.stat().st_mode & 0o777 == 0o700


def test_same_row_has_another_fingerprint_in_another_workspace(
    finance: Membership, stranger: Membership, ask: Ask
) -> None:
    rows = [(b"0196f1d0-0000-7000-8000-000000000001", b"the same row")]
    prints = []
    for workspace_id in (finance.workspace_id, stranger.workspace_id):
        target = Drawer(workspace_id, rows[0][0].decode(), 1)  # type: ignore[arg-type]  # a UUID as text
        with imprints.writing(target) as writer:
            writer.add(rows)
        reader = ImprintReader(target)
        prints.append(next(iter(reader.bucket(1).values())))
        reader.close()
    assert prints[0] != prints[1]


def test_two_rows_of_one_key_are_not_compared(finance: Membership) -> None:
    target = Drawer(finance.workspace_id, "0196f1d0-0000-7000-8000-000000000001", 1)  # type: ignore[arg-type]  # a UUID as text
    with imprints.writing(target) as writer:
        writer.add([(b"0196f1d0-0000-7000-8000-000000000001", cells) for cells in (b"a", b"b")])
    reader = ImprintReader(target)
    with pytest.raises(imprints.CannotCompare):
        reader.bucket(1)
    reader.close()


# The receipt and the file -----------------------------------------------------------------------------------


def test_receipt_tells_the_changes_and_leads_to_their_file(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask, sign_in: Any
) -> None:
    client: MemberClient = sign_in(finance)
    first = long_ago(run(ask(finance, columns=COLUMNS)))
    page = client.get(client.at(f"exports/{first.public_id}/")).content.decode()
    assert "no earlier file" in page
    with enter(aurora.pk):
        SaleFactory()
    export = run(ask(finance, columns=COLUMNS))
    page = client.get(client.at(f"exports/{export.public_id}/")).content.decode()
    assert first.reference in page
    assert str(REASONS["new_sale"]) in page
    answer = client.get(client.at(f"exports/{export.public_id}/changes/"))
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    assert body == place_of(export).file(1, storage.CHANGES).read_bytes()
    receipt = client.get(client.at(f"exports/{export.public_id}/receipt.json")).json()
    assert receipt["changes"]["since"]["reference"] == first.reference
    assert (receipt["changes"]["new"], receipt["changes"]["same"]) == (1, len(sales))
    with enter(aurora.pk):
        assert ExportDownload.objects.filter(export=export.pk).count() == 1


def test_changes_are_for_who_may_have_the_file(
    aurora: Workspace,
    finance: Membership,
    admin: Membership,
    course: Product,
    sales: Any,
    ask: Ask,
    sign_in: Any,
) -> None:
    run(ask(finance, columns=COLUMNS))
    with enter(aurora.pk):
        SaleFactory()
    export = run(ask(finance, columns=COLUMNS))
    address = f"exports/{export.public_id}/changes/"
    with enter(aurora.pk):
        ProductGrant.objects.create(membership=admin, product=course)
        Membership.objects.filter(pk=admin.pk).update(product_access=ProductAccess.SELECTED)
    client = sign_in(admin)
    assert client.get(client.at(address)).status_code == 404
    assert client.get(client.at(f"exports/{export.public_id}/")).status_code == 404
    client = sign_in(finance)
    change(export, expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(client.at(address)).status_code == 410
    with enter(aurora.pk):
        assert not ExportDownload.objects.exists()


def test_file_of_changes_goes_with_the_file(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    run(ask(finance, columns=COLUMNS))
    export = run(ask(finance, columns=COLUMNS))
    assert files_of(export) == ["1.changes.csv", "1.csv"]
    change(export, expires_at=timezone.now() - timedelta(days=1))
    sweep()
    assert files_of(export) == []


def test_member_sees_no_more_by_asking_again_after_losing_rights(
    aurora: Workspace, finance: Membership, sales: list[Sale], ask: Ask
) -> None:
    """The comparison is read in the scope that the second file is read in."""
    run(ask(finance, columns=COLUMNS))
    export = ask(finance, columns=COLUMNS)
    with enter(aurora.pk):
        Membership.objects.filter(pk=finance.pk).update(product_access=ProductAccess.SELECTED)
    done = run(export)
    assert counts(done) == (0, 0, len(sales), 0)
    assert {row["reason"] for row in changes_of(done)} == {"not_visible"}
    with enter_as(aurora.pk, finance.pk):
        assert not Sale.objects.exists()
