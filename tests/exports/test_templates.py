"""Templates of files: who has them, who may use and change them; none gives less than it says."""

from typing import Any

import pytest

from atomicpay.audit.models import AuditEntry
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.dialects import Dialect
from exports.file_templates import services
from exports.file_templates.errors import CannotKeep, NotAllowed, Problem
from exports.models import Export, FileTemplate
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import Beacon
from tests.factories import FileTemplateFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ["amount_charged", "currency", "reference"]


@pytest.fixture
def sale(aurora: Workspace) -> None:
    with enter(aurora.pk):
        SaleFactory()


def kept(workspace: Workspace) -> list[FileTemplate]:
    with enter(workspace.pk):
        return list(FileTemplate.objects.order_by("pk"))


def template(member: Membership, **fields: Any) -> FileTemplate:
    with enter(member.workspace_id):
        return FileTemplateFactory(owner=member, **fields)


def actions_of(workspace: Workspace) -> list[str]:
    with enter(workspace.pk):
        entries = AuditEntry.objects.filter(action__startswith="export_template.")
        return list(entries.order_by("pk").values_list("action", flat=True))


def choose(page: Any) -> tuple[list[str], str]:
    form = page.context["form"]
    return form["column"].value(), form["dialect"].value()


def test_choice_is_kept_and_used_again_without_scripts(finance: Membership, sale: None, sign_in: Any) -> None:
    client = sign_in(finance)
    address = client.at("exports/new/?list=sales&currency=BRL")
    answer = client.post(
        address, {"column": COLUMNS, "dialect": "xlsx", "save": "1", "name": "  For  the books "}
    )
    (saved,) = kept(finance.workspace)
    assert (saved.name, saved.columns, saved.dialect) == ("For the books", COLUMNS, Dialect.XLSX)
    assert (saved.page, saved.owner_id, saved.is_shared) == ("sales", finance.pk, False)
    # The rows stay those of the address; no file was asked for.
    assert answer["Location"] == f"{address}&start={saved.public_id}"
    with enter(finance.workspace_id):
        assert not Export.objects.exists()
    page = client.get(answer["Location"])
    assert choose(page) == (COLUMNS, "xlsx")
    assert [key for key, _label in page.context["form"].fields["column"].choices][:3] == COLUMNS
    answer = client.post(answer["Location"], {"column": COLUMNS, "dialect": "xlsx"})
    with enter(finance.workspace_id):
        export = Export.objects.get()
    assert (export.columns, export.dialect, export.query) == (COLUMNS, "xlsx", "currency=BRL")


def test_name_that_is_missing_or_taken_is_said_and_keeps_the_choice(
    finance: Membership, sale: None, sign_in: Any
) -> None:
    template(finance, name="For the books")
    client = sign_in(finance)
    for name, words in (("", "This field is required"), ("for the BOOKS", "a template of this name already")):
        with assert_unchanged(finance.workspace_id):
            page = client.post(
                client.at("exports/new/?list=sales"),
                {"column": COLUMNS, "dialect": "excel_br", "save": "1", "name": name},
            )
        assert page.status_code == 400
        assert words in page.content.decode()
        assert choose(page) == (COLUMNS, "excel_br")


def test_template_is_its_owner_s_until_it_is_shared(
    finance: Membership, admin: Membership, stranger: Membership, beacon: Beacon, sale: None, sign_in: Any
) -> None:
    own = template(finance, name="Mine", columns=COLUMNS)
    shared = template(finance, name="Ours", columns=COLUMNS, is_shared=True)
    template(beacon.owner, name="Theirs", is_shared=True)
    client = sign_in(admin)
    for address in ("exports/templates/", "exports/new/?list=sales"):
        page = client.get(client.at(address))
        assert ("Ours" in page.content.decode(), "Mine" in page.content.decode()) == (True, False)
        assert "Theirs" not in page.content.decode()
        assert_no_canary(page)
    assert choose(client.get(client.at(f"exports/new/?list=sales&start={shared.public_id}")))[0] == COLUMNS
    # Another's private one, by its address: as if it never was.
    page = client.get(client.at(f"exports/new/?list=sales&start={own.public_id}"))
    assert "The template in the address is gone" in page.content.decode()
    for path in ("", "share/", "delete/"):
        assert client.post(client.at(f"exports/templates/{own.public_id}/{path}")).status_code == 404
    foreign = sign_in(stranger)
    for path in ("", "share/", "delete/"):
        with assert_unchanged(finance.workspace_id):
            address = foreign.at(f"exports/templates/{shared.public_id}/{path}")
            assert foreign.post(address).status_code == 404


