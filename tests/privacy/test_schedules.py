"""Scheduled exports and imprints of files, when a person is anonymised or archived."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.privacy import settling
from atomicpay.privacy.models import Erasure
from atomicpay.privacy.services import anonymise
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.archiving.queries import schedules_that_lose
from customers.models import Customer
from exports.changes.imprints import FORGOTTEN, Drawer, ImprintReader, id_of
from exports.models import Comparison, Export, Schedule
from exports.run import run_export
from exports.services import request_export
from tests import factories
from tests.conftest import MemberClient

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Zenóbia Quixadá"
COLUMNS = ["customer_id", "name", "email"]


@pytest.fixture
def zenobia(aurora: Workspace) -> Customer:
    with enter(aurora.pk):
        factories.CustomerFactory(name="Rui Barros")
        customer = factories.CustomerFactory(name=NAME, email="zenobia.quixada@correio.example")
        factories.CustomerEmailFactory(customer=customer)
        return customer


def export(member: Membership) -> Export:
    with enter_as(member.workspace_id, member.pk) as acting_member:
        asked = request_export(acting_member=acting_member, page="customers", query="", columns=COLUMNS)
    run_export(workspace_id=member.workspace_id, export_id=asked.pk)
    with enter(member.workspace_id):
        return Export.objects.get(pk=asked.pk)


def prints(of: Export) -> dict[str, bytes]:
    reader = ImprintReader(Drawer(of.workspace_id, of.public_id, of.attempt))
    found = {id_of(key): value for number in range(128) for key, value in reader.bucket(number).items()}
    reader.close()
    return found


def forget(customer: Customer, member: Membership) -> Erasure:
    with enter(customer.workspace_id):
        return anonymise(acting_member=member, customer=customer, reason="Pedido 4711")


def test_schedules_that_look_for_the_person_go_and_others_stay(
    aurora: Workspace, owner: Membership, zenobia: Customer
) -> None:
    with enter(aurora.pk):
        for name, query in (("Compras", "q=Zen%C3%B3bia+Quixad%C3%A1"), (f"De {NAME}", ""), ("Todas", "")):
            factories.ScheduleFactory(owner=owner, name=name, query=query)
    erasure = forget(zenobia, owner)
    with enter(aurora.pk):
        assert list(Schedule.objects.values_list("name", flat=True)) == ["Todas"]
        assert erasure.touched["exports.Schedule"] == 2
        said = AuditEntry.objects.filter(action="schedule.deleted").values_list("target_label", "detail")
        assert "quixad" not in str(list(said)).lower()


def test_fingerprints_of_the_person_are_overwritten_and_the_next_file_says_why(
    aurora: Workspace, owner: Membership, zenobia: Customer
) -> None:
    first = export(owner)
    before = prints(first)
    forget(zenobia, owner)
    after = prints(first)
    hers = str(zenobia.public_id)
    assert after[hers] == FORGOTTEN != before[hers]
    assert {key: value for key, value in before.items() if key != hers} == {
        key: value for key, value in after.items() if key != hers
    }
    second = export(owner)
    with enter(aurora.pk):
        assert Comparison.objects.get(export=second.pk).reasons["changed"] == {"anonymised": 1}


def test_erasure_is_settled_only_once_no_imprint_has_them(
    aurora: Workspace, owner: Membership, zenobia: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = export(owner)

    def fail(records: Any) -> int:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as broken:
        broken.setattr(settling, "forget_records", fail)
        erasure = forget(zenobia, owner)
        with enter(aurora.pk):
            erasure.refresh_from_db()
            assert erasure.settled_at is None
    assert settling.settle(workspace_id=aurora.pk, erasure_id=erasure.pk)
    with enter(aurora.pk):
        erasure.refresh_from_db()
        assert erasure.settled_at is not None
    assert prints(first)[str(zenobia.public_id)] == FORGOTTEN


def test_archiving_says_which_scheduled_exports_lose_the_customer(
    aurora: Workspace, owner: Membership, zenobia: Customer, sign_in: Callable[..., MemberClient]
) -> None:
    with enter(aurora.pk):
        view = factories.SavedViewFactory(owner=owner, page="customers", query="q=Zen%C3%B3bia")
        kept = {"owner": owner, "page": "customers"}
        factories.ScheduleFactory(name="Todos", **kept)
        factories.ScheduleFactory(name="Dela", is_of_view=True, view=view, **kept)
        factories.ScheduleFactory(name="Com arquivados", query="archived=include", **kept)
        factories.ScheduleFactory(name="Outros", query="q=Rui", **kept)
        factories.ScheduleFactory(name="Vendas", owner=owner)
    with enter_as(aurora.pk, owner.pk) as member:
        losing = schedules_that_lose(zenobia, member)
    assert [schedule.name for schedule in losing] == ["Todos", "Dela"]
    client = sign_in(owner)
    page = client.get(client.at(f"customers/{zenobia.public_id}/archive/")).content.decode()
    assert "Todos, Dela" in page
    page = client.get(client.at(f"customers/{zenobia.public_id}/anonymise/")).content.decode()
    assert "Scheduled exports that look for them" in page
