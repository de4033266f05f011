"""What an overseer who is limited to products learns of the exports of others: nothing of other products."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports.models import Export, Schedule
from exports.states import ExportState, Failure
from tests.exports.conftest import Ask, bytes_of, change, run, table_of
from tests.factories import SaleFactory
from tests.lists import listed

pytestmark = pytest.mark.django_db(transaction=True)

SOUGHT = "secret.person@correio.example"


def limit(member: Membership, course: Product) -> Membership:
    with enter(member.workspace_id):
        ProductGrant.objects.create(membership=member, product=course)
        Membership.objects.filter(pk=member.pk).update(product_access=ProductAccess.SELECTED)
        return Membership.objects.select_related("user", "workspace").get(pk=member.pk)


@pytest.fixture
def limited_admin(aurora: Workspace, admin: Membership, course: Product) -> Membership:
    return limit(admin, course)


@pytest.fixture
def theirs(finance: Membership, ask: Ask) -> Export:
    """A file that was looked for by the email of a buyer."""
    return run(ask(finance, f"q={SOUGHT}"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"state": ExportState.EXPIRED},
        {"state": ExportState.FAILED, "failure": Failure.NO_ROOM},
        {"state": ExportState.QUEUED},
        {
            "state": ExportState.RUNNING,
            "attempt": 1,
            "lease_until": timezone.now() + timedelta(days=1),
        },
    ],
    ids=["ready", "expired", "failed", "queued", "running"],
)
def test_filters_of_others_are_shown_nowhere(
    theirs: Export, limited_admin: Membership, ask: Ask, sign_in: Any, settings: Any, fields: dict[str, Any]
) -> None:
    settings.EXPORTS_AT_ONCE = 2
    change(theirs, **fields)
    client = sign_in(limited_admin)
    for path in ("exports/", "exports/history/", "admin/exports/export/"):
        body = client.get(client.at(path), follow=True)
        assert body.status_code == 200
        assert SOUGHT not in body.content.decode()
        assert theirs.reference not in body.content.decode()
    for path in ("", "download/", "receipt.json"):
        assert client.get(client.at(f"exports/{theirs.public_id}/{path}")).status_code == 404
    of_exports = run(ask(limited_admin, page="exports", columns=["reference", "query", "sha256"]))
    assert SOUGHT not in bytes_of(of_exports).decode()


def test_file_within_the_products_is_shown(
    aurora: Workspace,
    finance: Membership,
    limited_admin: Membership,
    course: Product,
    ask: Ask,
    sign_in: Any,
) -> None:
    limit(finance, course)
    with enter(aurora.pk):
        SaleFactory(product=course)
    within = run(ask(finance))
    client = sign_in(limited_admin)
    assert listed("exports", "", limited_admin) == {within.pk}
    assert client.get(client.at(f"exports/{within.public_id}/")).status_code == 200
    assert len(table_of(within)) == 1


def test_own_export_stays_visible_whatever_it_held(admin: Membership, course: Product, ask: Ask) -> None:
    own = run(ask(admin))
    assert listed("exports", "", limit(admin, course)) == {own.pk}


def test_schedules_of_others_are_for_who_sees_all_products(
    theirs: Export, make: Callable[..., Schedule], owner: Membership, limited_admin: Membership, sign_in: Any
) -> None:
    schedule = make(query=f"q={SOUGHT}")
    path = f"exports/schedules/{schedule.public_id}/"
    client = sign_in(owner)
    assert schedule.name in client.get(client.at(path)).content.decode()
    client = sign_in(limited_admin)
    assert client.get(client.at(path)).status_code == 404
    assert schedule.name not in client.get(client.at("exports/schedules/")).content.decode()


def names_on_confirm_step(client: Any, query: str) -> list[str]:
    confirmation = client.get(client.at(f"exports/new/?{query}")).context["confirmation"]
    return [str(member) for member in confirmation.others]


def test_confirm_step_names_only_who_could_download_it(
    finance: Membership, owner: Membership, admin: Membership, course: Product, sign_in: Any
) -> None:
    client = sign_in(finance)
    assert names_on_confirm_step(client, "list=sales") == ["Ari Lemos", "Olga Prado"]
    limit(admin, course)
    assert names_on_confirm_step(client, "list=sales") == ["Olga Prado"]
    limit(finance, course)
    assert names_on_confirm_step(client, "list=sales") == ["Ari Lemos", "Olga Prado"]


def test_confirm_step_names_nobody_who_lacks_the_right_of_a_column(
    finance: Membership, owner: Membership, admin: Membership, sign_in: Any
) -> None:
    with enter(admin.workspace_id):
        Membership.objects.filter(pk=admin.pk).update(
            role=Role.EMPLOYEE,
            extra_permissions=["exports.create", "exports.download_any", "customers.view"],
        )
    client = sign_in(finance)
    assert names_on_confirm_step(client, "list=customers&column=name") == ["Ari Lemos", "Olga Prado"]
    assert names_on_confirm_step(client, "list=customers&column=name&column=document") == ["Olga Prado"]
    assert names_on_confirm_step(client, "list=sales") == ["Olga Prado"]