def test_template_with_documents_is_not_for_who_may_not_have_them(
    finance: Membership, employee: Membership, sale: None, sign_in: Any
) -> None:
    shared = template(finance, name="Tax", page="customers", columns=["email", "document"], is_shared=True)
    with enter(employee.workspace_id):
        employee.extra_permissions = ["exports.create", "customers.view", "views.share"]
        employee.save()
    client = sign_in(employee)
    page = client.get(client.at(f"exports/new/?list=customers&start={shared.public_id}"))
    text = " ".join(page.content.decode().split())
    assert "Tax: not for you (Document)" in text
    assert "The template in the address is gone" in text
    # It does not become a file with fewer columns.
    assert choose(page)[0] != ["email"]
    page = client.get(client.at(f"exports/templates/{shared.public_id}/"))
    assert "You may not have all of its columns" in page.content.decode()
    with assert_unchanged(finance.workspace_id):
        answer = client.post(
            client.at(f"exports/templates/{shared.public_id}/"),
            {"name": "Tax", "dialect": "standard", "column": ["email"], "order": ["email"]},
        )
        assert answer.status_code == 403
    # Who may have them is still asked in the confirm step, template or not.
    client = sign_in(finance)
    address = client.at(f"exports/new/?list=customers&start={shared.public_id}")
    page = client.get(address)
    assert choose(page)[0] == ["email", "document"]
    assert "The ticked columns hold people’s documents." in page.content.decode()
    assert client.post(address, {"column": ["email", "document"]}).status_code == 400


def test_columns_are_moved_without_scripts(finance: Membership, sale: None, sign_in: Any) -> None:
    own = template(finance, name="Mine", columns=COLUMNS)
    client = sign_in(finance)
    address = client.at(f"exports/templates/{own.public_id}/")
    page = client.get(address)
    lines = [choice.key for choice in page.context["choices"]]
    assert lines[:3] == COLUMNS
    with assert_unchanged(finance.workspace_id):
        page = client.post(
            address,
            {"name": "Mine", "dialect": "xlsx", "column": COLUMNS, "order": lines, "move": "up reference"},
        )
    lines = [choice.key for choice in page.context["choices"]]
    assert lines[:3] == ["amount_charged", "reference", "currency"]
    answer = client.post(
        address, {"name": "Renamed", "dialect": "xlsx", "column": ["currency", "reference"], "order": lines}
    )
    assert answer["Location"] == address
    (saved,) = kept(finance.workspace)
    assert (saved.name, saved.columns, saved.dialect) == ("Renamed", ["reference", "currency"], "xlsx")


def test_template_without_columns_or_with_unknown_ones_is_refused(finance: Membership, sale: None) -> None:
    page = get_list_page("sales")
    with enter_as(finance.workspace_id, finance.pk) as member:
        for columns in ([], ["password"], ["reference", "workspace__name"]):
            with pytest.raises(CannotKeep) as refused:
                services.save_template(
                    acting_member=member, page=page, name="x", columns=columns, dialect="standard"
                )
            assert refused.value.problem is Problem.COLUMNS
    assert kept(finance.workspace) == []


def test_sharing_needs_its_right_and_is_logged(
    finance: Membership, employee: Membership, sale: None, sign_in: Any
) -> None:
    with enter(employee.workspace_id):
        employee.extra_permissions = ["exports.create", "sales.view"]
        employee.save()
    theirs = template(employee, name="Mine")
    client = sign_in(employee)
    address = client.at(f"exports/templates/{theirs.public_id}/share/")
    with assert_unchanged(finance.workspace_id):
        assert client.post(address, {"share": "1"}).status_code == 403
    with enter_as(employee.workspace_id, employee.pk) as member, pytest.raises(NotAllowed):
        services.save_template(
            acting_member=member,
            page=get_list_page("sales"),
            name="x",
            columns=COLUMNS,
            dialect="standard",
            is_shared=True,
        )
    own = template(finance, name="Ours")
    client = sign_in(finance)
    root = client.at(f"exports/templates/{own.public_id}/")
    client.post(f"{root}share/", {"share": "1"})
    client.post(f"{root}share/", {"share": "1"})
    columns = {"column": COLUMNS, "order": COLUMNS}
    client.post(root, {"name": "Ours", "dialect": "standard", **columns})
    client.post(f"{root}share/", {"unshare": "1"})
    client.post(f"{root}share/", {"share": "1"})
    client.post(f"{root}delete/")
    assert [each.name for each in kept(finance.workspace)] == ["Mine"]
    assert actions_of(finance.workspace) == [
        f"export_template.{act}" for act in ("shared", "changed", "unshared", "shared", "deleted")
    ]


def test_templates_of_a_list_are_bounded(finance: Membership, sale: None, sign_in: Any) -> None:
    for number in range(services.MOST_TEMPLATES):
        template(finance, name=f"T{number}")
    client = sign_in(finance)
    page = client.post(
        client.at("exports/new/?list=sales"),
        {"column": COLUMNS, "dialect": "standard", "save": "1", "name": "One more"},
    )
    assert page.status_code == 400
    assert "There are 20 such templates" in page.content.decode()
    assert len(kept(finance.workspace)) == services.MOST_TEMPLATES


def test_template_of_a_list_that_the_member_may_not_see_is_not_theirs(
    finance: Membership, employee: Membership, sale: None, sign_in: Any
) -> None:
    shared = template(finance, name="Ours", is_shared=True)
    with enter(employee.workspace_id):
        employee.extra_permissions = ["exports.create", "customers.view"]
        employee.save()
    client = sign_in(employee)
    assert "Ours" not in client.get(client.at("exports/templates/")).content.decode()
    assert client.get(client.at(f"exports/templates/{shared.public_id}/")).status_code == 404
